"""Days, hours and ticks in words, with the guide's own labels (S1-095..101)."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from schedules.rules import DAYS, Week, Window

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


def words_of(week: Week) -> dict[str, str]:
    """Everything a schedule says, in the order of the screen: what -> words."""
    words = {str(DAY_LABELS[day]): hours(window) for day, window in zip(DAYS, week.windows, strict=True)}
    words[str(DAY_LABELS["holiday"])] = yes_no(week.holiday_access)
    for tick in ("saturday", "sunday", "holiday"):
        words[_("Monetary transactions: %(day)s") % {"day": DAY_LABELS[tick]}] = yes_no(week.allows_money(tick))
    return words
