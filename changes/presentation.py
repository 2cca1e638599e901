"""A change as a page shows it: a matrix where its lines have columns, a list where they have not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from audit.enums import Event
from changes.enums import LineKind
from changes.rules.text import Beside, InTable, Line

Part = tuple[str, list[Line]]

# Above this many rows the groups are closed at first, so that the whole fits on a screen (style of the sketches).
MOST_OPEN_ROWS = 18
# The same of a table of people, of which the page shows nothing else.
MOST_OPEN_PEOPLE = 60
# With more columns each of them keeps a block of their own.
MOST_COLUMNS = 6
MOST_PEOPLE_SHOWN = 100


@dataclass(frozen=True)
class Counts:
    """How many lines are signed, by kind."""

    lines: int
    raised: int
    lowered: int
    added: int
    removed: int
    unchanged: int = 0

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Counts":
        kinds = [line.kind for line in lines]
        return cls(
            lines=len(kinds) - kinds.count(LineKind.SAME),
            raised=kinds.count(LineKind.RAISED),
            lowered=kinds.count(LineKind.LOWERED),
            added=kinds.count(LineKind.ADDED),
            removed=kinds.count(LineKind.REMOVED),
            unchanged=kinds.count(LineKind.SAME),
        )

    @classmethod
    def of_many(cls, kinds: Mapping[str, int]) -> "Counts":
        """Of lines that are counted already."""
        return cls(
            lines=sum(kinds.values()),
            raised=kinds.get(LineKind.RAISED, 0),
            lowered=kinds.get(LineKind.LOWERED, 0),
            added=kinds.get(LineKind.ADDED, 0),
            removed=kinds.get(LineKind.REMOVED, 0),
        )

    @property
    def others(self) -> int:
        return self.lines - self.raised - self.lowered - self.added - self.removed

    @property
    def rarer(self) -> str:
        """The direction that fewer amounts take, which a long matrix has to bring out; none if only one is taken."""
        if not self.raised or not self.lowered:
            return ""
        return LineKind.RAISED.value if self.raised < self.lowered else LineKind.LOWERED.value


@dataclass(frozen=True)
class Row:
    """A row of a group: one line for each column that has one, or a single line."""

    name: str
    cells: tuple[Line | None, ...]


@dataclass(frozen=True)
class Group:
    """Lines about the same, such as a service; `caption` is what bounds them."""

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    counts: Counts


@dataclass(frozen=True)
class Section:
    """A part of a change: its matrices, then what stands alone."""

    title: str
    groups: tuple[Group, ...]
    lines: tuple[Line, ...]

    @property
    def is_all_new(self) -> bool:
        """Nothing was there before: then only what comes is worth saying."""
        return all(line.kind == LineKind.ADDED and not line.before for line in self.lines)


@dataclass(frozen=True)
class Table:
    """The same, done to several people: a row each. `said` is what the change says of all of them alike."""

    title: str
    said: tuple[Line, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def is_open(self) -> bool:
        return len(self.rows) <= MOST_OPEN_PEOPLE


@dataclass(frozen=True)
class Shown:
    sections: tuple[Section, ...]
    counts: Counts
    is_open: bool = field(default=True)
    tables: tuple[Table, ...] = ()

    @property
    def people(self) -> int:
        return max((len(table.rows) for table in self.tables), default=0)


def shown(lines: Sequence[Line], beside: Beside = Beside()) -> Shown:  # noqa: B008 - immutable
    everything = list(_in_order(lines, beside))
    captions = {(each.section, each.group): each.text for each in beside.captions}
    parts = [(title, list(part)) for title, part in groupby(everything, key=lambda line: line.section)]
    tables, others = _tables(parts, beside.in_table)
    sections = tuple(_section(title, part, captions) for title, part in others)
    rows = sum(len(group.rows) for section in sections for group in section.groups)
    return Shown(sections, Counts.of(everything), is_open=rows <= MOST_OPEN_ROWS, tables=tables)


def _tables(parts: Sequence[Part], in_table: Iterable[InTable]) -> tuple[tuple[Table, ...], list[Part]]:
    """The tables of what is done to two people or more, and the parts that stand in none."""
    named = {each.section: each for each in in_table}
    rows: dict[str, list[tuple[str, list[Line]]]] = {}
    for title, lines in parts:
        if title in named and _is_a_row(lines):
            rows.setdefault(named[title].what, []).append((named[title].who, lines))
    several = {what: people for what, people in rows.items() if len(people) > 1 and _columns_of(people) <= MOST_COLUMNS}
    others = [
        (title, lines)
        for title, lines in parts
        if title not in named or named[title].what not in several or not _is_a_row(lines)
    ]
    return tuple(_table(what, people) for what, people in several.items()), others


def _columns_of(people: Iterable[tuple[str, Sequence[Line]]]) -> int:
    return len({line.name for _who, lines in people for line in lines})


def _is_a_row(lines: Sequence[Line]) -> bool:
    """Whether each of the lines has a column of its own."""
    return len({line.name for line in lines}) == len(lines) and not any(line.column for line in lines)


def _table(title: str, people: Sequence[tuple[str, Sequence[Line]]]) -> Table:
    """What is said of everybody in the same words stands above it."""
    cells = [(who, {line.name: line for line in lines}) for who, lines in people]
    columns = tuple(dict.fromkeys(line.name for _who, lines in people for line in lines))
    said = {column: line for column in columns if (line := _said_of_all(column, [row for _who, row in cells]))}
    left = tuple(column for column in columns if column not in said)
    rows = tuple(Row(who, tuple(row.get(column) for column in left)) for who, row in cells)
    return Table(title, tuple(said.values()), left, rows)


def _said_of_all(column: str, rows: Sequence[Mapping[str, Line]]) -> Line | None:
    first = rows[0].get(column)
    if first is None or first.kind != LineKind.SAID:
        return None
    words = {(line.before, line.after, line.kind) if (line := row.get(column)) else None for row in rows}
    return first if len(words) == 1 else None


@dataclass(frozen=True)
class Large:
    """What a page shows of a change of very many parts, with the counts of its lines as `Shown` has them.

    `parts` are how many there are by what happens, `first_people` the first of those whose profile it sets, with how
    many more there are. Of one thing done to many, `alike` are the lines that say the same of several (what, before,
    after, of how many), `others` how many lines are like no other; `first_names` are of `people` it is done to.
    """

    counts: Counts
    parts: list[tuple[str, int]]
    before: Decimal
    after: Decimal
    rises: list[tuple[str, str, str]]
    first_people: list[tuple[str, str, str]]
    more_people: int
    alike: Sequence[tuple[str, str, str, int]] = ()
    others: int = 0
    first_names: Sequence[str] = ()
    people: int = 0

    @property
    def more_names(self) -> int:
        return self.people - len(self.first_names)


def large_shown(summary: Mapping[str, Any]) -> Large:
    people = summary["people"]
    return Large(
        counts=Counts.of_many(summary["lines"]),
        parts=[(str(Event(event).label), count) for event, count in summary["parts"].items()],
        before=Decimal(summary["before"]),
        after=Decimal(summary["after"]),
        rises=summary["rises"],
        first_people=people[:MOST_PEOPLE_SHOWN],
        more_people=len(people[MOST_PEOPLE_SHOWN:]),
        alike=summary.get("alike", ()),
        others=summary.get("others", 0),
        first_names=summary.get("who", ())[:MOST_PEOPLE_SHOWN],
        people=len(summary.get("who", ())),
    )


def _in_order(lines: Sequence[Line], beside: Beside) -> Iterator[Line]:
    """The lines, each with what stays the same before it."""
    unchanged: dict[int, list[Line]] = {}
    for each in beside.unchanged:
        unchanged.setdefault(each.before_line, []).append(each.line)
    for number, line in enumerate(lines):
        yield from unchanged.get(number, ())
        yield line
    yield from unchanged.get(len(lines), ())


def _section(title: str, lines: Sequence[Line], captions: dict[tuple[str, str], str]) -> Section:
    gridded: dict[str, list[Line]] = {}
    for line in lines:
        if line.column:
            gridded.setdefault(line.group, []).append(line)
    groups = tuple(_group(name, part, captions.get((title, name), "")) for name, part in gridded.items())
    return Section(title, groups, tuple(line for line in lines if not line.column))


def _group(name: str, lines: Sequence[Line], caption: str) -> Group:
    columns = tuple(dict.fromkeys(line.column for line in lines))
    rows: list[tuple[str, dict[str, Line]]] = []
    for line in lines:
        if not rows or rows[-1][0] != line.row or line.column in rows[-1][1]:
            rows.append((line.row, {}))
        rows[-1][1][line.column] = line
    table = tuple(Row(row, tuple(cells.get(column) for column in columns)) for row, cells in rows)
    return Group(name, caption, columns, table, Counts.of(lines))
