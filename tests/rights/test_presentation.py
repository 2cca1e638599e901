"""The words of a decision: every outcome of every rule has some, and what they say is true."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.utils import translation

from accounts.sessions.rules import limit_checks
from directory.models import Portal
from limits.money import Money
from limits.rules import NOTHING, Amounts
from rights.presentation import TEXTS, shown, text_of, until_of
from rights.rules.checks import Check
from rights.rules.decisions import Facts, decide
from rights.rules.entry import AccountFacts, HoursFacts, PasswordFacts, PlaceFacts, TokenFacts, permission_check
from rights.rules.operations import CapacityFacts, ServiceFacts
from schedules.rules import CLOSED, EVERY_HOUR, Week, Window
from tests.rights.test_rules import AMOUNT, DOOR, FACTS, LATER, NOW, PRODUCT, TOKEN

PORTAL = Portal(
    time_zone="America/Bogota", date_format="Y/m/d", currency="COP", decimal_separator=".", group_separator=","
)
NOON = datetime(2026, 11, 21, 12, 0)
OFFICE = Week((Window(NOON.replace(hour=8).time(), NOON.replace(hour=19).time()),) * 7, False, False, False, False)


def everything() -> list[Facts]:
    """Facts that bring out every outcome of every rule."""
    door = [
        replace(DOOR, account=account, password=password, token=token, has_image=has_image)
        for account, password, token, has_image in product(
            [AccountFacts("secondary", state, "active") for state in ("active", "pending", "inactive", "locked")]
            + [AccountFacts("administrator", "active", "suspended")],
            [PasswordFacts(state, end) for state in ("none", "generated", "permanent") for end in (LATER, NOW)],
            [
                TokenFacts(required, active, locked, brought)
                for required in (True, False)
                for active in ("", TOKEN)
                for locked in (None, LATER)
                for brought in (None, "", TOKEN, "tokens.token/2")
            ],
            (True, False),
        )
    ]
    days = [datetime(2026, 11, day, hour) for day in (20, 21, 22) for hour in (7, 12)]
    hours = [
        replace(FACTS, hours=HoursFacts(week, local, holidays))
        for week, local, holidays in product(
            (OFFICE, EVERY_HOUR, CLOSED), days, ({}, {local.date(): "Fiesta" for local in days})
        )
    ]
    products = [
        replace(FACTS, product=replace(PRODUCT, is_open=yes, is_enabled=yes, is_assigned=yes, currency=currency))
        for yes, currency in product((True, False), ("COP", "USD"))
    ]
    amounts = [
        replace(FACTS, amount=replace(AMOUNT, asked=Money(Decimal(asked), "COP"), limit=bounds, ceiling=bounds))
        for asked, bounds in product(("1", "999"), (NOTHING, Amounts(Decimal(900), Decimal(900), Decimal(900))))
    ]
    place = replace(FACTS, place=PlaceFacts("192.168.1.1", ("10.0.0.0/8",), ()))
    role = replace(FACTS, capacity=CapacityFacts(True, None))
    services = [
        replace(FACTS, service=ServiceFacts(is_opened=yes, label=label))
        for yes, label in product((True, False), ("", "Pagos"))
    ]
    tokenless = replace(FACTS, token=TokenFacts(False, "", None, ""))
    return [*door, *hours, *products, *amounts, *services, place, role, tokenless]


def test_every_outcome_of_every_rule_has_words_and_no_words_are_left_over() -> None:
    found = {(check.rule, check.outcome) for facts in everything() for check in decide(facts).checks}
    sessions = limit_checks(NOW, NOW, NOW + timedelta(days=1), idle=timedelta(minutes=5), longest=timedelta(hours=12))
    elsewhere = {(check.rule, check.outcome) for check in (*sessions, permission_check("secondary"))}

    assert found | elsewhere == set(TEXTS)


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_check_can_be_shown_in_both_languages(language: str) -> None:
    checks = {repr(check): check for facts in everything() for check in decide(facts).checks}

    with translation.override(language):
        lines = shown(checks.values(), PORTAL)

    assert all(line.label and "%(" not in line.label and "None" not in line.label for line in lines)


def bogota(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}-05:00")


@pytest.mark.parametrize(
    ("passed", "until", "shown_until"),
    [
        (True, "2026-11-23T19:01:00", "2026/11/23 19:00"),
        (True, "2026-11-24T00:00:00", "2026/11/23 23:59"),
        (True, "2026-11-23T12:34:56", "2026/11/23 12:34"),
        (False, "2026-11-23T08:00:00", "2026/11/23 08:00"),
        (False, "2026-11-23T12:34:56", "2026/11/23 12:35"),
    ],
)
def test_until_is_the_last_minute_of_what_holds_and_the_first_at_which_a_refusal_may_end(
    passed: bool, until: str, shown_until: str
) -> None:
    assert until_of(Check("schedule.window", "inside", passed, until=bogota(until)), PORTAL) == shown_until


def snapshot_of(facts: Facts, rule: str) -> str:
    return next(text_of(check, PORTAL) for check in decide(facts).checks if check.rule == rule)


def test_a_holiday_is_said_of_its_own_day() -> None:
    hours = HoursFacts(OFFICE, datetime(2026, 12, 8, 10, 0), {date(2026, 12, 8): "La Inmaculada Concepción"})

    said = snapshot_of(replace(DOOR, hours=hours), "schedule.holiday")

    assert said == "No hay acceso en festivos, y el 2026/12/08 es uno: La Inmaculada Concepción."


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        (7, "Fuera del horario de acceso de este día: Sábado, 08:00 – 19:00."),
        (12, "Dentro del horario de acceso de este día: Sábado, 08:00 – 19:00."),
    ],
)
def test_a_window_says_on_which_side_of_it_one_is(hour: int, said: str) -> None:
    assert snapshot_of(replace(DOOR, hours=HoursFacts(OFFICE, NOON.replace(hour=hour), {})), "schedule.window") == said


def test_no_limit_is_not_called_an_amount_above_it() -> None:
    facts = replace(FACTS, amount=replace(AMOUNT, limit=NOTHING))

    assert (
        snapshot_of(facts, "limit.transaction")
        == "El usuario no tiene asignado un tope por transacción: no puede mover dinero."
    )


def test_two_currencies_are_named() -> None:
    facts = replace(FACTS, product=replace(PRODUCT, currency="USD"))

    said = snapshot_of(facts, "amount.currency")

    assert said == "El producto está en USD y los topes en COP: no se pueden comparar."


def test_what_the_bank_has_blocked_is_not_said_to_be_the_users_to_change() -> None:
    withdrawn = replace(DOOR, token=TokenFacts(required=True, active="", locked_until=None, brought=TOKEN))

    (refused,) = [line for line in shown(decide(withdrawn).checks, PORTAL) if not line.passed]

    assert (refused.label, refused.detail) == (
        "El token de esta sesión ya no está activo.",
        "Lo puede cambiar: El banco",
    )
