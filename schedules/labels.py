"""Days, hours and ticks in words, with the guide's own labels (S1-095..101)."""

from datetime import date
from functools import cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from schedules.rules import DAYS, MONETARY_TICKS, Week, Window, days_outside

DAY_LABELS = {
    "monday": pgettext_lazy("schedule", "Monday"),
    "tuesday": pgettext_lazy("schedule", "Tuesday"),
    "wednesday": pgettext_lazy("schedule", "Wednesday"),
    "thursday": pgettext_lazy("schedule", "Thursday"),
    "friday": pgettext_lazy("schedule", "Friday"),
    "saturday": pgettext_lazy("schedule", "Saturday"),
    "sunday": pgettext_lazy("schedule", "Sunday"),
    "holiday": pgettext_lazy("schedule", "Holiday"),
}


def day_label(day: date) -> str:
    return str(DAY_LABELS[DAYS[day.weekday()]])


def hours(window: Window | None) -> str:
    return f"{window.start:%H:%M} – {window.end:%H:%M}" if window else _("No access")


def yes_no(value: bool) -> str:
    """`Si` as the guide writes it (S1-097)."""
    return pgettext("schedule", "Yes") if value else pgettext("schedule", "No")


def snapshot_of(week: Week) -> dict[str, str]:
    """Everything a schedule says, in screen order: what -> words."""
    labels = _labels_in(get_language())
    words = {label: hours(window) for label, window in zip(labels.days, week.windows, strict=True)}
    words[labels.holiday] = yes_no(week.holiday_access)
    for tick, label in labels.ticks:
        words[label] = yes_no(week.allows_money(tick))
    return words


class _Labels(NamedTuple):
    days: tuple[str, ...]
    holiday: str
    ticks: tuple[tuple[str, str], ...]


@cache
def _labels_in(_language: str | None) -> _Labels:
    """In the language that is active: a workbook says the weeks of thousands."""
    days = tuple(str(DAY_LABELS[day]) for day in DAYS)
    ticks = tuple((tick, _("Monetary transactions: %(day)s") % {"day": DAY_LABELS[tick]}) for tick in MONETARY_TICKS)
    return _Labels(days, str(DAY_LABELS["holiday"]), ticks)


def outside_problems(wanted: Week, company: Week) -> dict[str, ValidationError]:
    """The form's fields outside the company's schedule, each with the company's window (S1-102)."""
    outside = days_outside(wanted, company)
    problems = {}
    for day, window, limit in zip(DAYS, wanted.windows, company.windows, strict=True):
        if day in outside and window:
            edge = "end" if limit and limit.start <= window.start <= limit.end else "start"
            problems[f"{day}_{edge}"] = _window_problem(limit)
    for tick in ("holiday_access", *(f"monetary_{tick}" for tick in MONETARY_TICKS)):
        if tick in outside:
            problems[tick] = ValidationError(_("The company's schedule does not allow this."), code="outside")
    return problems


def _window_problem(limit: Window | None) -> ValidationError:
    if limit is None:
        return ValidationError(_("The company has no access on this day."), code="outside")
    return ValidationError(_("Outside the company's hours: %(hours)s."), code="outside", params={"hours": hours(limit)})
