"""What a person is shown of a change that waits or has ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from changes.rules import Line


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
