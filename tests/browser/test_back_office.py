"""The back office in a real browser: the strict policy breaks nothing, and a clerk opens a company from end to end."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from demo.accounts import BANCO, Account
from tests.support.portal import Portal
from tokens.rules import code_at, step_at

pytestmark = pytest.mark.browser
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
BY_AXE_ITSELF = "Applying inline style"


def sign_in(page: Page, portal: Portal, account: Account = BANCO) -> None:
    page.goto(f"{portal.staff_url}/")
    page.get_by_label("Usuario").fill(account.username)
    page.get_by_label("Clave Dinámica Token").fill(code_at(account.secret, step_at(timezone.now())))
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Continuar").click()
    page.get_by_label("Clave").fill(account.password)
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("¿En qué desea trabajar?")


def test_a_clerk_opens_a_company(portal: Portal, open_page: Callable[..., Page]) -> None:
    call_command("load_demo", verbosity=0)
    page = open_page()
    sign_in(page, portal)

    page.get_by_role("row", name="Empresas").get_by_role("link", name="Añadir").click()
    for name, value in {
        "Código": "ORIENTE",
        "Razón social": "ORIENTE SAS",
        "NIT": "900.555.444-1",
        "Identificador Interno": "000555444",
        "Usuario": "lrojas",
        "Nombres": "Lucía",
        "Primer Apellido": "Rojas",
        "No. Identificación": "52123456",
        "Dirección de Correspondencia": "Calle 10 # 5-51",
        "Correo Electrónico": "lrojas@oriente.example",
        "Teléfono Oficina": "601 307 7027",
        "Celular": "300 123 4567",
        "Departamento": "Cundinamarca",
        "Ciudad": "Chía",
    }.items():
        page.get_by_label(re.compile(f"^{re.escape(name)}:?$")).fill(value)
    page.get_by_label(re.compile("^Portal:?$")).select_option("OcciRed")
    page.get_by_label("Tipo Identificación").select_option("CC")
    page.get_by_role("button", name="Guardar", exact=True).click()

    expect(page.get_by_role("link", name="ORIENTE SAS")).to_have_count(2)


def test_every_page_keeps_to_the_policy(portal: Portal, open_page: Callable[..., Page]) -> None:
    call_command("load_demo", verbosity=0)
    page = open_page()
    sign_in(page, portal)

    links = page.locator("#content-main a").evaluate_all("links => links.map(link => link.href)")
    assert len(links) > len(("groups", "companies", "portals", "users"))
    for link in sorted(set(links)):
        page.goto(link)
        expect(page.locator("h1").first).to_be_visible()
        first = page.locator("#result_list tbody th a").first
        if first.count():
            first.click()
            expect(page.locator("h1").first).to_be_visible()


def test_axe_finds_nothing(portal: Portal, open_page: Callable[..., Page], viewport: ViewportSize) -> None:
    call_command("load_demo", verbosity=0)
    page = open_page(viewport=viewport, expected=(BY_AXE_ITSELF,))
    sign_in(page, portal)

    for path in (
        "",
        "directory/company/",
        "directory/company/add/",
        "directory/user/",
        "directory/portal/",
        "products/product/",
        "changes/change/",
    ):
        page.goto(f"{portal.staff_url}/oficina/{path}")
        violations = Axe().run(page, options=WCAG).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == [], path
