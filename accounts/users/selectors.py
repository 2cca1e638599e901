from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import User
from directory.selectors.users import secondary_users_of
from rights.selectors.entry import barred, password_check_of, with_token


@dataclass(frozen=True)
class Tally:
    """How many secondary users a company has, and how many of them cannot work yet."""

    total: int
    unfinished: int


def tally_of(viewer: User) -> Tally:
    """One query."""
    unfinished = Count("id", filter=barred(timezone.now()))
    return Tally(**secondary_users_of(viewer).aggregate(total=Count("id"), unfinished=unfinished))


def unfinished_users(viewer: User, *, most: int) -> list[User]:
    """Secondary users who could not sign in at any hour, newest first, with what the check asks about. One query."""
    unfinished = secondary_users_of(viewer).select_related(None).filter(barred(timezone.now()))
    found = list(with_token(unfinished).order_by("-created_at")[:most])
    for user in found:
        user.company = viewer.company  # known already, with its portal
    return found


def main_mark(viewer: User, subject: User) -> tuple[str, str]:
    """The mark on the tab Información Principal; likewise the next two."""
    return _mark_of(subject, "main")


def contact_mark(viewer: User, subject: User) -> tuple[str, str]:
    return _mark_of(subject, "contact")


def _mark_of(subject: User, tab: str) -> tuple[str, str]:
    """Complete when every field that the edition requires on the tab is filled in."""
    needed = subject.portal.edition.required_on(tab)
    return ("ok", _("complete")) if all(getattr(subject, name) for name in needed) else ("missing", _("incomplete"))


def password_mark(viewer: User, subject: User) -> tuple[str, str]:
    """A password the user has to change is not the administrator's work."""
    outcome = password_check_of(subject, timezone.now()).outcome
    return {
        "none": ("missing", _("missing")),
        "generated_expired": ("missing", _("expired")),
        "generated": ("ok", _("to be changed by the user")),
        "expired": ("ok", _("to be changed by the user")),
        "good": ("ok", _("complete")),
    }[outcome]
