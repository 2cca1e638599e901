from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limits.rules import (
    NOTHING,
    Amounts,
    Typed,
    available,
    effective_limit,
    is_cut,
    limit_problems,
    percent_used,
    period_ends,
    period_keys,
)

CEILING = Amounts(Decimal(50), Decimal(100), Decimal(900))


def amounts(transaction: str, day: str, month: str) -> Amounts:
    return Amounts(Decimal(transaction), Decimal(day), Decimal(month))


@pytest.mark.parametrize(
    ("limit", "problems"),
    [
        (("0.00", "0.00", "0.00"), []),
        (("50.00", "100.00", "900.00"), []),
        (("0.00", "10.00", "20.00"), [("transaction", "none_at_once")]),
        (("0.00", "0.00", "20.00"), [("transaction", "none_at_once")]),
        (("0.00", "10.00", "5.00"), [("transaction", "none_at_once"), ("month", "below_day")]),
        (("20.00", "20.00", "20.00"), []),
        (("50.01", "100.00", "900.00"), [("transaction", "above_ceiling")]),
        (("50.00", "100.01", "900.00"), [("day", "above_ceiling")]),
        (("50.00", "100.00", "900.01"), [("month", "above_ceiling")]),
        (("20.01", "20.00", "20.00"), [("day", "below_transaction")]),
        (("20.00", "20.01", "20.00"), [("month", "below_day")]),
        (("-0.01", "0.00", "0.00"), [("transaction", "negative")]),
        (
            ("60.00", "40.00", "30.00"),
            [("transaction", "above_ceiling"), ("day", "below_transaction"), ("month", "below_day")],
        ),
        (
            ("60.00", "110.00", "950.00"),
            [("transaction", "above_ceiling"), ("day", "above_ceiling"), ("month", "above_ceiling")],
        ),
    ],
)
def test_a_limit_grows_with_its_period_and_stays_under_the_ceiling(
    limit: tuple[str, str, str], problems: list[tuple[str, str]]
) -> None:
    found = limit_problems(amounts(*limit), CEILING)

    assert [(problem.period, problem.rule) for problem in found] == problems


def test_a_problem_names_the_amount_it_breaks() -> None:
    [above] = limit_problems(amounts("50.00", "100.01", "900.00"), CEILING)
    [below] = limit_problems(amounts("20.00", "10.00", "10.00"), CEILING)

    assert above.bound == Decimal(100)
    assert below.bound == Decimal(20)


@pytest.mark.parametrize(
    ("typed", "rules"),
    [
        (("50.01", None, None), ["above_ceiling"]),
        ((None, "100.01", "1"), ["above_ceiling", "below_day"]),
        ((None, "1", None), []),
        (("20", None, "10"), []),
        (("0", None, "10"), ["none_at_once"]),
    ],
)
def test_what_cannot_be_read_hides_no_other_problem(typed: tuple[str | None, ...], rules: list[str]) -> None:
    limit = Typed(*(None if amount is None else Decimal(amount) for amount in typed))

    assert [problem.rule for problem in limit_problems(limit, CEILING)] == rules


@pytest.mark.parametrize(
    ("used", "limit", "percent"), [("0", "10", 0), ("2.5", "10", 25), ("11", "10", 100), ("1", "0", 100)]
)
def test_use_is_told_in_percent_of_the_limit_and_never_above_all_of_it(used: str, limit: str, percent: int) -> None:
    assert percent_used(Decimal(used), Decimal(limit)) == percent


def test_without_a_ceiling_only_nothing_is_allowed() -> None:
    assert limit_problems(NOTHING, NOTHING) == []
    assert [problem.rule for problem in limit_problems(amounts("0.01", "0.01", "0.01"), NOTHING)] == [
        "above_ceiling"
    ] * 3


def test_the_smaller_of_limit_and_ceiling_rules() -> None:
    limit = amounts("60.00", "80.00", "1000.00")

    assert effective_limit(limit, CEILING) == amounts("50.00", "80.00", "900.00")
    assert is_cut(limit, CEILING)
    assert not is_cut(amounts("50.00", "100.00", "900.00"), CEILING)


@pytest.mark.parametrize(("limit", "used", "left"), [("10", "0", "10"), ("10", "10", "0"), ("10", "10.01", "0")])
def test_what_is_left_is_never_less_than_nothing(limit: str, used: str, left: str) -> None:
    assert available(Decimal(limit), Decimal(used)) == Decimal(left)


MONEY = st.decimals(min_value=0, max_value=Decimal("9999999999999999.99"), places=2)
ANY_AMOUNTS = st.builds(Amounts, MONEY, MONEY, MONEY)
GROWING = st.lists(MONEY, min_size=3, max_size=3).map(lambda three: Amounts(*sorted(three)))


@pytest.mark.long
@settings(max_examples=4_000)
@given(limit=ANY_AMOUNTS, ceiling=GROWING)
def test_delegation_never_exceeds_the_delegator(limit: Amounts, ceiling: Amounts) -> None:
    """What is accepted, and what holds in fact, is transaction <= day <= month <= company (security.md, 36)."""
    accepted = not limit_problems(limit, ceiling)
    holds = effective_limit(limit if accepted else Amounts(*sorted(limit)), ceiling)

    assert accepted == (
        limit.transaction <= limit.day <= limit.month
        and (limit.transaction > 0 or limit.month == 0)
        and limit.transaction <= ceiling.transaction
        and limit.day <= ceiling.day
        and limit.month <= ceiling.month
    )
    assert holds.transaction <= holds.day <= holds.month <= ceiling.month
    assert holds.transaction <= ceiling.transaction
    assert holds.day <= ceiling.day


BOGOTA = ZoneInfo("America/Bogota")


@pytest.mark.parametrize(
    ("instant", "keys", "day_ends", "month_ends"),
    [
        ("2026-11-21T04:59:59Z", ("2026-11-20", "2026-11"), "2026-11-21T05Z", "2026-12-01T05Z"),
        ("2026-11-21T05:00:00Z", ("2026-11-21", "2026-11"), "2026-11-22T05Z", "2026-12-01T05Z"),
        ("2026-12-01T04:59:59Z", ("2026-11-30", "2026-11"), "2026-12-01T05Z", "2026-12-01T05Z"),
        ("2027-01-01T05:00:00Z", ("2027-01-01", "2027-01"), "2027-01-02T05Z", "2027-02-01T05Z"),
        ("2028-01-31T12:00:00Z", ("2028-01-31", "2028-01"), "2028-02-01T05Z", "2028-02-01T05Z"),
    ],
)
def test_day_and_month_are_those_of_the_portal(
    instant: str, keys: tuple[str, str], day_ends: str, month_ends: str
) -> None:
    local = datetime.fromisoformat(instant).astimezone(BOGOTA)

    assert period_keys(local) == keys
    assert [end.astimezone(UTC) for end in period_ends(local)] == [
        datetime.fromisoformat(day_ends),
        datetime.fromisoformat(month_ends),
    ]
