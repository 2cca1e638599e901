import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from directory.models import User
from notifications.services import notify
from products.models import ProductAssignment
from tests import factories
from tests.products.factories import product
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("bank_scope")
ClientFor = Callable[..., Client]
QUERIES_OF_ADMINISTRATOR = 14
QUERIES_OF_SECONDARY = 9


def queries_of(client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int) -> str:
    with django_assert_num_queries(count):
        return client.get(reverse("home")).text


def working(administrator: User, username: str) -> User:
    """Whoever only looks needs neither token nor products."""
    looking = factories.profile(administrator.company, operating_role="supervisor")
    return factories.user(administrator.company, username=username, profile=looking)


@pytest.mark.parametrize("rows", [1, 30])
def test_home_of_an_administrator_costs_the_same_with_one_user_or_thirty(
    client_for: ClientFor, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    administrator = factories.administrator()
    for _ in range(rows):
        factories.user(administrator.company, state="pending")
        notify(user_id=administrator.pk, company_id=administrator.company_id, subject="Cambio")

    text = queries_of(client_for(administrator), django_assert_num_queries, QUERIES_OF_ADMINISTRATOR)

    assert administrator.company.legal_name in text


@pytest.mark.parametrize("rows", [1, 30])
def test_home_of_a_secondary_user_costs_the_same_with_one_product_or_thirty(
    client_for: ClientFor, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    user = factories.user()
    owned = [product(user.company, alias=f"CAHO{number:02}") for number in range(rows)]
    for each in owned:
        ProductAssignment.objects.create(company=user.company, user=user, product=each)

    text = queries_of(client_for(user), django_assert_num_queries, QUERIES_OF_SECONDARY)

    assert [each.alias for each in owned if each.alias not in text] == []


def test_an_administrator_sees_who_cannot_work_yet_and_nobody_of_the_neighbour(client_for: ClientFor) -> None:
    administrator = factories.administrator()
    factories.user(administrator.company, username="Felipe20", state="inactive", credential_state="none")
    working(administrator, "Trabaja1")
    factories.user(factories.company(), username="Vecino01", state="pending")

    text = client_for(administrator).get(reverse("home")).text

    assert "Felipe20" in text
    assert "Trabaja1" not in text
    assert "Vecino01" not in text


def test_home_says_how_many_cannot_work_yet_beyond_those_it_lists(client_for: ClientFor) -> None:
    administrator = factories.administrator()
    for number in range(7):
        factories.user(administrator.company, username=f"Hugo{number}", state="pending")
    working(administrator, "Trabaja1")

    page = client_for(administrator).get(reverse("home"))

    assert len(re.findall(">Hugo[0-6]<", page.text)) == 5
    assert "<small>7 usuarios</small>" in page.text
    assert "Se muestran 5: primero los bloqueados, después los más recientes." in page.text


def test_home_of_a_company_without_secondary_users_says_so(client_for: ClientFor) -> None:
    administrator = factories.administrator()
    client = client_for(administrator)

    empty = client.get(reverse("home")).text
    working(administrator, "Trabaja1")
    page = client.get(reverse("home")).text

    assert "Su empresa aún no tiene usuarios secundarios." in empty
    assert "Todos los usuarios de su empresa están activos" not in empty
    assert "Todos los usuarios de su empresa están activos" in page


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ("own-account", ["Administración", "Usuarios", "Cambio de Clave e Imagen Propia"]),
        ("own-password", ["Administración", "Usuarios", "Cambio de Clave e Imagen Propia", "Cambiar contraseña"]),
        ("own-image", ["Administración", "Usuarios", "Cambio de Clave e Imagen Propia", "Imagen de Seguridad"]),
        ("inbox:messages", ["Servicio al Cliente", "Mensajes"]),
        ("inbox:notifications", ["Servicio al Cliente", "Notificaciones"]),
        ("help:contact", ["Servicio al Cliente", "Contáctenos"]),
        ("help:tutorials", ["Ayudas", "Tutoriales OcciRed"]),
        ("help:recommendations", ["Ayudas", "Recomendaciones de Navegación"]),
        ("help:conditions", ["Ayudas", "Condiciones de Seguridad"]),
    ],
)
def test_every_page_says_where_it_is(client_for: ClientFor, page: str, path: list[str]) -> None:
    response = client_for(factories.user()).get(reverse(page))

    assert [label for label, _url in response.context["crumbs"]] == path
    assert '<nav class="oc-route"' in response.text
    assert [section["label"] for section in response.context["shell"].menu if section["active"]] in ([], path[:1])
    assert 'class="oc-panel"' in response.text


def test_help_is_readable_before_signing_in() -> None:
    factories.portal()

    page = Client(headers={"host": "localhost"}).get(reverse("help:contact")).text

    assert "Contáctenos" in page
    assert "oc-sign-in-box" in page
    assert "oc-panel" not in page


def test_menu_of_a_secondary_user_leads_to_no_refusal(client_for: ClientFor) -> None:
    client = client_for(factories.user())
    menu = client.get(reverse("home")).context["shell"].menu
    links = [link["url"] for section in menu for group in section["groups"] for link in group["links"]]

    answers = {url: client.get(url).status_code for url in links}

    assert len(answers) >= 8
    assert set(answers.values()) == {200}


def test_menu_of_an_administrator_leads_to_no_refusal(client_for: ClientFor) -> None:
    client = client_for(factories.administrator())
    menu = client.get(reverse("home")).context["shell"].menu
    links = [link["url"] for section in menu for group in section["groups"] for link in group["links"]]

    answers = {url: client.get(url).status_code for url in links}

    assert [section["label"] for section in menu] == [
        "Consultas",
        "Transacciones",
        "Servicio al Cliente",
        "Administración",
        "Ayudas",
    ]
    assert set(answers.values()) == {200}


def test_inbox_shows_own_lines_and_marks_them_read(client_for: ClientFor) -> None:
    user, neighbour = factories.user(), factories.user()
    own = notify(user_id=user.pk, company_id=user.company_id, subject="Topes de Felipe20")
    foreign = notify(user_id=neighbour.pk, company_id=neighbour.company_id, subject="Cosa ajena")
    client = client_for(user)

    page = client.get(reverse("inbox:notifications")).text
    client.post(reverse("inbox:mark-read", args=[own.pk]))
    client.post(reverse("inbox:mark-read", args=[foreign.pk]))

    own.refresh_from_db()
    foreign.refresh_from_db()
    assert "Topes de Felipe20" in page
    assert "Cosa ajena" not in page
    assert own.read_at is not None
    assert foreign.read_at is None


@pytest.mark.parametrize(
    "next_url", ["https://malo.example/", "//malo.example", "http:malo.example", "javascript:x", "users:search"]
)
def test_the_language_switch_never_leads_off_the_site(next_url: str) -> None:
    factories.portal()

    response = Client(headers={"host": "localhost"}).post(reverse("language"), {"language": "en", "next": next_url})

    assert response["Location"] == reverse("home")


@pytest.mark.parametrize("next_url", ["no-es-vista", "?a=1", "/mensajes/?a=1#x"])
def test_the_language_switch_leads_back_to_an_address_and_to_nothing_by_name(next_url: str) -> None:
    factories.portal()

    response = Client(headers={"host": "localhost"}).post(reverse("language"), {"language": "en", "next": next_url})

    assert (response.status_code, response["Location"]) == (302, next_url)


def test_the_language_is_remembered() -> None:
    factories.portal()
    client = Client(headers={"host": "localhost"})

    client.post(reverse("language"), {"language": "en", "next": reverse("sign-in")})

    assert "Please enter your user details" in client.get(reverse("sign-in")).text


def test_health_answers_without_a_portal_and_without_the_database(db: None) -> None:
    assert Client(headers={"host": "localhost"}).get("/healthz").content == b"ok"
