"""What a change's canonical text is, and when a change may still be confirmed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from changes.enums import ChangeState, LineKind

CONFIRMATION_MINUTES = 10
MAX_OPEN_CHANGES = 20


@dataclass(frozen=True)
class Line:
    """One canonical line: what, before, after, in the words the person reads and the token signs."""

    what: str
    before: str
    after: str
    kind: str = LineKind.CHANGED.value


@dataclass(frozen=True)
class Description:
    """A change in words: the language of the portal, amounts with their currency, instants in the portal's zone.

    `target` is (type, id, name) of what changes; it names the object in the audit trail. `effect` explains and is
    not signed. `success` is said when the change is done.
    """

    title: str
    target: tuple[str, str, str]
    lines: Sequence[Line]
    effect: str = ""
    success: str = ""
    warnings: Sequence[str] = field(default_factory=tuple)

    def canonical(self) -> str:
        """The text that is confirmed: title and lines, nothing else, one form for one content."""
        content = {"title": self.title, "target": list(self.target[:2]), "lines": [asdict(line) for line in self.lines]}
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def confirmable_until(created_at: datetime) -> datetime:
    return created_at + timedelta(minutes=CONFIRMATION_MINUTES)


def can_be_confirmed(state: str, created_at: datetime, now: datetime) -> bool:
    return state == ChangeState.PROPOSED and now < confirmable_until(created_at)


@dataclass(frozen=True)
class Moved:
    """One line that no longer says what was confirmed. `now` is what holds meanwhile; `wanted` what was asked for."""

    what: str
    then: str
    now: str
    wanted: str


def moved_lines(confirmed: Sequence[Mapping[str, str]], present: Sequence[Line]) -> list[Moved]:
    """What moved between the proposal and its confirmation, in the order in which it was read.

    A line that is gone already holds what was asked for; a new line is something somebody else changed meanwhile.
    """
    now = {line.what: line for line in present}
    moved = []
    for line in confirmed:
        fresh = now.pop(line["what"], None)
        before, after = (fresh.before, fresh.after) if fresh else (line["after"], line["after"])
        if (before, after) != (line["before"], line["after"]):
            moved.append(Moved(line["what"], line["before"], before, line["after"]))
    return moved + [Moved(line.what, line.after, line.before, line.after) for line in now.values()]
