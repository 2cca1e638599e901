"""A list taken out of the portal by a person with a browser: at once, by a worker, and without JavaScript."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from directory.enums import Role
from directory.models import User
from exports.rules import ROWS_AT_ONCE
from notifications.models import Message
from tenancy import context
from tests import factories
from tests.support.people import signed_in
from tests.support.portal import Portal

pytestmark = pytest.mark.browser
URL = "/administracion/usuarios/configuracion/"
LONG = ROWS_AT_ONCE["xlsx"] + 50


@pytest.fixture
def administrator(portal: Portal) -> User:
    with context.bank():
        user = factories.administrator(factories.company(factories.portal(code="occired")), username="adelgado")
        factories.user(user.company, username="Felipe20")
        factories.user(user.company, username="VictorP1", first_names="Víctor")
    return user


@pytest.fixture
def page(portal: Portal, administrator: User, open_page: Callable[..., Page]) -> Page:
    with context.bank():
        cookie = signed_in(administrator).cookies[settings.SESSION_COOKIE_NAME].value
    opened = open_page()
    opened.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": portal.url}])
    opened.goto(portal.url + URL)
    return opened


def rows_of(workbook: Path) -> list[Any]:
    sheet: Any = load_workbook(workbook).active
    names = [row[0] for row in sheet.iter_rows(values_only=True)]
    return names[names.index("Usuario") + 1 :]


def saved(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as got:
        page.get_by_role("button", name=button).click()
    path = folder / got.value.suggested_filename
    got.value.save_as(path)
    return path


def test_what_is_seen_is_what_is_taken_away(page: Page, tmp_path: Path) -> None:
    page.get_by_label("Filtrar la lista").fill("victor")
    page.get_by_role("button", name="Filtrar").click()
    page.get_by_text("Columnas", exact=True).click()
    page.get_by_label("No. Identificación").last.check()
    page.get_by_role("button", name="Mostrar").click()

    assert page.locator("tbody tr").count() == 1
    assert rows_of(saved(page, "Exportar a Excel", tmp_path)) == ["VictorP1"]
    page.wait_for_timeout(2_100)  # a double click would have sent once
    text = PdfReader(saved(page, "Exportar a PDF", tmp_path)).pages[0].extract_text()
    assert "VictorP1" in text
    assert "Felipe20" not in text
    assert "No. Identificación" in text
    assert page.url.count("filtro=victor") == 1


def test_a_long_list_is_prepared_while_one_waits(
    portal: Portal, page: Page, administrator: User, valkey: redis.Redis, tmp_path: Path
) -> None:
    with context.bank():
        User.objects.bulk_create(
            User(
                company=administrator.company,
                role=Role.SECONDARY,
                username=f"largo{number}",
                sign_in_key=f"occired:largo{number}",
                first_names="Ana",
                first_surname="Daza",
            )
            for number in range(LONG - 2)
        )
    page.reload()
    page.get_by_role("button", name="Exportar a Excel").click()
    expect(page.get_by_text(f"El archivo de {LONG:,} registros está en preparación")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()

    portal.start_worker()

    link = page.get_by_role("link", name="Descargar")
    expect(link).to_be_visible(timeout=60_000)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    with page.expect_download() as got:
        link.click()
    got.value.save_as(tmp_path / "a.xlsx")
    assert len(rows_of(tmp_path / "a.xlsx")) == LONG
    with context.bank():
        assert Message.objects.get(user=administrator).subject == "Su archivo está listo: Usuarios (Excel)"
