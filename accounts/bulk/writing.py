"""The company's users as a workbook that can be edited and sent back."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from accounts.bulk.present import Present, presents_of
from accounts.bulk.rules import CHUNK, MOST_USERS
from accounts.bulk.sheets import Layout, Sheet
from directory.models import User
from directory.rules.countries import country_called
from pages.formats import format_count

FIRST_ROWS_OF_LIST = MOST_USERS + 200  # rows with a list to choose from
SHEET_OF_VALUES = 255  # characters a list may have that is written into its cells


def write_book(maker: User, users: QuerySet[User], path: Path) -> None:
    """Every cell is text, so that numbers keep their zeros; amounts alone are numbers."""
    with translation.override(maker.portal.language):
        layout = Layout(maker)
        options = {"constant_memory": False, "tmpdir": str(path.parent), "strings_to_formulas": False}
        with Workbook(str(path), options) as book:
            _Writer(book, layout).write(users)


class _Writer:
    def __init__(self, book: Workbook, layout: Layout) -> None:
        self.book, self.layout = book, layout
        self.text = book.add_format({"num_format": "@"})
        self.money = book.add_format({"num_format": "#,##0.00"})
        self.head = book.add_format(
            {"bold": True, "bottom": 1, "bg_color": "#E9F2F7", "text_wrap": True, "valign": "top"}
        )
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})

    def write(self, users: QuerySet[User]) -> None:
        sheets = {sheet.key: self._sheet(sheet) for sheet in self.layout.sheets}
        rows = dict.fromkeys(sheets, 0)
        for person in _presents(self.layout, users):
            for key, values in person.rows(self.layout):
                rows[key] += 1
                self._row(sheets[key], rows[key], values)
        self._instructions()

    def _sheet(self, sheet: Sheet) -> Worksheet:
        page = self.book.add_worksheet(sheet.title)
        page.freeze_panes(1, 1)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width, self.money if column.key in MONEY else self.text)
            page.write_string(0, place, column.label, self.head)
            if column.choices and sum(len(choice) + 1 for choice in column.choices) < SHEET_OF_VALUES:
                choices = {"validate": "list", "source": list(column.choices), "ignore_blank": True}
                page.data_validation(1, place, FIRST_ROWS_OF_LIST, place, choices)
        return page

    def _row(self, page: Worksheet, row: int, values: Sequence[Any]) -> None:
        for place, value in enumerate(values):
            if isinstance(value, str):
                if value:
                    page.write_string(row, place, value, self.text)
            elif value is not None:
                page.write_number(row, place, float(value), self.money)

    def _instructions(self) -> None:
        page = self.book.add_worksheet(_("Instructions"))
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 110)
        page.write_string(0, 0, _("Instructions"), self.title)
        for row, (label, text) in enumerate(instructions(self.layout), start=2):
            page.write_string(row, 0, label, self.wrap)
            page.write_string(row, 1, text, self.wrap)


MONEY = frozenset({"transaction", "day", "month"})


def instructions(layout: Layout) -> Iterator[tuple[str, str]]:
    """What the sheets are for, and what may stand in their columns: label and text."""
    portal = layout.maker.portal
    yield layout.users.title, _("One row a person. A user name that your company does not have yet is a new user.")
    yield layout.assignments.title, _("One row a person, one column a product: Yes or No. Who has no row stays.")
    yield layout.limits.title, _("One row a person, product and service. Zero takes a limit away; no row leaves it.")
    yield (
        layout.hours.title,
        _("One row a person, hours as 08:00; both empty: no access. Who has no row stays."),
    )
    yield (
        "",
        _("Up to %(most)s people. Do not rename sheets or columns; do not write formulas.")
        % {"most": format_count(MOST_USERS, portal)},
    )
    for sheet in (layout.users,):
        for column in sheet.columns:
            if column.choices:
                yield column.label, ", ".join(column.choices)
    yield layout.limits.columns[2].label, ", ".join(service.name for service in layout.services)
    yield _("Departments"), ", ".join(country_called(portal.country).departments)


def _presents(layout: Layout, users: QuerySet[User]) -> Iterator[Present]:
    found: Iterable[User] = users.iterator(chunk_size=CHUNK)
    iterator = iter(found)
    while chunk := list(islice(iterator, CHUNK)):
        yield from presents_of(layout.maker, chunk)
