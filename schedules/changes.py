"""The changes of this app: a user's hours, the company's hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.authority import Authority
from audit.enums import Event
from audit.services import target_of, target_of_company
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Beside, Description, Line, listed
from directory.models import Company, User
from directory.permissions import Permission
from directory.selectors.subjects import locked_subject, locked_subjects
from schedules import selectors, services
from schedules.labels import DAY_LABELS, outside_problems, snapshot_of
from schedules.rules import DAYS, Week, Window, is_inside
from schedules.selectors import EffectiveSchedule


@dataclass(frozen=True)
class UserHours:
    user: User
    schedule: EffectiveSchedule


@dataclass(frozen=True, kw_only=True)
class SetUserSchedule(ChangeKind[UserHours]):
    """The company's own week means the company's, whatever it becomes (S1-102)."""

    key = "schedules.set_for_user"
    event = Event.SCHEDULE_CHANGED
    permission = Permission.EDIT_SCHEDULES

    together_by = "user"

    user: UUID
    week: Week

    @classmethod
    def load_many(cls, parts: Sequence[Self], maker: User) -> Sequence[UserHours | ValidationError]:
        user_ids = [part.user for part in parts]
        users = locked_subjects(maker, user_ids)
        services.lock_schedules(viewer=maker, user_ids=user_ids)
        weeks = selectors.schedules_of(maker.company, user_ids)
        return [user if isinstance(user, ValidationError) else UserHours(user, weeks[user.pk]) for user in users]

    @classmethod
    def apply_many(cls, parts: Sequence[Self], rows: Sequence[UserHours], authority: Authority) -> None:
        weeks = [(row.user, part._stored(row)) for part, row in zip(parts, rows, strict=True)]
        services.set_schedules(authority=authority, weeks=weeks)

    def load(self, maker: User) -> UserHours:
        user = locked_subject(maker, self.user)
        services.lock_schedules(viewer=maker, user_ids=[user.pk])
        return UserHours(user, selectors.schedule_of(maker, user))

    def describe(self, rows: UserHours, maker: User, now: datetime) -> Description:
        user, schedule = rows.user, rows.schedule
        if problems := outside_problems(self.week, schedule.company):
            raise ValidationError(problems)
        names = {"username": user.username, "name": user.display_name}
        return Description(
            title=_("Days and hours of %(username)s (%(name)s)") % names,
            target=target_of(user),
            lines=lines_between(schedule.stored, self.week),
            effect=_user_effect(user, self.week, schedule.company),
            success=_("The days and hours of %(username)s were saved.") % names,
            beside=Beside.of_person(_("Days and hours"), **names),
        )

    def apply(self, rows: UserHours, authority: Authority) -> None:
        services.set_user_schedule(authority=authority, user=rows.user, week=self._stored(rows))

    def _stored(self, rows: UserHours) -> Week | None:
        return None if self.week == rows.schedule.company else self.week

    def done_url(self) -> str:
        return reverse("schedules:user", args=[self.user])


@dataclass(frozen=True)
class CompanyHours:
    """The company's week, and those of users with their own, by user name."""

    company: Company
    week: Week
    own: Mapping[str, Week]


@dataclass(frozen=True, kw_only=True)
class SetCompanySchedule(ChangeKind[CompanyHours]):
    """The hours within which every user's lie. A guard says whether some administrator can still sign in."""

    key = "schedules.set_for_company"
    event = Event.SCHEDULE_CHANGED
    permission = Permission.EDIT_SCHEDULES

    week: Week

    def load(self, maker: User) -> CompanyHours:
        services.lock_schedules(viewer=maker)
        week = selectors.schedule_of(maker, None).company
        return CompanyHours(maker.company, week, selectors.own_weeks_of(maker))

    def describe(self, rows: CompanyHours, maker: User, now: datetime) -> Description:
        return Description(
            title=_("Company days and hours"),
            target=target_of_company(rows.company),
            lines=lines_between(rows.week, self.week),
            effect=_company_effect(rows.own, self.week),
            success=_("The company's days and hours were saved."),
        )

    def apply(self, rows: CompanyHours, authority: Authority) -> None:
        services.set_company_schedule(authority=authority, company=rows.company, week=self.week)

    def done_url(self) -> str:
        return reverse("schedules:company")


KINDS = (SetUserSchedule, SetCompanySchedule)


def lines_between(before: Week, after: Week) -> list[Line]:
    old, new = snapshot_of(before), snapshot_of(after)
    opened = dict(zip(DAYS, zip(before.windows, after.windows, strict=True), strict=True))
    kinds = {str(DAY_LABELS[day]): _kind(*windows) for day, windows in opened.items()}
    return [
        Line(what, old[what], new[what], kinds.get(what, LineKind.CHANGED)) for what in old if old[what] != new[what]
    ]


def _kind(before: Window | None, after: Window | None) -> LineKind:
    if before is None:
        return LineKind.ADDED
    return LineKind.CHANGED if after else LineKind.REMOVED


def _user_effect(user: User, wanted: Week, company: Week) -> str:
    if wanted == company:
        return _("%(username)s has exactly the company's schedule, and will follow any changes to it.") % {
            "username": user.username
        }
    return _("Outside these hours the user cannot sign in, and any open session ends.")


def _company_effect(own: Mapping[str, Week], wanted: Week) -> str:
    cut = [name for name, week in own.items() if not is_inside(week, wanted)]
    everybody = _("Users without their own hours follow the company's.")
    if not cut:
        return _("No user's own hours are reduced.") + " " + everybody
    counted = ngettext(
        "%(count)s user has wider hours and is limited to the company's: %(names)s.",
        "%(count)s users have wider hours and are limited to the company's: %(names)s.",
        len(cut),
    ) % {"count": len(cut), "names": listed(cut)}
    return f"{counted} {everybody}"
