"""Two administrators at two browsers: one requests and signs, the other approves, rejects, or finds it out of date."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from demo.accounts import ADELGADO, BANCO_DOS, MGUERRERO
from directory.models import Company, Profile, User
from tenancy import context
from tests.browser.journey import fresh_code, sign_in
from tests.browser.test_back_office import BY_AXE_ITSELF, WCAG
from tests.browser.test_back_office import sign_in as enter_back_office
from tests.support.browser import DESKTOP, PHONE
from tests.support.portal import Portal

pytestmark = pytest.mark.browser


@pytest.fixture
def two(portal: Portal, open_page: Callable[..., Page]) -> tuple[Page, Page]:
    """The maker's and the approver's browser; the company has dual control."""
    call_command("load_demo", verbosity=0)
    with context.bank():
        Company.objects.filter(code="ANDINA").update(dual_control=True)
    maker, approver = open_page(), open_page()
    sign_in(maker, portal, ADELGADO)
    sign_in(approver, portal, MGUERRERO)
    return maker, approver


def request_profile(page: Page, portal: Portal, name: str) -> None:
    page.goto(portal.url + reverse("users:create-profile"))
    page.locator("[name=name]").fill(name)
    page.locator("[name=operating_role][value=both]").check()
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_role("main")).to_contain_text("mguerrero")
    page.get_by_label("Clave Dinámica Token").fill(fresh_code(ADELGADO))
    page.get_by_role("button", name="Firmar y enviar a aprobación").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Por aprobar")


def open_inbox(page: Page, portal: Portal) -> None:
    page.goto(portal.url + reverse("changes:approvals"))


def review(page: Page, portal: Portal, name: str) -> None:
    open_inbox(page, portal)
    page.get_by_role("row", name=re.compile(name)).get_by_role("link", name="Revisar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Apruebe el cambio")


def approve(page: Page) -> None:
    page.get_by_label("Clave Dinámica Token").fill(fresh_code(MGUERRERO))
    page.get_by_role("button", name=re.compile("^Aprobar")).click()


def test_one_requests_and_the_other_approves(portal: Portal, two: tuple[Page, Page]) -> None:
    maker, approver = two
    request_profile(maker, portal, "Tesorería Norte")

    review(approver, portal, "Tesorería Norte")
    expect(approver.get_by_role("complementary", name="Resumen")).to_contain_text("adelgado")
    approve(approver)
    expect(approver.get_by_role("status").first).to_be_visible()
    maker.reload()

    with context.bank():
        assert Profile.objects.filter(name="Tesorería Norte").count() == 1
    expect(maker.get_by_role("main")).to_contain_text("Se aprobó el")


def test_one_is_rejected_with_a_reason_and_one_is_out_of_date(portal: Portal, two: tuple[Page, Page]) -> None:
    maker, approver = two
    for name in ("Tesorería Sur", "Tesorería Este"):
        request_profile(maker, portal, name)

    review(approver, portal, "Tesorería Sur")
    approver.get_by_text("Rechazarlo").click()
    approver.get_by_label("Motivo").fill("Falta el acta.")
    approver.get_by_role("button", name="Rechazar", exact=True).click()
    expect(approver.get_by_role("main")).not_to_contain_text("Tesorería Sur")
    with context.bank():
        company = Company.objects.get(code="ANDINA")
        Profile.objects.create(company=company, name="Tesorería Este")
    review(approver, portal, "Tesorería Este")

    expect(approver.get_by_role("main")).to_contain_text("Esto ya no se puede hacer")
    expect(approver.get_by_label("Clave Dinámica Token")).to_have_count(0)
    maker.goto(portal.url + reverse("inbox:notifications"))
    expect(maker.get_by_role("main")).to_contain_text("Rechazado por mguerrero")
    expect(maker.get_by_role("main")).to_contain_text("Falta el acta.")


def test_several_with_one_code(portal: Portal, two: tuple[Page, Page]) -> None:
    maker, approver = two
    for name in ("Tesorería Sur", "Tesorería Este"):
        request_profile(maker, portal, name)

    open_inbox(approver, portal)
    for box in approver.get_by_role("checkbox", name=re.compile("Marcar")).all():
        box.check()
    approver.get_by_role("button", name="Revisar y aprobar los marcados").click()
    expect(approver.get_by_role("heading", level=1)).to_have_text("Apruebe 2 cambios")
    approve(approver)

    expect(approver.get_by_role("heading", level=1)).to_have_text("Resultado de los cambios")
    expect(approver.get_by_text("Hecho", exact=True)).to_have_count(2)


def faults_of(page: Page) -> list[str]:
    """What axe finds in both languages, and what is wider than the screen, on the page as it stands."""
    faults = []
    for language, viewport in (("en", DESKTOP), ("es", PHONE), ("es", DESKTOP)):
        page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": page.url}])
        page.set_viewport_size(viewport)
        page.reload()
        found = Axe().run(page, options=WCAG).response["violations"]
        faults += [f"{page.url} {each['id']} {each['nodes'][0]['html'][:120]}" for each in found]
        if page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
            faults.append(f"{page.url}: wider than {viewport['width']}")
    return faults


def test_the_bank_is_the_second_person_of_who_is_alone(portal: Portal, open_page: Callable[..., Page]) -> None:
    call_command("load_demo", verbosity=0)
    with context.bank():
        User.objects.filter(username=MGUERRERO.username).update(state="inactive")
        Company.objects.filter(code="ANDINA").update(dual_control=True)
    maker, clerk = open_page(expected=(BY_AXE_ITSELF,)), open_page(expected=(BY_AXE_ITSELF,))
    sign_in(maker, portal, ADELGADO)
    request_profile(maker, portal, "Tesorería Oeste")
    faults = faults_of(maker)
    maker.get_by_role("button", name="Pedir al banco que lo apruebe").click()
    expect(maker.get_by_role("main")).to_contain_text("Debe aprobarlo el banco")

    enter_back_office(clerk, portal, BANCO_DOS)
    clerk.get_by_role("link", name="Cambios presentados al banco").first.click()
    clerk.get_by_role("link", name=re.compile("Tesorería Oeste")).click()
    faults += faults_of(clerk)
    expect(clerk.get_by_role("main")).to_contain_text("mguerrero: Inactivo")
    clerk.get_by_label("En qué se basa").fill("Llamé al 601 307 7027.")
    clerk.get_by_label("Clave Dinámica Token").fill(fresh_code(BANCO_DOS))
    clerk.get_by_role("button", name="Aprobar").click()

    expect(clerk.get_by_text("Aprobado y hecho. La empresa fue informada.")).to_be_visible()
    maker.reload()
    expect(maker.get_by_role("main")).to_contain_text("Banco Demostración")
    with context.bank():
        assert Profile.objects.filter(name="Tesorería Oeste").count() == 1
    assert faults == []
