"""Schedules and holidays. Call them inside a tenancy scope."""

from datetime import date, time
from typing import Any

from directory.models import Company, User
from schedules.models import AccessSchedule, Holiday
from schedules.rules import EVERY_HOUR, Week, Window

OFFICE = Window(time(8, 0), time(18, 0))
OFFICE_WEEK = Week((OFFICE,) * 5 + (None, None), False, False, False, False)


def company_week(company: Company, week: Week = EVERY_HOUR) -> AccessSchedule:
    """The schedule every company has, changed to `week`."""
    row = AccessSchedule.objects.get(company=company, user=None)
    row.week = week
    row.save()
    return row


def own_week(user: User, week: Week) -> AccessSchedule:
    row = AccessSchedule(company=user.company, user=user)
    row.week = week
    row.save()
    return row


def holiday(day: date, **values: Any) -> Holiday:
    return Holiday.objects.create(**{"country": "CO", "day": day, "name": "Día del Banco", **values})
