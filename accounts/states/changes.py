from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _

from accounts.states import services
from accounts.states.labels import in_table, reason_lines
from accounts.states.rules import cleaned_reason
from audit.authority import Authority
from audit.enums import Event
from audit.services import target_of
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Description, Line
from directory.clock import to_local
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
    reason: str = ""

    def normalised(self, maker: User) -> Self:
        return replace(self, reason=cleaned_reason(self.reason))

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
            lines=[line, *reason_lines(self.reason)] if user.state != state else [],
            effect=_activation_effect(user)
            if activating
            else _("Anyone signed in as this user is signed out immediately."),
            success=_("%(name)s is now %(state)s.") % {"name": user.username, "state": state.label},
            warnings=_warnings(user, now) if activating else [],
            beside=in_table(_("Activate") if activating else _("Deactivate"), user),
        )

    def apply(self, user: User, authority: Authority) -> None:
        services.set_state(authority=authority, user=user, state=self.state)

    def done_url(self) -> str:
        return reverse("users:states")


@dataclass(frozen=True, kw_only=True)
class Unlock(ChangeKind[User]):
    """Desbloquear: back to active for somebody whom failed attempts have locked, and the attempts forgotten."""

    key = "users.unlock"
    event = Event.USER_UNLOCKED
    permission = Permission.CHANGE_USER_STATE

    together_by = "user"

    user: UUID
    reason: str = ""

    def normalised(self, maker: User) -> Self:
        return replace(self, reason=cleaned_reason(self.reason))

    @classmethod
    def load_many(cls, parts: Sequence[Self], maker: User) -> Sequence[User | ValidationError]:
        return locked_subjects(maker, [part.user for part in parts])

    @classmethod
    def apply_many(cls, parts: Sequence[Self], rows: Sequence[User], authority: Authority) -> None:
        users = [user for _part, user in zip(parts, rows, strict=True)]
        services.set_states(authority=authority, users=users, state=UserState.ACTIVE)

    def load(self, maker: User) -> User:
        return locked_subject(maker, self.user)

    def describe(self, user: User, maker: User, now: datetime) -> Description:
        if user.locked_at is None:
            raise ValidationError(_("%(name)s is not locked."), params={"name": user.username}, code="not_locked")
        since = dateformat.format(to_local(maker.portal, user.locked_at), f"{maker.portal.date_format} H:i")
        return Description(
            title=_("Unlock %(name)s") % {"name": user.username},
            target=target_of(user),
            lines=[
                Line(_("Status"), str(user.get_state_display()), str(UserState.ACTIVE.label)),
                *reason_lines(self.reason),
                Line(_("Failed attempts"), str(user.failed_attempts), "0"),
                Line(_("Locked since"), "", since, LineKind.SAID),
            ],
            effect=_("The user can sign in during the assigned hours."),
            success=_("%(name)s is unlocked.") % {"name": user.username},
            warnings=_warnings(user, now),
            beside=in_table(_("Unlock"), user),
        )

    def apply(self, user: User, authority: Authority) -> None:
        services.set_state(authority=authority, user=user, state=UserState.ACTIVE)

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
