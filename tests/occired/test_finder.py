"""The quick finder: what one may open, by a few words."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from directory.models import User
from tests import factories
from tests.limits import factories as rows
from tests.support.client import Client
from tests.support.people import signed_in
from tests.tokens.factories import token

pytestmark = pytest.mark.usefixtures("bank_scope")


def found(client: Client, text: str, **more: str) -> dict[str, list[tuple[str, str]]]:
    kinds: Any = client.get(reverse("find"), {"q": text, **more}).context["kinds"]
    return {kind.label: [(each.name, each.url) for each in kind.found] for kind in kinds}


@pytest.fixture
def maria(administrator: User) -> User:
    maria = factories.user(
        administrator.company, username="MPardo", first_names="María", first_surname="Pardo", id_number="52377908"
    )
    token(maria, serial="FEF4900034")
    return maria


@pytest.mark.parametrize("text", ["pardo maria", "MPARDO", "52.377.908", "mpardo@empresa"])
def test_a_user_is_found_by_whatever_is_known_of_them(client: Client, maria: User, text: str) -> None:
    assert found(client, text)["Usuarios"] == [("MPardo", reverse("users:main", args=[maria.pk]))]


def test_a_token_leads_to_its_holder_and_a_product_to_who_has_it(client: Client, maria: User) -> None:
    rows.assigned(maria, alias="CAHOFelipe", number="251830758")
    rows.product(maria.company, alias="CAHOFelipe2", number="251830759", enabled_at=None, enabled_by_name="")

    assert found(client, "4900034")["Tokens"] == [("FEF4900034", reverse("tokens:user", args=[maria.pk]))]
    assert found(client, "cahofelipe")["Productos"] == [
        ("CAHOFelipe", reverse("rights:matrix") + "?por=productos"),
        ("CAHOFelipe2", reverse("products:company")),
    ]


def test_a_page_is_found_by_its_words_and_where_it_stands(client: Client, maria: User) -> None:
    assert found(client, "montos")["Páginas"] == [
        ("Consulta Montos Acumulados", reverse("rights:usage")),
        ("Configuración de Montos por Servicio", reverse("limits:ceilings")),
    ]
    assert ("Administración de Token", reverse("tokens:list")) in found(client, "seguridad")["Páginas"]


def test_nothing_of_another_company_is_found(client: Client, maria: User) -> None:
    other = factories.user(username="PardoAjeno", first_surname="Pardo")
    token(other, serial="FEF4999999")
    rows.assigned(other, alias="CAHOPardo")

    assert found(client, "pardo") == {"Usuarios": [("MPardo", reverse("users:main", args=[maria.pk]))]} | {
        "Tokens": [("FEF4900034", reverse("tokens:user", args=[maria.pk]))]
    }
    assert found(client, "4999999") == {}


def test_a_secondary_user_finds_only_pages_of_their_own(maria: User) -> None:
    browser = signed_in(maria, maria.tokens.get())

    assert found(browser, "pardo") == {}
    assert found(browser, "mis productos") == {"Páginas": [("Mis productos", reverse("products:own"))]}
    assert found(browser, "configuracion") == {}


def test_the_dialog_gets_what_was_found_alone(client: Client, maria: User) -> None:
    part = client.get(reverse("find"), {"q": "<b>pardo</b>", "solo": "resultados"}).text

    assert ("<html" in part, "“&lt;b&gt;pardo&lt;/b&gt;”" in part) == (False, True)


@pytest.mark.parametrize("text", ["", "   ", "\0", "%", "_" * 500, "' OR 1=1 --"])
def test_words_that_mean_nothing_find_nothing(client: Client, maria: User, text: str) -> None:
    assert found(client, text) == {}


def test_it_asks_the_same_of_one_user_and_of_thirty(
    client: Client, maria: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for _each in (1, 30):
        with django_assert_num_queries(11):
            counts.append(len(found(client, "pardo")["Usuarios"]))
        with factories.decided_at_the_end():
            for _user in range(30):
                token(factories.user(maria.company, first_surname="Pardo"))

    assert counts == [1, 8]
