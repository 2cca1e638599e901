"""What a change's canonical text is: the words a person reads and a token signs. Pure."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import ngettext

from changes.enums import LineKind

MOST_NAMES = 20
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
class Beside:
    """What helps to read the lines. Explains, and is not signed."""

    unchanged: Sequence[Unchanged] = ()
    captions: Sequence[Caption] = ()
    measures: Sequence[Measure] = ()


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
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def digest_of(digests: Sequence[str]) -> str:
    """What one answer stands for that signs several texts, whatever their order; of one it is its own."""
    first, *others = sorted(digests)
    return hashlib.sha256("\n".join([first, *others]).encode()).hexdigest() if others else first


def combined(parts: Sequence[Description]) -> Description:
    """One text of several parts: the lines of each one after the other, with its title as their section."""
    first, *others = parts
    if not others:
        return first
    return Description(
        title=ngettext("%(first)s and %(count)s more change", "%(first)s and %(count)s more changes", len(others))
        % {"first": first.title, "count": len(others)},
        target=first.target,
        lines=tuple(replace(line, section=part.title) for part in parts for line in part.lines),
        effect="\n".join(part.effect for part in parts if part.effect),
        success=first.success,
        warnings=tuple(warning for part in parts for warning in part.warnings),
        also=tuple(part.target for part in others),
        beside=_all_beside(parts),
    )


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
        [each for part in parts for each in part.beside.measures],
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
