"""What other people's programs find in our files: LibreOffice and pdftotext."""

import csv
import os
import subprocess
from io import StringIO
from pathlib import Path

import pytest

from devserver.readers import find_reader
from directory.models import User
from exports.papers import write_paper
from exports.workbooks import write_workbook
from tests.exports.test_files import FORMULAS, document, odd, people, spanish

__all__ = ["people", "spanish"]
pytestmark = [pytest.mark.usefixtures("bank_scope"), pytest.mark.readers]
SECONDS = 120
# Commas, double quotes, UTF-8, each cell as it is shown.
AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1"


def read_by_libreoffice(workbook: Path) -> list[list[str]]:
    folder = workbook.parent
    subprocess.run(
        [find_reader("soffice"), "--headless", "--convert-to", AS_SHOWN, "--outdir", folder, workbook],
        check=True,
        capture_output=True,
        timeout=SECONDS,
        env=os.environ | {"HOME": str(folder)},
    )
    return list(csv.reader(StringIO(workbook.with_suffix(".csv").read_text())))


def read_by_pdftotext(paper: Path) -> str:
    command = [find_reader("pdftotext"), "-layout", str(paper), "-"]
    return subprocess.run(command, check=True, capture_output=True, timeout=SECONDS, text=True).stdout


@pytest.mark.usefixtures("spanish")
def test_libreoffice_reads_the_list_as_the_screen_shows_it(people: User, tmp_path: Path) -> None:
    write_workbook(document(people, "columnas=perfil&columnas=ingreso&columnas=nombre"), tmp_path / "a.xlsx")

    rows = read_by_libreoffice(tmp_path / "a.xlsx")

    assert rows[0][0] == "Usuarios"
    assert ["Elaborado por", f"{people.full_name} (adelgado)"] in [row[:2] for row in rows]
    assert rows[-3:] == [
        ["Usuario", "Nombre Usuario", "Perfil", "Último ingreso"],
        ["Felipe20", "David Felipe Prieto", "Pruebas_PRD", "2026/11/20 23:30"],
        ["zofia", "Žofia Ñandú Łęcka Αθηνά Жуков", "Pruebas_PRD", "Nunca"],
    ]


def test_libreoffice_runs_no_text(people: User, tmp_path: Path) -> None:
    write_workbook(document(people, listing=odd(list(FORMULAS))), tmp_path / "a.xlsx")

    rows = read_by_libreoffice(tmp_path / "a.xlsx")

    assert [row[1] for row in rows if row[0] == "u"] == list(FORMULAS)


@pytest.mark.usefixtures("spanish")
def test_pdftotext_reads_the_list_as_the_screen_shows_it(people: User, tmp_path: Path) -> None:
    write_paper(document(people, "columnas=perfil&columnas=ingreso&columnas=nombre"), tmp_path / "a.pdf")

    lines = [line.split() for line in read_by_pdftotext(tmp_path / "a.pdf").splitlines()]

    for line in (
        "Usuarios",
        f"Elaborado por: {people.full_name} (adelgado)",
        "Usuario Nombre Usuario Perfil Último ingreso",
        "Felipe20 David Felipe Prieto Pruebas_PRD 2026/11/20 23:30",
        "zofia Žofia Ñandú Łęcka Αθηνά Жуков Pruebas_PRD Nunca",
    ):
        assert line.split() in lines
