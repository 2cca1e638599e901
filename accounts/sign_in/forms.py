from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from changes.forms import CodeInput
from directory.editions import Edition
from directory.rules.passwords import MAX_CHARACTERS

CODE_MAX_CHARACTERS = 20


class UsernameForm(forms.Form):
    """Step 1 (S1-004..010). The code is optional here: without a token it is left out.

    The edition says what its fields are called, and whether the company's code is asked for (S3-005).
    """

    company_code = forms.CharField(
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autocapitalize": "characters"}),
    )

    username = forms.CharField(
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    code = forms.CharField(
        required=False,
        max_length=CODE_MAX_CHARACTERS,
        strip=False,
        widget=CodeInput(attrs={"class": "oc-code", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    conditions = forms.BooleanField(
        label=_("I have read the Security Conditions"),
        error_messages={"required": _("To continue, tick the box to say you have read the Security Conditions.")},
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not edition.asks_company:
            del self.fields["company_code"]
        for name in ("company_code", "username", "code"):
            if name in self.fields:
                self.fields[name].label = edition.words[name]
        self.fields["code"].help_text = edition.words["code_help"]


class PasswordForm(forms.Form):
    """Step 2 (S1-024). Nothing typed here is ever shown again."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=MAX_CHARACTERS,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
