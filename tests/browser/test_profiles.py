"""An administrator copies a profile, closes a service in it, gives it a template, and retires the old one."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.profiles.selectors import template_of
from demo.accounts import ADELGADO
from directory.models import Profile, User
from tenancy import context
from tests.browser.journey import confirm, sign_in
from tests.support.portal import Portal
from tests.support.there import there

pytestmark = pytest.mark.browser


def test_a_profile_takes_the_place_of_another(portal: Portal, open_page: Callable[..., Page]) -> None:
    call_command("load_demo", verbosity=0)
    page = open_page()
    sign_in(page, portal, ADELGADO)

    page.goto(portal.url + reverse("users:profiles"))
    page.get_by_role("link", name="Copiar Pruebas_PRD").click()
    taxes = page.get_by_label("Pagos - Impuestos")
    expect(taxes).to_be_hidden()
    page.get_by_label("Incluir todos los servicios").uncheck()
    taxes.uncheck()
    page.get_by_role("button", name="Continuar").click()
    confirm(page, ADELGADO, "Pruebas_PRD 2", "Servicios · Pagos - A Terceros")

    page.get_by_role("link", name="Modificar Pruebas_PRD 2").click()
    page.get_by_role("link", name="Plantilla de usuarios nuevos").click()
    page.get_by_label("Cuenta Ahorros").check()
    page.get_by_role("button", name="Continuar").click()
    confirm(page, ADELGADO, "Productos · Cuenta Ahorros")

    page.goto(portal.url + reverse("users:profiles"))
    page.get_by_role("link", name="Modificar Pruebas_PRD", exact=True).click()
    page.get_by_role("link", name="Retirar").click()
    page.get_by_label("Sus usuarios").select_option("Pruebas_PRD 2")
    page.get_by_role("button", name="Continuar").click()
    confirm(page, ADELGADO, "Usuarios · Felipe20", "1 usuario pierde Pagos - Impuestos: Felipe20.")

    with context.bank():
        felipe = User.objects.select_related("profile").get(username="Felipe20")
        assert there(felipe.profile).name == "Pruebas_PRD 2"
        assert template_of(there(felipe.profile)).kinds == {"savings"}
        assert Profile.objects.get(company=felipe.company, name="Pruebas_PRD").is_retired
