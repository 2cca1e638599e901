"""The issue's way in one go, as the people of the demo walk it: real portal, worker, mail server and browser."""

import re
from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from demo.accounts import ADELGADO
from tests.browser.journey import confirm, sign_in
from tests.support.mail import MailServer
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


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Secciones del usuario").get_by_role("link", name=name).click()


def create_user(page: Page) -> None:
    page.get_by_role("navigation", name="Menú principal").get_by_text("Administración", exact=True).click()
    page.get_by_role("link", name="Configuración de Usuarios").first.click()
    page.get_by_role("link", name="Crear Nuevo").click()
    for name, value in NEW_USER.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_label("Perfil").select_option("Tesorería")
    page.get_by_label("Tipo Identificación").select_option("CC")
    page.get_by_role("button", name="Continuar").click()
    confirm(page, ADELGADO, "tesorera1", "lgomez@andina.example")


def assign_products(page: Page) -> None:
    page.get_by_label("CAHOAndres - 015829393").check()
    page.get_by_label("CAHOFelipe - 251830758").check()
    page.get_by_role("button", name="Continuar").click()
    confirm(page, ADELGADO, "CAHOAndres", "CAHOFelipe")


def replicate_limits(page: Page) -> None:
    tab(page, "Asignar Topes")
    for label, value in (("Transacción", "1000000"), ("Diario", "5,000,000.00"), ("Mensual", "50,000,000.00")):
        page.get_by_label(label, exact=True).first.fill(value)
    page.get_by_role("button", name="Asignar", exact=True).click()
    page.get_by_role("button", name="Continuar").click()
    confirm(page, ADELGADO, "Pagos - A Terceros", "1,000,000.00", "50,000,000.00")


def narrow_hours(page: Page) -> None:
    tab(page, "Días y Horarios")
    page.get_by_role("link", name="Modificar Horarios").click()
    page.locator("select, input[type=checkbox]").and_(page.get_by_label("Domingo", exact=True)).last.uncheck()
    page.get_by_role("button", name="Continuar").click()
    confirm(page, ADELGADO, "Domingo")


def generate_password(page: Page) -> None:
    tab(page, "Contraseña")
    page.get_by_role("button", name="Generar Contraseña").click()
    confirm(page, ADELGADO, "lgomez@andina.example", "Activo")


def sent_password(page: Page, smtp: MailServer) -> str:
    for _ in range(100):
        if smtp.messages:
            break
        page.wait_for_timeout(100)
    message = smtp.messages[-1]
    assert message["To"] == "lgomez@andina.example"
    return there(re.search(r"Contraseña: (\S+)", message.get_content()))[1]


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

    create_user(administrator)
    assign_products(administrator)
    replicate_limits(administrator)
    narrow_hours(administrator)
    generate_password(administrator)
    generated = sent_password(administrator, smtp)
    administrator.reload()
    expect(administrator.get_by_role("main")).to_contain_text("Entregado al servidor de correo")
    user = open_page()
    first_sign_in(user, portal, generated)

    expect(user.get_by_role("main")).to_contain_text("CAHOFelipe - 251830758")
    expect(user.get_by_role("main")).not_to_contain_text("CAHOCarlos")
    user.goto(f"{portal.url}/transacciones/derechos/")
    expect(user.get_by_role("main")).to_contain_text("Para mover dinero se necesita un token activo.")
    expect(user.get_by_role("main")).to_contain_text("5,000,000.00")
