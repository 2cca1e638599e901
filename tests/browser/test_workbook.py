"""Twenty people by one workbook and one code: taken away, edited, sent back, compared, signed, applied."""

from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from accounts.models import PasswordOrder
from directory.models import User
from limits.models import UserLimit
from tenancy import context
from tests import factories
from tests.accounts import workbooks
from tests.limits import factories as rows
from tests.limits.factories import amounts
from tests.support.people import signed_in
from tests.support.portal import Portal
from tests.tokens.factories import code_of, token_of
from tokens.models import Token

pytestmark = pytest.mark.browser
PEOPLE = 20
PATIENCE_MS = 90_000


@pytest.fixture
def token(portal: Portal) -> Token:
    """Of an administrator whose company has one user, one product and one service."""
    with context.bank():
        maker = factories.administrator(factories.company(factories.portal(code="occired")), username="adelgado")
        rows.ceiling(maker.company, rows.service(name="Pagos - A Terceros"), amounts(50, 100, 900))
        factories.user(maker.company, username="Felipe20", profile=factories.profile(maker.company, name="Tesorería"))
        rows.product(maker.company, alias="CAHOFelipe", number="251830758")
        return token_of(maker)


@pytest.fixture
def page(portal: Portal, token: Token, open_page: Callable[..., Page]) -> Page:
    with context.bank():
        cookie = signed_in(token.user, token).cookies[settings.SESSION_COOKIE_NAME].value
    opened = open_page()
    opened.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": portal.url}])
    opened.set_default_timeout(PATIENCE_MS)
    return opened


def with_twenty_more(path: Path) -> None:
    """Each with the product, a limit in it and hours of their own."""
    book = load_workbook(path)
    product = book["Productos"]["B1"].value
    for number in range(PEOPLE):
        name = f"persona{number:02}"
        person = {"Usuario": name, "Perfil": "Tesorería", "Acción": "Generar Contraseña"}
        workbooks.put(book["Usuarios"], {**workbooks.NEW, "No. Identificación": f"8011{number:04}", **person})
        workbooks.put(book["Productos"], {"Usuario": name, product: "Sí"})
        limit = {"Usuario": name, "Producto": product, "Servicio": "Pagos - A Terceros"}
        workbooks.put(book["Topes"], {**limit, "Transacción": 10, "Diario": 20, "Mensual": 300})
        workbooks.put(book["Días y Horarios"], {"Usuario": name, "Lunes, desde": "08:00", "Lunes, hasta": "17:00"})
    book.save(path)


def test_twenty_people_by_workbook_with_one_code(
    portal: Portal, page: Page, token: Token, valkey: redis.Redis, tmp_path: Path
) -> None:
    portal.start_worker()
    page.goto(portal.url + reverse("users:search"))
    page.get_by_role("link", name="Cargar desde archivo").click()
    with page.expect_download() as got:
        page.get_by_role("button", name="Descargar el libro").click()
    path = tmp_path / "usuarios.xlsx"
    got.value.save_as(path)
    with_twenty_more(path)

    page.get_by_label("Libro de Excel").set_input_files(path)
    page.get_by_role("button", name="Enviar y comparar").click()
    page.get_by_role("button", name="Continuar a la firma").click(timeout=PATIENCE_MS)

    expect(page.get_by_role("heading", name="Libro usuarios.xlsx: 20 usuarios")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Por estos usuarios pasa de 0.00 a 400.00 COP")
    with context.bank():
        code = code_of(token)
    page.get_by_label("Clave Dinámica Token").fill(code)
    page.get_by_role("button", name="Confirmar").click()

    expect(page.get_by_role("link", name="Continuar", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    with context.bank():
        made = User.objects.filter(username__startswith="persona")
        assert (made.count(), UserLimit.objects.count(), PasswordOrder.objects.count()) == (PEOPLE, PEOPLE, PEOPLE)
    page.get_by_role("link", name="Continuar", exact=True).click()
    expect(page.get_by_role("link", name="Descargar el resultado")).to_be_visible()
