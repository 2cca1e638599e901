from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.many.actions import Action
from accounts.passwords.changes import GeneratePassword
from accounts.states.changes import SetState, Unlock
from accounts.states.rules import MOST_REASON
from changes.forms import ChangeForm
from changes.kinds import ChangeKind
from directory.enums import UserState


class ReasonForm(ChangeForm):
    """Why something is done to all who are marked. It says what is to be done to one of them."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MOST_REASON,
        help_text=_("It is kept with the change and the audit trail, and other administrators read it."),
    )

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        self.fields["reason"].required = not action.protects

    @classmethod
    def typed(cls, parts: Sequence[ChangeKind[Any]]) -> dict[str, Any]:
        """What was typed before, from the change the person is going back to."""
        first = vars(parts[0]) if parts else {}
        return {name: first[name] for name in cls.base_fields if name in first}

    def part_for(self, user: UUID) -> ChangeKind[Any]:
        raise NotImplementedError

    @property
    def why(self) -> str:
        return str(self.cleaned_data["reason"])


class ActivateForm(ReasonForm):
    def part_for(self, user: UUID) -> ChangeKind[Any]:
        return SetState(user=user, state=UserState.ACTIVE, reason=self.why)


class DeactivateForm(ReasonForm):
    def part_for(self, user: UUID) -> ChangeKind[Any]:
        return SetState(user=user, state=UserState.INACTIVE, reason=self.why)


class UnlockForm(ReasonForm):
    def part_for(self, user: UUID) -> ChangeKind[Any]:
        return Unlock(user=user, reason=self.why)


class PasswordsForm(ReasonForm):
    """The tick is for those who are not active (decision 11)."""

    activate = forms.BooleanField(label=_("Activate those who are not active"), required=False, initial=True)

    def part_for(self, user: UUID) -> ChangeKind[Any]:
        return GeneratePassword(user=user, activate=self.cleaned_data["activate"], reason=self.why)


FORMS: dict[str, type[ReasonForm]] = {
    "activar": ActivateForm,
    "inactivar": DeactivateForm,
    "desbloquear": UnlockForm,
    "contrasenas": PasswordsForm,
}
