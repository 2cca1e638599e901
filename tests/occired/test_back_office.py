"""The back office: its own host, its own people, nothing of the portal's and nothing for the portal's people."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from directory.models import Company, Service, User
from limits.models import CompanyCeiling
from products.models import Product
from schedules.models import Holiday
from tenancy import context
from tests import factories
from tests.support.back_office import HOST, give_token, staff_client
from tests.support.client import Client
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(bank_scope: None) -> Company:
    return factories.company()


def test_the_portals_host_does_not_have_it(company: Company) -> None:
    client = Client(headers={"host": "localhost"})

    assert client.get("/oficina/").status_code == 404
    assert client.get("/oficina/directory/company/").status_code == 404


def test_the_banks_host_does_not_have_the_portal(db: None) -> None:
    client = staff_client()

    for path in ("/administracion/usuarios/", "/administracion/token/", "/mensajes/", "/ayudas/contacto/"):
        assert client.get(path).status_code == 404, path


def test_a_stranger_is_sent_to_the_two_steps(db: None) -> None:
    client = Client(headers={"host": HOST})

    for path in ("/", "/oficina/", "/oficina/login/", "/oficina/directory/user/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, "/ingreso/"), path
    assert client.get("/ingreso/").status_code == 200


def test_staff_without_a_verified_token_do_not_get_in(db: None) -> None:
    client = staff_client(with_token=False)

    response = client.get("/oficina/")

    assert (response.status_code, response["Location"]) == (302, "/ingreso/?motivo=token")


def test_staff_with_a_token_see_every_app_in_spanish(db: None) -> None:
    client = staff_client()

    page = client.get("/oficina/").content.decode()

    assert "Back office del banco" in page
    for model in admin.site._registry:
        assert (
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", urlconf="occired.staff_urls")
            in page
        )


def test_a_user_of_a_company_is_turned_away_even_with_a_token(company: Company) -> None:
    administrator = factories.administrator(company)
    client = signed_in(administrator, give_token(administrator), host=HOST)

    for path in ("/oficina/", "/oficina/directory/company/"):
        assert client.get(path)["Location"] == "/ingreso/", path


def test_a_session_of_the_bank_opens_nothing_in_the_portal(company: Company) -> None:
    staff = factories.bank_staff()
    client = signed_in(staff, give_token(staff), host="localhost")

    response = client.get("/")

    assert (response.status_code, response["Location"]) == (302, "/ingreso/")


def test_inactive_staff_are_out_at_the_next_request(db: None) -> None:
    client = staff_client(username="saliente")
    assert client.get("/oficina/").status_code == 200

    with context.bank():
        User.objects.filter(username="saliente").update(state="inactive")

    assert client.get("/oficina/")["Location"] == "/ingreso/?motivo=withdrawn"


def test_own_account_works_in_the_back_office(db: None) -> None:
    client = staff_client()

    for path in ("/mi-cuenta/", "/mi-cuenta/clave/", "/mi-cuenta/imagen/"):
        assert client.get(path).status_code == 200, path
    assert client.get("/oficina/password_change/")["Location"] == "/mi-cuenta/clave/"


def test_leaving_leads_to_the_sign_in(db: None) -> None:
    client = staff_client()

    response = client.post("/oficina/logout/")

    assert response["Location"] == "/ingreso/?motivo=signed_out"
    assert client.get("/oficina/")["Location"].startswith("/ingreso/")


def test_every_list_and_form_opens(company: Company) -> None:
    client = staff_client()

    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = client.get(reverse(f"{name}_changelist", urlconf="occired.staff_urls"))
        added = client.get(reverse(f"{name}_add", urlconf="occired.staff_urls"))
        assert listed.status_code == 200, name
        assert added.status_code in {200, 403}, name


@pytest.mark.parametrize("model", admin.site._registry, ids=str)
def test_no_record_is_deleted_or_saved_past_the_trail(bank_scope: None, rf: RequestFactory, model: Any) -> None:
    request = rf.get("/oficina/")
    request.user = factories.bank_staff()
    page = admin.site._registry[model]

    assert type(page).save_model is not admin.ModelAdmin.save_model
    assert "delete_selected" not in page.get_actions(request)
    if page.has_delete_permission(request):
        assert type(page).delete_model is not admin.ModelAdmin.delete_model


def test_no_page_has_a_field_for_a_secret(company: Company) -> None:
    client = staff_client()
    user = factories.administrator(company)
    pages = [client.get(f"/oficina/directory/user/{user.pk}/change/").content.decode()]
    for model in admin.site._registry:
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add", urlconf="occired.staff_urls")
        pages.append(client.get(path).content.decode())

    for page in pages:
        assert user.password not in page
        assert not re.search(r'name="[^"]*(password|hash|seed|sealed)(?!_policy|_days|_hours)[^"]*"', page)


def test_pages_obey_the_strict_policy(company: Company) -> None:
    client = staff_client()

    for path in ("/oficina/", "/oficina/directory/company/", "/oficina/directory/company/add/"):
        response = client.get(path)
        assert "unsafe-inline" not in response["Content-Security-Policy"]
        assert not re.search(
            r"<style|<script(?![^>]*src=)(?![^>]*application/json)| style=| on\w+=", response.content.decode()
        ), path


def test_groups_give_no_more_than_is_needed(bank_scope: None) -> None:
    call_command("set_up_groups", verbosity=0)
    call_command("set_up_groups", verbosity=0)

    names = sorted(Group.objects.values_list("name", flat=True))
    assert names == ["Consulta", "Operaciones", "Segunda persona", "Seguridad"]
    reading = Group.objects.get(name="Consulta").permissions.values_list("codename", flat=True)
    assert all(codename.startswith("view_") for codename in reading)


def test_staff_of_the_reading_group_look_and_do_not_touch(company: Company) -> None:
    call_command("set_up_groups", verbosity=0)
    client = staff_client(is_superuser=False, username="mirador")
    User.objects.get(username="mirador").groups.add(Group.objects.get(name="Consulta"))

    assert client.get(f"/oficina/directory/company/{company.pk}/change/").status_code == 200
    assert client.get("/oficina/directory/company/add/").status_code == 403
    client.post(
        "/oficina/directory/company/", {"action": "suspend", "_selected_action": [str(company.pk)], "confirmed": "1"}
    )
    company.refresh_from_db()
    assert company.state == "active"
    assert not AuditEvent.objects.filter(event="company.changed").exists()


def test_the_trail_is_read_with_before_and_after(company: Company) -> None:
    client = staff_client()
    client.post(
        "/oficina/directory/company/", {"action": "suspend", "_selected_action": [str(company.pk)], "confirmed": "1"}
    )
    row = AuditEvent.objects.get(event="company.changed")

    listed = client.get("/oficina/audit/auditevent/").content.decode()
    shown = client.get(f"/oficina/audit/auditevent/{row.pk}/change/").content.decode()

    assert company.legal_name in listed
    assert "&quot;state&quot;: &quot;active&quot;" in shown
    assert "&quot;state&quot;: &quot;suspended&quot;" in shown
    assert client.post(f"/oficina/audit/auditevent/{row.pk}/change/", {"actor_name": "otro"}).status_code == 403


def test_lists_of_every_app_ask_the_same_number_of_questions_however_long(bank_scope: None) -> None:
    client = staff_client()
    portal = factories.portal()
    furnish(factories.company(portal))
    paths = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", urlconf="occired.staff_urls")
        for model in admin.site._registry
    ]
    few = {path: questions(client, path) for path in paths}

    for _ in range(29):
        furnish(factories.company(portal))

    assert {path: questions(client, path) for path in paths} == few


def furnish(company: Company) -> None:
    """One row in each list of the back office."""
    service, _is_new = Service.objects.get_or_create(edition="occired", code="pagos", defaults={"position": 1})
    CompanyCeiling.objects.get_or_create(company=company, service=service)
    Product.objects.create(company=company, kind="savings", number="0001", alias="A", currency="COP")
    Holiday.objects.create(country="CO", day=timezone.localdate() + timedelta(days=Holiday.objects.count()), name="A")
    Group.objects.create(name=company.code)
    give_token(factories.administrator(company))


def questions(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
