"""Steps several browser tests take: signing in as a person of the demo, and confirming a change."""

import re

from django.utils import timezone
from playwright.sync_api import Page, expect

from demo.accounts import Account
from tenancy import context
from tests.support.portal import Portal
from tokens.models import Token
from tokens.rules import NEVER_USED, code_at, step_at


def fresh_code(account: Account) -> str:
    """The present code, usable though this test used it a moment ago: waiting for the next one would show nothing."""
    with context.bank():
        Token.objects.filter(user__username=account.username).update(last_step=NEVER_USED)
    return code_at(account.secret, step_at(timezone.now()))


def sign_in(page: Page, portal: Portal, account: Account) -> None:
    page.goto(f"{portal.url}/")
    page.get_by_label("Usuario").fill(account.username)
    page.get_by_label("Clave Dinámica Token").fill(fresh_code(account))
    expect(page.get_by_role("button", name="Continuar")).to_be_disabled()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_alt_text("Su imagen de seguridad")).to_be_visible()
    page.get_by_label("Clave").fill(account.password)
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Buen día"))


def confirm(page: Page, account: Account, *lines: str) -> None:
    """Reads the canonical lines, then gives the code."""
    expect(page).to_have_title(re.compile("^Confirme el cambio"))
    for line in lines:
        expect(page.get_by_role("main")).to_contain_text(line)
    page.get_by_label("Clave Dinámica Token").fill(fresh_code(account))
    page.get_by_role("button", name="Confirmar").click()
    expect(page.get_by_role("status").first).to_be_visible()
