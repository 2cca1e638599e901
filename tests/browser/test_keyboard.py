"""An administrator of 5,000 people who never touches the mouse: every step by keys, the focus always in sight."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from demo.accounts import ADELGADO
from directory.models import Company, User
from limits.models import UserLimit
from schedules.models import AccessSchedule
from tenancy import context
from tests.browser.crowd import crowd
from tests.browser.journey import fresh_code
from tests.support.portal import Portal

pytestmark = pytest.mark.browser
PEOPLE = 5_000
PATIENCE_MS = 30_000
# What is wrong with the focus where it is: nowhere, without a mark, hidden below what stays, or before where it was.
FOCUS = """async ([target, isOnward]) => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const field = document.activeElement, last = window.lastStop;
  if (!field || field === document.body) return { isThere: false, fault: "the focus is nowhere" };
  const { outlineStyle, outlineWidth } = getComputedStyle(field);
  const { left, top, bottom, right } = field.getBoundingClientRect();
  const stays = field.closest(".is-sticky, .oc-signing, .oc-marking, .oc-skip, dialog");
  const stop = stays ? null : { left, right, top: top + scrollY, bottom: bottom + scrollY };
  window.lastStop = stop;
  const upmost = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  let fault = "";
  if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) fault = "no mark of the focus";
  if (!upmost || !(field.contains(upmost) || upmost.contains(field))) fault = "the focus is covered";
  if (isOnward && stop && last && stop.bottom <= last.top && stop.left <= last.right) fault = "the focus goes back";
  return { isThere: field === target, fault: fault && `${fault}: ${field.outerHTML.slice(0, 160)}` };
}"""


@dataclass
class Keys:
    """Somebody at a keyboard, whose presses are counted; what is typed into a field is not."""

    page: Page
    presses: int = 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.presses += 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def to(self, what: Locator, most: int = 30, key: str = "Tab") -> None:
        """Tab, or back by Shift+Tab, until there, seeing at each stop where one is."""
        asked = [what.element_handle(), key == "Tab"]
        if self.page.evaluate(FOCUS, asked)["isThere"]:
            return
        for _ in range(most):
            self.press(key)
            stop = self.page.evaluate(FOCUS, asked)
            assert stop["fault"] == "", f"{stop['fault']} at {self.page.url}"
            if stop["isThere"]:
                return
        raise AssertionError(f"{most} times Tab do not lead to {what} at {self.page.url}")

    def skip(self) -> None:
        """Past the head of the page, to the work. Where a form led here, the browser may have kept that place."""
        work = self.page.locator("#work, #content").last
        if work.evaluate("(work) => work === document.activeElement"):
            return
        self.press("Tab")
        expect(self.page.get_by_role("link", name="Saltar al contenido")).to_be_in_viewport()
        self.press("Enter")
        expect(work).to_be_focused()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("main").get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("main").get_by_role("link", name=name, exact=True)

    def enter(self) -> None:
        """Enter, which leads to another page."""
        with self.page.expect_navigation(timeout=PATIENCE_MS):
            self.press("Enter")

    def follow(self, what: Locator, most: int = 30) -> None:
        self.to(what, most)
        self.enter()


def title(page: Page, name: str) -> None:
    expect(page).to_have_title(re.compile(name), timeout=PATIENCE_MS)


def sign_in(keys: Keys, portal: Portal) -> None:
    page = keys.page
    page.goto(f"{portal.url}/")
    keys.to(page.get_by_label("Usuario"))
    keys.type(ADELGADO.username)
    keys.to(page.get_by_label("Clave Dinámica Token"))
    keys.type(fresh_code(ADELGADO))
    keys.to(page.get_by_role("checkbox"))
    keys.press("Space")
    keys.follow(page.get_by_role("button", name="Continuar"))
    expect(page.get_by_alt_text("Su imagen de seguridad")).to_be_visible()
    keys.to(page.get_by_label("Clave"))
    keys.type(ADELGADO.password)
    keys.enter()
    title(page, "^Inicio")


def sign(keys: Keys) -> None:
    """The code is asked for at the foot; Enter in it confirms."""
    title(keys.page, "^Confirme el cambio")
    keys.skip()
    keys.to(keys.page.get_by_label("Clave Dinámica Token"))
    keys.type(fresh_code(ADELGADO))
    keys.enter()
    expect(keys.page.get_by_role("status").first).to_be_visible()


def find(keys: Keys, text: str) -> None:
    """By "/": Escape gives back where one was, Enter opens the first found."""
    page = keys.page
    keys.press("/")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    keys.press("/")
    keys.type(text)
    expect(dialog.get_by_role("link")).to_have_count(1)
    keys.enter()


def tab(keys: Keys, name: str) -> None:
    """The tabs stand before the work."""
    keys.skip()
    tabs = keys.page.get_by_role("navigation", name="Secciones del usuario")
    keys.to(tabs.get_by_role("link", name=re.compile(name)), key="Shift+Tab")
    keys.enter()
    title(keys.page, f"^{name}")


def change_one(keys: Keys) -> None:
    """A limit, an hour and a profile of one person among all."""
    page = keys.page
    keys.presses = 0

    find(keys, "4321 ruiz")
    title(page, "persona4321")
    tab(keys, "Asignar Topes")
    keys.skip()
    keys.to(page.get_by_label(re.compile("Pagos - A Terceros .* Transacción")))
    to_a_cell = keys.presses
    keys.type("1500")
    keys.press("Enter")
    expect(page.get_by_label(re.compile("Pagos - Impuestos .* Transacción"))).to_be_focused()
    keys.follow(keys.button("Continuar"))
    sign(keys)
    tab(keys, "Días y Horarios")
    keys.skip()
    keys.follow(keys.link("Modificar Horarios"))
    keys.skip()
    keys.to(page.locator("[name=monday_start]"))
    keys.type("0800")
    keys.follow(keys.button("Continuar"), most=40)
    sign(keys)
    tab(keys, "Información Principal")
    keys.skip()
    keys.to(page.get_by_label("Perfil"))
    keys.type("Pru")
    keys.follow(keys.button("Continuar"))
    sign(keys)

    assert to_a_cell <= 40
    with context.bank():
        person = User.objects.select_related("profile").get(username="persona4321")
        assert str(person.profile) == "Pruebas_PRD"
        assert UserLimit.objects.get(user=person).transaction == 1500
        assert AccessSchedule.objects.filter(user=person).exists()


@pytest.fixture
def keys(portal: Portal, open_page: Callable[..., Page]) -> Keys:
    call_command("load_demo", verbosity=0)
    with context.bank():
        crowd(Company.objects.select_related("portal").get(code="ANDINA"), PEOPLE)
    page = open_page()
    page.set_default_timeout(PATIENCE_MS)
    keys = Keys(page)
    sign_in(keys, portal)
    return keys


def test_one_of_five_thousand_is_found_and_changed_by_keys_alone(keys: Keys) -> None:
    change_one(keys)
