"""A list as a file: what Excel and PDF readers find in it."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import translation
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader

from accounts.users.listing import USERS
from directory.models import User
from exports import rules
from exports.documents import Document
from exports.papers import write_paper
from exports.workbooks import write_workbook
from pages.lists import Column, Listing
from tests import factories
from tests.support.client import Client
from tests.support.there import there

pytestmark = pytest.mark.usefixtures("bank_scope")
AT = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
FORMULAS = (
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "＝1+1",
    " =1+1",
    "'=1+1",
    "=cmd|' /C calc'!A0",
)


@pytest.fixture
def people(administrator: User) -> User:
    tests = factories.profile(administrator.company, name="Pruebas_PRD")
    values = {"profile": tests, "second_surname": ""}
    factories.user(administrator.company, username="Felipe20", signed_in_at=AT, **values)
    names = {"first_names": "Žofia Ñandú", "first_surname": "Łęcka Αθηνά Жуков"}
    factories.user(administrator.company, username="zofia", **names, **values)
    return User.objects.select_related("company__portal").get(pk=administrator.pk)


@pytest.fixture
def spanish() -> Any:
    with translation.override("es"):
        yield


def document(maker: User, query: str = "", *, listing: Listing = USERS, most: int = 100, **values: Any) -> Document:
    asked = listing.asked(query, maker)
    return Document(asked, maker, AT, asked.rows.count(), most, **values)


def sheet_of(made: Document, folder: Path) -> Worksheet:
    write_workbook(made, folder / "a.xlsx")
    return there(load_workbook(folder / "a.xlsx").active)


def text_of_paper(made: Document, folder: Path) -> str:
    write_paper(made, folder / "a.pdf")
    return "\n".join(page.extract_text() for page in PdfReader(folder / "a.pdf").pages)


def table(sheet: Worksheet) -> list[list[Any]]:
    """From the row of the columns' names on."""
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    start = next(place for place, row in enumerate(rows) if row[0] == "Usuario")
    return rows[start:]


def odd(values: list[Any], *, kind: Callable[[Any], Any] = str) -> Listing:
    """A list whose rows say these values, over as many users."""

    def rows(viewer: User, query: Any) -> QuerySet[User]:
        return User.objects.of(viewer)

    return Listing(
        key="odd",
        title="Raros",
        permission="see_users",
        columns=(
            Column(key="usuario", label="Usuario", reads=("name",), sort=USERS.columns[0].sort),
            Column(key="valor", label="Valor", reads=("value",)),
        ),
        rows=rows,
        load=lambda viewer, found: [SimpleNamespace(name="u", value=value) for value in values],
        order="usuario",
    )


class TestExcel:
    def test_it_says_who_made_it_when_and_what_was_asked(self, people: User, spanish: None, tmp_path: Path) -> None:
        sheet = sheet_of(document(people, "perfil=&nombre=felipe&filtro=pruebas"), tmp_path)

        head = {row[0]: row[1] for row in sheet.iter_rows(max_row=7, max_col=2, values_only=True)}
        assert sheet["A1"].value == "Usuarios"
        assert head == {
            "Usuarios": None,
            "Empresa": f"{people.company.legal_name} - {people.company.tax_id}",
            "Elaborado por": f"{people.full_name} (adelgado)",
            "Fecha": "2026/11/20 23:30 (America/Bogota)",
            "Nombre Usuario": "felipe",
            "Filtrado por": "pruebas",
            "Registros": "1",
        }

    def test_it_holds_the_columns_of_the_screen_in_its_order(self, people: User, spanish: None, tmp_path: Path) -> None:
        sheet = sheet_of(document(people, "orden=-usuario&columnas=perfil&columnas=ingreso"), tmp_path)

        assert table(sheet) == [
            ["Usuario", "Perfil", "Último ingreso"],
            ["zofia", "Pruebas_PRD", "Nunca"],
            ["Felipe20", "Pruebas_PRD", datetime(2026, 11, 20, 23, 30)],
        ]

    def test_all_pages_are_in_it(self, people: User, tmp_path: Path, spanish: None) -> None:
        for _ in range(30):
            factories.user(people.company)

        assert len(table(sheet_of(document(people, "ver=10&pagina=2"), tmp_path))) == 1 + 32

    def test_no_text_is_a_formula(self, people: User, tmp_path: Path) -> None:
        sheet = sheet_of(document(people, listing=odd([*FORMULAS, "Ana"])), tmp_path)

        cells = [row[1] for row in sheet.iter_rows() if row[0].value == "u"]
        assert [cell.value for cell in cells] == [*FORMULAS, "Ana"]
        assert {cell.data_type for cell in cells} == {"s"}
        assert [bool(cell.quotePrefix) for cell in cells] == [True] * len(FORMULAS) + [False]

    def test_amounts_and_numbers_stay_numbers(self, people: User, tmp_path: Path) -> None:
        long = Decimal("999999999999999.99")
        sheet = sheet_of(document(people, listing=odd([Decimal("-1500.50"), 7, -3, long, None])), tmp_path)

        values = [row[1].value for row in sheet.iter_rows() if row[0].value == "u"]
        assert values == [-1500.5, 7, -3, "999,999,999,999,999.99", None]

    def test_it_ends_where_it_says(self, people: User, spanish: None, tmp_path: Path) -> None:
        sheet = sheet_of(document(people, most=1), tmp_path)

        assert len(table(sheet)) == 2
        assert "Este archivo termina en el registro 1 de 2." in [row[1].value for row in sheet.iter_rows(max_col=2)]


class TestPdf:
    def test_it_says_everything(self, people: User, spanish: None, tmp_path: Path) -> None:
        text = text_of_paper(document(people, "columnas=perfil&columnas=nombre&columnas=ingreso"), tmp_path)

        for said in (
            "Usuarios",
            f"Elaborado por: {people.full_name} (adelgado)",
            "2026/11/20 23:30 (America/Bogota)",
            "Registros: 2",
            "Felipe20",
            "Žofia Ñandú Łęcka Αθηνά Жуков",
            "Pruebas_PRD",
            "Página 1",
        ):
            assert said in text

    def test_every_page_has_the_columns_and_its_number(self, people: User, spanish: None, tmp_path: Path) -> None:
        for _ in range(120):
            factories.user(people.company)
        write_paper(document(people, most=200), tmp_path / "a.pdf")

        pages = [page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages]
        assert len(pages) > 2
        assert all("Nombre Usuario" in page for page in pages)
        assert [f"Página {number}" in page for number, page in enumerate(pages, start=1)] == [True] * len(pages)

    def test_nothing_of_a_long_text_is_lost(self, people: User, tmp_path: Path) -> None:
        long = "palabra " * 60 + "x" * 400

        text = text_of_paper(document(people, listing=odd([long])), tmp_path)

        assert "".join(long.split()) in "".join(text.split())

    def test_it_says_where_it_ends(self, people: User, spanish: None, tmp_path: Path) -> None:
        text = text_of_paper(document(people, most=1), tmp_path)

        assert text.count("Este archivo termina en el registro 1 de 2.") == 2
        assert "zofia" not in text


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_known(text: str) -> None:
    assert rules.looks_like_formula(text)


@pytest.mark.parametrize("text", ["Ana", "", "1-2", "a=b", "ñ"])
def test_what_does_not_look_like_one_is_left(text: str) -> None:
    assert not rules.looks_like_formula(text)


def test_a_file_is_read_from_what_the_browser_gets(client: Client, people: User) -> None:
    response = client.post("/exportar/users/?orden=usuario", {"formato": "xlsx"})

    assert table(load_workbook(BytesIO(response.content)).active)[1][0] == "Felipe20"  # type: ignore[arg-type]
