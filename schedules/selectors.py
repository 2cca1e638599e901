from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from directory.clock import to_local
from directory.models import Company, Portal, Profile, User
from schedules.calendar import public_holidays
from schedules.models import AccessSchedule, Holiday, ProfileSchedule
from schedules.rules import CLOSED, HORIZON_DAYS, Week, intersection, is_inside


@dataclass(frozen=True)
class EffectiveSchedule:
    """The company's week and the user's own, which is None while the user has exactly the company's (S1-102)."""

    company: Week
    own: Week | None = None

    @property
    def stored(self) -> Week:
        return self.own or self.company

    @property
    def effective(self) -> Week:
        """What applies: never more than the company's, whatever was stored before (decision 18)."""
        return intersection(self.stored, self.company)

    @property
    def is_cut(self) -> bool:
        return not is_inside(self.stored, self.company)


@dataclass(frozen=True)
class Moment:
    """What a schedule is asked about: a local moment in the portal's zone, with the holidays around it."""

    local: datetime
    holidays: Mapping[date, str]

    def is_holiday(self, day: date) -> bool:
        return day in self.holidays


def schedule_of(viewer: User, subject: User | None) -> EffectiveSchedule:
    """Company and user in one query; the company's alone without a user. A company without a schedule is closed."""
    rows = AccessSchedule.objects.of(viewer).filter(Q(user=None) | Q(user=subject))
    weeks = {row.user_id: row.week for row in rows}
    return EffectiveSchedule(weeks.get(None, CLOSED), weeks.get(subject.pk) if subject else None)


def schedules_of(company: Company, user_ids: Collection[UUID]) -> dict[UUID, EffectiveSchedule]:
    """Those of several users of a company, in one query."""
    rows = AccessSchedule.objects.of(company).filter(Q(user=None) | Q(user_id__in=user_ids))
    weeks = {row.user_id: row.week for row in rows}
    return {key: EffectiveSchedule(weeks.get(None, CLOSED), weeks.get(key)) for key in user_ids}


def week_of_profile(profile: Profile) -> Week | None:
    """The week its new users begin with, if it has one of its own."""
    row = ProfileSchedule.objects.of(profile).filter(profile=profile).first()
    return row.week if row else None


def own_weeks_of(viewer: User) -> dict[str, Week]:
    """The weeks of the company's users with their own, by user name."""
    rows = (
        AccessSchedule.objects.of(viewer).filter(user__isnull=False).select_related("user").order_by("user__username")
    )
    return {row.user.username: row.week for row in rows if row.user}


def moment_of(portal: Portal, instant: datetime) -> Moment:
    """The instant in the portal's zone, with the holidays of the next five weeks. One query."""
    local = to_local(portal, instant)
    return Moment(local, holidays_between(portal.country, local.date(), local.date() + timedelta(days=HORIZON_DAYS)))


def holidays_between(country: str, first: date, last: date) -> dict[date, str]:
    """Public holidays and the days the bank added, in order, both ends included. One query."""
    added = Holiday.objects.filter(country=country, day__range=(first, last)).values_list("day", "name")
    public = {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in public_holidays(country, year).items()
        if first <= day <= last
    }
    return dict(sorted({**public, **dict(added)}.items()))


def tab_mark(viewer: User, subject: User) -> tuple[str, str]:
    """The mark on the tab Días y Horarios: whether there is any hour at which the user may sign in."""
    schedule = schedule_of(viewer, subject)
    if not any(schedule.effective.windows):
        return "missing", _("no hours")
    return "ok", _("own hours") if schedule.own else _("the company's hours")
