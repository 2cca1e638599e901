"""What the pages show: the week component's rows and the next holidays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from schedules.labels import DAY_LABELS, hours, yes_no
from schedules.rules import DAYS, MONETARY_TICKS, Week, Window
from schedules.selectors import EffectiveSchedule, Moment

NEXT_HOLIDAYS = 3


@dataclass(frozen=True)
class DayRow:
    """One line of the read-only table; `cut_from` is what was stored where the company's schedule is narrower."""

    label: str
    window: Window | None
    cut_from: str


@dataclass(frozen=True)
class NextHoliday:
    day: date
    name: str
    weekday: str
    hours: str


def day_rows(schedule: EffectiveSchedule) -> list[DayRow]:
    pairs = zip(DAYS, schedule.effective.windows, schedule.stored.windows, strict=True)
    return [DayRow(str(DAY_LABELS[day]), kept, "" if kept == stored else hours(stored)) for day, kept, stored in pairs]


def cut_ticks(schedule: EffectiveSchedule) -> list[str]:
    """The yes and no answers that the company's schedule overrides, in words."""
    kept, stored = schedule.effective, schedule.stored
    cut = [str(DAY_LABELS["holiday"])] if kept.holiday_access != stored.holiday_access else []
    money = [DAY_LABELS[tick] for tick in MONETARY_TICKS if kept.allows_money(tick) != stored.allows_money(tick)]
    return cut + [_("Monetary transactions: %(day)s") % {"day": day} for day in money]


def ticks_in_words(week: Week) -> list[tuple[str, bool, str]]:
    """Label, answer and its word for Sábado, Domingo, Festivo (S1-100)."""
    return [
        (str(DAY_LABELS[tick]), week.allows_money(tick), yes_no(week.allows_money(tick))) for tick in MONETARY_TICKS
    ]


def week_rows(schedule: EffectiveSchedule, moment: Moment) -> list[dict[str, Any]]:
    """The coming seven days by weekday, from Monday on, as components/week.html draws them."""
    today = moment.local.date()
    rows = []
    for place, day in enumerate(DAYS):
        coming = today + timedelta(days=(place - today.weekday()) % len(DAYS))
        rows.append(
            {
                "label": str(DAY_LABELS[day]),
                "company": _times(schedule.company.windows[place]),
                "user": _times(schedule.effective.windows[place]),
                "is_today": coming == today,
                "note": _note(schedule.effective, coming, moment),
            }
        )
    return rows


def next_holidays(week: Week, moment: Moment) -> list[NextHoliday]:
    days: Iterable[tuple[date, str]] = list(moment.holidays.items())[:NEXT_HOLIDAYS]
    return [
        NextHoliday(day, name, str(DAY_LABELS[DAYS[day.weekday()]]), hours(week.on(day, is_holiday=True)))
        for day, name in days
    ]


def _times(window: Window | None) -> tuple[Any, Any] | None:
    return (window.start, window.end) if window else None


def _note(week: Week, coming: date, moment: Moment) -> str:
    if coming not in moment.holidays:
        return ""
    name = {"name": moment.holidays[coming]}
    return _("Holiday: %(name)s") % name if week.holiday_access else _("Holiday without access: %(name)s") % name
