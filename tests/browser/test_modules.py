"""The portal's JavaScript modules in a real browser, on small pages of their own, under the portal's content policy."""

import re

import pytest

from tests.browser.conftest import ORIGIN, Show

pytestmark = pytest.mark.browser


def money_field(decimal: str, group: str) -> str:
    return f'<form data-decimal="{decimal}" data-group="{group}"><input id=m data-money><input id=other></form>'


def test_a_page_without_what_a_script_looks_for_is_left_alone(show: Show) -> None:
    page = show("<p>Nada</p>")

    assert page.inner_html("body") == "<p>Nada</p>"
    assert page.evaluate("Object.keys(window)") == page.context.new_page().evaluate("Object.keys(window)")


@pytest.mark.parametrize(
    ("signs", "typed", "while_typing", "afterwards"),
    [
        ((".", ","), "1500000.5", "1,500,000.5", "1,500,000.50"),
        ((",", "."), "1500000,5", "1.500.000,5", "1.500.000,50"),
        ((".", ","), "1500", "1,500", "1,500.00"),
        ((".", ","), ".5", ".5", "0.50"),
        ((".", ","), "1.005", "1.005", "1.005"),
        ((".", ","), "12x", "12x", "12x"),
        ((".", ","), "1.2.3", "1.2.3", "1.2.3"),
        ((".", ","), "1,50", "1,50", "1,50"),
        ((",", "."), "1.50", "1.50", "1.50"),
        ((".", ","), "1,500,000.5", "1,500,000.5", "1,500,000.50"),
        ((".", ","), "1.500,50", "1.500,50", "1.500,50"),
        ((".", ","), "1.5,0", "1.5,0", "1.5,0"),
        ((".", ","), "1.5,00", "1.5,00", "1.5,00"),
        ((".", ","), "1.500.000,50", "1.500.000,50", "1.500.000,50"),
        ((",", "."), "1,500.50", "1,500.50", "1,500.50"),
        ((".", ","), "$1500.5", "$1500.5", "1,500.50"),
    ],
)
def test_money_is_grouped_while_it_is_typed(
    show: Show, signs: tuple[str, str], typed: str, while_typing: str, afterwards: str
) -> None:
    page = show(money_field(*signs))

    page.focus("#m")
    page.keyboard.type(typed)
    typed_value = page.input_value("#m")
    page.focus("#other")

    assert (typed_value, page.input_value("#m")) == (while_typing, afterwards)


def test_the_caret_stays_after_the_digit_that_was_typed(show: Show) -> None:
    page = show(money_field(".", ","))
    page.fill("#m", "123456")

    page.keyboard.press("Home")
    page.keyboard.type("98")
    page.keyboard.press("Delete")

    assert page.input_value("#m") == "9,823,456"
    assert page.evaluate("document.activeElement.selectionStart") == 3


def test_backspace_over_a_group_sign_takes_the_digit(show: Show) -> None:
    page = show(money_field(".", ","))
    page.fill("#m", "12,345")
    page.evaluate("document.activeElement.setSelectionRange(3, 3)")

    page.keyboard.press("Backspace")

    assert page.input_value("#m") == "1,345"


def test_taking_from_what_is_not_clean_makes_no_other_amount_of_it(show: Show) -> None:
    page = show(money_field(".", ","))
    page.focus("#m")
    page.keyboard.type("1.500,50")

    page.keyboard.press("Backspace")

    assert page.input_value("#m") == "1.500,5"


def test_a_double_click_sends_once(show: Show, posts: list[str]) -> None:
    page = show('<form method="post"><button>Continuar</button></form>')

    page.click("button")
    page.wait_for_timeout(150)
    page.click("button")
    page.wait_for_timeout(150)

    assert len(posts) == 1


def test_continuar_waits_for_the_tick(show: Show) -> None:
    page = show('<input type="checkbox" id="tick"><button data-needs="tick">Continuar</button>')
    before = page.is_disabled("button")

    page.check("#tick")

    assert (before, page.is_disabled("button")) == (True, False)


def test_a_password_is_shown_on_demand_and_hidden_again(show: Show) -> None:
    page = show(
        '<input type="password" id="p"><button data-reveal="p" data-hide-label="Ocultar" hidden>Mostrar</button>',
    )
    seen = []

    for _ in range(2):
        page.click("button")
        seen.append((page.get_attribute("#p", "type"), page.inner_text("button")))

    assert seen == [("text", "Ocultar"), ("password", "Mostrar")]


MENU = (
    '<nav data-menu><ul><li><details name="m"><summary id="s1">Uno</summary>'
    '<a id="a1" href="#">A</a><a id="a2" href="#">B</a></details></li>'
    '<li><details name="m"><summary id="s2">Dos</summary></details></li></ul></nav><button id="out">x</button>'
)


def test_the_menu_opens_by_key_moves_by_arrows_and_closes_by_escape(show: Show) -> None:
    page = show(MENU)
    page.focus("#s1")

    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    inside = page.evaluate("document.activeElement.id")
    page.keyboard.press("Escape")

    assert inside == "a2"
    assert page.evaluate("document.activeElement.id") == "s1"
    assert page.locator("details[open]").count() == 0


def test_the_menu_closes_when_one_clicks_elsewhere(show: Show) -> None:
    page = show(MENU)
    page.click("#s1")

    page.click("#out")

    assert page.locator("details[open]").count() == 0


def test_the_finder_opens_again_though_its_closed_field_still_has_the_focus(show: Show) -> None:
    """So it is until the page is drawn anew; who types faster than that loses nothing."""
    page = show('<a href="/buscar/" data-finder data-label="Buscar">Buscar</a>')
    page.route("**/buscar/**", lambda route: route.fulfill(body="<p>Nada</p>", content_type="text/html"))
    page.keyboard.press("/")

    states = page.evaluate(
        """() => {
          const dialog = document.querySelector("dialog"), field = dialog.querySelector("input");
          const slash = () => field.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true }));
          const states = [dialog.open];
          dialog.close();
          states.push(dialog.open);
          slash();
          return [...states, dialog.open];
        }"""
    )

    assert states == [True, False, True]


def test_all_groups_open_and_close_at_once(show: Show) -> None:
    page = show(
        '<button data-accordion="open" aria-controls="g" hidden>E</button>'
        '<button data-accordion="close" aria-controls="g" hidden>C</button>'
        '<div id="g"><details><summary>1</summary></details><details open><summary>2</summary></details></div>',
    )
    counts = []

    for button in ("E", "C"):
        page.click(f"text={button}")
        counts.append(page.locator("details[open]").count())

    assert counts == [2, 0]


def test_a_choice_that_is_longer_than_its_field_is_written_out_below(show: Show) -> None:
    options = "<option>Pagos</option><option>Transferencias - Internas, Aval y otros Bancos</option>"
    page = show(f"<form data-choices><div><select id=s>{options}</select></div></form>")
    page.evaluate("document.querySelector('#s').style.width = '150px'")
    seen = []

    for index in (1, 0):
        page.select_option("#s", index=index)
        seen.append(page.inner_text("#s + p"))

    assert seen == ["Transferencias - Internas, Aval y otros Bancos", ""]


@pytest.mark.parametrize(("typed", "asked"), [("x", ["beforeunload"]), ("", [])])
def test_leaving_asks_only_when_something_was_typed(show: Show, typed: str, asked: list[str]) -> None:
    page = show('<form method="post" data-unsaved><input id="f"></form>')
    seen: list[str] = []
    page.on("dialog", lambda dialog: seen.append(dialog.type))
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#f")
    page.keyboard.type(typed)

    page.goto(f"{ORIGIN}/otra/")

    assert seen == asked


def idle(seconds: int) -> str:
    return (
        f'<dialog data-idle-seconds="{seconds}" data-idle-end="/ingreso/?motivo=idle"><p data-idle-countdown></p>'
        '<form method="post" action="/sigo-aqui/"><button>Continuar en el portal</button></form></dialog>'
    )


def test_a_minute_before_the_end_a_countdown_offers_to_stay(show: Show, posts: list[str]) -> None:
    page = show(idle(62))
    page.wait_for_selector("dialog[open]", timeout=5000)
    countdown = page.inner_text("[data-idle-countdown]")

    page.click("text=Continuar en el portal")
    page.wait_for_selector("dialog:not([open])", state="attached")

    assert re.fullmatch(r"1:00|0:59", countdown)
    assert len(posts) == 1


def test_at_the_end_it_leads_to_the_sign_in_with_the_reason(show: Show) -> None:
    page = show(idle(1))

    page.wait_for_url("**/ingreso/**", timeout=5000)

    assert page.url.endswith("/ingreso/?motivo=idle")


def test_another_tab_at_work_keeps_this_one_open(show: Show) -> None:
    page = show(idle(61))

    page.evaluate("setInterval(() => localStorage.setItem('occired-last-request', Date.now()), 200)")
    page.wait_for_timeout(2500)

    assert page.locator("dialog[open]").count() == 0
