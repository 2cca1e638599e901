from typing import Any
from uuid import UUID

from django.db import transaction

from audit.enums import Event
from audit.services import Target, record
from directory.models import Company, User
from schedules.models import AccessSchedule, Holiday
from schedules.rules import Week
from schedules.wording import words_of


def lock_schedules(*, actor: User, user_id: UUID | str | None = None) -> None:
    """Locks the company's schedule, then the user's own where there is one."""
    rows = AccessSchedule.objects.select_for_update().filter(company_id=actor.company_id)
    list(rows.filter(user=None).values_list("pk"))
    if user_id:
        list(rows.filter(user_id=user_id).values_list("pk"))


def set_user_schedule(*, actor: User, user: User, week: Week | None) -> None:
    """Gives a user hours of their own (S1-102), or the company's again when `week` is None."""
    if week is None:
        AccessSchedule.objects.filter(company_id=actor.company_id, user=user).delete()
        return
    row = AccessSchedule.objects.filter(company_id=actor.company_id, user=user).first()
    _save(row or AccessSchedule(company_id=actor.company_id, user=user), week)


def set_company_schedule(*, actor: User, company_id: UUID, week: Week) -> None:
    row = AccessSchedule.objects.filter(company_id=company_id, user=None).first()
    _save(row or AccessSchedule(company_id=company_id), week)


@transaction.atomic
def set_company_schedule_by_bank(*, actor: User, row: AccessSchedule) -> None:
    """The bank's own change of a company's schedule, with its audit row."""
    before = AccessSchedule.objects.select_for_update().filter(company=row.company, user=None).first()
    set_company_schedule(actor=actor, company_id=row.company_id, week=row.week)
    record(
        Event.SCHEDULE_CHANGED,
        actor=actor,
        company_id=row.company_id,
        target=Target("company", str(row.company_id), row.company.legal_name),
        before=words_of(before.week) if before else None,
        after=words_of(row.week),
    )


def open_schedule(*, company: Company) -> None:
    """A new company starts with every hour of every day, as the guide shows (S1-097)."""
    AccessSchedule.objects.get_or_create(company=company, user=None)


@transaction.atomic
def add_holiday(*, actor: User, holiday: Holiday) -> None:
    holiday.save()
    _record_holiday(actor, holiday, after=_holiday_words(holiday))


@transaction.atomic
def remove_holiday(*, actor: User, holiday: Holiday) -> None:
    before = _holiday_words(holiday)
    _record_holiday(actor, holiday, before=before)
    holiday.delete()


def _save(row: AccessSchedule, week: Week) -> None:
    row.week = week
    row.save()


def _holiday_words(holiday: Holiday) -> dict[str, str]:
    return {"country": holiday.country, "day": holiday.day.isoformat(), "name": holiday.name}


def _record_holiday(actor: User, holiday: Holiday, **change: Any) -> None:
    target = Target("holiday", str(holiday.pk), str(holiday))
    record(Event.BACK_OFFICE, actor=actor, company_id=None, target=target, **change)
