"""Lists. What a list holds is declared once; the address says what of it is shown (S1-057..062).

`?orden=` a column, with a minus for descending; `?ver=` rows of `?pagina=`; `?filtro=` words to be found in a row;
`?columnas=` each column wanted. Whatever else stands in the address belongs to the list's own criteria. Anything
meaningless shows what is shown without it: no name of the address ever reaches a query. Of columns and rows that the
address does not ask for, the list shows what the person kept for it (`Layout`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from typing import Any, Protocol
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Expression, F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from pages.criteria import Criterion, Text
from pages.formats import Formats, format_count, format_day, format_moment, format_money
from pages.words import with_words

PAGE_SIZES = (10, 25, 50, 100)
OF_THE_LIST = ("orden", "ver", "pagina", "filtro", "columnas")
LONGEST_FILTER = 80
# An instant is written in the portal's zone, a Decimal as money.
Value = Text | int | Decimal | datetime | date | None


class Viewer(Protocol):
    """Whoever asks: lists are made for them, in the formats of their portal."""

    @property
    def portal(self) -> Formats: ...

    @property
    def list_layouts(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a person left a list: the columns shown and the rows of a page. Empty and None: as usual."""

    columns: tuple[str, ...] = ()
    size: int | None = None

    @classmethod
    def of(cls, viewer: Viewer, key: str) -> "Layout":
        """What the viewer kept for the list of this key."""
        kept = viewer.list_layouts.get(key, {})
        return cls(columns=tuple(kept.get("columns", ())), size=kept.get("size"))

    def written(self) -> dict[str, Any]:
        """As it is kept; nothing of what is as usual."""
        return {name: value for name, value in (("columns", list(self.columns)), ("size", self.size)) if value}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column; `key` is its name in the address.

    `reads` are the values of a row it is made of, by their path (`profile__name`); `value` makes it from the portal and
    these, `choices` name it, and without either it is the only value read, or `empty` for
    none. `sort` are the expressions to sort by, none
    where it cannot be sorted by; `may_be_empty` puts rows without a value first. `search` names the database columns
    that `?filtro=` looks into (`pages.words`). `width` is in characters, for files. `is_default` says whether it is
    shown unasked; `is_head` names the row, and is always shown. `template` draws the cell where its text alone is not
    enough; it gets `row`, and `value`.
    """

    key: str
    label: Text
    reads: tuple[str, ...]
    value: Callable[..., Value] | None = None
    choices: Sequence[tuple[Any, Text]] = ()
    empty: Text = ""
    sort: tuple[F | Expression, ...] = ()
    search: tuple[str | F, ...] = ()
    width: int = 16
    is_default: bool = True
    is_head: bool = False
    is_number: bool = False
    may_be_empty: bool = False
    template: str = ""

    @property
    def align(self) -> str:
        return "num" if self.is_number else ""

    def of(self, row: Any, portal: Formats) -> Value:
        """What a row has here."""
        return self.made(portal, range(len(self.reads)))([_at(row, path) for path in self.reads])

    def made(self, portal: Formats, places: Sequence[int]) -> Callable[[Sequence[Any]], Value]:
        """How it is made of what was read, of which its values stand at these places."""
        first, value = places[0], self.value
        if value and len(places) == 1:
            return lambda read: value(portal, read[first])
        if value:
            return lambda read: value(portal, *[read[place] for place in places])
        if self.choices:
            names = {key: str(name) for key, name in self.choices}
            return lambda read: names.get(read[first], "")
        if not self.empty:
            return itemgetter(first)
        empty = str(self.empty)
        return lambda read: empty if read[first] is None else read[first]

    def ordering(self, *, descending: bool) -> Iterator[OrderBy]:
        for expression in self.sort:
            if self.may_be_empty:
                yield OrderBy(expression, descending, nulls_first=not descending or None, nulls_last=descending or None)
            else:
                yield OrderBy(expression, descending)


def _at(row: Any, path: str) -> Any:
    """The value at a path, None where it ends early."""
    for name in path.split("__"):
        row = getattr(row, name, None)
    return row


def as_they_are(_viewer: Any, rows: Sequence[Any]) -> Sequence[Any]:
    return rows


def without_criteria(_viewer: Any, _query: QueryDict) -> list[Criterion]:
    return []


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One list of the portal. It knows no row of anybody: `rows` brings what a viewer may see of what is asked.

    `order` is the column sorted by unless the address says another, with a minus for descending; `tie` what makes the
    order complete. `load` adds to rows what is read for all of them at once. `criteria` says in words what was asked.
    `permission` is what it takes to see the list. `made_for` makes of it what a viewer asks for, where the columns
    themselves depend on that.
    """

    key: str
    title: Text
    permission: str
    columns: tuple[Column, ...]
    rows: Callable[[Any, QueryDict], QuerySet[Any]]
    order: str
    tie: tuple[str | Expression, ...] = ("pk",)
    load: Callable[[Any, Sequence[Any]], Sequence[Any]] = as_they_are
    criteria: Callable[[Any, QueryDict], list[Criterion]] = without_criteria
    size: int = PAGE_SIZES[0]
    made_for: "Callable[[Listing, Any, QueryDict], Listing] | None" = None

    def asked(self, query: QueryDict | str, viewer: Any) -> "Asked":
        query = query if isinstance(query, QueryDict) else QueryDict(query)
        return Asked(self.made_for(self, viewer, query) if self.made_for else self, query, viewer)

    @cached_property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    @property
    def searched(self) -> tuple[str | F, ...]:
        return tuple(name for column in self.columns for name in column.search)


class Asked:
    """A list as one address asks for it."""

    def __init__(self, listing: Listing, query: QueryDict, viewer: Any) -> None:
        self.listing, self.query, self.viewer = listing, query, viewer
        self.portal: Formats = viewer.portal
        self.layout = Layout.of(viewer, listing.key)

    @cached_property
    def columns(self) -> list[Column]:
        """What is shown, in the list's own order: as the address says, else as the viewer left it, else as usual."""
        known = set(self.listing.by_key)
        chosen = known.intersection(self.query.getlist("columnas")) or known.intersection(self.layout.columns)
        if not chosen:
            return [column for column in self.listing.columns if column.is_default]
        return [column for column in self.listing.columns if column.is_head or column.key in chosen]

    @property
    def order(self) -> str:
        asked = self.query.get("orden", "")
        column = self.listing.by_key.get(asked.removeprefix("-"))
        return asked if column and column.sort else self.listing.order

    @property
    def has_choice(self) -> bool:
        """Whether there are columns to choose among."""
        return any(not column.is_default for column in self.listing.columns)

    @property
    def shows_usual_columns(self) -> bool:
        return all(column.is_default == (column in self.columns) for column in self.listing.columns)

    @property
    def text(self) -> str:
        """The words to be found in a row; none where no column is searched."""
        asked = self.query.get("filtro", "") if self.listing.searched else ""
        return " ".join(asked.split())[:LONGEST_FILTER]

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """All of them, filtered and sorted."""
        found = self.listing.rows(self.viewer, self.query)
        if self.text:
            found = with_words(found, self.text, *self.listing.searched)
        column = self.listing.by_key[self.order.removeprefix("-")]
        return found.order_by(*column.ordering(descending=self.order.startswith("-")), *self.listing.tie)

    @cached_property
    def page(self) -> Page[Any]:
        """The rows of `?pagina=`, with what is read for all of them at once."""
        page = paged(self.query, self.rows, self.layout.size or self.listing.size)
        page.object_list = list(self.listing.load(self.viewer, list(page.object_list)))
        return page

    @property
    def count(self) -> int:
        return self.page.paginator.count

    @property
    def is_shown(self) -> bool:
        """Whether there is a list to show: rows, or the filter that left none."""
        return bool(self.count or self.text)

    @cached_property
    def criteria(self) -> list[Criterion]:
        """What was asked, in words: the list's own criteria."""
        return self.listing.criteria(self.viewer, self.query)

    @property
    def removable(self) -> list[tuple[Criterion, str]]:
        """Each criterion and the words of the filter, with what follows the path where this is not
        asked."""
        words = [Criterion(_("Filtered by"), self.text, ("filtro",))] if self.text else []
        return [(each, _address(self.kept(*each.names))) for each in (*self.criteria, *words)]

    def batches(self, size: int) -> Iterator[list[list[Value]]]:
        """What all rows have in the columns shown, so many rows at a time. Only what the columns read is fetched,
        unless the list reads something for many rows at once."""
        paths = list(dict.fromkeys(path for column in self.columns for path in column.reads))
        made = [column.made(self.portal, [paths.index(path) for path in column.reads]) for column in self.columns]
        for batch in self._read(paths, size):
            yield [[each(read) for each in made] for read in batch]

    def _read(self, paths: list[str], size: int) -> Iterator[Sequence[Sequence[Any]]]:
        if self.listing.load is as_they_are:
            yield from in_batches(self.rows.values_list(*paths), size)
        else:
            for batch in in_batches(self.rows, size):
                yield [[_at(row, path) for path in paths] for row in self.listing.load(self.viewer, batch)]

    def kept(self, *besides: str) -> list[tuple[str, str]]:
        """The address's names and values without some, for a form that asks for those anew."""
        left_out = {"pagina", *besides}
        return [(name, value) for name, values in self.query.lists() if name not in left_out for value in values]

    @property
    def kept_by_filter(self) -> list[tuple[str, str]]:
        return self.kept("filtro")

    @property
    def address(self) -> str:
        """What asks for the same rows and columns again, whatever the viewer keeps for the list meanwhile."""
        query = self.query.copy()
        query.setlist("columnas", [column.key for column in self.columns])
        return query.urlencode()

    @property
    def left_as(self) -> str:
        """What follows the path of the list once its layout is kept."""
        return _address(self.kept("columnas", "ver"))

    @property
    def kept_by_criteria(self) -> list[tuple[str, str]]:
        """How the list is shown, for the form that asks what is in it."""
        return [(name, value) for name, value in self.kept("filtro") if name in OF_THE_LIST]


def _address(asked: list[tuple[str, str]]) -> str:
    """What follows the path: nothing where nothing is asked."""
    return f"?{urlencode(asked)}" if asked else ""


def text_of(value: Value, portal: Formats) -> str:
    """A value as people read it, on the screen and on paper."""
    if value is None:
        return ""
    if isinstance(value, int):
        return format_count(value, portal)
    if isinstance(value, Decimal):
        return format_money(value, portal)
    if isinstance(value, datetime):
        return format_moment(value, portal)
    return format_day(value, portal) if isinstance(value, date) else str(value)


def paged(query: QueryDict, rows: QuerySet[Any], size: int) -> Page[Any]:
    wanted = query.get("ver", "")
    size = int(wanted) if wanted in map(str, PAGE_SIZES) else size
    return Paginator(rows, size).get_page(query.get("pagina"))


def page_of(request: HttpRequest, rows: QuerySet[Any], *, size: int = PAGE_SIZES[0]) -> Page[Any]:
    """`?pagina=` of `?ver=` rows (S1-060); anything meaningless shows the first `size`."""
    return paged(request.GET, rows, size)


def in_batches(rows: QuerySet[Any], size: int) -> Iterable[list[Any]]:
    """All rows, read some at a time."""
    batch: list[Any] = []
    for row in rows.iterator(chunk_size=size):
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
