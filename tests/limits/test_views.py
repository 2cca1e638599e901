import re
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit.models import AuditEvent
from changes.models import Change
from changes.selectors import wanted_of
from changes.services import withdraw
from directory.clock import local_now
from directory.models import Service, User
from limits.changes import SetUserLimits, WantedLimit
from limits.listing import USAGE
from limits.models import CompanyCeiling, UserLimit
from limits.rules import period_keys
from products.models import Product
from tests import factories
from tests.limits import factories as rows
from tests.limits.factories import amounts
from tests.support.client import Client
from tests.support.there import there

pytestmark = pytest.mark.usefixtures("bank_scope")


@pytest.fixture
def payments(administrator: User) -> Service:
    service = rows.service(code="pagos-terceros", name="Pagos - A Terceros", position=1)
    rows.ceiling(administrator.company, service, amounts(50_000, 100_000, 900_000))
    return service


@pytest.fixture
def account(felipe: User) -> Product:
    return rows.assigned(felipe, alias="CAHOFelipe", number="251830758")


def typed(service: Service, product: Product, *values: str) -> dict[str, str]:
    periods = ("transaction", "day", "month")
    return {f"{service.code}.{product.pk.hex}.{period}": value for period, value in zip(periods, values, strict=True)}


def form_key(page: Any) -> dict[str, str]:
    return {"form_key": there(re.search(r'name="form_key" value="([^"]+)"', page.content.decode()))[1]}


def test_the_tab_shows_only_the_users_products_with_their_limits(
    client: Client, felipe: User, payments: Service, account: Product
) -> None:
    rows.product(felipe.company, alias="CAHOAjena", number="278823810")
    rows.limit(felipe, payments, account, amounts(5_000, 20_000, 200_000))

    page = client.get(reverse("limits:user", args=[felipe.pk])).content.decode()

    assert "251830758" in page
    assert "278823810" not in page
    assert 'value="5,000.00"' in page
    assert "tope de la empresa $50,000.00 / $100,000.00 / $900,000.00" in page
    for label in ("Ingrese los valores a replicar en todos los servicios", "Asignar", "Servicios Monetarios"):
        assert label in page
    for column in ("Tipo Producto", "No. Producto", "Nombre Producto", "Transacción", "Diario", "Mensual"):
        assert column in page


def test_continuing_proposes_what_was_typed_and_saves_nothing_yet(
    client: Client, felipe: User, payments: Service, account: Product
) -> None:
    url = reverse("limits:user", args=[felipe.pk])

    answer = client.post(url, form_key(client.get(url)) | typed(payments, account, "5,000", "20000.5", ""))
    wrong = client.post(url, form_key(client.get(url)) | typed(payments, account, "5,000", "20000.5", "200,000.00"))

    assert answer.status_code == 200
    change = Change.objects.get()
    assert wrong.headers["location"] == reverse("changes:confirm", args=[change.pk])
    wanted = WantedLimit(payments.pk, account.pk, amounts("5000.00", "20000.50", "200000.00"))
    assert wanted_of(change) == SetUserLimits(user=felipe.pk, limits=(wanted,))
    assert not UserLimit.objects.exists()


def test_each_wrong_cell_has_its_own_message_and_all_that_was_typed_stays(
    client: Client, felipe: User, payments: Service, account: Product
) -> None:
    other = rows.assigned(felipe)
    url = reverse("limits:user", args=[felipe.pk])
    sent = typed(payments, account, "1.500,00", "7", "8") | typed(payments, other, "60,000", "50,000.00", "1e9")

    page = client.post(url, form_key(client.get(url)) | sent)
    form, text = page.context["form"], page.content.decode()

    assert {name: errors[0] for name, errors in form.errors.items()} == {
        f"pagos-terceros.{account.pk.hex}.transaction": "No podemos leer este valor. Escríbalo así: 1,500,000.50.",
        f"pagos-terceros.{other.pk.hex}.transaction": "Supera el tope de la empresa: 50,000.00",
        f"pagos-terceros.{other.pk.hex}.day": "No puede ser menor que el valor por transacción: 60,000.00",
        f"pagos-terceros.{other.pk.hex}.month": "No podemos leer este valor. Escríbalo así: 1,500,000.50.",
    }
    for value in sent.values():
        assert f'value="{value}"' in text
    assert "4 valores por corregir" in text
    assert text.count('class="oc-error"') == 4
    assert not Change.objects.exists()


def test_equal_errors_of_a_service_are_one_line_with_a_link_to_each_cell(
    client: Client, felipe: User, payments: Service, account: Product
) -> None:
    other = rows.assigned(felipe, alias="CAHOOtra", number="015829393")
    url = reverse("limits:user", args=[felipe.pk])
    sent = typed(payments, account, "50,001", "60,000", "70,000") | typed(payments, other, "50,002", "60,000", "abc")

    page = client.post(url, form_key(client.get(url)) | sent)

    above, unreadable = page.context["form"].problem_groups()
    assert (above.service, above.text) == ("Pagos - A Terceros", "Supera el tope de la empresa: 50,000.00")
    assert sorted(label for label, _target in above.cells) == [
        "CAHOFelipe 251830758 · Transacción",
        "CAHOOtra 015829393 · Transacción",
    ]
    assert [label for label, _target in unreadable.cells] == ["CAHOOtra 015829393 · Mensual"]
    for _label, target in [*above.cells, *unreadable.cells]:
        assert page.content.decode().count(f'href="#{target}"') == 1
        assert page.content.decode().count(f'id="{target}"') == 1


def test_beside_a_limit_stands_how_much_of_it_is_used(
    client: Client, felipe: User, payments: Service, account: Product
) -> None:
    rows.limit(felipe, payments, account, amounts(5_000, 20_000, 200_000))
    day, month = period_keys(local_now(felipe.portal))
    rows.usage(felipe, payments, account, day, "5000")
    rows.usage(felipe, payments, account, month, "190000")

    page = client.get(reverse("limits:user", args=[felipe.pk])).content.decode()

    assert "usado $5,000.00 · 25 %" in page
    assert "usado $190,000.00 · 95 %" in page
    assert '<rect width="25"' in page
    assert page.count('class="oc-bar is-warn"') == 1


def test_rule_and_ceiling_are_checked_in_the_cells_they_break(
    client: Client, felipe: User, payments: Service, account: Product
) -> None:
    url = reverse("limits:user", args=[felipe.pk])

    page = client.post(url, form_key(client.get(url)) | typed(payments, account, "60,000", "50,000", "950,000"))

    assert [errors[0] for errors in page.context["form"].errors.values()] == [
        "Supera el tope de la empresa: 50,000.00",
        "No puede ser menor que el valor por transacción: 60,000.00",
        "Supera el tope de la empresa: 900,000.00",
    ]


def test_asignar_fills_every_row_and_saves_nothing(
    client: Client, felipe: User, payments: Service, account: Product
) -> None:
    other = rows.assigned(felipe)
    url = reverse("limits:user", args=[felipe.pk])
    sent = typed(payments, account, "1", "2", "3") | typed(payments, other, "4", "5", "6")
    box = {"replicate": "1", "all_transaction": "5,000", "all_day": "", "all_month": "200,000"}

    page = client.post(url, form_key(client.get(url)) | sent | box)

    assert shown(page) == {account.pk.hex: ["5,000", "2", "200,000"], other.pk.hex: ["5,000", "5", "200,000"]}
    assert not Change.objects.exists()


def shown(page: Any) -> dict[str, list[str]]:
    """The values of the grid by product, those of all services together."""
    values: dict[str, list[str]] = {}
    for _group, blocks in page.context["form"].groups():
        for block in blocks:
            for product, cells in block.rows:
                values.setdefault(product.pk.hex, []).extend(cell.value for cell in cells)
    return values


@pytest.mark.parametrize("by_button", [True, False])
def test_values_are_copied_to_one_service_or_one_product_alone(
    by_button: bool, client: Client, administrator: User, felipe: User, payments: Service, account: Product
) -> None:
    taxes = rows.service(code="pagos-impuestos", position=2)
    rows.ceiling(administrator.company, taxes, amounts(50_000, 100_000, 900_000))
    other = rows.assigned(felipe)
    url = reverse("limits:user", args=[felipe.pk])
    box = {"all_transaction": "5", "all_day": "6", "all_month": "7"}
    target = {"replicate": "s.pagos-impuestos"} if by_button else {"replicate": "1", "all_target": f"p.{other.pk.hex}"}
    sent = {
        name: value
        for service in (payments, taxes)
        for product in (account, other)
        for name, value in typed(service, product, "1", "2", "3").items()
    }

    page = client.post(url, form_key(client.get(url)) | sent | box | target)

    untouched, filled = ["1", "2", "3"], ["5", "6", "7"]
    assert shown(page) == (
        {account.pk.hex: untouched + filled, other.pk.hex: untouched + filled}
        if by_button
        else {account.pk.hex: untouched + untouched, other.pk.hex: filled + filled}
    )


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        (("1,50", "20", "30"), {"all_transaction": "No podemos leer este valor. Escríbalo así: 1,500,000.50."}),
        (("30", "20", "40"), {"all_day": "No puede ser menor que el valor por transacción: 30.00"}),
        (("50,001", "", ""), {"all_transaction": "Supera el tope 50,000.00 de Pagos - A Terceros"}),
        (("", "", ""), {"all_transaction": "Ingrese al menos un valor para replicar."}),
    ],
)
def test_what_would_be_wrong_anywhere_is_said_in_the_box_and_copied_nowhere(
    values: tuple[str, str, str],
    problems: dict[str, str],
    client: Client,
    felipe: User,
    payments: Service,
    account: Product,
) -> None:
    url = reverse("limits:user", args=[felipe.pk])
    box = dict(zip(("all_transaction", "all_day", "all_month"), values, strict=True)) | {"replicate": "1"}

    page = client.post(url, form_key(client.get(url)) | typed(payments, account, "1", "2", "3") | box)

    assert {name: errors[0] for name, errors in page.context["box"].errors.items()} == problems
    assert shown(page) == {account.pk.hex: ["1", "2", "3"]}
    assert f'value="{values[0]}"' in page.content.decode()


def test_going_back_brings_what_was_typed(
    client: Client, administrator: User, felipe: User, payments: Service, account: Product
) -> None:
    url = reverse("limits:user", args=[felipe.pk])
    client.post(url, form_key(client.get(url)) | typed(payments, account, "5,000", "20,000", "200,000"))
    change = Change.objects.get()
    withdraw(actor=administrator, change_id=change.pk)

    page = client.get(url, {"cambio": str(change.pk)}).content.decode()

    assert 'value="5,000.00"' in page
    assert 'value="200,000.00"' in page


def test_sending_twice_proposes_once(client: Client, felipe: User, payments: Service, account: Product) -> None:
    url = reverse("limits:user", args=[felipe.pk])
    sent = form_key(client.get(url)) | typed(payments, account, "1", "2", "3")

    answers = [client.post(url, sent).headers["location"] for _ in range(2)]

    assert answers[0] == answers[1]
    assert Change.objects.count() == 1


def test_a_user_without_products_is_sent_to_assign_some(client: Client, felipe: User, payments: Service) -> None:
    page = client.get(reverse("limits:user", args=[felipe.pk])).content.decode()

    assert "Este usuario todavía no tiene productos" in page
    assert reverse("products:user", args=[felipe.pk]) in page


def test_another_companys_user_does_not_exist(client: Client, payments: Service) -> None:
    neighbour = factories.user(factories.company())

    for method in (client.get, client.post):
        assert method(reverse("limits:user", args=[neighbour.pk])).status_code == 404


def test_secondary_users_administer_no_limits(client_for: Any, felipe: User) -> None:
    client = client_for(felipe)

    for url in (reverse("limits:user", args=[felipe.pk]), reverse("limits:ceilings"), reverse("rights:usage")):
        assert client.get(url).status_code == 403


def test_fields_that_are_not_offered_change_nothing(
    client: Client, felipe: User, payments: Service, account: Product
) -> None:
    foreign = rows.product(felipe.company)
    url = reverse("limits:user", args=[felipe.pk])
    sent = (
        typed(payments, account, "1", "2", "3")
        | typed(payments, foreign, "7", "8", "9")
        | {"company": "x", "user": "y"}
    )

    client.post(url, form_key(client.get(url)) | sent)

    assert [row[1] for row in Change.objects.get().params["limits"]] == [str(account.pk)]


def test_ceilings_show_the_banks_maximum_and_who_is_cut(
    client: Client, felipe: User, payments: Service, account: Product
) -> None:
    rows.limit(felipe, payments, account, amounts(5_000, 20_000, 200_000))
    CompanyCeiling.objects.update(day=10_000, transaction=10_000)

    page = client.get(reverse("limits:ceilings")).content.decode()

    assert "Configuración de Montos por Servicio" in page
    assert "máximo del banco 900,000.00" in page
    assert "Recorta a 1 usuario que tiene más: Felipe20" in page


@pytest.mark.parametrize("page", ["grid", "ceilings"])
def test_files_stand_under_a_heading_of_their_own(
    client: Client, felipe: User, payments: Service, account: Product, page: str
) -> None:
    payroll = rows.service(group="Archivos Monetarios", name="Pagos - Nómina por archivo", is_file=True, position=2)
    rows.ceiling(felipe.company, payroll)
    url = reverse("limits:user", args=[felipe.pk]) if page == "grid" else reverse("limits:ceilings")

    shown = client.get(url).text

    headings = r"<h2>(\w+ Monetarios)</h2>" if page == "grid" else r'scope="rowgroup"[^>]*>(\w+ Monetarios)<'
    named = re.findall(rf"{headings}|<(?:summary|th scope=\"row\")>(Pagos - [\w ]+)", shown)
    assert ["".join(each).strip() for each in named] == [
        *("Servicios Monetarios", "Pagos - A Terceros"),
        *("Archivos Monetarios", "Pagos - Nómina por archivo"),
    ]


def test_limits_of_a_file_are_signed_by_its_name(
    client: Client, felipe: User, payments: Service, account: Product
) -> None:
    payroll = rows.service(group="Archivos Monetarios", name="Pagos - Nómina por archivo", is_file=True, position=2)
    rows.ceiling(felipe.company, payroll)
    url = reverse("limits:user", args=[felipe.pk])

    client.post(url, form_key(client.get(url)) | typed(payroll, account, "1", "2", "3"))

    assert {line.group for line in Change.objects.get().lines} == {"Pagos - Nómina por archivo"}


def test_ceilings_are_proposed_and_bounded_by_the_bank(client: Client, payments: Service) -> None:
    url = reverse("limits:ceilings")
    names = [f"pagos-terceros.{period}" for period in ("transaction", "day", "month")]

    refused = client.post(url, form_key(client.get(url)) | dict(zip(names, ("50,001", "x", "9"), strict=True)))
    both = client.post(url, form_key(client.get(url)) | dict(zip(names, ("50,001", "60,000", "9"), strict=True)))
    accepted = client.post(url, form_key(client.get(url)) | dict(zip(names, ("1", "2", "3"), strict=True)))

    assert list(refused.context["form"].errors) == [names[1], names[0]]
    assert both.context["form"].errors == {
        names[0]: ["Supera el máximo del banco: 50,000.00"],
        names[2]: ["No puede ser menor que el valor diario: 60,000.00"],
    }
    assert accepted.headers["location"] == reverse("changes:confirm", args=[Change.objects.get().pk])


def test_usage_shows_what_is_used_today_and_this_month_and_can_be_narrowed(
    client: Client, administrator: User, felipe: User, payments: Service, account: Product
) -> None:
    other = factories.user(administrator.company, username="Maria")
    rows.limit(felipe, payments, account, amounts(5_000, 20_000, 200_000))
    rows.limit(other, payments, rows.assigned(other), amounts(1, 2, 3))
    url = reverse("rights:usage")
    today = client.get(url).context["now"]
    rows.usage(felipe, payments, account, f"{today:%Y-%m-%d}", "1200.50", "300")
    rows.usage(felipe, payments, account, f"{today:%Y-%m}", "9000", "300")

    everybody, narrowed = client.get(url), client.get(url, {"usuario": "feli"})

    assert [row.limit.user.username for row in everybody.context["rows"]] == ["Felipe20", "Maria"]
    [row] = narrowed.context["rows"]
    assert (str(row.used.day), str(row.used.month)) == ("1500.50", "9300.00")
    assert "1,500.50" in narrowed.content.decode()


def test_usage_is_sorted_by_each_amount_as_it_is_shown(
    client: Client, administrator: User, felipe: User, payments: Service, account: Product
) -> None:
    """With a limit that the ceiling cuts, two that are alike, and one without use."""
    day, month = period_keys(local_now(administrator.portal))
    for number, (limit, used) in enumerate([(9, 4), (900_000, 3), (5, 5), (5, 0), (7, 4)]):
        holder = factories.user(administrator.company, username=f"user{number}")
        product = rows.assigned(holder)
        rows.limit(holder, payments, product, amounts(limit, limit * 2, limit * 10))
        if used:
            rows.usage(holder, payments, product, day, str(used), "0.50")
            rows.usage(holder, payments, product, month, str(used * 10), "0")
    url, amount_of = reverse("rights:usage"), {column.key: column for column in USAGE.columns if column.is_number}

    for key, column in amount_of.items():
        shown: dict[str, list[Any]] = {
            order: [column.of(row, administrator.portal) for row in client.get(url, {"orden": order}).context["rows"]]
            for order in (key, f"-{key}")
        }
        assert shown[key] == sorted(shown[key]) == shown[f"-{key}"][::-1]
        assert len(set(shown[key])) > 2
    assert list(amount_of) == ["transaccion", "usado-hoy", "diario", "usado-mes", "mensual"]


def test_usage_of_a_company_is_never_anothers(client: Client, payments: Service) -> None:
    neighbour = factories.user(factories.company(), username="Vecino")
    rows.limit(neighbour, payments, rows.assigned(neighbour), amounts(1, 2, 3))

    assert "Vecino" not in client.get(reverse("rights:usage")).content.decode()


@pytest.mark.parametrize("page", ["limits:user", "limits:ceilings", "rights:usage"])
def test_queries_do_not_grow_with_products_services_or_users(
    page: str, client: Client, administrator: User, felipe: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = reverse(page, args=[felipe.pk] if page == "limits:user" else [])
    counts = []
    for count in (1, 30):
        with factories.decided_at_the_end():
            for number in range(count):
                service = rows.service(position=number)
                rows.ceiling(administrator.company, service)
                holder = factories.user(administrator.company)
                product = rows.assigned(holder)
                rows.limit(holder, service, product, amounts(1, 2, 3))
                rows.limit(felipe, service, rows.assigned(felipe), amounts(1, 2, 3))
        with django_assert_num_queries(QUERIES[page]):
            counts.append(client.get(url).status_code)
    assert counts == [200, 200]


# What every page costs (session, user, address rules, schedule, counters of the shell) is part of each number.
QUERIES = {"limits:user": 17, "limits:ceilings": 10, "rights:usage": 12}


def test_looking_changes_nothing(client: Client, felipe: User, payments: Service, account: Product) -> None:
    before = AuditEvent.objects.count()

    for url in (reverse("limits:user", args=[felipe.pk]), reverse("limits:ceilings"), reverse("rights:usage")):
        client.get(url)

    assert (AuditEvent.objects.count(), Change.objects.count(), UserLimit.objects.count()) == (before, 0, 0)


def test_a_user_with_many_products_can_still_be_given_limits(
    client: Client, felipe: User, payments: Service, account: Product
) -> None:
    """More fields than Django takes by itself."""
    with factories.decided_at_the_end():
        products = [account, *(rows.assigned(felipe) for _ in range(350))]
    url = reverse("limits:user", args=[felipe.pk])
    sent = {name: value for product in products for name, value in typed(payments, product, "1", "2", "3").items()}

    answer = client.post(url, form_key(client.get(url)) | sent)

    assert answer.headers["location"] == reverse("changes:confirm", args=[Change.objects.get().pk])
