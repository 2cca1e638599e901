"""Rows of the trail as people read them: a person's time line (U19)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from audit.enums import DOOR, Event, Outcome
from directory.models import Portal
from pages.formats import format_day

# Beside a row; the others are behind a click.
FEW_LINES = 3


@dataclass(frozen=True)
class Step:
    """One thing that happened. `lines` say what was changed, before and after, as it was signed; `tone` is that of its
    mark. Of the bank's staff it is said that it was the bank, and not from where."""

    at: datetime
    words: str
    who: str
    address: str
    tone: str
    lines: list[tuple[str, str, str]]

    @property
    def first_lines(self) -> list[tuple[str, str, str]]:
        return self.lines[:FEW_LINES]

    @property
    def other_lines(self) -> list[tuple[str, str, str]]:
        return self.lines[FEW_LINES:]


def by_day(events: Iterable[Any], portal: Portal) -> list[tuple[str, list[Step]]]:
    """Events as `audit.selectors.history_of` brings them, in the order given, under the local day of each."""
    days = groupby(events, lambda event: format_day(event.at, portal))
    return [(day, [_step(event, portal) for event in of_day]) for day, of_day in days]


def _step(event: Any, portal: Portal) -> Step:
    refused = event.outcome == Outcome.REFUSED or event.event == Event.USER_LOCKED
    tone = "bad" if refused else "" if event.event in DOOR else "good"
    lines = _lines(event.before or {}, event.after or {})
    who, address = (portal.bank_name, "") if event.is_by_bank else (event.actor_name, event.address or "")
    return Step(event.at, str(event.get_event_display()), who, address, tone, lines)


def _lines(before: dict[str, object], after: dict[str, object]) -> list[tuple[str, str, str]]:
    """What was signed is kept by its words, which begin with a capital; columns that the bank wrote itself are not
    words for customers."""
    names = [name for name in dict.fromkeys((*before, *after)) if name[:1].isupper()]
    return [(name, str(before.get(name, "")), str(after.get(name, ""))) for name in names]
