from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from directory.rules.passwords import MAX_CHARACTERS

CODE_MAX_CHARACTERS = 20


class UsernameForm(forms.Form):
    """Step 1 (S1-004..010). The code is optional here: who has no token leaves it out."""

    username = forms.CharField(
        label=pgettext_lazy("field", "User"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    code = forms.CharField(
        label=_("Token dynamic key"),
        required=False,
        max_length=CODE_MAX_CHARACTERS,
        strip=False,
        help_text=_("If you have no token, please leave this field out"),
        widget=forms.TextInput(attrs={"class": "oc-code", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    conditions = forms.BooleanField(
        label=_("I have read the Security Conditions"),
        error_messages={"required": _("Tick that you have read the Security Conditions to go on.")},
    )


class PasswordForm(forms.Form):
    """Step 2 (S1-024). Nothing typed here is ever shown again."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=MAX_CHARACTERS,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
