from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.states import services
from audit.authority import Authority
from audit.enums import Event
from audit.services import target_of
from changes.kinds import ChangeKind
from changes.rules.text import Description, Line
from directory.enums import PasswordWorth, UserState
from directory.models import User
from directory.permissions import Permission
from directory.rules.passwords import worth_of
from directory.rules.people import can_become
from directory.selectors.subjects import locked_subject, locked_subjects


@dataclass(frozen=True, kw_only=True)
class SetState(ChangeKind[User]):
    """Activación/Inactivación (S1-035, S3-054..057)."""

    key = "users.set_state"
    event = Event.USER_STATE_CHANGED
    permission = Permission.CHANGE_USER_STATE
    never_waits: ClassVar[Mapping[str, Collection[Any]]] = MappingProxyType(
        {"state": (UserState.INACTIVE, UserState.LOCKED)}
    )

    together_by = "user"

    user: UUID
    state: UserState

    @classmethod
    def load_many(cls, parts: Sequence[Self], maker: User) -> Sequence[User | ValidationError]:
        return locked_subjects(maker, [part.user for part in parts])

    @classmethod
    def apply_many(cls, parts: Sequence[Self], rows: Sequence[User], authority: Authority) -> None:
        for state in sorted({part.state for part in parts}):
            users = [user for part, user in zip(parts, rows, strict=True) if part.state == state]
            services.set_states(authority=authority, users=users, state=state)

    def load(self, maker: User) -> User:
        return locked_subject(maker, self.user)

    def describe(self, user: User, maker: User, now: datetime) -> Description:
        state = self.state
        if user.state != state and not can_become(user.state, state):
            raise ValidationError(
                _("%(name)s is %(state)s and cannot become %(new_state)s."),
                params={"name": user.username, "state": user.get_state_display(), "new_state": state.label},
                code="transition",
            )
        activating = state == UserState.ACTIVE
        line = Line(_("Status"), str(user.get_state_display()), str(state.label))
        return Description(
            title=(_("Activate %(name)s") if activating else _("Deactivate %(name)s")) % {"name": user.username},
            target=target_of(user),
            lines=[line] if user.state != state else [],
            effect=_activation_effect(user)
            if activating
            else _("Anyone signed in as this user is signed out immediately."),
            success=_("%(name)s is now %(state)s.") % {"name": user.username, "state": state.label},
            warnings=_warnings(user, now) if activating else [],
        )

    def apply(self, user: User, authority: Authority) -> None:
        services.set_state(authority=authority, user=user, state=self.state)

    def done_url(self) -> str:
        return reverse("users:states")


def _activation_effect(user: User) -> str:
    if user.state == UserState.LOCKED:
        return _("The count of failed attempts is reset to zero.")
    return _("The user can sign in during the assigned hours.")


def _warnings(user: User, now: datetime) -> list[str]:
    worth = worth_of(user.credential_state, user.password_expires_at, now)
    if worth != PasswordWorth.WORTHLESS:
        return []
    return [_("This user has no valid password and cannot sign in until one is generated.")]
