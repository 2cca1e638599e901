import pytest
from pytest_django import DjangoAssertNumQueries

from directory.models import Service, User
from limits.selectors import tab_mark, users_cut_by
from tests import factories
from tests.limits import factories as rows
from tests.limits.factories import amounts

pytestmark = pytest.mark.usefixtures("bank_scope")


@pytest.fixture
def felipe() -> User:
    return factories.user()


@pytest.fixture
def service() -> Service:
    return rows.service()


def test_the_tab_says_how_many_products_lack_a_limit(felipe: User, service: Service) -> None:
    administrator = factories.administrator(felipe.company)
    marks = [tab_mark(administrator, felipe)]

    first, second = rows.assigned(felipe), rows.assigned(felipe)
    rows.assigned(felipe, bank_state="closed")
    marks.append(tab_mark(administrator, felipe))
    rows.limit(felipe, service, first, amounts(1, 2, 3))
    rows.limit(felipe, service, second, amounts(0, 0, 0))
    marks.append(tab_mark(administrator, felipe))
    rows.limit(felipe, rows.service(), second, amounts(0, 0, 1))
    marks.append(tab_mark(administrator, felipe))

    assert marks == [("none", "sin productos"), ("missing", "faltan 2"), ("missing", "falta 1"), ("ok", "completo")]


def test_the_mark_of_the_tab_costs_one_query(
    felipe: User, service: Service, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    administrator = factories.administrator(felipe.company)
    for _ in range(3):
        rows.limit(felipe, service, rows.assigned(felipe), amounts(1, 2, 3))

    with django_assert_num_queries(1):
        tab_mark(administrator, felipe)


def test_only_users_above_a_ceiling_are_cut_by_it_each_once(felipe: User, service: Service) -> None:
    other = rows.service()
    for _ in range(2):
        rows.limit(felipe, service, rows.assigned(felipe), amounts(1, 20, 30))
    rows.limit(felipe, other, rows.assigned(felipe), amounts(1, 2, 3))
    neighbour = factories.user(factories.company())
    rows.limit(neighbour, service, rows.assigned(neighbour), amounts(50, 60, 70))
    ceiling = amounts(1, 10, 30)

    cut = users_cut_by(felipe, {service.pk: ceiling, other.pk: ceiling})

    assert cut == {service.pk: [felipe.username]}
