from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audit.authority import Authority
from changes import services
from changes.models import Change
from directory.models import User


class ChangeForm(forms.Form):
    """A form whose outcome is a change (`changes.proposing`): it proposes once however many times it is sent."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def show(self, error: ValidationError) -> None:
        """Puts a broken rule beside its field, if the form has that field."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class CodeInput(forms.TextInput):
    """A one-time code, visible while it is typed and never sent back to the page."""

    def format_value(self, value: Any) -> None:
        return None


class ConfirmForm(forms.Form):
    """The one-time code under a change."""

    code = forms.CharField(
        label=_("Token code"),
        max_length=20,
        strip=False,
        widget=CodeInput(attrs={"class": "oc-code", "inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def sign(self, *, signer: User, change_id: UUID) -> Change | None:
        """Signs, or puts the reason beside the field and returns None. Call it on a valid form."""
        try:
            return services.sign(signer=signer, change_id=change_id, answer=self.cleaned_data["code"])
        except ValidationError as error:
            self.add_error("code", error)
            return None

    def approve(self, *, approver: User, change_ids: Sequence[UUID]) -> list[Change] | None:
        """The same for several at once, as the second person."""
        try:
            return services.approve_together(approver=approver, change_ids=change_ids, answer=self.cleaned_data["code"])
        except ValidationError as error:
            self.add_error("code", error)
            return None


class BankForm(ConfirmForm):
    """What one of the bank's staff answers: the code, and what the answer rests on."""

    reason = forms.CharField(
        label=_("What it rests on"),
        max_length=services.MOST_REASON,
        help_text=_("Whom you spoke with and how you know them, or why not. The company reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    decision = forms.ChoiceField(choices=[("approve", _("Approve")), ("reject", _("Reject"))])

    @property
    def approves(self) -> bool:
        return self.cleaned_data.get("decision") == "approve"

    def answer(self, *, authority: Authority, change_id: UUID) -> Change | None:
        """Approves or rejects, or puts the reason why not beside its field and returns None. Call it on a valid
        form."""
        service = services.approve_for_bank if self.approves else services.reject_for_bank
        code, reason = self.cleaned_data["code"], self.cleaned_data["reason"]
        try:
            return service(authority=authority, change_id=change_id, answer=code, reason=reason)
        except ValidationError as error:
            self.add_error("reason" if error.code == "no_reason" else "code", error)
            return None


class RejectForm(forms.Form):
    """Why a change is not approved."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=services.MOST_REASON,
        help_text=_("The person who requested it reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
