from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import CredentialState, UserState
from directory.models import User
from directory.rules.people import has_usable_password
from directory.selectors.users import secondary_users_of

UNFINISHED = ~Q(state=UserState.ACTIVE) | Q(credential_state=CredentialState.NONE)


@dataclass(frozen=True)
class Tally:
    """How many secondary users a company has, and how many of them cannot work yet."""

    total: int
    unfinished: int


def tally_of(viewer: User) -> Tally:
    """One query."""
    counted = secondary_users_of(viewer).aggregate(total=Count("id"), unfinished=Count("id", filter=UNFINISHED))
    return Tally(**counted)


def unfinished_users(viewer: User) -> QuerySet[User]:
    """Secondary users who cannot work yet: not active, or without a password."""
    return secondary_users_of(viewer).filter(UNFINISHED).order_by("-created_at")


def main_mark(viewer: User, subject: User) -> tuple[str, str]:
    """The sign on the tab Información Principal; so for the next two."""
    return _mark_of(subject, "main")


def contact_mark(viewer: User, subject: User) -> tuple[str, str]:
    return _mark_of(subject, "contact")


def _mark_of(subject: User, tab: str) -> tuple[str, str]:
    """Complete when every field that the edition requires on the tab is filled in."""
    needed = subject.portal.edition.required_on(tab)
    return ("ok", _("complete")) if all(getattr(subject, name) for name in needed) else ("missing", _("incomplete"))


def password_mark(viewer: User, subject: User) -> tuple[str, str]:
    if subject.credential_state == CredentialState.NONE:
        return "missing", _("missing")
    if not has_usable_password(subject.credential_state, subject.password_expires_at, timezone.now()):
        return "missing", _("expired")
    return "ok", _("complete")
