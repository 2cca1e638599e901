"""A document as an Excel workbook, written row by row: memory does not grow with it."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from exports.documents import Document
from exports.rules import looks_like_formula
from pages.lists import Value, text_of

# Django's letters of a date in Excel's.
LETTERS = {"Y": "yyyy", "y": "yy", "m": "mm", "d": "dd", "n": "m", "j": "d"}
EXACT_DIGITS = 15  # what a cell keeps of a number (IEEE 754)
MOST_CHARACTERS = 32_767  # of a cell
SHEET_NAME_CHARACTERS = 31


def write_workbook(document: Document, path: Path) -> None:
    """Beside `path` it keeps what is not finished: give it a directory of its own."""
    options = {"constant_memory": True, "tmpdir": str(path.parent), "remove_timezone": True}
    with Workbook(str(path), options) as book:
        book.set_properties({"title": document.title, "author": document.maker.full_name})
        sheet = book.add_worksheet(document.title[:SHEET_NAME_CHARACTERS])
        _Sheet(book, sheet, document).write()


class _Sheet:
    """Text is only ever written as text; one that looks like a formula is also marked as quoted, so that it stays text
    when somebody edits its cell."""

    def __init__(self, book: Workbook, sheet: Worksheet, document: Document) -> None:
        self.sheet, self.document, self.portal = sheet, document, document.portal
        day = "".join(LETTERS.get(each, each) for each in document.portal.date_format)
        self.bold = book.add_format({"bold": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.header = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E9F2F7"})
        self.quoted = book.add_format({"quote_prefix": True})
        self.day = book.add_format({"num_format": day, "align": "left"})
        self.moment = book.add_format({"num_format": f"{day} hh:mm", "align": "left"})
        self.money = book.add_format({"num_format": "#,##0.00"})

    def write(self) -> None:
        for place, column in enumerate(self.document.columns):
            self.sheet.set_column(place, place, max(column.width, len(str(column.label)) + 2))
        row = self._head()
        self.sheet.freeze_panes(row + 1, 0)
        self.sheet.repeat_rows(row)
        self.sheet.set_landscape()
        for place, column in enumerate(self.document.columns):
            self.sheet.write_string(row, place, str(column.label), self.header)
        first = row
        for values in self.document.rows():
            row += 1
            for place, value in enumerate(values):
                self._cell(row, place, value)
        self.sheet.autofilter(first, 0, row, len(self.document.columns) - 1)

    def _head(self) -> int:
        """Writes it, and says in which row the table begins."""
        self.sheet.write_string(0, 0, self.document.title, self.title)
        for row, (label, text) in enumerate(self.document.head, start=1):
            self.sheet.write_string(row, 0, label, self.bold)
            self._text(row, 1, text)
        return len(self.document.head) + 2

    def _cell(self, row: int, place: int, value: Value) -> None:
        if value.__class__ is str:
            self._text(row, place, value)
        elif value is None:
            return
        elif isinstance(value, datetime):
            self.sheet.write_datetime(row, place, self.portal.to_local(value), self.moment)
        elif isinstance(value, date):
            self.sheet.write_datetime(row, place, value, self.day)
        elif isinstance(value, Decimal) and len(value.as_tuple().digits) <= EXACT_DIGITS:
            self.sheet.write_number(row, place, float(value), self.money)
        elif isinstance(value, int):
            self.sheet.write_number(row, place, value)
        else:
            self._text(row, place, text_of(value, self.portal))

    def _text(self, row: int, place: int, text: Any) -> None:
        if text:
            self.sheet.write_string(
                row, place, text[:MOST_CHARACTERS], self.quoted if looks_like_formula(text) else None
            )
