"""What a change's canonical text is: the words a person reads and a token signs. Pure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

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


@dataclass(frozen=True)
class Description:
    """A change in words: the language of the portal, amounts with their currency, instants in the portal's zone.

    `target` is (type, id, name) of what changes, `also` those of its other parts; they name the objects in the audit
    trail. `effect` explains and is not signed. `success` is the message once the change is done.
    """

    title: str
    target: Target
    lines: Sequence[Line]
    effect: str = ""
    success: str = ""
    warnings: Sequence[str] = ()
    also: Sequence[Target] = ()

    def canonical(self) -> str:
        """The text that is confirmed: title, objects and lines, nothing else, one form for one content."""
        content = {
            "title": self.title,
            "targets": [list(target[:2]) for target in (self.target, *self.also)],
            "lines": [asdict(line) for line in self.lines],
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        return hashlib.sha256(self.canonical().encode()).hexdigest()


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
        effect=" ".join(part.effect for part in parts if part.effect),
        warnings=tuple(warning for part in parts for warning in part.warnings),
        also=tuple(part.target for part in others),
    )


def listed(names: Sequence[str]) -> str:
    """The first names, for a sentence that says how many they are."""
    return ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")


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
