"""The schedule's part of the entry checks, and of the question whether money may move."""

from datetime import datetime

from django.utils.translation import gettext as _

from directory.models import User
from rights.rules.checks import Check
from schedules import rules
from schedules.enums import Refusal
from schedules.selectors import EffectiveSchedule, Moment, moment_of, schedule_of
from schedules.wording import DAY_LABELS, day_label, hours


def schedule_checks(user: User, instant: datetime, address: str | None) -> list[Check]:
    """Whether the user may be inside at `instant`; two queries. `until` is when that changes, in the portal's zone."""
    return [window_answer(*_facts(user, instant))]


def monetary_checks(user: User, instant: datetime) -> list[Check]:
    """Whether the user's operations may move money on the local day of `instant`; two queries (S1-100)."""
    return monetary_answers(*_facts(user, instant))


def window_answer(schedule: EffectiveSchedule, moment: Moment) -> Check:
    week = schedule.effective
    is_holiday = bool(moment.holiday_name)
    refusal = rules.window_check(week, moment.local, is_holiday=is_holiday)
    window = week.windows[moment.local.weekday()]
    return Check(
        rule=str(Refusal.HOLIDAY if refusal == Refusal.HOLIDAY else Refusal.WINDOW),
        passed=refusal is None,
        text=_text(refusal, window, moment),
        until=rules.next_change(week, moment.local, moment.is_holiday),
        facts={"at": moment.local.isoformat(), "hours": hours(window), "holiday": moment.holiday_name},
    )


def monetary_answers(schedule: EffectiveSchedule, moment: Moment) -> list[Check]:
    """One check for each tick the day asks for; none on an ordinary weekday."""
    week, day = schedule.effective, moment.local.date()
    asked = rules.monetary_ticks_of(day, is_holiday=bool(moment.holiday_name))
    missing = rules.monetary_check(week, day, is_holiday=bool(moment.holiday_name))
    return [
        Check(
            rule=f"schedule.monetary_{tick}",
            passed=tick not in missing,
            text=_monetary_text(str(DAY_LABELS[tick]), allowed=tick not in missing),
            facts={"day": day.isoformat(), "holiday": moment.holiday_name},
        )
        for tick in asked
    ]


def _facts(user: User, instant: datetime) -> tuple[EffectiveSchedule, Moment]:
    return schedule_of(user, user), moment_of(user.portal, instant)


def _text(refusal: Refusal | None, window: rules.Window | None, moment: Moment) -> str:
    if refusal == Refusal.HOLIDAY:
        return _("There is no access on holidays, and today is one: %(name)s.") % {"name": moment.holiday_name}
    day = day_label(moment.local.date())
    if window is None:
        return _("There is no access on this day: %(day)s.") % {"day": day}
    return _("The access hours of this day are: %(day)s, %(hours)s.") % {"day": day, "hours": hours(window)}


def _monetary_text(day: str, *, allowed: bool) -> str:
    if allowed:
        return _("Monetary transactions are allowed on: %(day)s.") % {"day": day}
    return _("Monetary transactions are not allowed on: %(day)s.") % {"day": day}
