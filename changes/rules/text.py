"""What a change's canonical text is: the words a person reads and a token signs. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from changes.enums import LineKind

MOST_NAMES = 20
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
Target = tuple[str, str, str]


@dataclass(frozen=True)
class Line:
    """One canonical line: what it is about, before, after.

    `group`, `row` and `column` are its place in a matrix (an amount: service, product, period); a line that stands
    alone has a row. `section` is the title of its part where a change has several.
    """

    row: str
    before: str
    after: str
    kind: str = LineKind.CHANGED.value
    group: str = ""
    column: str = ""
    section: str = ""

    @property
    def place(self) -> tuple[str, str, str, str]:
        return self.section, self.group, self.row, self.column

    @property
    def what(self) -> str:
        """Its place in words, as a single text."""
        return " · ".join(part for part in self.place if part)

    @property
    def name(self) -> str:
        """The same without the part of the change it belongs to."""
        return " · ".join(part for part in self.place[1:] if part)


@dataclass(frozen=True)
class Unchanged:
    """A value that stays as it is: shown for comparison just before the line with this number, and not signed."""

    before_line: int
    line: Line


@dataclass(frozen=True)
class Caption:
    """What else is good to know about a group of lines, such as what bounds its amounts."""

    group: str
    text: str
    section: str = ""


@dataclass(frozen=True)
class Measure:
    """A sum before and after and the most it could be, in words and in percent of that most; the amounts themselves,
    for who adds up those of many."""

    title: str
    before: str
    after: str
    most: str
    before_percent: int
    after_percent: int
    before_amount: str = ""
    after_amount: str = ""

    @property
    def common_percent(self) -> int:
        return min(self.before_percent, self.after_percent)


@dataclass(frozen=True)
class InTable:
    """That a part about one person may stand as a row of a table, with those that say the same of others: `what` is
    done to them, `who` names the row."""

    what: str
    who: str
    section: str = ""


@dataclass(frozen=True)
class Beside:
    """What helps to read the lines. Explains, and is not signed."""

    unchanged: Sequence[Unchanged] = ()
    captions: Sequence[Caption] = ()
    measures: Sequence[Measure] = ()
    in_table: Sequence[InTable] = ()

    @classmethod
    def of_person(cls, what: str, *, username: str, name: str) -> Self:
        return cls(in_table=(InTable(what, f"{username} ({name})"),))


@dataclass(frozen=True)
class Description:
    """A change in words: the language of the portal, amounts with their currency, instants in the portal's zone.

    `target` is (type, id, name) of what changes, `also` those of its other parts; they name the objects in the audit
    trail. `effect` and `beside` explain and are not signed. `success` is the message once the change is done.
    """

    title: str
    target: Target
    lines: Sequence[Line]
    effect: str = ""
    success: str = ""
    warnings: Sequence[str] = ()
    also: Sequence[Target] = ()
    beside: Beside = Beside()

    def canonical(self) -> str:
        """The text that is confirmed: title, objects and lines, nothing else, one form for one content."""
        content = {
            "title": self.title,
            "targets": [list(target[:2]) for target in (self.target, *self.also)],
            "lines": [vars(line) for line in self.lines],
        }
        return _canonical.encode(content)

    def digest(self) -> str:
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def digest_of(digests: Sequence[str]) -> str:
    """What one answer stands for that signs several texts, whatever their order; of one it is its own."""
    first, *others = sorted(digests)
    return hashlib.sha256("\n".join([first, *others]).encode()).hexdigest() if others else first


def combined(parts: Sequence[Description]) -> Description:
    """One text of several parts: the lines of each one after the other, with its title as their section. What several
    parts say of their effect is said once, and of whom they warn by name."""
    first, *others = parts
    if not others:
        return first
    return Description(
        title=_title_of(parts),
        target=first.target,
        lines=tuple(replace(line, section=part.title) for part in parts for line in part.lines),
        effect="\n".join(dict.fromkeys(_effects_of(parts))),
        success=first.success,
        warnings=tuple(_warnings_of(parts)),
        also=tuple(part.target for part in others),
        beside=_all_beside(parts),
    )


def _title_of(parts: Sequence[Description]) -> str:
    """By what is done, where it is the same to all of them; else by the first of them."""
    done = {row.what for part in parts for row in part.beside.in_table}
    people = {row.who for part in parts for row in part.beside.in_table}
    if len(done) == 1 and len(people) > 1 and all(part.beside.in_table for part in parts):
        counted = ngettext("%(what)s: %(count)s user", "%(what)s: %(count)s users", len(people))
        return counted % {"what": done.pop(), "count": len(people)}
    others = len(parts) - 1
    counted = ngettext("%(first)s and %(count)s more change", "%(first)s and %(count)s more changes", others)
    return counted % {"first": parts[0].title, "count": others}


def _effects_of(parts: Sequence[Description]) -> Iterator[str]:
    """Of sums each says which part it is about, where several have them."""
    has_several_sums = sum(bool(part.beside.measures) for part in parts) > 1
    for part in parts:
        if part.effect and part.beside.measures and has_several_sums:
            yield _("%(title)s: %(effect)s") % {"title": part.title, "effect": part.effect}
        elif part.effect:
            yield part.effect


def _warnings_of(parts: Sequence[Description]) -> Iterator[str]:
    named: dict[str, list[str]] = {}
    for part in parts:
        for warning in part.warnings:
            named.setdefault(warning, []).extend(row.who for row in part.beside.in_table)
    for warning, names in named.items():
        yield _("%(names)s: %(warning)s") % {"names": listed(names), "warning": warning} if names else warning


def _measures_of(parts: Sequence[Description]) -> list[Measure]:
    having = [part for part in parts if part.beside.measures]
    if len(having) == 1:
        return list(having[0].beside.measures)
    return [replace(each, title=part.title) for part in having for each in part.beside.measures]


def _all_beside(parts: Sequence[Description]) -> Beside:
    """That of every part, moved to where its lines are."""
    unchanged: list[Unchanged] = []
    before = 0
    for part in parts:
        unchanged += [
            Unchanged(before + each.before_line, replace(each.line, section=part.title))
            for each in part.beside.unchanged
        ]
        before += len(part.lines)
    return Beside(
        unchanged,
        [replace(each, section=part.title) for part in parts for each in part.beside.captions],
        _measures_of(parts),
        [replace(each, section=part.title) for part in parts for each in part.beside.in_table],
    )


def percent(part: Decimal, whole: Decimal) -> int:
    """Rounded; of nothing it is nothing."""
    return round(part * 100 / whole) if whole else 0


def listed(names: Sequence[str]) -> str:
    """The first names, for a sentence that says how many they are."""
    return ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")


def apart(lines: Iterable[Line]) -> tuple[list[Line], list[Unchanged]]:
    """The lines that are signed, and between them those that say what stays the same."""
    signed: list[Line] = []
    unchanged: list[Unchanged] = []
    for line in lines:
        if line.kind == LineKind.SAME:
            unchanged.append(Unchanged(len(signed), line))
        else:
            signed.append(line)
    return signed, unchanged


def snapshot(lines: Sequence[Line], *, after: bool) -> dict[str, str]:
    """One side of the lines by what they are about; two about the same (two accounts with one name) are both kept."""
    kept: dict[str, str] = {}
    for line in lines:
        name, number = line.what, 1
        while name in kept:
            number += 1
            name = f"{line.what} ({number})"
        kept[name] = line.after if after else line.before
    return kept


@dataclass(frozen=True)
class Moved:
    """One line that no longer says what was confirmed. `now` is what is true by then; `wanted` what was asked for."""

    what: str
    then: str
    now: str
    wanted: str


def moved_lines(confirmed: Sequence[Line], present: Sequence[Line]) -> list[Moved]:
    """What changed between the proposal and its confirmation, in the order in which it was read.

    A line that is gone already says what was asked for; a new line is something somebody else has since changed.
    """
    now = {line.place: line for line in present}
    moved = []
    for line in confirmed:
        fresh = now.pop(line.place, None)
        before, after = (fresh.before, fresh.after) if fresh else (line.after, line.after)
        if (before, after) != (line.before, line.after):
            moved.append(Moved(line.what, line.before, before, line.after))
    return moved + [Moved(line.what, line.after, line.before, line.after) for line in now.values()]
