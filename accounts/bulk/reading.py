"""A workbook that somebody sent, read cell by cell; what cannot be read is refused with its address."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from accounts.bulk import rules
from accounts.bulk.sheets import HOURS, LIMITS, USERS, Layout, Sheet
from pages.formats import Format, format_money

MORE_COLUMNS = 20  # looked at beyond those of the sheet, for what does not belong there
MONEY = frozenset({"transaction", "day", "month"})
TWO_DECIMALS = -2


@dataclass(frozen=True)
class Row:
    """One row: its number, and what stands in its cells as text, by column."""

    sheet: Sheet
    number: int
    cells: Mapping[str, str]

    @property
    def username(self) -> str:
        return self.cells["username"]

    def address(self, key: str) -> str:
        return rules.address(self.sheet.places[key], self.number)


@dataclass
class Book:
    """All rows: those of people in their order, and what the other sheets say of each, by folded user name."""

    people: list[Row] = field(default_factory=list)
    others: dict[str, dict[str, list[Row]]] = field(default_factory=dict)

    def rows_of(self, sheet: str, username: str) -> list[Row]:
        return self.others.get(sheet, {}).get(username.casefold(), [])


class Problems(list[str]):
    """What is wrong with a file, each with its cell; only the first ones are kept."""

    def note(self, sheet: str, cell: str, text: str) -> None:
        if len(self) < rules.MOST_PROBLEMS:
            self.append(_("%(sheet)s, cell %(cell)s: %(text)s") % {"sheet": sheet, "cell": cell, "text": text})

    def refuse(self) -> None:
        if self:
            raise ValidationError([ValidationError(text, "cell") for text in self])


def read_book(content: bytes, layout: Layout) -> Book:
    """Every row. Raises ValidationError with one message for each of the first wrong cells."""
    rules.check_file(content)
    try:
        book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
    except Exception as error:
        raise rules.unreadable() from error
    try:
        return _Reader(layout).read(book)
    except ValidationError:
        raise
    except Exception as error:
        raise rules.unreadable() from error
    finally:
        book.close()


class _Reader:
    def __init__(self, layout: Layout) -> None:
        self.layout, self.portal, self.problems = layout, layout.maker.portal, Problems()
        self.book = Book()
        self.names: set[str] = set()

    def read(self, book: Any) -> Book:
        known = {sheet.title: sheet for sheet in self.layout.sheets}
        for title in book.sheetnames:
            if title not in {*known, _("Instructions")}:
                self.problems.note(title, "A1", _("There is no sheet of this name in the workbook."))
        if self.layout.users.title not in book.sheetnames:
            self.problems.note(self.layout.users.title, "A1", _("This sheet is missing."))
        self.problems.refuse()
        for title, sheet in known.items():
            if title in book.sheetnames:
                self._sheet(book[title], sheet)
        self.problems.refuse()
        if not self.book.people:
            raise ValidationError(
                _("There is nobody in the sheet %(sheet)s."), params={"sheet": self.layout.users.title}
            )
        return self.book

    def _sheet(self, page: Any, sheet: Sheet) -> None:
        page.reset_dimensions()
        rows = page.iter_rows(max_col=len(sheet.columns) + MORE_COLUMNS)
        self._heads(next(rows, ()), sheet)
        self.problems.refuse()
        most = rules.MOST_LIMITS if sheet.key == LIMITS else rules.MOST_USERS
        seen: dict[Any, int] = {}
        count = 0
        for number, cells in enumerate(rows, start=2):
            row = self._row(cells, sheet, number)
            if row is None:
                continue
            count += 1
            if count > most:
                self.problems.note(
                    sheet.title, rules.address(0, number), _("There are more rows than %(most)s.") % {"most": most}
                )
                return
            self._keep(row, seen)

    def _heads(self, cells: Sequence[Any], sheet: Sheet) -> None:
        found = [str(cell.value).strip() if cell.value is not None else "" for cell in cells]
        for place in range(max(len(found), len(sheet.columns))):
            said = found[place] if place < len(found) else ""
            wanted = sheet.columns[place].label if place < len(sheet.columns) else ""
            if said != wanted:
                text = _("This column should be: %(name)s.") % {"name": wanted} if wanted else _("Unknown column.")
                self.problems.note(sheet.title, rules.address(place, 1), text)

    def _row(self, cells: Sequence[Any], sheet: Sheet, number: int) -> Row | None:
        """None for an empty one."""
        values = {column.key: "" for column in sheet.columns}
        for place, cell in enumerate(cells):
            if cell.value is None:
                continue
            where = rules.address(place, number)
            if place >= len(sheet.columns):
                self.problems.note(sheet.title, where, _("There is no column here."))
                continue
            key = sheet.columns[place].key
            try:
                values[key] = _text(cell, key, sheet.key, self.portal)
            except ValidationError as error:
                self.problems.note(sheet.title, where, " ".join(error.messages))
        return Row(sheet, number, values) if any(values.values()) else None

    def _keep(self, row: Row, seen: dict[Any, int]) -> None:
        name = row.username.casefold()
        key = (name, row.cells["product"], row.cells["service"]) if row.sheet.key == LIMITS else name
        if not name:
            self._note(row, _("The user name is missing."))
        elif key in seen:
            self._note(row, _("It is the same as in row %(row)s.") % {"row": seen[key]})
        elif row.sheet.key == USERS:
            self.names.add(name)
            self.book.people.append(row)
        elif name not in self.names:
            self._note(row, _("This user is not in the sheet %(sheet)s.") % {"sheet": self.layout.users.title})
        else:
            self.book.others.setdefault(row.sheet.key, {}).setdefault(name, []).append(row)
        seen.setdefault(key, row.number)

    def _note(self, row: Row, text: str) -> None:
        self.problems.note(row.sheet.title, row.address("username"), text)


def _text(cell: Any, key: str, sheet: str, portal: Format) -> str:
    """What stands in a cell, as somebody would type it. Raises ValidationError for what is no value of its column."""
    value = cell.value
    if cell.data_type == "f":
        raise ValidationError(_("It is a formula. Write the value itself."))
    if isinstance(value, str):
        return value.strip()
    if sheet == HOURS and isinstance(value, time):
        return f"{value:%H:%M}"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if key in MONEY and is_number:
        amount = Decimal(str(value))
        exponent = amount.as_tuple().exponent
        is_exact = isinstance(exponent, int) and exponent >= TWO_DECIMALS
        return format_money(amount, portal) if is_exact else str(amount)
    if is_number:
        raise ValidationError(_("It is a number. Write it as text, so that no zero is lost."))
    if isinstance(value, datetime):
        raise ValidationError(_("It is a date. Write it as text."))
    raise ValidationError(_("It is not text."))


def chunks(people: list[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(people), rules.CHUNK):
        yield people[start : start + rules.CHUNK]
