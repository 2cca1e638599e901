from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limits.money import Money
from limits.rules import NOTHING, Amounts
from rights.enums import Remedy
from rights.rules.checks import Check
from rights.rules.decisions import Decision, Facts, decide
from rights.rules.entry import AccountFacts, HoursFacts, PasswordFacts, PlaceFacts, TokenFacts
from rights.rules.operations import AmountFacts, CapacityFacts, ProductFacts
from schedules.rules import EVERY_HOUR, Week, Window

NOW = datetime(2026, 11, 21, 16, 32, tzinfo=UTC)
DAY_ENDS = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MONTH_ENDS = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(seconds=1)
TOKEN = "tokens.token/1"
PRODUCT = ProductFacts("CAHOFelipe 251830758", "COP", is_assigned=True, is_enabled=True, is_open=True)
AMOUNT = AmountFacts(
    asked=Money(Decimal("100.00"), "COP"),
    currency="COP",
    limit=Amounts(Decimal(100), Decimal(300), Decimal(500)),
    ceiling=Amounts(Decimal(200), Decimal(400), Decimal(600)),
    used_day=Decimal(200),
    used_month=Decimal(400),
    day_ends=DAY_ENDS,
    month_ends=MONTH_ENDS,
)
DOOR = Facts(
    NOW,
    AccountFacts("secondary", "active", "active"),
    PasswordFacts("permanent", LATER),
    TokenFacts(required=True, active=TOKEN, locked_until=None, brought=TOKEN),
    PlaceFacts("10.1.2.3", ("10.0.0.0/8",), ()),
    HoursFacts(EVERY_HOUR, datetime(2026, 11, 21, 11, 32), {}),
)
FACTS = replace(
    DOOR, has_image=True, capacity=CapacityFacts(is_monetary=True, operating_role="operator"), product=PRODUCT
)
FACTS = replace(FACTS, amount=AMOUNT)


def refused_by(facts: Facts) -> list[str]:
    return [check.rule for check in decide(facts).refusals]


def check_of(facts: Facts, rule: str) -> Check:
    return next(check for check in decide(facts).checks if check.rule == rule)


def asking(amount: str, **change: Any) -> Facts:
    return replace(FACTS, amount=replace(AMOUNT, asked=Money(Decimal(amount), "COP"), **change))


def test_everything_in_order_is_allowed_and_every_rule_was_asked_in_order() -> None:
    decision = decide(FACTS)

    assert decision.allowed
    assert (decision.bar, decision.duty) == (None, None)
    assert [check.rule for check in decision.checks] == [
        "company.open",
        "user.active",
        "credential.usable",
        "token.presented",
        "address.allowed",
        "schedule.window",
        "credential.permanent",
        "image.chosen",
        "token.active",
        "profile.role",
        "product.open",
        "product.enabled",
        "product.assigned",
        "schedule.monetary_saturday",
        "amount.currency",
        "limit.transaction",
        "limit.day",
        "limit.month",
        "ceiling.transaction",
        "ceiling.day",
        "ceiling.month",
    ]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"account": AccountFacts("secondary", "active", "suspended")}, "company.open"),
        ({"account": AccountFacts("secondary", "pending", "active")}, "user.active"),
        ({"password": PasswordFacts("none", None)}, "credential.usable"),
        ({"token": TokenFacts(required=True, active=TOKEN, locked_until=None, brought="")}, "token.presented"),
        ({"place": PlaceFacts("192.168.1.1", ("10.0.0.0/8",), ())}, "address.allowed"),
        ({"place": PlaceFacts("10.1.2.3", ("10.0.0.0/8",), ("10.2.0.0/16",))}, "address.allowed"),
        ({"place": PlaceFacts(None, ("10.0.0.0/8",), ())}, "address.allowed"),
        (
            {"hours": HoursFacts(Week((None,) * 7, True, True, True, True), datetime(2026, 11, 21, 11, 32), {})},
            "schedule.window",
        ),
        (
            {
                "hours": HoursFacts(
                    replace(EVERY_HOUR, holiday_access=False),
                    datetime(2026, 11, 21, 11, 32),
                    {date(2026, 11, 21): "Fiesta"},
                )
            },
            "schedule.holiday",
        ),
    ],
)
def test_one_refusal_at_the_door_refuses_everything_behind_it(change: dict[str, Any], rule: str) -> None:
    decision = decide(replace(FACTS, **change))

    assert [check.rule for check in decision.refusals] == [rule]
    assert decision.bar is decision.refusals[0]
    assert decision.duty is None


@pytest.mark.parametrize(
    ("state", "expires_at", "entry", "outcome"),
    [
        ("permanent", LATER, [], "good"),
        ("permanent", NOW, [], "expired"),
        ("permanent", None, [], "expired"),
        ("generated", LATER, [], "generated"),
        ("generated", NOW, ["credential.usable"], "generated_expired"),
        ("generated", None, ["credential.usable"], "generated_expired"),
        ("none", None, ["credential.usable"], "none"),
    ],
)
def test_a_worthless_password_opens_nothing_and_one_to_be_changed_its_change_alone(
    state: str, expires_at: datetime | None, entry: list[str], outcome: str
) -> None:
    password = PasswordFacts(state, expires_at)
    at_the_door, inside = (decide(replace(facts, password=password)) for facts in (DOOR, FACTS))

    assert [check.rule for check in at_the_door.refusals] == entry
    assert next(check for check in at_the_door.checks if check.rule == "credential.usable").outcome == outcome
    assert inside.allowed == (outcome == "good")
    assert (inside.duty.rule if inside.duty else "") == ("" if entry or outcome == "good" else "credential.permanent")


NONE_ACTIVE = TokenFacts(required=True, active="", locked_until=None, brought="")


@pytest.mark.parametrize(
    ("token", "outcome"),
    [
        (TokenFacts(required=True, active=TOKEN, locked_until=None, brought=TOKEN), "presented"),
        (TokenFacts(required=True, active=TOKEN, locked_until=LATER, brought=TOKEN), "presented"),
        (TokenFacts(required=True, active=TOKEN, locked_until=None, brought=None), "presented"),
        (TokenFacts(required=True, active=TOKEN, locked_until=NOW, brought=None), "presented"),
        (TokenFacts(required=True, active=TOKEN, locked_until=LATER, brought=None), "locked"),
        (TokenFacts(required=True, active=TOKEN, locked_until=None, brought="tokens.token/2"), "withdrawn"),
        (TokenFacts(required=False, active="", locked_until=None, brought=TOKEN), "withdrawn"),
        (TokenFacts(required=True, active=TOKEN, locked_until=None, brought=""), "left_out"),
        (NONE_ACTIVE, "required"),
        (replace(NONE_ACTIVE, brought=None), "required"),
        (replace(NONE_ACTIVE, required=False), "never_had"),
        (replace(NONE_ACTIVE, required=False, brought=None), "never_had"),
    ],
)
def test_once_there_was_a_token_the_password_alone_never_opens(token: TokenFacts, outcome: str) -> None:
    check = check_of(replace(DOOR, token=token), "token.presented")

    assert (check.outcome, check.passed) == (outcome, outcome in {"presented", "never_had"})
    assert check.until == (LATER if outcome == "locked" else None)
    assert check.remedy == Remedy.BANK


@pytest.mark.parametrize(
    ("role", "brought", "duty"),
    [
        ("administrator", "", "token.administration"),
        ("administrator", TOKEN, None),
        ("secondary", "", None),
    ],
)
def test_an_administrator_who_never_had_a_token_administers_nothing(role: str, brought: str, duty: str | None) -> None:
    token = TokenFacts(required=bool(brought), active=brought, locked_until=None, brought=brought)
    account = AccountFacts(role, "active", "active")

    decision = decide(replace(DOOR, account=account, token=token, has_image=True))

    assert decision.bar is None
    assert (decision.duty.rule if decision.duty else None) == duty


def test_duties_come_in_their_order() -> None:
    facts = replace(
        DOOR,
        account=AccountFacts("administrator", "active", "active"),
        password=PasswordFacts("generated", LATER),
        token=TokenFacts(required=False, active="", locked_until=None, brought=""),
        has_image=False,
    )

    assert refused_by(facts) == ["credential.permanent", "image.chosen", "token.administration"]


def test_bank_staff_are_asked_for_account_password_and_token() -> None:
    facts = replace(DOOR, account=AccountFacts("bank", "active", None), place=None, hours=None)

    assert [check.rule for check in decide(facts).checks] == ["user.active", "credential.usable", "token.presented"]


@pytest.mark.parametrize(
    ("role", "remedy"),
    [("secondary", Remedy.ADMINISTRATOR), ("administrator", Remedy.BANK), ("bank", Remedy.BANK)],
)
def test_who_is_refused_is_sent_to_who_runs_them(role: str, remedy: Remedy) -> None:
    company = None if role == "bank" else "active"
    facts = replace(
        DOOR,
        account=AccountFacts(role, "locked", company),
        password=PasswordFacts("none", None),
        place=None,
        hours=None,
    )

    assert [check.remedy for check in decide(facts).refusals] == [remedy, remedy]


@pytest.mark.parametrize(
    ("at", "outcome", "until"),
    [
        (time(7, 59, 59), "outside", datetime(2026, 11, 23, 8, 0)),
        (time(8, 0), "inside", datetime(2026, 11, 23, 19, 1)),
        (time(19, 0, 59), "inside", datetime(2026, 11, 23, 19, 1)),
        (time(19, 1), "outside", datetime(2026, 11, 24, 8, 0)),
    ],
)
def test_the_last_minute_of_the_hours_counts(at: time, outcome: str, until: datetime) -> None:
    week = Week((Window(time(8), time(19)),) * 7, True, True, True, True)
    hours = HoursFacts(week, datetime.combine(date(2026, 11, 23), at), {})

    check = check_of(replace(DOOR, hours=hours), "schedule.window")

    assert (check.outcome, check.passed, check.until) == (outcome, outcome == "inside", until)


def test_an_operation_needs_an_active_token() -> None:
    token = TokenFacts(required=False, active="", locked_until=None, brought="")

    refused = decide(replace(FACTS, token=token)).refusals

    assert [(check.rule, check.remedy) for check in refused] == [("token.active", Remedy.BANK)]


@pytest.mark.parametrize("operating_role", ["supervisor", None])
def test_an_operation_needs_a_profile_that_captures(operating_role: str | None) -> None:
    assert refused_by(replace(FACTS, capacity=CapacityFacts(True, operating_role))) == ["profile.role"]


def test_an_operation_needs_a_monetary_day() -> None:
    hours = HoursFacts(replace(EVERY_HOUR, monetary_saturday=False), datetime(2026, 11, 21, 11, 32), {})

    assert refused_by(replace(FACTS, hours=hours)) == ["schedule.monetary_saturday"]


@pytest.mark.parametrize("role", ["operator", "both"])
def test_who_captures_may_operate(role: str) -> None:
    assert decide(replace(FACTS, capacity=CapacityFacts(True, role))).allowed


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"is_assigned": False}, "product.assigned"),
        ({"is_enabled": False}, "product.enabled"),
        ({"is_open": False}, "product.open"),
    ],
)
def test_a_product_must_be_open_enabled_and_assigned(change: dict[str, Any], rule: str) -> None:
    assert refused_by(replace(DOOR, product=replace(PRODUCT, **change))) == [rule]


@pytest.mark.parametrize(
    ("asked", "product", "limits"), [("USD", "COP", "COP"), ("COP", "USD", "COP"), ("COP", "COP", "USD")]
)
def test_amounts_of_different_currencies_are_refused_and_never_compared(asked: str, product: str, limits: str) -> None:
    amount = replace(AMOUNT, asked=Money(Decimal("0.01"), asked), currency=limits)

    decision = decide(replace(FACTS, product=replace(PRODUCT, currency=product), amount=amount))

    assert [check.rule for check in decision.refusals] == ["amount.currency"]
    assert decision.checks[-1].rule == "amount.currency"
    assert decision.checks[-1].facts == {"asked": asked, "product_currency": product, "limits_currency": limits}


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
    assert refused_by(asking(amount, used_day=Decimal(used_day), used_month=Decimal(used_month))) == rules


def test_without_a_limit_nothing_may_be_moved_and_no_amount_is_called_too_high() -> None:
    decision = decide(asking("0.01", limit=NOTHING, used_day=Decimal(0), used_month=Decimal(0)))

    assert [(check.rule, check.outcome) for check in decision.refusals] == [
        ("limit.transaction", "none"),
        ("limit.day", "none"),
        ("limit.month", "none"),
    ]


def test_a_ceiling_lowered_below_the_limit_rules() -> None:
    ceiling = Amounts(Decimal(50), Decimal(300), Decimal(500))

    assert refused_by(replace(FACTS, amount=replace(AMOUNT, ceiling=ceiling))) == ["ceiling.transaction"]


def test_a_used_up_day_says_until_when_and_what_it_looked_at() -> None:
    asked = replace(AMOUNT, used_day=Decimal("250.00"))

    refusal = decide(replace(FACTS, amount=asked)).refusals[0]

    assert refusal.until == DAY_ENDS
    assert refusal.facts == {"amount": Decimal("100.00"), "bound": Decimal(300), "used": Decimal("250.00")}


def test_waiting_does_not_help_an_amount_that_never_fits() -> None:
    facts = asking("301.00", used_day=Decimal(0), used_month=Decimal(0))

    assert check_of(facts, "limit.day").until is None


def test_an_inquiry_asks_neither_token_nor_money() -> None:
    facts = replace(
        FACTS,
        capacity=CapacityFacts(is_monetary=False, operating_role="operator"),
        token=TokenFacts(required=False, active="", locked_until=None, brought=""),
        hours=HoursFacts(replace(EVERY_HOUR, monetary_saturday=False), datetime(2026, 11, 21, 11, 32), {}),
        amount=replace(AMOUNT, limit=NOTHING),
    )

    assert decide(facts).allowed


def test_an_empty_decision_refuses_nothing() -> None:
    assert Decision(()).allowed


MONEY = st.decimals(min_value=0, max_value=1000, places=2)


@pytest.mark.long
@settings(max_examples=2000)
@given(amounts=st.lists(MONEY, min_size=8, max_size=8), amount=MONEY)
def test_what_is_allowed_never_exceeds_limit_or_ceiling(amounts: list[Decimal], amount: Decimal) -> None:
    limit, ceiling, (used_day, used_month) = Amounts(*amounts[:3]), Amounts(*amounts[3:6]), amounts[6:]

    facts = asking(str(amount), limit=limit, ceiling=ceiling, used_day=used_day, used_month=used_month)

    assert decide(facts).allowed == (
        amount <= min(limit.transaction, ceiling.transaction)
        and used_day + amount <= min(limit.day, ceiling.day)
        and used_month + amount <= min(limit.month, ceiling.month)
    )
