"""The bank's part: what it saves is audited, and it cannot enable or delete."""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from audit.models import AuditEvent
from products import services
from products.admin import ProductAdmin
from products.models import Product
from tests import factories

pytestmark = pytest.mark.usefixtures("bank_scope")


@pytest.fixture
def product_admin() -> ProductAdmin:
    return ProductAdmin(Product, admin.site)


def test_a_product_the_bank_adds_is_audited_in_its_companys_trail() -> None:
    staff, company = factories.bank_staff(), factories.company()
    row = Product(company=company, kind="savings", number="015829393", alias="CAHOAndres", currency="COP")

    services.save_product(actor=staff, product=row)

    event = AuditEvent.objects.get(event="product.saved")
    assert (event.company_id, event.actor_name, event.before) == (company.pk, staff.username, None)
    assert event.after["bank_state"] == "open"


def test_closing_a_product_is_audited_with_before_and_after() -> None:
    staff = factories.bank_staff()
    row = Product(company=factories.company(), kind="savings", number="1", alias="CAHOAndres", currency="COP")
    services.save_product(actor=staff, product=row)
    row.bank_state = "closed"

    services.save_product(actor=staff, product=row)

    event = AuditEvent.objects.filter(event="product.saved").latest("sequence")
    assert (event.before["bank_state"], event.after["bank_state"]) == ("open", "closed")


def test_the_bank_neither_deletes_nor_enables_nor_moves_a_product(product_admin: ProductAdmin) -> None:
    request = RequestFactory().get("/")
    request.user = factories.bank_staff()

    assert not product_admin.has_delete_permission(request)
    assert "enabled_at" not in product_admin.get_fields(request)
    assert product_admin.get_readonly_fields(request, Product()) == ("company", "kind", "number", "currency")
