"""The portal's JavaScript modules in a real browser, on small pages of their own, under the portal's content policy."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.support.browser import OpenPage
from tests.support.there import there

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
SCRIPTS = sorted(
    {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'<script type="module" src="{% static "(js/[^"]+)" %}">', template.read_text())
    }
)
ORIGIN = "http://portal.example"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'"
)
GRID_WORDS = (
    "<template data-grid-words data-not-money='Como {limit}' data-above-ceiling='Supera {limit}' "
    "data-above-ceiling-of='Supera {limit} de {service}' data-none-at-once='Cero no opera' "
    "data-below-transaction='Bajo transacción {limit}' data-below-day='Bajo día {limit}' "
    "data-one='1 por corregir' data-many='{count} por corregir' data-before='antes {limit}' "
    "data-changes-one='1 cambia' data-changes-many='{count} cambian' data-exposure='{before} a {after}' "
    "data-nothing='Ingrese uno' data-copied='{count} celdas' data-pasted='{count} pegadas.' "
    "data-not-understood='No se entendió: {texts}.' data-left-out='{count} por fuera.'></template>"
    "<p data-grid-changed></p><p data-grid-problems></p><p data-grid-exposure></p>"
)
Show = Callable[[str], Page]
CEILINGS = {"transaction": "100.00", "day": "200.00", "month": "3000.00"}


@pytest.fixture
def posts() -> list[str]:
    """Where the page of `show` has posted."""
    return []


@pytest.fixture
def show(open_page: OpenPage, posts: list[str]) -> Show:
    """`show(body)`: a page with the scripts that every page has."""

    def show(body: str) -> Page:
        page = open_page()

        def answer(route: Route) -> None:
            path = route.request.url.removeprefix(ORIGIN)
            if path.endswith(".js"):
                route.fulfill(path=STATIC / path.lstrip("/"), content_type="text/javascript")
            elif route.request.method == "POST":
                posts.append(path)
                route.fulfill(status=204)
            else:
                html = "".join(f'<script type="module" src="/{name}"></script>' for name in SCRIPTS) + body
                html = f"<!doctype html><html lang='es'><meta charset='utf-8'><link rel='icon' href='data:,'>{html}"
                route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})

        page.route(f"{ORIGIN}/**", answer)
        page.goto(f"{ORIGIN}/")
        return page

    return show


def grid(decimal: str = ".", group: str = ",") -> str:
    """A form with two rows of three cells, `t1` to `m2`, each of its own service, and the box, `all-t` to `all-m`."""
    cells = ""
    for row in (1, 2):
        cells += f"<div data-service=s{row} data-service-name=Servicio{row}><div data-row data-product=p{row}>"
        for column, ceiling in CEILINGS.items():
            name = f"{column[0]}{row}"
            cells += f"<span><input id={name} data-money data-column={column} data-ceiling={ceiling} value=0></span>"
        cells += f"</div><button data-replicate-apply value=s.s{row}>Aquí</button></div>"
    box = "".join(f"<span><input id=all-{column[0]} data-money data-column={column}></span>" for column in CEILINGS)
    targets = "<select id=target data-replicate-target><option value=''><option value=p.p1></select>"
    return (
        f'<form method="post" data-grid data-decimal="{decimal}" data-group="{group}">'
        f"<div data-replicate>{box}{targets}<button data-replicate-apply value=1>Asignar</button>"
        f"<p data-replicate-said></p></div>{cells}{GRID_WORDS}<button id=send>Continuar</button></form>"
    )


def values(page: Page) -> list[list[str]]:
    return [[page.input_value(f"#{column}{row}") for column in "tdm"] for row in (1, 2)]


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


def test_the_replicate_box_fills_each_column_and_leaves_the_one_without_value(show: Show, posts: list[str]) -> None:
    page = show(grid())
    page.fill("#all-t", "50")
    page.fill("#all-m", "1000")

    page.click("[data-replicate] button")

    assert values(page) == [["50.00", "0", "1,000.00"]] * 2
    assert page.inner_text("[data-replicate-said]") == "4 celdas"
    assert posts == []


def test_the_replicate_box_fills_one_service_or_one_product(show: Show) -> None:
    page = show(grid())
    page.fill("#all-t", "50")

    page.click("button[value='s.s2']")
    of_service = values(page)
    page.fill("#all-t", "60")
    page.select_option("#target", "p.p1")
    page.click("[data-replicate] button")

    assert of_service == [["0", "0", "0"], ["50.00", "0", "0"]]
    assert values(page) == [["60.00", "0", "0"], ["50.00", "0", "0"]]


@pytest.mark.parametrize(
    ("typed", "cell", "sentence"),
    [
        (("x", "", ""), "all-t", "Como 1,500,000.50"),
        (("50", "20", ""), "all-d", "Bajo transacción 50.00"),
        (("", "200.01", ""), "all-d", "Supera 200.00 de Servicio1"),
        (("", "", ""), "all-t", "Ingrese uno"),
    ],
)
def test_the_replicate_box_says_what_is_wrong_and_copies_nothing(
    show: Show, typed: tuple[str, str, str], cell: str, sentence: str
) -> None:
    page = show(grid())
    for column, text in zip("tdm", typed, strict=True):
        page.fill(f"#all-{column}", text)

    page.click("[data-replicate] button")

    assert page.inner_text(f"#{cell}_error") == sentence
    assert values(page) == [["0", "0", "0"]] * 2


PASTE = (
    "text => { const data = new DataTransfer(); data.setData('text', text); document.activeElement.dispatchEvent("
    "new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }"
)


def test_a_block_from_a_spreadsheet_is_laid_from_the_cell_that_has_the_focus(show: Show) -> None:
    page = show(grid(",", "."))
    page.focus("#d1")

    page.evaluate(PASTE, "$ 150,50\t2.000,00\r\n10\t20\t30\r\n40\t50\r\n")

    assert values(page) == [["0", "150,50", "2.000,00"], ["0", "10,00", "20,00"]]
    assert page.inner_text("[data-replicate-said]") == "4 pegadas. 3 por fuera."


def test_the_foot_says_how_much_changes_and_each_cell_what_it_was(show: Show) -> None:
    page = show(grid())

    page.fill("#d1", "50")
    page.fill("#d2", "70")
    several = page.inner_text("[data-grid-changed]"), page.inner_text("[data-grid-exposure]")
    page.fill("#d1", "0.00")

    assert several == ("2 cambian", "0.00 a 120.00")
    assert page.inner_text("[data-grid-changed]") == "1 cambia"
    assert page.locator(".oc-before").all_inner_texts() == ["antes 0"]


TICKS = (
    "<form><div data-filter=rows hidden><input data-filter-text><output data-filter-count data-words=''></output></div>"
    "<button type=button data-tick=all aria-controls=rows>Todos</button>"
    "<button type=button data-tick=none aria-controls=rows>Ninguno</button>"
    "<div id=rows><div data-filter-group><p data-filter-row>Caja <input type=checkbox></p>"
    "<p data-filter-row>Caja cerrada <input type=checkbox disabled></p><p data-filter-row>Fondo <input type=checkbox>"
    "</p></div><p data-filter-none hidden></p></div><p data-ticked data-words='{ticked} de {all}'></p></form>"
)


def test_what_a_filter_shows_is_ticked_and_unticked_at_once(show: Show) -> None:
    page = show(TICKS)
    seen = []

    page.click("text=Todos")
    seen.append(page.inner_text("[data-ticked]"))
    page.fill("[data-filter-text]", "caja")
    page.click("text=Ninguno")
    seen.append(page.inner_text("[data-ticked]"))

    assert seen == ["2 de 3", "1 de 3"]
    assert [box.is_checked() for box in page.locator("input[type=checkbox]").all()] == [False, False, True]


FILTER = (
    "<div data-filter=rows hidden><input form=none data-filter-text><select form=none data-filter-by=kind>"
    "<option value=''><option value=a></select><select form=none data-filter-is><option value=''>"
    "<option value=some></select><output data-filter-count data-words='{shown} de {all}'></output></div>"
    "<div id=rows><div data-filter-group data-kind=a><p data-filter-row>Nómina 480 <input id=x value=0.00></p>"
    "<p data-filter-row>Caja <input value=5></p></div><div data-filter-group data-kind=b>"
    "<p data-filter-row>Nómina 7 <input value=5></p></div><p data-filter-none hidden>Nada</p></div><a href=#x>Ir</a>"
)


def test_a_filter_shows_what_holds_all_words_in_any_writing_and_what_was_chosen(show: Show) -> None:
    page = show(FILTER)
    seen = []

    for act in (
        lambda: page.fill("[data-filter-text]", "NOMINA"),
        lambda: page.select_option("[data-filter-is]", "some"),
        lambda: page.select_option("[data-filter-by]", "a"),
        lambda: page.click("text=Ir"),
    ):
        act()
        seen.append((page.inner_text("output"), page.locator("[data-filter-row]:visible").count()))

    assert seen == [("2 de 3", 2), ("1 de 3", 1), ("0 de 3", 0), ("3 de 3", 3)]
    assert page.locator("[data-filter-none]").is_hidden()


def test_what_is_pasted_is_never_made_into_another_amount(show: Show) -> None:
    page = show(grid())
    page.focus("#t1")

    page.evaluate(PASTE, "1,50\t-20\t1e3")

    assert values(page)[0] == ["1,50", "-20", "1e3"]
    assert page.inner_text("[data-replicate-said]") == '3 pegadas. No se entendió: "1,50", "-20", "1e3".'
    assert page.inner_text("[data-grid-problems]") == "3 por corregir"


def test_arrows_and_enter_move_from_cell_to_cell_and_never_send(show: Show, posts: list[str]) -> None:
    page = show(grid())
    page.focus("#t1")
    seen = []

    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "Enter", "Shift+Enter", "ArrowLeft"):
        page.keyboard.press(key)
        seen.append(page.evaluate("document.activeElement.id"))

    assert seen == ["t2", "d2", "d1", "d2", "d1", "t1"]
    assert posts == []


def test_enter_in_the_last_row_presses_no_button(show: Show) -> None:
    page = show(grid())
    page.fill("#all-t", "50")
    page.focus("#t2")

    page.keyboard.press("Enter")

    assert values(page) == [["0", "0", "0"]] * 2


@pytest.mark.parametrize(
    ("cell", "value", "sentence"),
    [
        ("t1", "100.01", "Supera 100.00"),
        ("d1", "200.01", "Supera 200.00"),
        ("m1", "abc", "Como 1,500,000.50"),
        ("m1", "1.005", "Como 1,500,000.50"),
        ("m1", "1.5,0", "Como 1,500,000.50"),
        ("t1", "$ 100.01", "Supera 100.00"),
    ],
)
def test_a_cell_says_while_typing_what_is_wrong(show: Show, cell: str, value: str, sentence: str) -> None:
    page = show(grid())

    page.fill(f"#{cell}", value)

    assert page.inner_text(f"#{cell}_error") == sentence
    assert page.get_attribute(f"#{cell}", "aria-describedby") == f"{cell}_error"


def test_a_row_keeps_transaction_below_day_below_month_and_counts_what_is_wrong(show: Show) -> None:
    page = show(grid())

    page.fill("#t1", "50")
    wrong = page.inner_text("[data-grid-problems]"), page.inner_text("#d1_error")
    page.fill("#d1", "50")
    still_wrong = page.inner_text("#m1_error")
    page.fill("#m1", "50")
    all_right = page.inner_text("[data-grid-problems]"), page.locator("[aria-invalid]").count()
    page.fill("#t1", "0")

    assert wrong == ("1 por corregir", "Bajo transacción 50.00")
    assert still_wrong == "Bajo día 50.00"
    assert all_right == ("", 0)
    assert page.inner_text("#t1_error") == "Cero no opera"


def test_cents_beyond_the_reach_of_floating_point_are_compared_exactly(show: Show) -> None:
    page = show(grid().replace("data-ceiling=100.00", "data-ceiling=90071992547409.92"))

    page.fill("#t1", "90071992547409.92")
    at_the_ceiling = page.locator("#t1_error").count()
    page.fill("#t1", "90071992547409.93")

    assert at_the_ceiling == 0
    assert page.inner_text("#t1_error") == "Supera 90,071,992,547,409.92"


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


def week(*frames: str) -> str:
    """Seven days of 00:00 to 23:59, of which the first has the company's window, if one is given."""
    days = "".join(
        f"<tr data-hours-day><td><input id=s{day} value=00:00></td><td><input id=e{day} value=23:59></td><td>"
        f"<svg data-day-bar viewBox='0 0 1440 20' preserveAspectRatio=none width=720 height=20>"
        f"{frames[0] if frames and not day else ''}<rect data-day-window x=0 width=0 height=20></rect></svg></td></tr>"
        for day in range(7)
    )
    office = " ".join(["08:00-18:00"] * 5 + ["-"] * 2)
    return (
        f"<form data-hours><span data-hours-hint hidden></span><table>{days}</table><button name=fill value=weekdays>L"
        f"</button><button name=fill value=office data-windows='{office}'>O</button></form>"
    )


def drawn(page: Page, day: int) -> tuple[str | None, str | None]:
    bar = page.locator("[data-day-window]").nth(day)
    return bar.get_attribute("x"), bar.get_attribute("width")


def test_a_days_bar_follows_what_is_typed(show: Show) -> None:
    page = show(week("<rect data-day-frame x=480 width=601 height=20></rect>"))
    seen = []

    for start, end in (("0900", "10:59"), ("9:00", "25:00"), ("10:00", "18:01")):
        page.fill("#s0", start)
        page.fill("#e0", end)
        seen.append((*drawn(page, 0), page.locator("tr:first-child .is-outside").count()))

    assert seen == [("540", "120", 0), ("0", "0", 0), ("600", "482", 1)]


def pull(page: Page, day: int, start: int, end: int) -> None:
    """From one minute of the bar to another; two minutes are a pixel."""
    box = there(page.locator("[data-day-bar]").nth(day).bounding_box())
    page.mouse.move(box["x"] + start / 2, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + end / 2, box["y"] + 8, steps=3)
    page.mouse.up()


def test_a_days_bar_is_drawn_pulled_and_moved_within_the_companys(show: Show) -> None:
    page = show(week("<rect data-day-frame x=480 width=601 height=20></rect>"))
    page.fill("#s0", "")
    seen = []

    for start, end in ((300, 725), (720, 905), (600, 0), (601, 660)):
        pull(page, 0, start, end)
        seen.append((page.input_value("#s0"), page.input_value("#e0")))

    assert seen == [("08:00", "12:00"), ("08:00", "15:00"), ("08:00", "15:00"), ("09:00", "16:00")]


def test_a_button_gives_monday_to_friday_the_same_hours_or_an_offices(show: Show, posts: list[str]) -> None:
    page = show(week())
    page.fill("#s0", "07:30")
    page.click("text=L")
    same = [page.input_value(f"#s{day}") for day in range(7)]

    page.click("text=O")

    assert same == ["07:30"] * 5 + ["00:00"] * 2
    assert [page.input_value(f"#e{day}") for day in range(7)] == ["18:00"] * 5 + [""] * 2
    assert drawn(page, 6) == ("0", "0")
    assert posts == []


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
