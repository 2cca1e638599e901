"""An administrator of 5,000 people who never touches the mouse: every step by keys, the focus always in sight."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from demo.accounts import ADELGADO
from directory.enums import UserState
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
# The page may still be rolling to it.
FOCUS = """async ([target, isOnward]) => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await drawn();
  const field = document.activeElement, last = window.lastStop;
  if (!field || field === document.body) return { isThere: false, fault: "the focus is nowhere" };
  const isCovered = () => {
    const { left, top, bottom, right } = field.getBoundingClientRect();
    const upmost = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return !upmost || !(field.contains(upmost) || upmost.contains(field));
  };
  for (let times = 0; times < 30 && isCovered(); times += 1) await drawn();
  const { outlineStyle, outlineWidth } = getComputedStyle(field);
  const { left, top, bottom, right } = field.getBoundingClientRect();
  const stays = field.closest(".is-sticky, .oc-signing, .oc-marking, .oc-skip, dialog");
  const stop = stays ? null : { left, right, top: top + scrollY, bottom: bottom + scrollY };
  window.lastStop = stop;
  let fault = "";
  if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) fault = "no mark of the focus";
  if (isCovered()) fault = "the focus is covered";
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
    expect(dialog.get_by_role("link")).to_have_count(1, timeout=PATIENCE_MS)
    keys.enter()


def tab(keys: Keys, name: str) -> None:
    """The tabs stand before the work."""
    keys.skip()
    tabs = keys.page.get_by_role("navigation", name="Secciones del usuario")
    keys.to(tabs.get_by_role("link", name=re.compile(name)), key="Shift+Tab")
    keys.enter()
    title(keys.page, f"^{name}")


def by_menu(keys: Keys, name: str) -> None:
    """Arrows within the open menu."""
    menu = keys.page.get_by_role("navigation", name="Menú principal")
    is_at_work = keys.page.evaluate("document.activeElement !== document.body")
    summary = menu.locator("summary", has_text="Administración")
    keys.to(summary, most=40, key="Shift+Tab" if is_at_work else "Tab")
    keys.press("Enter")
    link = menu.get_by_role("link", name=name, exact=True)
    for _ in range(20):
        keys.press("ArrowDown")
        if link.evaluate("(link) => link === document.activeElement"):
            break
    keys.enter()
    title(keys.page, name)


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


def inactivate_three(keys: Keys) -> None:
    """Found by the words of a name in any order, on the second page of the list."""
    page = keys.page
    by_menu(keys, "Configuración de Usuarios")
    keys.skip()
    keys.to(page.get_by_role("textbox", name="Nombre Usuario"))
    keys.type("ruiz alberto luis")
    keys.to(page.get_by_role("main").get_by_role("combobox", name="Estado"))
    keys.type("Act")
    keys.follow(keys.button("Consultar"))
    expect(page).to_have_url(re.compile("estado=active"))
    keys.skip()
    keys.follow(page.get_by_role("columnheader").get_by_role("link", name="Usuario", exact=True))
    expect(page).to_have_url(re.compile("orden=.*#lista$"))
    keys.follow(page.get_by_role("navigation", name="Páginas").get_by_role("link", name="2", exact=True), most=60)
    expect(page).to_have_url(re.compile("pagina=2#lista$"))
    boxes = page.get_by_role("checkbox", name=re.compile("Marcar persona"))
    names = [str(box.get_attribute("aria-label")).split()[-1] for box in boxes.all()[:3]]
    for box in boxes.all()[:3]:
        keys.to(box, most=20)
        keys.press("Space")
    keys.follow(page.get_by_role("form", name="Usuarios marcados").get_by_role("button", name="Inactivar"), most=60)
    title(page, "^Inactivar usuarios")
    keys.skip()
    keys.to(page.get_by_label("Motivo"))
    keys.type("Fin del contrato")
    keys.follow(keys.button("Continuar"))
    sign(keys)
    with context.bank():
        assert User.objects.filter(username__in=names, state=UserState.INACTIVE).count() == 3


def take_away_and_leave(keys: Keys) -> None:
    page = keys.page
    by_menu(keys, "Consulta Montos Acumulados")
    keys.skip()
    keys.follow(keys.link("Matriz"))
    title(page, "^Matriz")
    keys.skip()
    keys.follow(keys.button("Exportar a Excel"))
    title(page, "Archivos")
    keys.follow(page.get_by_role("button", name="Salida Segura"))
    title(page, "Ingreso")


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


def test_an_administrator_of_five_thousand_works_by_keys_alone(keys: Keys) -> None:
    change_one(keys)
    inactivate_three(keys)
    take_away_and_leave(keys)
