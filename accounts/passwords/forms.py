from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.passwords.changes import GeneratePassword
from changes.forms import ChangeForm
from directory.enums import SecurityImage
from directory.models import User
from directory.rules.passwords import MAX_CHARACTERS

NEW = {"autocomplete": "new-password"}


class OwnPasswordForm(forms.Form):
    """Asks for the current password unless the person has just signed in with it to change it."""

    present = forms.CharField(
        label=_("Current password"),
        strip=False,
        max_length=MAX_CHARACTERS,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"), strip=False, max_length=MAX_CHARACTERS, widget=forms.PasswordInput(attrs=NEW)
    )
    repeated = forms.CharField(
        label=_("Confirm new password"), strip=False, max_length=MAX_CHARACTERS, widget=forms.PasswordInput(attrs=NEW)
    )

    def __init__(self, *args: Any, user: User, asks_present: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not asks_present:
            del self.fields["present"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        new, repeated = cleaned.get("new"), cleaned.get("repeated")
        if new and repeated and new != repeated:
            self.add_error("repeated", ValidationError(_("It does not match the new password."), code="different"))
        return cleaned


class OwnImageForm(forms.Form):
    image = forms.ChoiceField(label=_("Security image"), choices=SecurityImage.choices, widget=forms.RadioSelect)


class GenerateForm(ChangeForm):
    """Generar Contraseña; the tick is offered for a user who is not active (decision 11)."""

    activate = forms.BooleanField(label=_("Activate the user at the same time"), required=False, initial=True)

    def wanted(self, user_id: UUID) -> GeneratePassword:
        return GeneratePassword(user=user_id, activate=self.cleaned_data["activate"])
