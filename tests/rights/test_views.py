from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit.models import AuditEvent
from changes.models import Change
from directory.clock import local_now
from directory.models import Company, IpRule, Profile, Service, User
from limits.models import CompanyCeiling
from limits.money import Money
from limits.rules import NOTHING
from products.models import Product, ProductAssignment
from rights.presentation import shown
from rights.rules.decisions import Decision
from rights.selectors.rights import Rights, rights_of
from schedules.labels import DAY_LABELS
from schedules.models import AccessSchedule
from schedules.rules import DAYS
from tests import factories
from tests.limits import factories as rows
from tests.limits.factories import amounts
from tests.support.client import Client
from tests.tokens.factories import token

pytestmark = pytest.mark.usefixtures("bank_scope")
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
HERE = "127.0.0.1"


@pytest.fixture
def felipe() -> User:
    user = factories.user(username="Felipe20")
    return User.objects.select_related("company__portal", "profile").get(pk=user.pk)


@pytest.fixture
def payments(felipe: User) -> Service:
    service = rows.service(code="pagos-terceros", name="Pagos - A Terceros", position=1)
    rows.ceiling(felipe.company, service, amounts(50, 100, 900))
    return service


@pytest.fixture
def account(felipe: User, payments: Service) -> Product:
    product = rows.assigned(felipe, alias="CAHOFelipe", number="251830758")
    rows.limit(felipe, payments, product, amounts(20, 60, 300))
    return product


def rights_at(user: User, instant: datetime) -> Rights:
    return rights_of(user.pk, instant, HERE, viewer=user)


def refused_by(decision: Decision) -> list[str]:
    return [check.rule for check in decision.refusals]


def test_who_has_everything_may_enter_and_move_money(felipe: User, payments: Service, account: Product) -> None:
    token(felipe)

    rights = rights_at(felipe, FRIDAY)

    assert rights.entry.allowed
    assert rights.money.allowed
    assert rights.operate(payments, rights.products[0], Money(Decimal("20.00"), "COP")).allowed


@pytest.mark.parametrize(
    ("changed", "at_the_door", "for_money"),
    [
        ({"state": "inactive"}, ["user.active"], ["user.active"]),
        ({"credential_state": "none"}, ["credential.usable"], ["credential.usable"]),
        ({"credential_state": "generated"}, [], ["credential.permanent"]),
        (
            {"credential_state": "generated", "password_expires_at": FRIDAY},
            ["credential.usable"],
            ["credential.usable"],
        ),
        ({"password_expires_at": FRIDAY}, [], ["credential.permanent"]),
        ({"password_expires_at": None}, [], ["credential.permanent"]),
        ({"security_image": ""}, [], ["image.chosen"]),
    ],
)
def test_the_door_closes_for_what_opens_nothing_and_money_waits_for_every_duty(
    felipe: User, changed: dict[str, Any], at_the_door: list[str], for_money: list[str]
) -> None:
    token(felipe)
    User.objects.filter(pk=felipe.pk).update(**changed)

    rights = rights_at(felipe, FRIDAY)

    assert (refused_by(rights.entry), refused_by(rights.money)) == (at_the_door, for_money)


def test_the_door_closes_for_a_suspended_company_a_foreign_address_or_outside_hours(felipe: User) -> None:
    Company.objects.update(state="suspended")
    IpRule.objects.create(company=felipe.company, network="10.0.0.0/8")
    AccessSchedule.objects.filter(company=felipe.company).update(friday_start=time(12), friday_end=time(13))

    refused = refused_by(rights_at(felipe, FRIDAY).entry)

    assert refused == ["company.open", "address.allowed", "schedule.window"]


def test_the_users_own_networks_narrow_the_companys(felipe: User) -> None:
    IpRule.objects.create(company=felipe.company, network="127.0.0.0/8")
    IpRule.objects.create(company=felipe.company, user=factories.user(felipe.company), network="10.0.0.0/8")
    before = rights_at(felipe, FRIDAY).entry.allowed
    IpRule.objects.create(company=felipe.company, user=felipe, network="10.0.0.0/8")

    assert before
    assert refused_by(rights_at(felipe, FRIDAY).entry) == ["address.allowed"]


def test_money_needs_a_token_a_capturing_profile_and_a_monetary_day(felipe: User) -> None:
    Profile.objects.update(operating_role="supervisor")
    AccessSchedule.objects.filter(company=felipe.company).update(monetary_sunday=False)

    rights = rights_at(felipe, SUNDAY)

    assert rights.entry.allowed
    assert refused_by(rights.money) == ["token.active", "profile.role", "schedule.monetary_sunday"]


def test_what_is_used_and_reserved_is_taken_from_what_is_left(
    felipe: User, payments: Service, account: Product
) -> None:
    rows.usage(felipe, payments, account, "2026-11-20", "30", "15")
    rows.usage(felipe, payments, account, "2026-11-19", "1000")
    rows.usage(felipe, payments, account, "2026-11", "200", "15")

    [(_service, _is_open, [left])] = rights_at(felipe, FRIDAY).services()

    assert (left.day, left.month, left.transaction) == (Decimal(15), Decimal(85), Decimal(15))


def test_a_ceiling_lowered_meanwhile_rules_at_once(felipe: User, payments: Service, account: Product) -> None:
    token(felipe)
    CompanyCeiling.objects.update(transaction=5, day=10, month=10)

    rights = rights_at(felipe, FRIDAY)
    [(_service, _is_open, [left])] = rights.services()

    assert left.limit == amounts(5, 10, 10)
    assert refused_by(rights.operate(payments, rights.products[0], Money(Decimal(6), "COP"))) == ["ceiling.transaction"]


def test_a_product_taken_back_disappears_in_the_next_question(
    felipe: User, payments: Service, account: Product
) -> None:
    ProductAssignment.objects.all().delete()

    assert rights_at(felipe, FRIDAY).table.products == []


@pytest.fixture
def own(client_for: Any, felipe: User) -> Client:
    return client_for(felipe, token(felipe))


def test_the_user_sees_own_limits_and_why(own: Client, payments: Service, account: Product) -> None:
    page = own.get(reverse("rights:own")).content.decode()

    for text in (
        "Qué puedo hacer",
        "Ingresar al portal",
        "sí, ahora",
        "Pagos - A Terceros",
        "CAHOFelipe 251830758",
        "20.00",
    ):
        assert text in page


def ask(client: Client, url: str, product: Product, **values: str) -> Any:
    return client.get(url, {"servicio": "pagos-terceros", "producto": str(product.pk), "valor": "20", **values})


def test_a_question_is_answered_with_every_rule_and_changes_nothing(
    own: Client, felipe: User, payments: Service, account: Product
) -> None:
    before = AuditEvent.objects.count()

    yes = ask(own, reverse("rights:own"), account)
    no = ask(own, reverse("rights:own"), account, valor="20.01")

    assert yes.context["answer"].allowed
    assert "Sí, puede hacerlo:" in yes.text
    assert "No, por 1 razón: Pagos - A Terceros" in no.text
    answer = no.context["answer"]
    assert (answer.allowed, answer.rule, answer.who) == (
        False,
        "El valor supera el tope por transacción.",
        "El administrador de la empresa",
    )
    assert answer.facts == [("Valor", "20.01"), ("Tope", "20.00")]
    assert sum(not check.passed for check in answer.checks) == 1
    assert "Número de decisión" not in no.content.decode()
    assert AuditEvent.objects.count() == before


def test_a_question_about_another_day_is_answered_for_that_day(
    own: Client, felipe: User, payments: Service, account: Product
) -> None:
    day = (local_now(felipe.portal) + timedelta(days=6)).date()  # never today's
    name = DAYS[day.weekday()]
    AccessSchedule.objects.filter(company=felipe.company).update(**{f"{name}_start": None, f"{name}_end": None})

    answer = ask(own, reverse("rights:own"), account, dia=day.isoformat(), hora="10:00").context["answer"]

    assert answer.when == f"{day:%Y/%m/%d} 10:00"
    assert str(DAY_LABELS[name]).lower() in answer.rule.lower()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"valor": "1.500,00"}, "valor"),
        ({"valor": "0"}, "valor"),
        ({"valor": ""}, "valor"),
        ({"servicio": "otro"}, "servicio"),
        ({"producto": "00000000-0000-0000-0000-000000000000"}, "producto"),
        ({"dia": "ayer"}, "dia"),
        ({"dia": "9999-12-31"}, "dia"),
        ({"dia": "0001-01-01"}, "dia"),
        ({"hora": "25:00"}, "hora"),
    ],
)
def test_a_question_that_cannot_be_read_is_said_beside_its_field(
    own: Client, payments: Service, account: Product, values: dict[str, str], field: str
) -> None:
    page = ask(own, reverse("rights:own"), account, **values)

    assert list(page.context["form"].errors) == [field]
    assert page.context["answer"] is None


def test_nobody_can_ask_about_a_product_of_another_company(own: Client, payments: Service, account: Product) -> None:
    foreign = rows.assigned(factories.user(factories.company()), alias="AJENA")

    page = ask(own, reverse("rights:own"), foreign)

    assert list(page.context["form"].errors) == ["producto"]
    assert "AJENA" not in page.content.decode()


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"bank_state": "closed"}, "El producto no está abierto en el banco."),
        ({"enabled_at": None, "enabled_by_name": ""}, "El producto no está habilitado para la empresa."),
    ],
)
def test_a_question_about_a_product_that_rests_is_answered_with_why(
    own: Client, payments: Service, account: Product, changed: dict[str, Any], rule: str
) -> None:
    Product.objects.filter(pk=account.pk).update(**changed)

    page = ask(own, reverse("rights:own"), account)

    assert (page.context["answer"].allowed, page.context["answer"].rule) == (False, rule)
    assert page.context["rights"].services() == [(payments, True, [])]


def test_the_administrator_asks_about_any_product_of_the_company_and_the_user_about_their_own(
    client_for: Any, own: Client, felipe: User, payments: Service, account: Product
) -> None:
    other = rows.product(felipe.company, alias="NOMINA")
    administrator = factories.administrator(felipe.company)

    asked = ask(client_for(administrator), reverse("rights:of-user", args=[felipe.pk]), other)
    by_the_user = ask(own, reverse("rights:own"), other)

    assert asked.context["answer"].rule == "El producto no está asignado al usuario."
    assert list(by_the_user.context["form"].errors) == ["producto"]
    assert "NOMINA" not in by_the_user.content.decode()


def test_a_product_in_another_currency_than_the_limits_moves_nothing(
    own: Client, payments: Service, account: Product
) -> None:
    Product.objects.filter(pk=account.pk).update(currency="USD")

    page = ask(own, reverse("rights:own"), account, valor="0.01")

    answer = page.context["answer"]
    assert answer.rule == "El producto está en USD y los topes en COP: no se pueden comparar."
    assert "0.01 USD" in answer.question
    assert not any("tope" in check.label for check in answer.checks if check.label != answer.rule)
    [(_service, _is_open, [left])] = page.context["rights"].services()
    assert (left.limit, left.transaction) == (NOTHING, 0)


def test_the_hours_are_said_until_their_last_minute(own: Client, felipe: User, payments: Service) -> None:
    AccessSchedule.objects.filter(company=felipe.company).update(friday_start=time(8), friday_end=time(19))

    rights = rights_at(felipe, FRIDAY)

    hours = next(line for line in shown(rights.entry.checks, felipe.portal) if "horario" in line.label)
    assert (hours.label, hours.detail) == (
        "Dentro del horario de acceso de este día: Viernes, 08:00 – 19:00.",
        "Hasta 2026/11/20 19:00",
    )


def test_the_administrator_sees_the_same_checks_as_the_user(
    client_for: Any, felipe: User, payments: Service, account: Product
) -> None:
    administrator = factories.administrator(felipe.company)
    held = token(felipe)
    User.objects.filter(pk=felipe.pk).update(signed_in_address=HERE)

    own = client_for(felipe, held).get(reverse("rights:own"))
    seen = client_for(administrator, token(administrator)).get(reverse("rights:of-user", args=[felipe.pk]))

    for part in ("entry_checks", "money_checks"):
        assert seen.context[part] == own.context[part]
    assert seen.context["rights"].services() == own.context["rights"].services()


def test_rights_of_others_are_for_administrators_of_the_company(
    client_for: Any, own: Client, felipe: User, payments: Service
) -> None:
    neighbour = factories.administrator(factories.company())
    url = reverse("rights:of-user", args=[felipe.pk])

    assert own.get(url).status_code == 403
    assert client_for(neighbour).get(url).status_code == 404


def test_own_products_are_those_that_can_be_used(own: Client, felipe: User, account: Product) -> None:
    rows.assigned(felipe, alias="CERRADA", bank_state="closed")
    rows.product(felipe.company, alias="AJENA")

    page = own.get(reverse("products:own"))

    assert [product.alias for product in page.context["products"]] == ["CAHOFelipe"]


@pytest.mark.parametrize("page", ["rights:own", "rights:of-user", "products:own"])
def test_queries_do_not_grow_with_products_and_limits(
    page: str, client_for: Any, felipe: User, payments: Service, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    viewer = factories.administrator(felipe.company) if page == "rights:of-user" else felipe
    client = client_for(viewer, token(viewer))
    url = reverse(page, args=[felipe.pk] if page == "rights:of-user" else [])
    for count in (1, 30):
        with factories.decided_at_the_end():
            for _ in range(count):
                rows.limit(felipe, payments, rows.assigned(felipe), amounts(1, 2, 3))
        with django_assert_num_queries(QUERIES[page]):
            client.get(url)


# The session, the person with what the door asks, the hours and the shell's counters are part of each number.
QUERIES = {"rights:own": 16, "rights:of-user": 17, "products:own": 9}


def test_looking_changes_nothing(own: Client, payments: Service, account: Product) -> None:
    before = AuditEvent.objects.count()

    for page in ("rights:own", "products:own"):
        own.get(reverse(page))

    assert (AuditEvent.objects.count(), Change.objects.count()) == (before, 0)
