from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from changes.models import Change
from changes.rules.text import Line
from directory.models import Service, User
from limits.changes import SetCeilings, SetUserLimits, WantedCeiling, WantedLimit
from limits.models import CompanyCeiling, UserLimit
from limits.rules import Amounts
from products.models import Product
from tests import factories
from tests.accounts.confirming import confirm, propose
from tests.limits import factories as rows
from tests.limits.factories import amounts

pytestmark = pytest.mark.usefixtures("bank_scope")


@pytest.fixture
def payments(administrator: User) -> Service:
    service = rows.service(code="pagos-terceros", name="Pagos - A Terceros", position=1)
    rows.ceiling(administrator.company, service, amounts(50, 100, 900))
    return service


@pytest.fixture
def account(felipe: User) -> Product:
    return rows.assigned(felipe, alias="CAHOFelipe", number="251830758")


def set_limits(administrator: User, user: User, *limits: tuple[Service, Product, Amounts]) -> Change:
    wanted = tuple(WantedLimit(service.pk, product.pk, held) for service, product, held in limits)
    return propose(administrator, SetUserLimits(user=user.pk, limits=wanted))


def apply(change: Change) -> None:
    assert confirm(change.maker, change).state == "applied"


def broken(change: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        change()
    return refused.value.message_dict if hasattr(refused.value, "error_dict") else {"": refused.value.messages}


def test_only_what_changes_makes_a_line_with_both_amounts(
    administrator: User, felipe: User, payments: Service, account: Product
) -> None:
    rows.limit(felipe, payments, account, amounts(20, 60, 300))

    change = set_limits(administrator, felipe, (payments, account, amounts("20", "80.5", "200")))

    place = {"group": "Pagos - A Terceros", "row": "CAHOFelipe 251830758"}
    assert change.lines == [
        Line(**place, column="Diario", before="60.00", after="80.50", kind="raised"),
        Line(**place, column="Mensual", before="300.00", after="200.00", kind="lowered"),
    ]
    assert [line.what for line in change.lines] == [
        "Pagos - A Terceros · CAHOFelipe 251830758 · Diario",
        "Pagos - A Terceros · CAHOFelipe 251830758 · Mensual",
    ]
    assert change.title == "Topes de Felipe20 (David Felipe Prieto), en COP"
    assert change.effect == "La exposición diaria de la empresa por este usuario pasa de 60.00 a 80.50 COP."


def test_the_text_is_the_portals_whatever_language_the_person_reads(
    administrator: User, felipe: User, payments: Service, account: Product
) -> None:
    with translation.override("en"):
        change = set_limits(administrator, felipe, (payments, account, amounts(1, 2, 3)))

    assert change.title.startswith("Topes de Felipe20")


def test_applying_writes_new_limits_and_changes_old_ones(
    administrator: User, felipe: User, payments: Service, account: Product
) -> None:
    other = rows.assigned(felipe)
    rows.limit(felipe, payments, account, amounts(1, 2, 3))

    apply(set_limits(administrator, felipe, (payments, account, amounts(4, 5, 6)), (payments, other, amounts(7, 8, 9))))

    held = {row.product_id: row.amounts for row in UserLimit.objects.filter(user=felipe)}
    assert held == {account.pk: amounts(4, 5, 6), other.pk: amounts(7, 8, 9)}


def test_each_broken_amount_is_refused_by_its_own_name(
    administrator: User, felipe: User, payments: Service, account: Product
) -> None:
    errors = broken(lambda: set_limits(administrator, felipe, (payments, account, amounts(60, 40, 901))))

    assert errors == {
        f"pagos-terceros.{account.pk.hex}.transaction": ["Supera el tope de la empresa: 50.00"],
        f"pagos-terceros.{account.pk.hex}.day": ["No puede ser menor que el valor por transacción: 60.00"],
        f"pagos-terceros.{account.pk.hex}.month": ["Supera el tope de la empresa: 900.00"],
    }


def test_a_product_that_is_not_the_users_is_refused(administrator: User, felipe: User, payments: Service) -> None:
    unassigned = rows.product(administrator.company)
    foreign = rows.assigned(factories.user())
    resting = rows.assigned(felipe, enabled_at=None, enabled_by_name="")

    for product in (unassigned, foreign, resting):
        errors = broken(lambda p=product: set_limits(administrator, felipe, (payments, p, amounts(1, 2, 3))))
        assert errors == {"": ["Un producto ya no está asignado a este usuario."]}


def test_a_service_without_a_ceiling_allows_nothing(administrator: User, felipe: User, account: Product) -> None:
    service = rows.service(code="sin-contratar")

    errors = broken(lambda: set_limits(administrator, felipe, (service, account, amounts("0.01", "0.01", "0.01"))))

    assert set(errors) == {f"sin-contratar.{account.pk.hex}.{period}" for period in ("transaction", "day", "month")}


def test_another_companys_user_or_an_administrator_gets_no_limits(
    administrator: User, payments: Service, account: Product
) -> None:
    for user in (factories.user(factories.company()), administrator):
        errors = broken(lambda u=user: set_limits(administrator, u, (payments, account, amounts(1, 2, 3))))
        assert errors == {"": ["Este usuario ya no existe."]}


def test_nothing_changed_is_said(administrator: User, felipe: User, payments: Service, account: Product) -> None:
    rows.limit(felipe, payments, account, amounts(1, 2, 3))

    with pytest.raises(ValidationError) as refused:
        set_limits(administrator, felipe, (payments, account, amounts(1, 2, 3)))

    assert refused.value.code == "unchanged"


def test_a_secondary_user_may_set_no_limits(felipe: User, payments: Service, account: Product) -> None:
    with pytest.raises(PermissionDenied):
        set_limits(felipe, felipe, (payments, account, amounts(1, 2, 3)))


def test_the_exposure_counts_what_holds_after_the_ceiling(
    administrator: User, felipe: User, payments: Service, account: Product
) -> None:
    rows.limit(felipe, payments, account, amounts(40, 90, 800))
    CompanyCeiling.objects.filter(service=payments).update(transaction=30, day=70, month=700)

    change = set_limits(administrator, felipe, (payments, account, amounts(10, 20, 30)))

    assert "pasa de 70.00 a 20.00 COP" in change.effect


def set_ceilings(administrator: User, *ceilings: tuple[Service, Amounts]) -> Change:
    wanted = tuple(WantedCeiling(service.pk, own) for service, own in ceilings)
    return propose(administrator, SetCeilings(ceilings=wanted))


def test_the_company_sets_its_own_ceiling_within_the_banks(administrator: User, payments: Service) -> None:
    change = set_ceilings(administrator, (payments, amounts(10, 100, 500)))
    apply(change)

    row = CompanyCeiling.objects.get(service=payments)
    assert [(line.what, line.before, line.after) for line in change.lines] == [
        ("Pagos - A Terceros · Transacción", "50.00", "10.00"),
        ("Pagos - A Terceros · Mensual", "900.00", "500.00"),
    ]
    assert (row.amounts, row.bank_amounts) == (amounts(10, 100, 500), amounts(50, 100, 900))


def test_the_banks_maximum_cannot_be_passed(administrator: User, payments: Service) -> None:
    errors = broken(lambda: set_ceilings(administrator, (payments, amounts(51, 100, 900))))

    assert errors == {"pagos-terceros.transaction": ["Supera el máximo del banco: 50.00"]}


def test_lowering_a_ceiling_below_limits_is_allowed_and_names_who_is_cut(
    administrator: User, felipe: User, payments: Service, account: Product
) -> None:
    rows.limit(felipe, payments, account, amounts(40, 90, 800))
    modest = factories.user(administrator.company, username="Modesto")
    rows.limit(modest, payments, rows.assigned(modest), amounts(5, 10, 20))

    change = set_ceilings(administrator, (payments, amounts(10, 50, 500)))

    assert change.warnings == ["Pagos - A Terceros: recorta a 1 usuario que tiene más: Felipe20"]


def test_a_service_the_company_has_not_is_refused(administrator: User, payments: Service) -> None:
    errors = broken(lambda: set_ceilings(administrator, (rows.service(), amounts(1, 2, 3))))

    assert errors == {"": ["La empresa no tiene contratado este servicio."]}


def test_lines_are_in_the_order_of_the_grid(administrator: User, felipe: User, payments: Service) -> None:
    second = rows.service(code="impuestos", name="Pagos - Impuestos", position=2)
    rows.ceiling(administrator.company, second, amounts(9, 9, 9))
    one, two = rows.assigned(felipe, alias="A"), rows.assigned(felipe, alias="B")
    one_cent = Amounts(*[Decimal("0.01")] * 3)

    change = set_limits(
        administrator, felipe, (second, two, one_cent), (payments, two, one_cent), (second, one, one_cent)
    )

    assert [[line.group, line.row] for line in change.lines[::3]] == [
        ["Pagos - A Terceros", f"B {two.number}"],
        ["Pagos - Impuestos", f"A {one.number}"],
        ["Pagos - Impuestos", f"B {two.number}"],
    ]
