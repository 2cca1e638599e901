from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import AuditEvent
from changes.enums import ChangeState
from changes.kinds import Proposable
from directory.models import User
from products.changes import AssignProducts, EnableForCompany
from products.models import Product
from products.selectors import assigned_ids, effective_products
from tests import factories
from tests.accounts.confirming import carry_out, confirm, propose
from tests.products.factories import assign, new_product, product

pytestmark = pytest.mark.usefixtures("bank_scope")
UNKNOWN = ["Uno de los productos no existe."]


@pytest.fixture
def account(administrator: User) -> Product:
    return product(administrator.company, alias="CAHOAndres", number="015829393")


def assigned(user: User, *keys: UUID) -> AssignProducts:
    return AssignProducts(user=user.pk, products=frozenset(keys))


def enabled(*keys: UUID) -> EnableForCompany:
    return EnableForCompany(enabled=frozenset(keys))


def broken(administrator: User, wanted: Proposable) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        propose(administrator, wanted)
    return refused.value.message_dict


def test_assigning_says_what_comes_and_what_goes(administrator: User, felipe: User, account: Product) -> None:
    former = product(administrator.company, alias="CAHOCarlos", number="278823810")
    assign(felipe, former)

    change = carry_out(administrator, assigned(felipe, account.pk))

    assert change.state == ChangeState.APPLIED
    assert change.title == "Productos de Felipe20 (David Felipe Prieto)"
    assert [(line.what, line.before, line.after, line.kind) for line in change.lines] == [
        ("Cuenta Ahorros · CAHOAndres - 015829393", "No asignado", "Asignado", "added"),
        ("Cuenta Ahorros · CAHOCarlos - 278823810", "Asignado", "No asignado", "removed"),
    ]
    assert effective_products(felipe, felipe) == [account]


def test_assigning_leaves_an_audit_row_with_before_and_after(
    administrator: User, felipe: User, account: Product
) -> None:
    carry_out(administrator, assigned(felipe, account.pk))

    event = AuditEvent.objects.get(event="products.assigned")
    assert (event.actor_name, event.target_name) == ("adelgado", "Felipe20")
    assert event.before == {"Cuenta Ahorros · CAHOAndres - 015829393": "No asignado"}
    assert event.after == {"Cuenta Ahorros · CAHOAndres - 015829393": "Asignado"}


def test_a_neighbours_product_is_refused_like_one_that_does_not_exist(administrator: User, felipe: User) -> None:
    foreign = product(factories.company(), alias="CAHOVecino")

    answers = [broken(administrator, assigned(felipe, key)) for key in (foreign.pk, uuid4())]

    assert answers == [{"products": UNKNOWN}, {"products": UNKNOWN}]


@pytest.mark.parametrize("values", [{"enabled_at": None, "enabled_by_name": ""}, {"bank_state": "closed"}])
def test_what_the_company_has_not_enabled_or_the_bank_has_closed_cannot_be_assigned(
    administrator: User, felipe: User, values: dict[str, str | None]
) -> None:
    row = product(administrator.company, **values)

    assert broken(administrator, assigned(felipe, row.pk)) == {"products": UNKNOWN}


def test_nobody_assigns_to_a_neighbours_user_or_to_an_administrator(administrator: User, account: Product) -> None:
    for somebody in (factories.user(factories.company()), factories.administrator(administrator.company)):
        with pytest.raises(ValidationError, match="no existe"):
            propose(administrator, assigned(somebody, account.pk))


def test_a_secondary_user_changes_nothing(felipe: User, account: Product) -> None:
    for wanted in (assigned(felipe, account.pk), enabled()):
        with pytest.raises(PermissionDenied):
            propose(felipe, wanted)


def test_a_product_disabled_between_proposal_and_confirmation_is_not_assigned(
    administrator: User, felipe: User, account: Product
) -> None:
    change = propose(administrator, assigned(felipe, account.pk))
    Product.objects.filter(pk=account.pk).update(enabled_at=None, enabled_by_name="")

    change = confirm(administrator, change)

    assert change.state == ChangeState.REFUSED
    assert assigned_ids(administrator, felipe) == set()


def test_an_assignment_made_meanwhile_makes_the_change_stale(
    administrator: User, felipe: User, account: Product
) -> None:
    change = propose(administrator, assigned(felipe, account.pk))
    assign(felipe, account)

    assert confirm(administrator, change).state == ChangeState.STALE


def test_what_rests_is_not_taken_away_by_an_assignment(administrator: User, felipe: User, account: Product) -> None:
    resting = new_product(administrator.company)
    assign(felipe, resting)

    carry_out(administrator, assigned(felipe, account.pk))

    assert assigned_ids(administrator, felipe) == {resting.pk, account.pk}


def test_enabling_is_remembered_with_its_person(administrator: User) -> None:
    row = new_product(administrator.company, alias="TCRAndres", kind="credit_card", number="**** 4111")

    change = carry_out(administrator, enabled(row.pk))
    row.refresh_from_db()

    assert [(line.what, line.before, line.after) for line in change.lines] == [
        ("Tarjeta de Crédito · TCRAndres - **** 4111", "No habilitado", "Habilitado para la empresa")
    ]
    assert (row.is_enabled, row.enabled_by_name) == (True, "adelgado")


def test_disabling_warns_who_loses_the_product_and_keeps_the_assignment(
    administrator: User, felipe: User, account: Product
) -> None:
    assign(felipe, account)

    change = carry_out(administrator, enabled())

    assert change.warnings == [
        "CAHOAndres - 015829393 deja de funcionar para: Felipe20. Les vuelve a funcionar cuando se habilite de nuevo."
    ]
    assert effective_products(felipe, felipe) == []
    assert assigned_ids(administrator, felipe) == {account.pk}


def test_enabling_again_gives_it_back(administrator: User, felipe: User, account: Product) -> None:
    assign(felipe, account)
    carry_out(administrator, enabled())

    carry_out(administrator, enabled(account.pk))

    assert effective_products(felipe, felipe) == [account]


def test_a_closed_or_foreign_product_cannot_be_enabled(administrator: User) -> None:
    closed = new_product(administrator.company, bank_state="closed")
    foreign = new_product(factories.company())

    for row in (closed, foreign):
        assert broken(administrator, enabled(row.pk)) == {"enabled": UNKNOWN}


def test_a_closed_product_stays_as_it_is(administrator: User, account: Product) -> None:
    closed = product(administrator.company, bank_state="closed")

    carry_out(administrator, enabled())
    closed.refresh_from_db()

    assert closed.is_enabled


def test_nothing_changed_is_said(administrator: User, account: Product) -> None:
    with pytest.raises(ValidationError) as refused:
        propose(administrator, enabled(account.pk))

    assert refused.value.code == "unchanged"
