import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from products.models import Product, ProductAssignment
from tenancy import context
from tests import factories
from tests.products.factories import assign, new_product, product

pytestmark = pytest.mark.usefixtures("bank_scope")


def test_a_product_is_written_as_name_and_number() -> None:
    row = product(factories.company(), alias="CAHOAndres", number="015829393")

    assert str(row) == "CAHOAndres - 015829393"


def test_the_same_number_of_the_same_kind_is_one_product_a_company() -> None:
    company = factories.company()
    product(company, kind="savings", number="015829393")

    product(company, kind="checking", number="015829393")
    product(factories.company(), kind="savings", number="015829393")
    with pytest.raises(IntegrityError, match="product_once_a_company"):
        product(company, kind="savings", number="015829393")


def test_two_cards_may_end_alike_and_are_told_apart_by_their_name() -> None:
    company = factories.company()
    for alias in ("Viajes", "Compras"):
        product(company, kind="credit_card", number="**** 8891", alias=alias)

    with pytest.raises(IntegrityError, match="product_card_once_a_company"):
        product(company, kind="credit_card", number="**** 8891", alias="Viajes")


@pytest.mark.parametrize(("kind", "number"), [("credit_card", "4539670012348891"), ("savings", "**** 8891")])
def test_no_cards_whole_number_is_stored_and_no_accounts_is_hidden(kind: str, number: str) -> None:
    with pytest.raises(IntegrityError, match="product_number_as_kept"):
        product(factories.company(), kind=kind, number=number)


@pytest.mark.parametrize("values", [{"enabled_at": None}, {"enabled_by_name": ""}])
def test_enabling_has_a_time_and_a_name_or_neither(values: dict[str, str | None]) -> None:
    with pytest.raises(IntegrityError, match="product_enabled_by_somebody"):
        product(factories.company(), **{"enabled_at": timezone.now(), "enabled_by_name": "adelgado", **values})


def test_a_user_has_a_product_once() -> None:
    user = factories.user()
    row = product(user.company)
    assign(user, row)

    with pytest.raises(IntegrityError, match="product_assigned_once"):
        assign(user, row)


def test_the_database_refuses_a_product_of_another_company() -> None:
    user = factories.user()
    foreign = product(factories.company())

    with pytest.raises(IntegrityError, match="assignment_product_of_company"):
        ProductAssignment.objects.create(company=user.company, user=user, product=foreign)


def test_the_database_refuses_a_user_of_another_company() -> None:
    company, neighbour = factories.company(), factories.user(factories.company())

    with pytest.raises(IntegrityError, match="assignment_user_of_company"):
        ProductAssignment.objects.create(company=company, user=neighbour, product=product(company))


def test_a_user_or_product_with_assignments_cannot_move_to_another_company() -> None:
    user = factories.user()
    row, elsewhere = product(user.company), factories.company()
    assign(user, row)

    for moved in (row, user):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(moved)._default_manager.filter(pk=moved.pk).update(company=elsewhere)


def test_row_level_security_hides_the_neighbours_products() -> None:
    user, neighbour = factories.user(), factories.user(factories.company())
    assign(user, product(user.company, number="015829393"))
    assign(neighbour, product(neighbour.company, number="278823810"))

    with context.company(user.company_id):
        numbers = list(Product.objects.values_list("number", flat=True))
        holders = list(ProductAssignment.objects.values_list("user__username", flat=True))

    assert numbers == ["015829393"]
    assert holders == [user.username]


def test_nothing_can_be_written_for_a_neighbour() -> None:
    company, neighbour = factories.company(), factories.company()

    with (
        context.company(company.pk),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        new_product(neighbour)
