import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from products import selectors
from products.models import Product
from tests import factories
from tests.products.factories import assign, new_product, product

pytestmark = pytest.mark.usefixtures("bank_scope")


def test_products_stand_in_the_guides_order_of_kinds_then_by_name() -> None:
    administrator = factories.administrator()
    company = administrator.company
    for kind, alias in [("checking", "A"), ("savings", "B"), ("credit_card", "C"), ("savings", "A")]:
        product(company, kind=kind, alias=alias)

    found = [(row.kind, row.alias) for row in selectors.products_of(administrator)]

    assert found == [("savings", "A"), ("savings", "B"), ("credit_card", "C"), ("checking", "A")]


def test_only_what_is_assigned_enabled_and_open_works() -> None:
    felipe = factories.user()
    company = felipe.company
    works = product(company, alias="CAHOFelipe")
    product(company, alias="not assigned")
    assign(felipe, works)
    assign(felipe, new_product(company, alias="not enabled"))
    assign(felipe, product(company, alias="closed", bank_state="closed"))
    assign(factories.user(company), product(company, alias="somebody else's"))

    assert selectors.effective_products(felipe, felipe) == [works]


def test_a_neighbours_user_has_no_products_for_the_viewer() -> None:
    administrator, neighbour = factories.administrator(), factories.user(factories.company())
    assign(neighbour, product(neighbour.company))

    assert selectors.effective_products(administrator, neighbour) == []
    assert selectors.assigned_ids(administrator, neighbour) == set()


@pytest.mark.parametrize("count", [1, 30])
def test_effective_products_take_one_query(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    felipe = factories.user()
    for _ in range(count):
        assign(felipe, product(felipe.company))

    with django_assert_num_queries(1):
        found = [str(row) for row in selectors.effective_products(felipe, felipe)]

    assert len(found) == count


def test_the_tab_counts_what_the_user_can_work_with() -> None:
    administrator = factories.administrator()
    felipe = factories.user(administrator.company)
    assign(felipe, new_product(administrator.company))
    before = selectors.tab_mark(administrator, felipe)
    for _ in range(2):
        assign(felipe, product(administrator.company))

    assert before == ("missing", "falta")
    assert selectors.tab_mark(administrator, felipe) == ("count", "2")


def test_holders_are_named_in_order() -> None:
    administrator = factories.administrator()
    company = administrator.company
    shared, lonely = product(company), product(company)
    for username in ("zoila", "andrea"):
        assign(factories.user(company, username=username), shared)

    assert selectors.holders_of(administrator, [shared.pk, lonely.pk]) == {shared.pk: ["andrea", "zoila"]}


@settings(max_examples=40)
@given(states=st.lists(st.tuples(st.booleans(), st.sampled_from(["open", "closed"]), st.booleans()), max_size=6))
def test_a_user_never_has_what_the_company_has_not(states: list[tuple[bool, str, bool]]) -> None:
    felipe = factories.user()
    for enabled, bank_state, assigned in states:
        row = (product if enabled else new_product)(felipe.company, bank_state=bank_state)
        if assigned:
            assign(felipe, row)

    of_user = {row.pk for row in selectors.effective_products(felipe, felipe)}
    of_company = {row.pk for row in Product.objects.filter(company=felipe.company) if row.is_enabled and row.is_open}

    assert of_user <= of_company
    assert len(of_user) == sum(enabled and state == "open" and assigned for enabled, state, assigned in states)
