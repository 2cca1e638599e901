"""Every user beside what they may move, and what that amounts to for the company."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from directory.clock import local_now
from directory.models import Profile, Service, User
from limits.rules import period_keys
from products.models import Product
from rights.listing import MatrixRow
from rights.rules.exposure import BAR_WIDTH, Exposure, shade, share
from tests import factories
from tests.limits import factories as rows
from tests.limits.factories import amounts
from tests.support.client import Client
from tests.support.there import there
from tests.tokens.factories import token

AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=2)


@given(AMOUNTS, AMOUNTS)
def test_a_cell_is_darker_the_more_of_the_ceiling_it_is(less: Decimal, more: Decimal) -> None:
    less, more = sorted((less, more))

    assert 0 <= shade(share(less, Decimal(1000))) <= shade(share(more, Decimal(1000))) <= 5
    assert (shade(share(less, Decimal(1000))) == 0) == (less == 0)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_no_bar_is_wider_than_its_frame(ceiling: Decimal, granted: Decimal, usable: Decimal, used: Decimal) -> None:
    bar = Exposure("Pagos", ceiling, granted, min(usable, granted), used).bar

    assert all(0 <= width <= BAR_WIDTH for width in bar.values())
    assert bar["usable"] <= bar["granted"]


@pytest.fixture
def payments(administrator: User) -> Service:
    service = rows.service(name="Pagos - A Terceros")
    rows.ceiling(administrator.company, service, amounts(100, 200, 1000))
    return service


@pytest.fixture
def account(felipe: User, payments: Service) -> Product:
    """With which Felipe, who can move money, may do up to 50 a day; 10 of them are used."""
    token(felipe)
    product = rows.assigned(felipe, alias="CAHOFelipe", number="251830758")
    rows.limit(felipe, payments, product, amounts(20, 50, 300))
    day, _month = period_keys(local_now(felipe.company.portal))
    rows.usage(felipe, payments, product, day, "7", "3")
    return product


@pytest.fixture
def maria(felipe: User, payments: Service, account: Product) -> User:
    """Who has more than the ceiling has become, on two products, and no token."""
    maria = factories.user(felipe.company, username="Maria")
    rows.limit(maria, payments, rows.assigned(maria), amounts(150, 500, 900))
    rows.limit(maria, payments, rows.assigned(maria), amounts(1, 2, 3))
    return maria


def asked(client: Client, **query: str) -> Any:
    return client.get(reverse("rights:matrix"), query).context


def cells(row: MatrixRow) -> list[int | None]:
    return [None if cell.amount is None else int(cell.amount) for cell in row.cells]


@pytest.mark.usefixtures("bank_scope")
class TestMatrix:
    def test_each_user_beside_what_applies_in_each_service(self, client: Client, maria: User) -> None:
        found = asked(client)["asked"].page

        assert [(row.user.username, cells(row), int(row.total), int(row.used)) for row in found] == [
            ("Maria", [202], 202, 0),
            ("Felipe20", [50], 50, 10),
        ]
        assert [(row.standing.words, row.standing.is_ready) for row in found] == [("sin token", False), ("sí", True)]

    def test_of_single_transactions_the_largest_counts(self, client: Client, maria: User) -> None:
        found = asked(client, periodo="transaccion")
        shown = [(row.user.username, cells(row)) for row in found["asked"].page]

        assert shown == [("Maria", [100]), ("Felipe20", [20])]
        assert "exposures" not in found

    def test_by_product_it_says_who_has_which(self, client: Client, maria: User, account: Product) -> None:
        found = asked(client, por="productos", periodo="mensual", orden="usuario")["asked"].page

        assert [(row.user.username, cells(row)) for row in found] == [
            ("Felipe20", [None, None, 300]),
            ("Maria", [900, 3, None]),
        ]

    def test_what_the_profile_does_not_open_is_granted_and_cannot_be_used(
        self, client: Client, felipe: User, account: Product
    ) -> None:
        """Though it moves money elsewhere."""
        other = rows.service(name="Pagos - Impuestos")
        rows.ceiling(felipe.company, other, amounts(100, 200, 1000))
        rows.limit(felipe, other, account, amounts(10, 20, 30))
        Profile.objects.filter(pk=there(felipe.profile_id)).update(services=[other.pk])
        factories.decided(felipe)

        exposures = asked(client)["exposures"]

        assert [(int(each.granted), int(each.usable)) for each in exposures] == [(50, 0), (20, 20)]

    def test_what_was_granted_and_what_can_be_used_of_it(self, client: Client, maria: User) -> None:
        [day] = asked(client)["exposures"]
        [month] = asked(client, periodo="mensual")["exposures"]

        assert [int(each) for each in (day.ceiling, day.granted, day.usable, day.used)] == [200, 252, 50, 10]
        assert (day.percent, day.is_above) == (126, True)
        assert [int(each) for each in (month.ceiling, month.granted, month.usable, month.used)] == [1000, 1203, 300, 0]

    def test_a_product_taken_from_the_company_counts_no_more(
        self, client: Client, maria: User, account: Product
    ) -> None:
        Product.objects.filter(pk=account.pk).update(enabled_at=None, enabled_by_name="")

        [day] = asked(client)["exposures"]

        assert int(day.granted) == 202
        assert cells(next(row for row in asked(client)["asked"].page if row.user.username == "Felipe20")) == [0]

    def test_it_is_filtered_and_sorted(self, client: Client, maria: User) -> None:
        def names(**query: str) -> list[str]:
            return [row.user.username for row in asked(client, **query)["asked"].page]

        assert names(listo="ready") == ["Felipe20"]
        assert names(filtro="maria") == ["Maria"]
        assert names(estado="locked") == []
        assert names(orden="c0") == ["Felipe20", "Maria"]
        assert names(orden="-c0") == ["Maria", "Felipe20"]
        assert names(orden="-usado") == names(orden="mueve") == ["Felipe20", "Maria"]
        assert names(orden="usado") == names(orden="-mueve") == ["Maria", "Felipe20"]
        assert names(orden="c7", por="nada", periodo="siglo") == names()

    def test_nobody_of_another_company_is_in_it(self, client: Client, payments: Service, account: Product) -> None:
        other = factories.user(username="Ajeno")
        rows.ceiling(other.company, payments)
        rows.limit(other, payments, rows.assigned(other, alias="CAHOAjena"), amounts(1, 2, 3))

        page = client.get(reverse("rights:matrix"), {"por": "productos"}).text

        assert ("Ajeno" in page, "CAHOAjena" in page, "CAHOFelipe" in page) == (False, False, True)
        assert int(asked(client)["exposures"][0].granted) == 50

    def test_it_can_be_taken_away(self, client: Client, maria: User) -> None:
        printed = client.get(reverse("exports:matrix")).text

        assert [text in printed for text in ("Pagos - A Terceros", "202.00", "sin token")] == [True] * 3

    @pytest.mark.parametrize("by", ["servicios", "productos"])
    def test_it_asks_the_same_of_one_user_and_of_thirty(
        self, client: Client, maria: User, django_assert_max_num_queries: DjangoAssertNumQueries, by: str
    ) -> None:
        query = {"por": by, "ver": "50"}
        with django_assert_max_num_queries(100) as few:
            asked(client, **query)
        with factories.decided_at_the_end():
            for _each in range(30):
                user = factories.user(maria.company)
                rows.limit(user, Service.objects.get(), rows.assigned(user), amounts(1, 2, 3))

        with django_assert_max_num_queries(len(few.captured_queries)):
            found = asked(client, **query)

        assert found["asked"].count == 32
