"""Windows of the week: pure functions over local days and times (S1-095..102, decisions 15 to 18)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from schedules.enums import Refusal

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONETARY_TICKS = ("saturday", "sunday", "holiday")
SATURDAY, SUNDAY = 5, 6
HORIZON_DAYS = 35

IsHoliday = Callable[[date], bool]


@dataclass(frozen=True)
class Window:
    """From the first second of `start` to the last of the minute `end` (decision 17); both times of one local day."""

    start: time
    end: time

    def holds(self, at: time) -> bool:
        return self.start <= at.replace(second=0, microsecond=0, tzinfo=None) <= self.end


@dataclass(frozen=True)
class Week:
    """A whole schedule: seven windows from Monday on (None is a closed day), and what applies on holidays and to
    money."""

    windows: tuple[Window | None, ...]
    holiday_access: bool
    monetary_saturday: bool
    monetary_sunday: bool
    monetary_holiday: bool

    def on(self, day: date, *, is_holiday: bool) -> Window | None:
        """The window of a day: a holiday's is its weekday's, or none at all (decision 16)."""
        return None if is_holiday and not self.holiday_access else self.windows[day.weekday()]

    def allows_money(self, tick: str) -> bool:
        return bool(getattr(self, f"monetary_{tick}"))


EVERY_HOUR = Week((Window(time(0, 0), time(23, 59)),) * 7, True, True, True, True)
OFFICE_HOURS = Window(time(8, 0), time(18, 0))
OFFICE_DAYS = 5
CLOSED = Week((None,) * 7, False, False, False, False)


def overlap(one: Window | None, other: Window | None) -> Window | None:
    if one is None or other is None:
        return None
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Window(start, end) if start <= end else None


def office_windows(company: Week | None) -> tuple[Window | None, ...]:
    """Office hours from Monday to Friday, as far as the company's schedule allows them."""
    office = (OFFICE_HOURS,) * OFFICE_DAYS + (None,) * (len(DAYS) - OFFICE_DAYS)
    if company is None:
        return office
    return tuple(overlap(*pair) for pair in zip(office, company.windows, strict=True))


def intersection(user: Week, company: Week) -> Week:
    """What applies when the company's schedule is narrower than the user's (decision 18)."""
    return Week(
        windows=tuple(overlap(*pair) for pair in zip(user.windows, company.windows, strict=True)),
        holiday_access=user.holiday_access and company.holiday_access,
        monetary_saturday=user.monetary_saturday and company.monetary_saturday,
        monetary_sunday=user.monetary_sunday and company.monetary_sunday,
        monetary_holiday=user.monetary_holiday and company.monetary_holiday,
    )


def is_inside(user: Week, company: Week) -> bool:
    """Whether a user's schedule lies within the company's (S1-102)."""
    return intersection(user, company) == user


def days_outside(user: Week, company: Week) -> list[str]:
    """The names of the days, and `holiday_access` or `monetary_…`, in which a user's schedule exceeds the company's."""
    inside = intersection(user, company)
    days = [day for day, kept, wanted in zip(DAYS, inside.windows, user.windows, strict=True) if kept != wanted]
    ticks = ["holiday_access", *(f"monetary_{tick}" for tick in MONETARY_TICKS)]
    return days + [tick for tick in ticks if getattr(inside, tick) != getattr(user, tick)]


def window_check(week: Week, local: datetime, *, is_holiday: bool) -> Refusal | None:
    """Why nobody with this schedule may be signed in at this local moment; None if they may."""
    if is_holiday and not week.holiday_access:
        return Refusal.HOLIDAY
    window = week.windows[local.weekday()]
    return None if window and window.holds(local.time()) else Refusal.WINDOW


def monetary_check(week: Week, day: date, *, is_holiday: bool) -> list[str]:
    """The ticks missing for moving money on a local day; a holiday on a weekend needs both (decision 16)."""
    return [tick for tick in monetary_ticks_of(day, is_holiday=is_holiday) if not week.allows_money(tick)]


def monetary_ticks_of(day: date, *, is_holiday: bool) -> list[str]:
    """The ticks a day requires: none on an ordinary day from Monday to Friday."""
    weekend = {SATURDAY: ["saturday"], SUNDAY: ["sunday"]}.get(day.weekday(), [])
    return [*weekend, "holiday"] if is_holiday else weekend


def next_change(week: Week, local: datetime, is_holiday: IsHoliday) -> datetime | None:
    """The next local moment at which the schedule opens or closes, or None if it does not within five weeks.

    `local` carries the portal's zone and so does the answer. What is open until 23:59 and again from 00:00 stays open.
    """
    now = local.replace(tzinfo=None)
    closes_at = None
    for opens, closes in _spans(week, local.date(), is_holiday):
        if closes <= now:
            continue
        if closes_at is None and opens > now:
            return opens.replace(tzinfo=local.tzinfo)
        if closes_at is not None and opens > closes_at:
            break
        closes_at = closes
    horizon = datetime.combine(local.date() + timedelta(days=HORIZON_DAYS), time())
    return None if closes_at is None or closes_at == horizon else closes_at.replace(tzinfo=local.tzinfo)


def _spans(week: Week, first: date, is_holiday: IsHoliday) -> Iterator[tuple[datetime, datetime]]:
    """When the schedule is open, day by day from `first`, as wall-clock times; the second one is excluded."""
    for offset in range(HORIZON_DAYS):
        day = first + timedelta(days=offset)
        window = week.on(day, is_holiday=is_holiday(day))
        if window:
            yield datetime.combine(day, window.start), datetime.combine(day, window.end) + timedelta(minutes=1)


def can_enter_within(week: Week, local: datetime, is_holiday: IsHoliday, *, days: int) -> bool:
    """Whether somebody with this schedule can be signed in at some moment of the next `days` days (decision 28)."""
    now, limit = local.replace(tzinfo=None), local.replace(tzinfo=None) + timedelta(days=days)
    return any(closes > now and opens < limit for opens, closes in _spans(week, local.date(), is_holiday))
