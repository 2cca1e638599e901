from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from changes import services
from changes.models import Change


class ConfirmForm(forms.Form):
    """The one-time code under a change. What was typed is never shown again."""

    code = forms.CharField(
        label=_("Token dynamic key"),
        max_length=20,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"class": "oc-code", "inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )

    def confirm(self, *, actor: User, change_id: UUID) -> Change | None:
        """Confirms, or puts the reason beside the field and returns None. Call it on a valid form."""
        try:
            return services.confirm(actor=actor, change_id=change_id, answer=self.cleaned_data["code"])
        except ValidationError as error:
            self.add_error("code", error)
            return None
