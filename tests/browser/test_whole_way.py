"""The issue's way in one go, as the people of the demo walk it: real portal, worker, mail server and browser."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from changes.models import Signature
from demo.accounts import ADELGADO
from directory.enums import UserState
from directory.models import User
from tenancy import context
from tests.browser.journey import confirm, sign_in
from tests.support.mail import MailServer, part_of
from tests.support.portal import Portal
from tests.support.there import there

pytestmark = pytest.mark.browser
NEW_USER = {
    "username": "tesorera1",
    "first_names": "Laura Inés",
    "first_surname": "Gómez",
    "id_number": "52123456",
    "address": "Calle 100 # 8-60",
    "email": "lgomez@andina.example",
    "office_phone": "6013077027",
    "mobile": "3001234567",
    "department": "Cundinamarca",
    "city": "Bogotá",
}
OWN_PASSWORD = "mi caballo azul corre lejos"


@dataclass
class Hand:
    """Somebody at work, whose clicks are counted; typing and choosing from a list by key are none."""

    page: Page
    clicks: int = 0

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def press(self, name: str) -> None:
        self.click(self.page.get_by_role("main").get_by_role("button", name=name, exact=True))


def fill_in(page: Page, person: dict[str, str]) -> None:
    for name, value in person.items():
        field = page.locator(f"[name={name}]")
        if name == "department":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_label("Tipo Identificación").select_option("CC")


def set_up(hand: Hand) -> None:
    """From home to the signature."""
    page = hand.page
    hand.click(page.get_by_role("link", name="+ Crear Nuevo"))
    fill_in(page, NEW_USER)
    page.get_by_label("Perfil").select_option("Tesorería")
    hand.press("Continuar")
    hand.click(page.get_by_label("CAHOFelipe - 251830758"))
    hand.press("Continuar")
    for label, value in (("Transacción", "1000000"), ("Diario", "5,000,000.00"), ("Mensual", "50,000,000.00")):
        page.get_by_label(label, exact=True).first.fill(value)
    hand.press("Asignar")
    hand.press("Continuar")
    page.locator("[name=monetary_sunday]").press("Space")
    hand.press("Continuar")
    hand.press("Revisar y confirmar")
    confirm(
        page, ADELGADO, "tesorera1", "lgomez@andina.example", "CAHOFelipe", "Pagos - A Terceros", "Domingo", "Activo"
    )
    hand.clicks += 1  # Confirmar


def copy(hand: Hand, number: int) -> None:
    """Another one like the one just set up."""
    page = hand.page
    hand.press("Crear como copia de " + ("tesorera1" if number == 2 else f"tesorera{number - 1}"))
    person = {"username": f"tesorera{number}", "id_number": f"5212345{number}", "mobile": f"300123456{number}"}
    fill_in(page, NEW_USER | person | {"email": f"tesorera{number}@andina.example"})
    hand.press("Guardar y revisar")
    confirm(page, ADELGADO, f"tesorera{number}", "CAHOFelipe", "Pagos - A Terceros")
    hand.clicks += 1


def sent_password(page: Page, smtp: MailServer) -> str:
    for _ in range(100):
        if smtp.messages:
            break
        page.wait_for_timeout(100)
    message = smtp.messages[-1]
    assert message["To"] == "lgomez@andina.example"
    return there(re.search(r"Contraseña: (\S+)", part_of(message)))[1]


def first_sign_in(page: Page, portal: Portal, generated: str) -> None:
    page.goto(f"{portal.url}/")
    page.get_by_label("Usuario").fill("TESORERA1")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Continuar").click()
    page.get_by_label("Clave").fill(generated)
    page.get_by_role("button", name="Continuar").click()
    page.locator("[name=new]").fill(OWN_PASSWORD)
    page.locator("[name=repeated]").fill(OWN_PASSWORD)
    page.get_by_role("button", name="Cambiar contraseña").click()
    page.get_by_text("Tortuga").click()
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Buen día, Laura Inés")


def test_from_the_administrator_to_the_secondary_user_at_work(
    portal: Portal, smtp: MailServer, open_page: Callable[..., Page]
) -> None:
    call_command("load_demo", verbosity=0)
    portal.start_worker()
    administrator = open_page()
    sign_in(administrator, portal, ADELGADO)

    hand = Hand(administrator)
    set_up(hand)
    expect(administrator.get_by_role("main")).to_contain_text("Puede ingresar")
    assert hand.clicks <= 9
    generated = sent_password(administrator, smtp)
    administrator.get_by_role("link", name="Contraseña").click()
    expect(administrator.get_by_role("main")).to_contain_text("Entregado al servidor de correo")
    user = open_page()
    first_sign_in(user, portal, generated)

    expect(user.get_by_role("main")).to_contain_text("CAHOFelipe - 251830758")
    expect(user.get_by_role("main")).not_to_contain_text("CAHOCarlos")
    user.goto(f"{portal.url}/transacciones/derechos/")
    expect(user.get_by_role("main")).to_contain_text("Para mover dinero se necesita un token activo.")
    expect(user.get_by_role("main")).to_contain_text("5,000,000.00")


def test_five_people_cost_five_codes(portal: Portal, smtp: MailServer, open_page: Callable[..., Page]) -> None:
    call_command("load_demo", verbosity=0)
    hand = Hand(open_page())
    sign_in(hand.page, portal, ADELGADO)

    set_up(hand)
    for number in range(2, 6):
        copy(hand, number)

    assert hand.clicks <= 9 + 4 * 5
    with context.bank():
        made = User.objects.filter(username__startswith="tesorera", state=UserState.ACTIVE)
        assert (made.count(), Signature.objects.count()) == (5, 5)
