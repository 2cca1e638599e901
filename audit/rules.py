"""The arithmetic of the chain: each row's hash covers its own content and the hash of the row before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FIRST_HASH = "0" * 64


def canonical(content: Mapping[str, object]) -> bytes:
    """One byte string for one content, whatever the order of its keys."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def plain(value: object) -> Any:
    """`value` as it comes back from the database: JSON, with text for keys and for what JSON does not know.

    The hash covers this form. Numbers with a fraction are text too, because PostgreSQL writes them its own way (1e16).
    Raises ValueError for what is not a number (NaN, infinity).
    """
    return json.loads(json.dumps(value, default=str, allow_nan=False), parse_float=str)


def link(previous_hash: str, content: Mapping[str, object]) -> str:
    return hashlib.sha256(previous_hash.encode() + b"\n" + canonical(content)).hexdigest()


@dataclass(frozen=True)
class Break:
    """The first place where a chain is broken."""

    sequence: int
    reason: str


def first_break(rows: Iterable[tuple[int, str, str, Mapping[str, object]]], head: tuple[int, str]) -> Break | None:
    """Looks for the first break in rows `(sequence, previous_hash, hash, content)` given in order, ending at `head`."""
    sequence, previous = 0, FIRST_HASH
    for number, said_previous, said_hash, content in rows:
        sequence += 1
        if number != sequence:
            return Break(sequence, "a row is missing")
        if said_previous != previous:
            return Break(number, "it does not follow the row before it")
        if link(previous, content) != said_hash:
            return Break(number, "its content was changed")
        previous = said_hash
    if (sequence, previous) != head:
        return Break(sequence + 1, "the end of the trail is missing")
    return None
