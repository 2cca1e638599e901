import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.models import Change
from changes.selectors import wanted_of
from directory.models import User
from products.changes import AssignProducts, EnableForCompany
from tests import factories
from tests.products.factories import assign, new_product, product
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("bank_scope")


def user_url(user: User) -> str:
    return reverse("products:user", args=[user.pk])


def company_url() -> str:
    return reverse("products:company")


def ticked(page: Any) -> dict[str, tuple[bool, bool]]:
    """Each product's label, with whether it is ticked and whether it can be."""
    boxes = re.findall(r'<input class="form-check-input"([^>]*)>\s*<label[^>]*>([^<]+)</label>', page.content.decode())
    return {label: (" checked" in attributes, " disabled" not in attributes) for attributes, label in boxes}


def key() -> dict[str, str]:
    return {"form_key": str(uuid4())}


def test_the_tab_shows_the_companys_products_as_the_guide_does(
    client: Client, administrator: User, felipe: User
) -> None:
    company = administrator.company
    assign(felipe, product(company, alias="CAHOAndres", number="015829393"))
    product(company, alias="CAHOCarlos", number="278823810")
    new_product(company, alias="CAHOFelipe", number="251830758")
    product(company, kind="checking", alias="CCTEAndina", number="300000001")
    product(company, kind="credit_card", alias="TCRAndina", number="**** 4111", bank_state="closed")

    page = client.get(user_url(felipe))
    text = page.content.decode()

    assert re.findall(r"<summary>([^<]+) <small", text) == [
        "Cuenta Ahorros",
        "Tarjeta de Crédito",
        "Cuenta Corriente",
    ]
    assert "Nombre Producto - No. Producto" in text
    assert "1 de 5 productos marcados" in text
    assert re.findall(r'<li data-filter-row data-state="([a-z]+)">', text) == [
        *("enabled", "enabled", "disabled"),
        "closed",
        "enabled",
    ]
    assert "Expandir Todos" in text
    assert "Contraer Todos" in text
    assert ticked(page) == {
        "CAHOAndres - 015829393": (True, True),
        "CAHOCarlos - 278823810": (False, True),
        "CAHOFelipe - 251830758": (False, True),
        "TCRAndina - **** 4111": (False, False),
        "CCTEAndina - 300000001": (False, True),
    }
    assert "no habilitado para la empresa: al marcarlo también se habilita" in text
    assert "Cerrado en el banco" in text


def test_continuar_proposes_what_is_ticked(client: Client, administrator: User, felipe: User) -> None:
    row = product(administrator.company)

    answer = client.post(user_url(felipe), key() | {"products": [str(row.pk)]})

    change = Change.objects.get()
    assert answer.headers["location"] == reverse("changes:confirm", args=[change.pk])
    assert wanted_of(change) == AssignProducts(user=felipe.pk, products=frozenset({row.pk}))


def test_what_the_company_has_not_enabled_is_enabled_in_the_same_change(
    client: Client, administrator: User, felipe: User
) -> None:
    enabled, other = product(administrator.company), new_product(administrator.company)

    client.post(user_url(felipe), key() | {"products": [str(other.pk)]})

    change = Change.objects.get()
    assert wanted_of(change).parts == (
        EnableForCompany(enabled=frozenset({enabled.pk, other.pk})),
        AssignProducts(user=felipe.pk, products=frozenset({other.pk})),
    )
    assert ticked(client.get(user_url(felipe), {"cambio": str(change.pk)}))[f"{other}"] == (True, True)


def test_what_is_assigned_and_not_in_use_is_not_enabled_by_leaving_it_alone(
    client: Client, administrator: User, felipe: User
) -> None:
    idle, row = new_product(administrator.company), product(administrator.company)
    assign(felipe, idle)

    page = client.get(user_url(felipe))
    client.post(user_url(felipe), key() | {"products": [str(row.pk)]})

    assert ticked(page)[f"{idle}"] == (True, False)
    assert wanted_of(Change.objects.get()) == AssignProducts(user=felipe.pk, products=frozenset({row.pk}))


def test_a_neighbours_product_is_refused_beside_the_field_and_not_named(
    client: Client, administrator: User, felipe: User
) -> None:
    own = product(administrator.company, alias="CAHOAndres", number="0001")
    foreign = product(factories.company(), alias="CAHOVecino", number="0999")

    page = client.post(user_url(felipe), key() | {"products": [str(own.pk), str(foreign.pk)]})

    assert page.context["form"].errors["products"] == ["Uno de los productos no existe."]
    assert "CAHOVecino" not in page.content.decode()
    assert ticked(page) == {"CAHOAndres - 0001": (True, True)}
    assert not Change.objects.exists()


@pytest.mark.parametrize("sent", ["1", "x' OR 1=1", "00000000-0000-0000-0000-00000000000g"])
def test_what_is_no_id_is_refused_the_same(client: Client, felipe: User, sent: str) -> None:
    page = client.post(user_url(felipe), key() | {"products": [sent]})

    assert page.context["form"].errors["products"] == ["Uno de los productos no existe."]


def test_nothing_changed_keeps_the_page_and_says_so(client: Client, administrator: User, felipe: User) -> None:
    row = product(administrator.company)
    assign(felipe, row)

    page = client.post(user_url(felipe), key() | {"products": [str(row.pk)]})

    assert page.status_code == 200
    assert len(page.context["form"].non_field_errors()) == 1


def test_going_back_brings_what_was_ticked(client: Client, administrator: User, felipe: User) -> None:
    row = product(administrator.company, alias="CAHOAndres", number="0001")
    client.post(user_url(felipe), key() | {"products": [str(row.pk)]})

    page = client.get(user_url(felipe), {"cambio": str(Change.objects.get().pk)})

    assert ticked(page) == {"CAHOAndres - 0001": (True, True)}


def test_sending_twice_proposes_once(client: Client, administrator: User, felipe: User) -> None:
    sent = key() | {"products": [str(product(administrator.company).pk)]}

    answers = {client.post(user_url(felipe), sent).headers["location"] for _ in range(2)}

    assert len(answers) == 1
    assert Change.objects.count() == 1


def test_a_company_without_products_is_told_where_they_come_from(client: Client, felipe: User) -> None:
    for url in (user_url(felipe), company_url()):
        assert "La empresa todavía no tiene productos" in client.get(url).content.decode()


def test_the_company_page_says_who_enabled_what_and_how_many_have_it(
    client: Client, administrator: User, felipe: User
) -> None:
    row = product(administrator.company, alias="CAHOAndres", number="0001", enabled_by_name="mguerrero")
    new_product(administrator.company, alias="CAHOCarlos", number="0002")
    product(factories.company(), alias="CAHOVecino", number="0003")
    assign(felipe, row)

    page = client.get(company_url())

    assert ticked(page) == {"CAHOAndres - 0001": (True, True), "CAHOCarlos - 0002": (False, True)}
    assert "mguerrero" in page.content.decode()
    assert [row.product.holder_count for group in page.context["form"].groups for row in group.rows] == [
        1,
        0,
    ]


def test_enabling_proposes_what_is_ticked(client: Client, administrator: User) -> None:
    row = new_product(administrator.company)

    client.post(company_url(), key() | {"enabled": [str(row.pk)]})

    assert Change.objects.get().params == {"enabled": [str(row.pk)]}


def test_another_companys_user_does_not_exist(client: Client) -> None:
    neighbour = factories.user(factories.company())

    for method in (client.get, client.post):
        assert method(user_url(neighbour)).status_code == 404


def test_an_administrator_is_not_run_from_here(client: Client, administrator: User) -> None:
    assert client.get(user_url(administrator)).status_code == 404


def test_secondary_users_administer_no_products(client_for: Any, felipe: User) -> None:
    client = client_for(felipe)

    for url in (user_url(felipe), company_url()):
        assert client.get(url).status_code == 403
        assert client.post(url, key()).status_code == 403


def test_only_reading_and_sending(client: Client, felipe: User) -> None:
    for url in (user_url(felipe), company_url()):
        assert [client.put(url).status_code, client.delete(url).status_code] == [405, 405]


@pytest.mark.parametrize("page", ["user", "company"])
def test_queries_do_not_grow_with_the_products(client: Client, administrator: User, felipe: User, page: str) -> None:
    url = user_url(felipe) if page == "user" else company_url()
    counts = []
    for more in (1, 29):
        with factories.decided_at_the_end():
            for _ in range(more):
                assign(felipe, product(administrator.company))
                new_product(administrator.company)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 20
