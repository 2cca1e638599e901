from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit.authority import Authority
from directory.models import User
from tests import factories
from tests.support.client import Client
from tests.tokens.factories import token
from tokens import selectors, services
from tokens.enums import TokenKind, TokenState

pytestmark = pytest.mark.usefixtures("bank_scope")
URL = "/administracion/token/"
PAGE_QUERIES = 12


@pytest.fixture
def client(administrator: User, client_for: Any) -> Client:
    return client_for(administrator, token(administrator))


def test_the_page_shows_who_holds_what_as_the_guide_does(client: Client, administrator: User) -> None:
    company = administrator.company
    day = datetime(2023, 12, 22, 3, 0, tzinfo=UTC)
    rows = [
        ("Entelgy1BOC", "FEF4900032", TokenState.ACTIVE, "Activo"),
        ("VictorP1", "FEF4900035", TokenState.PENDING_ACTIVATION, "Pendiente Activación"),
        ("Mcaastro11", "FEF4900034", TokenState.ASSIGNED, "Asignado"),
    ]
    for username, serial, state, _ in rows:
        token(factories.user(company, username=username), serial=serial, state=state, updated_at=day)
    token(company=company)

    response = client.get(reverse("tokens:list"))

    assert response.status_code == 200
    for username, serial, _, words in rows:
        assert all(text in response.text for text in (username, serial, words, "2023/12/21"))
    for label in (
        "Cantidad Tokens Virtuales Empresa",
        "Cantidad Tokens Virtuales Disponibles",
        "Nombre Usuario",
        "Número de Serie",
        "Última Actualización",
        "Estados",
        "Administración de Token",
        "Token Virtual",
    ):
        assert label in response.text
    assert "Mostrando registros 1 al 3 de un total de 3" in " ".join(response.text.split())


def test_the_table_leaves_the_viewers_own_out_and_the_counters_do_not(administrator: User, client: Client) -> None:
    others = [factories.user(administrator.company) for _ in range(5)]
    for user in others:
        token(user)

    pool = selectors.pool_of(administrator)
    [own] = selectors.own_tokens_of(administrator)
    page = client.get(reverse("tokens:list")).text

    assert f"Su propio token, {own.serial} (Activo), se cuenta en el total pero no aparece en la lista." in page
    assert (pool.total, pool.available) == (6, 0)
    assert {row.user for row in selectors.held_tokens_of(administrator)} == set(others)


def test_available_are_only_tokens_nobody_holds(administrator: User) -> None:
    company = administrator.company
    token(company=company)
    for state in (TokenState.BLOCKED, TokenState.LOST, TokenState.DISABLED, TokenState.ASSIGNED):
        token(factories.user(company), state=state)
    token(company=company, kind=TokenKind.PHYSICAL)

    assert selectors.pool_of(administrator) == selectors.Pool(total=5, available=1)


def test_another_companys_tokens_are_neither_shown_nor_counted(client: Client, administrator: User) -> None:
    stranger = factories.user(factories.company(administrator.company.portal), username="vecino")
    foreign = token(stranger, serial="FEF7777777")
    token(company=stranger.company)

    response = client.get(URL)

    assert foreign.serial not in response.text
    assert "vecino" not in response.text
    assert response.context["pool"] == selectors.Pool(total=1, available=0)


def test_a_company_without_other_tokens_is_told_what_to_do(client: Client) -> None:
    assert "Nadie más en su empresa tiene un token todavía" in client.get(URL).text


def test_secondary_users_do_not_see_tokens(administrator: User, client_for: Any) -> None:
    secondary = factories.user(administrator.company)

    assert client_for(secondary).get(URL).status_code == 403


def test_strangers_are_sent_to_the_sign_in(administrator: User) -> None:
    response = Client(headers={"host": "localhost"}).get(URL)

    assert (response.status_code, response["Location"]) == (302, reverse("sign-in"))


def test_nothing_is_sent_to_the_page(client: Client) -> None:
    assert client.post(URL).status_code == 405


def test_thirty_tokens_take_the_queries_of_one(
    client: Client, administrator: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def load(rows: int) -> int:
        for _ in range(rows):
            token(factories.user(administrator.company))
        with django_assert_num_queries(PAGE_QUERIES):
            response = client.get(URL, {"ver": 50})
        return len(response.context["page"])

    assert [load(1), load(29)] == [1, 30]


class TestTheTabOfAUser:
    def test_who_has_none_is_told_who_gives_one(self, client: Client, felipe: User) -> None:
        token(company=felipe.company)

        text = client.get(reverse("tokens:user", args=[felipe.pk])).text

        assert "Este usuario no tiene token" in text
        assert "Su empresa tiene 1 token virtual disponible. El banco lo asigna" in text

    def test_a_token_is_shown_with_its_state_in_words_and_its_way(self, client: Client, felipe: User) -> None:
        held = services.add_token(
            authority=Authority.of_command(), serial="FEF4900077", company=felipe.company, kind=TokenKind.VIRTUAL
        )
        services.hand_over(authority=Authority.of_command(), token=held, user=felipe)
        services.activate(authority=Authority.of_command(), token=held)
        services.block(authority=Authority.of_command(), token=held)

        response = client.get(reverse("tokens:user", args=[felipe.pk]))

        assert "Token Virtual FEF4900077" in response.text
        assert "No abre nada hasta que se desbloquee." in response.text
        assert [step.words for step in response.context["held"][0].steps] == [
            "Bloqueado",
            "Activo",
            "Pendiente Activación",
            "Asignado",
            "Disponible",
        ]
        assert "este usuario ingresa solo con la clave de un token" in response.text

    def test_a_lost_one_does_not_count_as_held(self, client: Client, felipe: User) -> None:
        token(felipe, state=TokenState.LOST)

        text = client.get(reverse("tokens:user", args=[felipe.pk])).text

        assert "Este usuario no tiene token" in text
        assert "Se reportó perdido y no vuelve a servir." in text

    def test_it_is_only_looked_at(self, client: Client, felipe: User) -> None:
        assert client.post(reverse("tokens:user", args=[felipe.pk])).status_code == 405
