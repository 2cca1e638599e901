from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from pytest_django import DjangoAssertNumQueries

from directory.models import User
from rights.presentation import text_of
from rights.rules.checks import Check
from rights.rules.decisions import Facts, decide
from rights.rules.operations import CapacityFacts
from rights.selectors.entry import entry_facts, person
from schedules.rules import CLOSED, EVERY_HOUR, Week, Window
from schedules.selectors import holidays_between, schedule_of, tab_mark
from tests import factories
from tests.schedules.factories import OFFICE, OFFICE_WEEK, company_week, holiday, own_week

pytestmark = pytest.mark.usefixtures("bank_scope")
MONDAY_NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
SATURDAY_NOON = datetime(2026, 11, 28, 17, 0, tzinfo=UTC)


@pytest.fixture
def felipe() -> User:
    return factories.user(username="Felipe20")


def facts_at(user: User, instant: datetime) -> Facts:
    known = person(user.pk)
    assert known is not None
    return entry_facts(known, instant, None)


def schedule_check(user: User, instant: datetime) -> Check:
    (check,) = (check for check in decide(facts_at(user, instant)).checks if check.rule.startswith("schedule."))
    return check


def monetary_checks(user: User, instant: datetime) -> list[Check]:
    """Whether the user's operations may move money on the local day of `instant`."""
    capacity = CapacityFacts(is_monetary=True, operating_role="operator")
    decision = decide(replace(facts_at(user, instant), capacity=capacity))
    return [check for check in decision.checks if check.rule.startswith("schedule.monetary")]


def bogota(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}-05:00")


def test_inside_the_hours_the_check_passes_until_they_end(felipe: User) -> None:
    company_week(felipe.company, OFFICE_WEEK)

    check = schedule_check(felipe, MONDAY_NOON)

    assert (check.rule, check.passed) == ("schedule.window", True)
    assert text_of(check, felipe.portal) == "Dentro del horario de acceso de este día: Lunes, 08:00 – 18:00."
    assert check.until == bogota("2026-11-23T18:01:00")


def test_outside_the_hours_it_says_when_they_begin(felipe: User) -> None:
    company_week(felipe.company, OFFICE_WEEK)

    check = schedule_check(felipe, SATURDAY_NOON)

    assert (check.rule, check.passed) == ("schedule.window", False)
    assert text_of(check, felipe.portal) == "No hay acceso este día: Sábado."
    assert (check.until, check.remedy) == (bogota("2026-11-30T08:00:00"), "administrator")


def test_a_public_holiday_without_access_is_its_own_rule(felipe: User) -> None:
    company_week(felipe.company, OFFICE_WEEK)

    check = schedule_check(felipe, datetime(2026, 12, 8, 15, 0, tzinfo=UTC))

    assert (check.rule, check.passed) == ("schedule.holiday", False)
    text = text_of(check, felipe.portal)
    assert text == "No hay acceso en festivos, y el 2026/12/08 es uno: La Inmaculada Concepción."
    assert check.until == bogota("2026-12-09T08:00:00")


def test_a_day_the_bank_added_counts_in_its_country_alone(felipe: User) -> None:
    company_week(felipe.company, OFFICE_WEEK)
    holiday(date(2026, 11, 23), country="PA")
    passed_before = schedule_check(felipe, MONDAY_NOON).passed
    holiday(date(2026, 11, 23), country="CO")

    check = schedule_check(felipe, MONDAY_NOON)

    assert passed_before
    assert (check.rule, check.passed) == ("schedule.holiday", False)


def test_the_last_evening_of_a_month_is_bogotas(felipe: User) -> None:
    mondays = Week((Window(time(0, 0), time(23, 59)), *(None,) * 6), True, True, True, True)
    company_week(felipe.company, mondays)

    answers = [
        schedule_check(felipe, datetime.fromisoformat(instant)).passed
        for instant in ("2026-12-01T04:59:59+00:00", "2026-12-01T05:00:00+00:00")
    ]

    assert answers == [True, False]


def test_the_users_own_hours_hold_inside_the_companys(felipe: User) -> None:
    mornings = Week((Window(time(6, 0), time(12, 0)),) * 7, True, True, True, True)
    own_week(felipe, mornings)
    company_week(felipe.company, OFFICE_WEEK)

    answers = [
        schedule_check(felipe, bogota(f"2026-11-23T{at}")).passed
        for at in ("07:59:59", "08:00:00", "12:00:59", "12:01:00")
    ]

    assert answers == [False, True, True, False]
    assert schedule_of(felipe, felipe).is_cut


def test_a_user_without_hours_of_their_own_has_the_companys(felipe: User) -> None:
    own_week(factories.user(felipe.company), CLOSED)
    company_week(felipe.company, OFFICE_WEEK)

    schedule = schedule_of(felipe, felipe)

    assert (schedule.own, schedule.effective, schedule.is_cut) == (None, OFFICE_WEEK, False)


def test_a_company_without_a_schedule_is_closed(felipe: User) -> None:
    company_week(felipe.company).delete()

    check = schedule_check(felipe, MONDAY_NOON)

    assert (check.passed, check.until) == (False, None)


def test_the_neighbours_hours_are_never_taken(felipe: User) -> None:
    neighbour = factories.user(factories.company())
    own_week(neighbour, CLOSED)
    company_week(neighbour.company, CLOSED)

    assert schedule_of(felipe, felipe).effective == EVERY_HOUR
    assert schedule_of(felipe, neighbour).effective == EVERY_HOUR


def test_money_on_a_saturday_holiday_needs_both_ticks(felipe: User) -> None:
    holiday(date(2026, 11, 28))
    company_week(felipe.company, Week(EVERY_HOUR.windows, True, True, False, False))

    checks = monetary_checks(felipe, SATURDAY_NOON)

    assert [(check.rule, check.passed) for check in checks] == [
        ("schedule.monetary_saturday", True),
        ("schedule.monetary_holiday", False),
    ]
    assert text_of(checks[1], felipe.portal) == "No se permiten transacciones monetarias en: Festivo."


def test_money_on_an_ordinary_monday_asks_for_nothing(felipe: User) -> None:
    company_week(felipe.company, OFFICE_WEEK)

    assert monetary_checks(felipe, MONDAY_NOON) == []


@pytest.mark.parametrize("count", [1, 30])
def test_the_door_takes_three_queries_however_many_there_are(
    felipe: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(count):
        own_week(factories.user(felipe.company), OFFICE_WEEK)
        holiday(date(2026, 11, 1 + place))

    with django_assert_num_queries(3):
        schedule_check(felipe, MONDAY_NOON)


def test_holidays_stand_in_order_with_both_sources() -> None:
    holiday(date(2026, 12, 31), name="Cierre bancario")

    found = holidays_between("CO", date(2026, 12, 8), date(2027, 1, 1))

    assert list(found.items()) == [
        (date(2026, 12, 8), "La Inmaculada Concepción"),
        (date(2026, 12, 25), "Navidad"),
        (date(2026, 12, 31), "Cierre bancario"),
        (date(2027, 1, 1), "Año Nuevo"),
    ]


def test_a_country_the_library_does_not_know_has_the_banks_days_alone() -> None:
    holiday(date(2026, 12, 25), country="XX", name="Fiesta")

    assert holidays_between("XX", date(2026, 12, 1), date(2026, 12, 31)) == {date(2026, 12, 25): "Fiesta"}


def test_the_tab_says_whose_hours_they_are(felipe: User) -> None:
    administrator = factories.administrator(felipe.company)
    marks = [tab_mark(administrator, felipe)]
    row = own_week(felipe, Week((OFFICE,) * 7, True, True, True, True))
    marks.append(tab_mark(administrator, felipe))
    row.week = CLOSED
    row.save()
    marks.append(tab_mark(administrator, felipe))

    assert marks == [("ok", "horario de la empresa"), ("ok", "horario propio"), ("missing", "sin horario")]
