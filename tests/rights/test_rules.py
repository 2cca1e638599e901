from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limits.rules import NOTHING, Amounts
from rights.rules.checks import Check
from rights.rules.decisions import AmountFacts, CapacityFacts, CredentialFacts, Facts, ProductFacts, decide

NOW = datetime(2026, 11, 21, 16, 32, tzinfo=UTC)
DAY_ENDS = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MONTH_ENDS = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)
OCCIRED = SimpleNamespace(decimal_separator=".", group_separator=",")
OPEN_DOOR = (
    Check("company.open", True, "open"),
    Check("user.active", True, "active"),
    Check("address.allowed", True, "allowed"),
    Check("schedule.window", True, "inside"),
    Check("schedule.holiday", True, "no holiday"),
)
VALID = CredentialFacts("permanent", NOW + timedelta(days=1), NOW)
PRODUCT = ProductFacts("CAHOFelipe 251830758", is_assigned=True, is_enabled=True, is_open=True)
CAPACITY = CapacityFacts(
    is_monetary=True,
    operating_role="operator",
    has_active_token=True,
    monetary=(Check("schedule.monetary", True, "monetary day"),),
)
AMOUNT = AmountFacts(
    amount=Decimal("100.00"),
    limit=Amounts(Decimal(100), Decimal(300), Decimal(500)),
    ceiling=Amounts(Decimal(200), Decimal(400), Decimal(600)),
    used_day=Decimal(200),
    used_month=Decimal(400),
    day_ends=DAY_ENDS,
    month_ends=MONTH_ENDS,
    money=OCCIRED,
)
FACTS = Facts(OPEN_DOOR, VALID, CAPACITY, PRODUCT, AMOUNT)


def refused_by(facts: Facts) -> list[str]:
    return [check.rule for check in decide(facts).refusals]


def test_everything_in_order_is_allowed_and_every_rule_was_asked_in_order() -> None:
    decision = decide(FACTS)

    assert decision.allowed
    assert [check.rule for check in decision.checks] == [
        "company.open",
        "user.active",
        "credential.permanent",
        "address.allowed",
        "schedule.window",
        "schedule.holiday",
        "token.active",
        "profile.role",
        "product.open",
        "product.enabled",
        "product.assigned",
        "schedule.monetary",
        "limit.transaction",
        "limit.day",
        "limit.month",
        "ceiling.transaction",
        "ceiling.day",
        "ceiling.month",
    ]


@pytest.mark.parametrize("rule", [check.rule for check in OPEN_DOOR])
def test_one_refusal_at_the_door_refuses_everything_behind_it(rule: str) -> None:
    entry = tuple(replace(check, passed=check.rule != rule) for check in OPEN_DOOR)

    assert refused_by(replace(FACTS, entry=entry)) == [rule]


@pytest.mark.parametrize(
    ("state", "expires_in", "allowed"),
    [
        ("permanent", timedelta(seconds=1), True),
        ("permanent", timedelta(0), False),
        ("permanent", None, True),
        ("generated", timedelta(hours=1), False),
        ("none", None, False),
    ],
)
def test_only_a_password_of_ones_own_that_holds_lets_one_in(
    state: str, expires_in: timedelta | None, allowed: bool
) -> None:
    expires = NOW + expires_in if expires_in is not None else None

    decision = decide(Facts(OPEN_DOOR, CredentialFacts(state, expires, NOW)))

    assert decision.allowed is allowed


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"has_active_token": False}, "token.active"),
        ({"operating_role": "supervisor"}, "profile.role"),
        ({"operating_role": None}, "profile.role"),
        ({"monetary": (Check("schedule.monetary", False, "Sunday"),)}, "schedule.monetary"),
    ],
)
def test_an_operation_needs_token_role_and_a_monetary_day(change: dict[str, object], rule: str) -> None:
    assert refused_by(replace(FACTS, capacity=replace(CAPACITY, **change))) == [rule]


def test_the_bank_is_who_gives_a_missing_token() -> None:
    refused = decide(replace(FACTS, capacity=replace(CAPACITY, has_active_token=False))).refusals

    assert [check.remedy for check in refused] == ["bank"]


@pytest.mark.parametrize("role", ["operator", "both"])
def test_who_captures_may_operate(role: str) -> None:
    assert decide(replace(FACTS, capacity=replace(CAPACITY, operating_role=role))).allowed


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"is_assigned": False}, "product.assigned"),
        ({"is_enabled": False}, "product.enabled"),
        ({"is_open": False}, "product.open"),
    ],
)
def test_a_product_must_be_open_enabled_and_assigned(change: dict[str, bool], rule: str) -> None:
    assert refused_by(Facts(OPEN_DOOR, VALID, product=replace(PRODUCT, **change))) == [rule]


@pytest.mark.parametrize(
    ("amount", "used_day", "used_month", "rules"),
    [
        ("100.00", "200.00", "400.00", []),
        ("100.01", "0.00", "0.00", ["limit.transaction"]),
        ("100.00", "200.01", "400.00", ["limit.day"]),
        ("100.00", "200.00", "400.01", ["limit.month"]),
        ("100.00", "300.01", "400.00", ["limit.day", "ceiling.day"]),
        ("250.00", "0.00", "0.00", ["limit.transaction", "ceiling.transaction"]),
    ],
)
def test_the_last_cent_fits_and_one_more_does_not(
    amount: str, used_day: str, used_month: str, rules: list[str]
) -> None:
    asked = replace(AMOUNT, amount=Decimal(amount), used_day=Decimal(used_day), used_month=Decimal(used_month))

    assert refused_by(replace(FACTS, amount=asked)) == rules


def test_without_a_limit_nothing_may_be_moved() -> None:
    asked = replace(AMOUNT, limit=NOTHING, amount=Decimal("0.01"), used_day=Decimal(0), used_month=Decimal(0))

    assert refused_by(replace(FACTS, amount=asked)) == ["limit.transaction", "limit.day", "limit.month"]


def test_a_ceiling_lowered_below_the_limit_rules() -> None:
    ceiling = Amounts(Decimal(50), Decimal(300), Decimal(500))

    assert refused_by(replace(FACTS, amount=replace(AMOUNT, ceiling=ceiling))) == ["ceiling.transaction"]


def test_a_used_up_day_says_until_when_and_what_it_looked_at() -> None:
    asked = replace(AMOUNT, used_day=Decimal("250.00"))

    refusal = decide(replace(FACTS, amount=asked)).refusals[0]

    assert refusal.until == DAY_ENDS
    assert refusal.facts == {"amount": "100.00", "bound": "300.00", "used": "250.00"}


def test_waiting_does_not_help_an_amount_that_never_fits() -> None:
    asked = replace(AMOUNT, amount=Decimal("301.00"), used_day=Decimal(0), used_month=Decimal(0))

    day = next(check for check in decide(replace(FACTS, amount=asked)).refusals if check.rule == "limit.day")

    assert day.until is None


def test_an_inquiry_asks_neither_token_nor_money() -> None:
    capacity = CapacityFacts(
        is_monetary=False,
        operating_role="operator",
        has_active_token=False,
        monetary=(Check("schedule.monetary", False, "Sunday"),),
    )

    assert decide(replace(FACTS, capacity=capacity, amount=replace(AMOUNT, limit=NOTHING))).allowed


MONEY = st.decimals(min_value=0, max_value=1000, places=2)


@pytest.mark.long
@settings(max_examples=2000)
@given(amounts=st.lists(MONEY, min_size=8, max_size=8), amount=MONEY)
def test_what_is_allowed_never_exceeds_limit_or_ceiling(amounts: list[Decimal], amount: Decimal) -> None:
    limit, ceiling, (used_day, used_month) = Amounts(*amounts[:3]), Amounts(*amounts[3:6]), amounts[6:]
    asked = replace(AMOUNT, amount=amount, limit=limit, ceiling=ceiling, used_day=used_day, used_month=used_month)

    allowed = decide(replace(FACTS, amount=asked)).allowed

    assert allowed == (
        amount <= min(limit.transaction, ceiling.transaction)
        and used_day + amount <= min(limit.day, ceiling.day)
        and used_month + amount <= min(limit.month, ceiling.month)
    )
