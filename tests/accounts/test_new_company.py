"""From nothing to an administrator at work, as the bank does it: company, token, activation, first sign-in."""

import base64
from typing import Any

import pytest
from django.utils import timezone

from directory.models import Company, Portal, User
from notifications.enums import Notice
from notifications.models import Delivery
from tenancy import sealing
from tests import factories
from tests.accounts.test_admin import act, new_company
from tests.support.back_office import staff_client
from tests.support.client import Client
from tokens.models import Token
from tokens.rules import code_at, step_at

pytestmark = pytest.mark.django_db
SERIAL = "FEF7000001"


def enrolled(staff: Client, company: Company, user: User) -> bytes:
    """The token's secret, as the page of the hand-over shows it to be scanned."""
    staff.post("/oficina/tokens/token/add/", {"serial": SERIAL, "company": str(company.pk)})
    token = Token.objects.get(serial=SERIAL)
    page: Any = staff.post(f"/oficina/tokens/token/{token.pk}/entregar/", {"user": str(user.pk)})
    act(staff, "token", "activate", token, app="tokens")
    return base64.b32decode(page.context["secret"].replace(" ", ""))


def test_the_bank_opens_a_company_and_its_administrator_enters(bank_scope: None) -> None:
    portal: Portal = factories.portal()
    staff = staff_client()

    staff.post("/oficina/directory/company/add/", new_company(portal))
    company, user = Company.objects.get(code="NUEVA"), User.objects.get(username="rgomez")
    secret = enrolled(staff_client(), company, user)  # a colleague: no one alone lets an administrator in
    act(staff, "user", "activate", user)

    delivery = Delivery.objects.get(about_id=user.pk, kind=Notice.PASSWORD_GENERATED)
    password = sealing.unseal(delivery.sealed, row=delivery.row_name).decode()
    client = Client(headers={"host": "localhost"})
    code = code_at(secret, step_at(timezone.now()))
    client.post("/ingreso/", {"username": "rgomez", "code": code, "conditions": "on"})
    client.post("/ingreso/clave/", {"password": password})
    assert client.get("/")["Location"] == "/mi-cuenta/clave/"

    new = "un barco amarillo cruza el mar"
    client.post("/mi-cuenta/clave/", {"new": new, "repeated": new})
    assert client.get("/")["Location"] == "/mi-cuenta/imagen/"
    client.post("/mi-cuenta/imagen/", {"image": "faro"})
    assert client.get("/").status_code == 200
