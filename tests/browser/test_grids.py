"""The modules of the grids and the week: cells that are filled, pasted, filtered and judged; hours that are drawn."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Show
from tests.support.there import there

pytestmark = pytest.mark.browser

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
CEILINGS = {"transaction": "100.00", "day": "200.00", "month": "3000.00"}


def grid(decimal: str = ".", group: str = ",") -> str:
    """A form with two rows of three cells, `t1` to `m2`, each of its own service, and the box, `all-t` to `all-m`."""
    cells = ""
    for row in (1, 2):
        most = " ".join(CEILINGS.values())
        cells += f"<div data-service=s{row} data-service-name=Servicio{row} data-ceilings='{most}'>"
        cells += f"<div data-row data-product=p{row}>"
        for column in CEILINGS:
            name = f"{column[0]}{row}"
            cells += f"<span><input id={name} data-money data-column={column} value=0></span>"
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
    page = show(grid().replace("data-ceilings='100.00", "data-ceilings='90071992547409.92"))

    page.fill("#t1", "90071992547409.92")
    at_the_ceiling = page.locator("#t1_error").count()
    page.fill("#t1", "90071992547409.93")

    assert at_the_ceiling == 0
    assert page.inner_text("#t1_error") == "Supera 90,071,992,547,409.92"


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
