"""Only the intent. The secret is made when the change is applied and is never part of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.passwords.generation import KIND, generate_password
from accounts.passwords.services import order_passwords
from accounts.states.labels import in_table, reason_lines
from accounts.states.rules import cleaned_reason
from accounts.states.services import set_state, set_states
from audit.authority import Authority
from audit.enums import Event
from audit.services import target_of
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Description, Line
from directory.enums import CredentialState, UserState
from directory.models import User
from directory.permissions import Permission
from directory.rules.people import seconds_until_next_generation
from directory.selectors.subjects import locked_subject, locked_subjects
from notifications.selectors import last_deliveries_at, last_delivery


@dataclass(frozen=True)
class Rows:
    """`last` is when the user's last password was generated."""

    user: User
    last: datetime | None


@dataclass(frozen=True, kw_only=True)
class GeneratePassword(ChangeKind[Rows]):
    """Contraseña (S1-103..105). `activate` makes an inactive user Activo in the same change (decision 11)."""

    key = "passwords.generate"
    event = Event.PASSWORD_GENERATED
    permission = Permission.GENERATE_PASSWORDS

    together_by = "user"

    user: UUID
    activate: bool
    reason: str = ""

    def normalised(self, maker: User) -> Self:
        return replace(self, reason=cleaned_reason(self.reason))

    @classmethod
    def load_many(cls, parts: Sequence[Self], maker: User) -> Sequence[Rows | ValidationError]:
        user_ids = [part.user for part in parts]
        users = locked_subjects(maker, user_ids)
        last = last_deliveries_at(viewer=maker, kind=KIND, about_ids=user_ids)
        return [user if isinstance(user, ValidationError) else Rows(user, last.get(user.pk)) for user in users]

    def load(self, maker: User) -> Rows:
        user = locked_subject(maker, self.user)
        last = last_delivery(viewer=maker, kind=KIND, about_id=user.pk)
        return Rows(user, last.created_at if last else None)

    def describe(self, rows: Rows, maker: User, now: datetime) -> Description:
        user = rows.user
        _check(user, rows.last, now)
        lines = [
            Line(_("Sign-in password"), str(user.get_credential_state_display()), _new_password(user)),
            *reason_lines(self.reason),
            Line(_("Sent to"), "", user.email, LineKind.SAID),
        ]
        if self._activates(user):
            lines.append(Line(_("Status"), str(user.get_state_display()), str(UserState.ACTIVE.label)))
        return Description(
            title=_("Generate a password for %(name)s") % {"name": user.username},
            target=target_of(user),
            lines=lines,
            effect=_effect(user),
            success=_(
                "A password for %(name)s was generated and is on its way. Tell them their user name: the mail does not "
                "carry it."
            )
            % {"name": user.username},
            warnings=self._warnings(user),
            beside=in_table(_("Generate a password"), user),
        )

    def apply(self, rows: Rows, authority: Authority) -> None:
        if self._activates(rows.user):
            set_state(authority=authority, user=rows.user, state=UserState.ACTIVE)
        generate_password(authority=authority, user=rows.user)

    def done_url(self) -> str:
        return reverse("users:password", args=[self.user])

    def _activates(self, user: User) -> bool:
        return self.activate and user.state != UserState.ACTIVE

    def _warnings(self, user: User) -> list[str]:
        if user.state == UserState.ACTIVE or self.activate:
            return []
        return [
            _("The user's status remains %(state)s: they cannot sign in until activated.")
            % {"state": user.get_state_display()}
        ]


@dataclass(frozen=True, kw_only=True)
class OrderPassword(GeneratePassword):
    """The same for one of many: the password is made afterwards, in its turn, since each takes a while to be hashed."""

    key = "passwords.order"
    event = Event.PASSWORD_ORDERED

    @classmethod
    def apply_many(cls, parts: Sequence[Self], rows: Sequence[Rows], authority: Authority) -> None:
        activated = [row.user for part, row in zip(parts, rows, strict=True) if part._activates(row.user)]
        if activated:
            set_states(authority=authority, users=activated, state=UserState.ACTIVE)
        order_passwords(authority=authority, users=[row.user for row in rows])

    def apply(self, rows: Rows, authority: Authority) -> None:
        self.apply_many([self], [rows], authority)


def _effect(user: User) -> str:
    must_change = _("The user must change the password at the first sign-in.")
    if user.credential_state == CredentialState.NONE:
        return must_change
    return f"{_('The current password, and any other on its way, will stop working.')} {must_change}"


def _new_password(user: User) -> str:
    hours = user.portal.generated_password_hours
    return ngettext(
        "A new one, until the user chooses their own, for %(hours)s hour at most",
        "A new one, until the user chooses their own, for %(hours)s hours at most",
        hours,
    ) % {"hours": hours}


def _check(user: User, last: datetime | None, now: datetime) -> None:
    if not user.email:
        raise ValidationError(_("The user has no e-mail address to send the password to."), code="no_email")
    seconds = seconds_until_next_generation(last, now)
    if seconds:
        raise ValidationError(
            ngettext(
                "A password was generated a moment ago. Wait %(seconds)s second.",
                "A password was generated a moment ago. Wait %(seconds)s seconds.",
                seconds,
            ),
            params={"seconds": seconds},
            code="too_soon",
        )
