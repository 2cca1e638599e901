"""Several users marked in a list and activated with one code, at a desk and on a telephone."""

import re
from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, ViewportSize, expect

from demo.accounts import ADELGADO
from directory.enums import UserState
from directory.models import User
from tenancy import context
from tests import factories
from tests.browser.journey import confirm, sign_in
from tests.support.portal import Portal

pytestmark = pytest.mark.browser


def people_of(username: str, count: int) -> None:
    """Inactive ones beside those of the demo, and one who is active."""
    with context.bank():
        company = User.objects.select_related("company__portal").get(username=username).company
        for number in range(count):
            factories.user(company, username=f"zona{number:02}", state=UserState.INACTIVE)
        factories.user(company, username="zona99")


def test_several_users_are_activated_with_one_code(
    portal: Portal, open_page: Callable[..., Page], viewport: ViewportSize
) -> None:
    call_command("load_demo", verbosity=0)
    people_of(ADELGADO.username, 11)
    page = open_page(viewport=viewport)
    sign_in(page, portal, ADELGADO)
    page.goto(f"{portal.url}/administracion/usuarios/activacion/?usuario=zona")
    bar = page.get_by_role("form", name="Usuarios marcados")
    expect(bar).to_be_hidden()

    page.get_by_role("checkbox", name="Marcar zona03").check()
    expect(bar).to_contain_text("Marcados: 1")
    page.get_by_role("checkbox", name="Los 12 encontrados").check()
    expect(bar).to_contain_text("Marcados: 12")
    expect(bar).to_be_in_viewport()
    bar.get_by_role("button", name="Activar", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Ya está activo.")
    page.get_by_label("Motivo").fill("Apertura de la zona norte")
    page.get_by_role("button", name="Continuar con los otros 11").click()
    confirm(page, ADELGADO, "Activar: 11 usuarios", "Apertura de la zona norte", "zona10")

    expect(page.get_by_role("status").first).to_contain_text("11 activados. 1 ya lo estaba.")
    expect(page).to_have_url(re.compile("usuario=zona"))
    with context.bank():
        assert User.objects.filter(username__startswith="zona", state=UserState.ACTIVE).count() == 12
