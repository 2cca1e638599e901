from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, Sum, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Upload
from accounts.users.rules import NAMES_COUNT_FOR
from audit.enums import Event
from audit.selectors import times_of
from directory.enums import Readiness, UserState
from directory.models import User
from directory.selectors.users import people_with, secondary_users_of, stands_as
from rights.selectors.readiness import needs_somebody, unequipped


@dataclass(frozen=True)
class Tally:
    """How many secondary users a company has, how many of them cannot sign in, and how many of the others lack what it
    takes to move money."""

    total: int
    barred: int
    unequipped: int

    @property
    def unfinished(self) -> int:
        return self.barred + self.unequipped


def tally_of(viewer: User) -> Tally:
    """One query, which the index on the company and what is kept answers."""
    now = timezone.now()
    counts = {
        "total": Count("id"),
        "barred": Count("id", filter=stands_as(Readiness.BARRED, now)),
        "unequipped": Count("id", filter=unequipped(now)),
    }
    return Tally(**secondary_users_of(viewer).aggregate(**counts))


def unfinished_users(viewer: User, *, most: int) -> list[User]:
    """Secondary users who cannot work for want of what others have to give: the locked ones first, who worked
    yesterday, then the newest. One query."""
    unfinished = secondary_users_of(viewer).select_related(None).filter(needs_somebody(timezone.now()))
    is_locked = Case(When(state=UserState.LOCKED, then=0), default=1)
    found = list(unfinished.order_by(is_locked, "-created_at")[:most])
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
    """Of one that opens something: a password the user has to change is not the administrator's work."""
    own_work = {"credential.permanent.generated", "credential.permanent.expired"}
    to_change = own_work.intersection(subject.missing_at(timezone.now())[1])
    return ("ok", _("to be changed by the user")) if to_change else ("ok", _("complete"))


def names_told_to(viewer: User) -> int:
    """How many names of other companies the viewer was told of within a day, by the form and by workbooks. Two
    queries."""
    since = timezone.now() - NAMES_COUNT_FOR
    by_form = times_of(viewer, Event.USER_NAME_TAKEN, actor_id=viewer.pk, since=since)
    sent = Upload.objects.of(viewer).filter(maker=viewer, created_at__gt=since)
    return by_form + (sent.aggregate(told=Sum("names_told"))["told"] or 0)


def same_people(maker: User, people: Sequence[tuple[UUID, str, Mapping[str, str]]]) -> list[list[str]]:
    """For each of these (key, user name, texts) the others with the identification it is to have, once those before it
    have theirs."""
    wanted = [(texts.get("id_type", ""), texts.get("id_number", "")) for _key, _name, texts in people]
    found = {
        key: (id_type, number, name)
        for key, id_type, number, name in people_with(maker, {number for _type, number in wanted})
    }
    holders: dict[tuple[str, str], dict[UUID, str]] = {}
    for key, (id_type, number, name) in found.items():
        holders.setdefault((id_type, number), {})[key] = name
    same = []
    for (user_id, username, _texts), identification in zip(people, wanted, strict=True):
        if user_id in found:
            holders[found[user_id][:2]].pop(user_id, None)
        has_it = holders.setdefault(identification, {})
        same.append(sorted(has_it.values()) if identification[1] else [])
        has_it[user_id] = username
    return same
