from typing import Any

import pytest
from django.db.models import Model
from django.urls import reverse

from audit.models import AuditEvent
from directory.models import Company, Service
from limits.models import CompanyCeiling
from tests import factories
from tests.limits import factories as rows
from tests.limits.factories import amounts
from tests.support.back_office import staff_client
from tests.support.there import there
from tests.tokens.factories import token

pytestmark = pytest.mark.usefixtures("bank_scope")
URLS = "occired.staff_urls"


@pytest.fixture
def company() -> Company:
    return factories.company()


def app_of(model: str) -> str:
    """The catalogue is everybody's, the amounts are this app's."""
    return "directory" if model == "service" else "limits"


def add_url(model: str) -> str:
    return reverse(f"admin:{app_of(model)}_{model}_add", urlconf=URLS)


def change_url(model: str, row: Model) -> str:
    return reverse(f"admin:{app_of(model)}_{model}_change", args=[row.pk], urlconf=URLS)


def maximum(transaction: str, day: str, month: str) -> dict[str, str]:
    return {"bank_transaction": transaction, "bank_day": day, "bank_month": month}


def test_the_bank_opens_a_service_for_a_company(company: Company) -> None:
    service = rows.service()

    answer = staff_client().post(
        add_url("companyceiling"), {"company": company.pk, "service": service.pk, **maximum("5", "10", "90")}
    )

    row = CompanyCeiling.objects.get()
    assert answer.status_code == 302
    assert row.amounts == row.bank_amounts == amounts(5, 10, 90)
    assert AuditEvent.objects.filter(event="ceilings.changed", company_id=company.pk).count() == 1


def test_the_bank_lowers_a_maximum_and_the_company_is_cut(company: Company) -> None:
    row = rows.ceiling(company, rows.service(), amounts(5, 10, 90))

    staff_client().post(change_url("companyceiling", row), maximum("4", "10", "80"))

    row.refresh_from_db()
    assert row.amounts == row.bank_amounts == amounts(4, 10, 80)


def test_a_maximum_that_shrinks_is_said_beside_its_field(company: Company) -> None:
    row = rows.ceiling(company, rows.service(), amounts(5, 10, 90))

    answer = staff_client().post(change_url("companyceiling", row), maximum("5", "4", "90"))

    assert list(answer.context["adminform"].form.errors) == ["bank_day"]
    row.refresh_from_db()
    assert row.bank_amounts == amounts(5, 10, 90)


def test_a_service_of_the_catalogue_is_added_changed_and_audited() -> None:
    client = staff_client()
    values = {
        "edition": "occired",
        "group": "Servicios Monetarios",
        "code": "nomina",
        "name": "Nómina",
        "position": "4",
    }

    client.post(add_url("service"), {**values, "is_monetary": "on", "is_file": "on"})
    service = Service.objects.get(code="nomina")
    client.post(change_url("service", service), {**values, "name": "Pagos - Nómina", "is_monetary": "on"})

    last = AuditEvent.objects.filter(target_type="service").order_by("-sequence")[0]
    assert (there(last.before)["name"], there(last.after)["name"]) == ("Nómina", "Pagos - Nómina")
    assert (there(last.before)["is_file"], there(last.after)["is_file"]) == (True, False)


def test_nothing_is_deleted(company: Company) -> None:
    row = rows.ceiling(company, rows.service(), amounts(5, 10, 90))
    url = reverse("admin:limits_companyceiling_delete", args=[row.pk], urlconf=URLS)

    assert staff_client().post(url, {"post": "yes"}).status_code == 403
    assert CompanyCeiling.objects.filter(pk=row.pk).exists()


def test_a_new_company_begins_with_nothing_in_every_monetary_service_and_the_bank_raises_it(company: Company) -> None:
    service = rows.service(name="Pagos - A Terceros")
    rows.service(is_monetary=False)
    rows.service(edition="occinet")

    fresh = factories.company(company.portal, legal_name="NUEVA SAS")
    row = CompanyCeiling.objects.get(company=fresh)
    raised = staff_client().post(change_url("companyceiling", row), maximum("5", "10", "90"))

    row.refresh_from_db()
    assert (row.service, str(row)) == (service, "Pagos - A Terceros · NUEVA SAS")
    assert raised.status_code == 302
    assert row.amounts == row.bank_amounts == amounts(5, 10, 90)


def test_a_company_without_contract_sees_its_services_at_zero(company: Company, client_for: Any) -> None:
    rows.service(name="Pagos - A Terceros")
    administrator = factories.administrator(factories.company(company.portal))

    page = client_for(administrator, token(administrator)).get(reverse("limits:ceilings"))

    assert "Pagos - A Terceros" in page.text
    assert [row.ceiling.bank_amounts for row in page.context["rows"]] == [amounts(0, 0, 0)]
