"""The bank's part: what it saves is audited, and it cannot enable or delete."""

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.utils import timezone

from audit.authority import Authority
from audit.models import AuditEvent
from directory.models import Company
from products import services
from products.admin import ProductAdmin
from products.models import Product
from products.selectors import products_of
from tests import factories
from tests.products.factories import new_product, product
from tests.support.back_office import staff_client
from tests.support.there import there

pytestmark = pytest.mark.usefixtures("bank_scope")


@pytest.fixture
def product_admin() -> ProductAdmin:
    return ProductAdmin(Product, admin.site)


def test_a_product_the_bank_adds_is_audited_in_its_companys_trail() -> None:
    staff, company = factories.bank_staff(), factories.company()
    row = Product(company=company, kind="savings", number="015829393", alias="CAHOAndres", currency="COP")

    services.save_product(authority=Authority.of_bank(staff), product=row)

    event = AuditEvent.objects.get(event="product.saved")
    assert (event.company_id, event.actor_name, event.before) == (company.pk, staff.username, None)
    assert there(event.after)["bank_state"] == "open"


def test_the_banks_order_is_that_in_which_it_adds_them_unless_it_says_another() -> None:
    authority, company = Authority.of_bank(factories.bank_staff()), factories.company()
    for number, alias in enumerate(("CAHOFelipe", "CAHOAndres", "CAHODanielH"), start=1):
        row = Product(company=company, kind="savings", number=f"000{number}", alias=alias, currency="COP")
        services.save_product(authority=authority, product=row)
    row.position = 1

    services.save_product(authority=authority, product=row)

    viewer = factories.administrator(company)
    assert [each.alias for each in products_of(viewer)] == ["CAHODanielH", "CAHOFelipe", "CAHOAndres"]
    assert [each.position for each in products_of(viewer)] == [1, 1, 2]


def test_closing_a_product_is_audited_with_before_and_after() -> None:
    staff = factories.bank_staff()
    row = Product(company=factories.company(), kind="savings", number="0001", alias="CAHOAndres", currency="COP")
    services.save_product(authority=Authority.of_bank(staff), product=row)
    row.bank_state = "closed"

    services.save_product(authority=Authority.of_bank(staff), product=row)

    event = AuditEvent.objects.filter(event="product.saved").latest("sequence")
    assert (there(event.before)["bank_state"], there(event.after)["bank_state"]) == ("open", "closed")


def test_the_bank_neither_deletes_nor_enables_nor_moves_a_product(product_admin: ProductAdmin) -> None:
    request = RequestFactory().get("/")
    request.user = factories.bank_staff()

    assert not product_admin.has_delete_permission(request)
    assert "enabled_at" not in product_admin.get_fields(request)
    assert product_admin.get_readonly_fields(request, product(factories.company())) == (
        *("company", "kind", "number", "currency"),
    )


ADD = "/oficina/products/product/add/"


def values(company: Company, **more: str) -> dict[str, str]:
    return {
        "company": str(company.pk),
        "kind": "savings",
        "number": "0158 29393-1",
        "alias": "CAHOAndres",
        "currency": "COP",
        "bank_state": "open",
        **more,
    }


def test_the_currency_is_chosen_from_a_list_that_begins_with_the_portals() -> None:
    factories.company()

    choices = staff_client().get(ADD).context["adminform"].form.fields["currency"].choices

    assert choices[0] == ("COP", "COP · peso colombiano")
    assert {"USD", "EUR", "COP"} <= {code for code, _name in choices}
    assert len({code for code, _name in choices}) == len(choices)


def test_the_bank_adds_a_product() -> None:
    company = factories.company()

    staff_client().post(ADD, values(company))

    row = Product.objects.get()
    assert (row.company, row.number, row.currency) == (company, "0158 29393-1", "COP")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "123"),
        ("number", "0" * 21),
        ("number", "12A4"),
        ("number", "-1234"),
        ("number", "١٢٣٤"),
        ("currency", "XXX"),
        ("currency", "cop"),
        ("currency", "ADP"),
        ("currency", ""),
    ],
)
def test_what_no_product_can_have_is_refused_beside_its_field(field: str, value: str) -> None:
    answer = staff_client().post(ADD, values(factories.company(), **{field: value}))

    assert list(answer.context["adminform"].form.errors) == [field]
    assert not Product.objects.exists()


@pytest.mark.parametrize("wrong", [{"number": "12A4"}, {"number": "123"}, {"currency": "cop"}])
def test_not_even_the_database_takes_such_a_product(wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match="product_"), transaction.atomic():
        product(factories.company(), **wrong)


def test_a_product_is_corrected_until_it_is_enabled() -> None:
    row = new_product(factories.company(), number="1111")
    staff, page = staff_client(), f"/oficina/products/product/{row.pk}/change/"
    sent = {"number": "2222", "alias": "Otro", "currency": "USD", "bank_state": "open"}

    staff.post(page, sent)
    corrected = Product.objects.get()
    Product.objects.update(enabled_at=timezone.now(), enabled_by_name="adelgado")
    staff.post(page, {**sent, "number": "3333", "currency": "EUR", "alias": "Tercero"})

    kept = Product.objects.get()
    assert (corrected.number, corrected.currency, corrected.alias) == ("2222", "USD", "Otro")
    assert (kept.number, kept.currency, kept.alias, kept.is_enabled) == ("2222", "USD", "Tercero", True)


def test_a_number_stays_when_the_product_is_enabled_while_the_bank_corrects_it() -> None:
    row = new_product(factories.company(), number="1111")
    Product.objects.update(enabled_at=timezone.now(), enabled_by_name="adelgado")
    row.number = "2222"

    with pytest.raises(ValidationError, match="ya está habilitado"):
        services.save_product(authority=Authority.of_bank(factories.bank_staff()), product=row)

    row.refresh_from_db()
    assert (row.number, row.is_enabled) == ("1111", True)
