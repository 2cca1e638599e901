from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.authority import Authority
from audit.enums import Event
from audit.services import Target, record_write, target_of_company
from directory.models import Company, Profile, User
from notifications.enums import Notice
from notifications.services import tell_all
from schedules.labels import snapshot_of
from schedules.models import AccessSchedule, Holiday, ProfileSchedule
from schedules.rules import Week


def lock_schedules(*, viewer: User, user_ids: Collection[UUID] = ()) -> None:
    """Locks the company's schedule, then the users' own where there are any."""
    rows = AccessSchedule.objects.of(viewer).select_for_update()
    list(rows.filter(user=None).values_list("pk"))
    if user_ids:
        list(rows.filter(user_id__in=user_ids).order_by("pk").values_list("pk"))


def set_user_schedule(*, authority: Authority, user: User, week: Week | None) -> None:
    """Gives a user their own hours (S1-102), or the company's again if `week` is None."""
    set_schedules(authority=authority, weeks=[(user, week)])


def set_schedules(*, authority: Authority, weeks: Sequence[tuple[User, Week | None]]) -> None:
    """The same for many users of one company, in two statements."""
    following = [user.pk for user, week in weeks if week is None]
    if following:
        AccessSchedule.objects.of(weeks[0][0]).filter(user_id__in=following).delete()
    rows = []
    for user, week in weeks:
        if week is not None:
            row = AccessSchedule(company_id=user.company_id, user=user)
            row.week = week
            rows.append(row)
    key = {"id", "company", "user"}
    columns = [field.name for field in AccessSchedule._meta.concrete_fields if field.name not in key]
    AccessSchedule.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["company", "user"], update_fields=columns
    )
    tell_all(Notice.HOURS_CHANGED, [(user, {}) for user, _week in weeks], authority=authority)


def set_company_schedule(*, authority: Authority, company: Company, week: Week) -> None:
    row = AccessSchedule.objects.of(company).filter(user=None).first()
    _save(row or AccessSchedule(company=company), week)


def set_profile_schedule(*, authority: Authority, profile: Profile, week: Week | None) -> None:
    """The week new users of the profile begin with; None is the company's."""
    rows = ProfileSchedule.objects.of(profile).filter(profile=profile)
    if week is None:
        rows.delete()
    else:
        _save(rows.first() or ProfileSchedule(company_id=profile.company_id, profile=profile), week)


@transaction.atomic
def set_company_schedule_by_bank(*, authority: Authority, row: AccessSchedule) -> None:
    """The bank's own change of a company's schedule, with its audit row."""
    before = AccessSchedule.objects.of(row.company).select_for_update().filter(user=None).first()
    set_company_schedule(authority=authority, company=row.company, week=row.week)
    record_write(
        authority,
        Event.SCHEDULE_CHANGED,
        company_id=row.company_id,
        target=target_of_company(row.company),
        before=snapshot_of(before.week) if before else None,
        after=snapshot_of(row.week),
    )


def open_schedule(*, authority: Authority, company: Company) -> None:
    """A new company starts with every hour of every day, as the guide shows (S1-097)."""
    AccessSchedule.objects.of(company).get_or_create(user=None, defaults={"company": company})


@transaction.atomic
def add_holiday(*, authority: Authority, holiday: Holiday) -> None:
    holiday.save()
    _record_holiday(authority, holiday, after=_holiday_words(holiday))


@transaction.atomic
def remove_holiday(*, authority: Authority, holiday: Holiday) -> None:
    before = _holiday_words(holiday)
    _record_holiday(authority, holiday, before=before)
    holiday.delete()


def _save(row: AccessSchedule | ProfileSchedule, week: Week) -> None:
    row.week = week
    row.save()


def _holiday_words(holiday: Holiday) -> dict[str, str]:
    return {"country": holiday.country, "day": holiday.day.isoformat(), "name": holiday.name}


def _record_holiday(authority: Authority, holiday: Holiday, **change: Any) -> None:
    target = Target("holiday", str(holiday.pk), str(holiday))
    record_write(authority, Event.BACK_OFFICE, company_id=None, target=target, **change)
