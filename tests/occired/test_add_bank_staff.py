"""The way into a new installation: somebody of the bank, a token secret shown once, a password by mail."""

import base64
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.passwords.generation import KIND
from directory.models import User
from notifications.models import Delivery
from tenancy import context, sealing
from tests.support.back_office import HOST
from tests.support.client import Client
from tokens.rules import code_at, step_at

pytestmark = pytest.mark.django_db
OPTIONS = {"names": "Berta", "surname": "Luna", "email": "bluna@banco.example", "serial": "FEF0000009"}


def add(username: str = "bluna", **options: str) -> str:
    output = StringIO()
    arguments = [f"--{name}={value}" for name, value in {**OPTIONS, **options}.items()]
    call_command("add_bank_staff", username, *arguments, stdout=output)
    return output.getvalue()


def test_the_first_of_the_staff_gets_in_and_must_choose_a_password(db: None) -> None:
    said = add()
    uri = next(line for line in said.splitlines() if line.startswith("otpauth:"))
    secret = base64.b32decode(parse_qs(urlsplit(uri).query)["secret"][0])
    with context.bank():
        delivery = Delivery.objects.get(kind=KIND)
        password = sealing.unseal(delivery.sealed, row=delivery.row_name).decode()
    client = Client(headers={"host": HOST})

    code = code_at(secret, step_at(timezone.now()))
    client.post("/ingreso/", {"username": "bluna", "code": code, "conditions": "on"})
    client.post("/ingreso/clave/", {"password": password})
    response = client.get("/oficina/")

    assert (response.status_code, response["Location"]) == (302, "/mi-cuenta/clave/")
    assert client.get("/mi-cuenta/clave/").status_code == 200
    assert password not in said


def test_a_name_is_taken_once(db: None) -> None:
    add()

    with pytest.raises(CommandError):
        add("BLuna", serial="FEF0000010")

    with context.bank():
        assert User.objects.count() == 1


@pytest.mark.parametrize("options", [{"email": "nadie"}, {"serial": "12"}, {"names": "1"}])
def test_bad_input_makes_nobody(db: None, options: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        add(**options)

    with context.bank():
        assert not User.objects.exists()
