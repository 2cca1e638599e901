from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.codec import decode, encode
from schedules.changes import SetCompanySchedule
from schedules.enums import Refusal
from schedules.rules import (
    CLOSED,
    EVERY_HOUR,
    Week,
    Window,
    can_enter_within,
    days_outside,
    intersection,
    is_inside,
    monetary_check,
    next_change,
    office_windows,
    overlap,
    window_check,
)

BOGOTA = ZoneInfo("America/Bogota")
OFFICE = Window(time(8, 0), time(18, 0))
OFFICE_WEEK = Week((OFFICE,) * 5 + (None, None), False, False, False, False)
HOLIDAY = date(2026, 12, 8)  # a Tuesday


def test_office_hours_stay_within_the_companys() -> None:
    company = Week((Window(time(9), time(12)), None) + (Window(time(0), time(23, 59)),) * 5, True, True, True, True)

    assert office_windows(None) == OFFICE_WEEK.windows
    assert office_windows(company) == (Window(time(9), time(12)), None, OFFICE, OFFICE, OFFICE, None, None)


def is_holiday(day: date) -> bool:
    return day == HOLIDAY


def no_holiday(day: date) -> bool:
    return False


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BOGOTA)


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        ("2026-11-23T07:59:59", Refusal.WINDOW),
        ("2026-11-23T07:59:59.999999", Refusal.WINDOW),
        ("2026-11-23T08:00:00", None),
        ("2026-11-23T08:00:01", None),
        ("2026-11-23T17:59:59", None),
        ("2026-11-23T18:00:00", None),
        ("2026-11-23T18:00:59.999999", None),
        ("2026-11-23T18:01:00", Refusal.WINDOW),
        ("2026-11-27T18:00:59", None),
        ("2026-11-28T12:00:00", Refusal.WINDOW),
        ("2026-11-30T12:00:00", None),
        ("2026-11-30T23:59:59", Refusal.WINDOW),
        ("2026-12-08T12:00:00", Refusal.HOLIDAY),
    ],
)
def test_office_hours_hold_to_the_second_at_both_edges(moment: str, refusal: Refusal | None) -> None:
    local = at(moment)

    assert window_check(OFFICE_WEEK, local, is_holiday=is_holiday(local.date())) == refusal


@pytest.mark.parametrize("moment", ["2026-11-30T23:59:59.999999", "2026-12-01T00:00:00", "2026-12-31T23:59:59"])
def test_until_2359_means_to_the_very_end_of_the_day(moment: str) -> None:
    assert window_check(EVERY_HOUR, at(moment), is_holiday=False) is None


def test_hours_past_midnight_are_two_days() -> None:
    friday_night = Week(
        (None, None, None, None, Window(time(22, 0), time(23, 59)), Window(time(0, 0), time(2, 0)), None),
        True,
        True,
        True,
        True,
    )

    answers = [
        window_check(friday_night, at(moment), is_holiday=False)
        for moment in (
            "2026-11-27T21:59:59",
            "2026-11-27T22:00:00",
            "2026-11-27T23:59:59",
            "2026-11-28T00:00:00",
            "2026-11-28T02:00:59",
            "2026-11-28T02:01:00",
        )
    ]

    assert answers == [Refusal.WINDOW, None, None, None, None, Refusal.WINDOW]


@pytest.mark.parametrize(
    ("instant", "refusal"),
    [
        ("2026-12-01T04:59:59+00:00", Refusal.WINDOW),  # Monday the 30th, 23:59:59 in Bogotá
        ("2026-12-01T05:00:00+00:00", None),  # Tuesday the 1st, 00:00 in Bogotá
        ("2026-12-02T04:59:59+00:00", None),
        ("2026-12-02T05:00:00+00:00", Refusal.WINDOW),
    ],
)
def test_the_day_is_bogotas_and_not_the_servers(instant: str, refusal: Refusal | None) -> None:
    tuesdays = Week((None, Window(time(0, 0), time(23, 59)), *(None,) * 5), True, True, True, True)
    local = datetime.fromisoformat(instant).astimezone(BOGOTA)

    assert window_check(tuesdays, local, is_holiday=False) == refusal


def test_a_holiday_with_access_has_its_weekdays_window() -> None:
    week = Week(OFFICE_WEEK.windows, True, False, False, False)

    assert week.on(HOLIDAY, is_holiday=True) == OFFICE
    assert OFFICE_WEEK.on(HOLIDAY, is_holiday=True) is None


@pytest.mark.parametrize(
    ("day", "holiday", "ticks", "missing"),
    [
        (date(2026, 11, 27), False, (), []),
        (date(2026, 11, 28), False, (), ["saturday"]),
        (date(2026, 11, 28), False, ("saturday",), []),
        (date(2026, 11, 29), False, ("saturday",), ["sunday"]),
        (date(2026, 12, 8), True, (), ["holiday"]),
        (date(2026, 12, 8), True, ("holiday",), []),
        (date(2026, 11, 28), True, ("saturday",), ["holiday"]),
        (date(2026, 11, 28), True, ("holiday",), ["saturday"]),
        (date(2026, 11, 28), True, (), ["saturday", "holiday"]),
        (date(2026, 11, 28), True, ("saturday", "holiday"), []),
        (date(2026, 11, 29), True, ("sunday", "holiday"), []),
    ],
)
def test_money_moves_on_special_days_with_every_tick_they_need(
    day: date, holiday: bool, ticks: tuple[str, ...], missing: list[str]
) -> None:
    week = Week(EVERY_HOUR.windows, True, "saturday" in ticks, "sunday" in ticks, "holiday" in ticks)

    assert monetary_check(week, day, is_holiday=holiday) == missing


@pytest.mark.parametrize(
    ("moment", "changes"),
    [
        ("2026-11-23T07:00:00", "2026-11-23T08:00:00"),
        ("2026-11-23T08:00:00", "2026-11-23T18:01:00"),
        ("2026-11-23T18:00:59", "2026-11-23T18:01:00"),
        ("2026-11-23T18:01:00", "2026-11-24T08:00:00"),
        ("2026-11-27T19:00:00", "2026-11-30T08:00:00"),
        ("2026-12-07T19:00:00", "2026-12-09T08:00:00"),
        ("2026-12-08T12:00:00", "2026-12-09T08:00:00"),
    ],
)
def test_the_next_change_is_the_next_opening_or_closing(moment: str, changes: str) -> None:
    assert next_change(OFFICE_WEEK, at(moment), is_holiday) == at(changes)


def test_what_is_open_over_midnight_does_not_close_there() -> None:
    no_sundays = Week((*EVERY_HOUR.windows[:6], None), True, True, True, True)

    assert next_change(no_sundays, at("2026-11-23T10:00:00"), no_holiday) == at("2026-11-29T00:00:00")


@pytest.mark.parametrize("week", [EVERY_HOUR, CLOSED])
def test_what_never_changes_has_no_next_change(week: Week) -> None:
    assert next_change(week, at("2026-11-23T10:00:00"), no_holiday) is None


def test_somebody_can_enter_within_seven_days_or_cannot() -> None:
    mondays = Week((OFFICE, *(None,) * 6), False, False, False, False)
    monday_noon, monday_evening = at("2026-12-07T12:00:00"), at("2026-12-07T18:01:00")

    assert can_enter_within(mondays, monday_noon, no_holiday, days=7)
    assert can_enter_within(mondays, monday_evening, no_holiday, days=7)
    assert not can_enter_within(mondays, monday_evening, no_holiday, days=6)
    assert not can_enter_within(mondays, monday_evening, lambda day: day == date(2026, 12, 14), days=7)
    assert not can_enter_within(CLOSED, monday_noon, no_holiday, days=7)


def test_windows_that_do_not_meet_leave_nothing() -> None:
    assert overlap(Window(time(8), time(12)), Window(time(12, 1), time(18))) is None
    assert overlap(Window(time(8), time(12)), Window(time(12), time(18))) == Window(time(12), time(12))
    assert overlap(None, OFFICE) is None


def test_what_exceeds_the_company_is_named() -> None:
    wanted = Week((Window(time(7, 59), time(18, 0)), *(OFFICE,) * 5, None), True, True, False, False)

    assert days_outside(wanted, OFFICE_WEEK) == ["monday", "saturday", "holiday_access", "monetary_saturday"]


times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
windows = st.none() | st.tuples(times, times).map(lambda pair: Window(min(pair), max(pair)))
weeks = st.builds(Week, st.tuples(*[windows] * 7), st.booleans(), st.booleans(), st.booleans(), st.booleans())
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(tzinfo=BOGOTA))


@given(user=weeks, company=weeks, local=moments, holiday=st.booleans())
def test_nobody_is_inside_when_the_company_is_not(user: Week, company: Week, local: datetime, holiday: bool) -> None:
    effective = intersection(user, company)

    may_enter = window_check(effective, local, is_holiday=holiday) is None
    both_may = all(window_check(week, local, is_holiday=holiday) is None for week in (user, company))
    missing = {tick for week in (user, company) for tick in monetary_check(week, local.date(), is_holiday=holiday)}

    assert is_inside(effective, company)
    assert may_enter == both_may
    assert set(monetary_check(effective, local.date(), is_holiday=holiday)) == missing


@given(week=weeks, local=moments)
def test_nothing_changes_before_the_next_change(week: Week, local: datetime) -> None:
    change = next_change(week, local, is_holiday)

    def is_open(moment: datetime) -> bool:
        return window_check(week, moment, is_holiday=is_holiday(moment.date())) is None

    if change is None:
        samples = [local + timedelta(days=day) for day in range(30)]
        assert {is_open(moment) for moment in samples} == {is_open(local)}
    else:
        middle = local + (change - local) / 2
        assert is_open(middle) == is_open(change - timedelta(microseconds=1)) == is_open(local)
        assert is_open(change) != is_open(local)


@given(week=weeks)
def test_a_week_survives_the_way_through_a_change(week: Week) -> None:
    wanted = SetCompanySchedule(week=week)

    assert decode(wanted.key, encode(wanted)) == wanted
