"""The text of a change of very many parts: made, hashed and counted part by part, so that memory does not grow with it.

It has a line a part, that part's own canonical text, and ends with a line that says how many there are. Pure.
"""

import hashlib
import heapq
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from changes.rules.text import Description, Line, Target

MOST_RISES = 20
MOST_ALIKE = 40
_compact = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True)
class Rise:
    """By how much the exposure through one object goes up, for the order; before and after in words."""

    by: Decimal
    who: str
    before: str
    after: str


@dataclass
class Summary:
    """What a signer reads of it: lines by kind, parts by event, exposure before and after, the largest rises, and for
    everybody of whom it is said (lines called `named`) what becomes of it, such as the profile.

    Of one thing done to many (`counts_alike`) also which lines say the same of how many, and who these are.
    """

    named: str = ""
    people: list[tuple[str, str, str]] = field(default_factory=list)
    lines: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)
    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)
    rises: list[Rise] = field(default_factory=list)
    counts_alike: bool = False
    alike: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    who: dict[str, None] = field(default_factory=dict)

    def add(self, event: str, description: Description) -> None:
        self.parts[event] += 1
        self.lines.update(str(line.kind) for line in description.lines)
        who = description.target[2]
        self.people += [(who, line.before, line.after) for line in description.lines if line.row == self.named]
        if self.counts_alike:
            self.alike.update((line.name, line.before, line.after) for line in description.lines)
            self.who[who] = None
        for measure in description.beside.measures:
            before, after = Decimal(measure.before_amount or 0), Decimal(measure.after_amount or 0)
            self.before, self.after = self.before + before, self.after + after
            if after > before:
                rise = Rise(after - before, who, measure.before, measure.after)
                self.rises = heapq.nlargest(MOST_RISES, [*self.rises, rise], key=lambda each: each.by)

    def as_json(self) -> dict[str, Any]:
        return {
            "lines": dict(self.lines),
            "parts": dict(self.parts),
            "before": str(self.before),
            "after": str(self.after),
            "people": [list(each) for each in self.people],
            "alike": [[*line, count] for line, count in self._most_alike],
            "others": self.alike.total() - sum(count for _line, count in self._most_alike),
            "who": list(self.who),
            "rises": [[rise.who, rise.before, rise.after] for rise in self.rises],
        }

    @property
    def _most_alike(self) -> list[tuple[tuple[str, str, str], int]]:
        return [(line, count) for line, count in self.alike.most_common(MOST_ALIKE) if count > 1]


class LongText:
    """Takes one part after the other; afterwards `digest` and `packed` are those of the whole."""

    def __init__(self, *, named: str = "", counts_alike: bool = False) -> None:
        self.summary = Summary(named, counts_alike=counts_alike)
        self._hash, self._packer = hashlib.sha256(), zlib.compressobj(6)
        self._packed: list[bytes] = []
        self._parts = 0

    def add(self, event: str, description: Description) -> None:
        """What changes nothing is no part of it."""
        if description.lines:
            self._parts += 1
            self.summary.add(event, description)
            self._write(description.canonical())

    def close(self, title: str) -> None:
        self._write(json.dumps({"parts": self._parts, "title": title}, ensure_ascii=False, separators=(",", ":")))
        self._packed.append(self._packer.flush())

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    @property
    def packed(self) -> bytes:
        return b"".join(self._packed)

    def _write(self, line: str) -> None:
        encoded = line.encode() + b"\n"
        self._hash.update(encoded)
        self._packed.append(self._packer.compress(encoded))


@dataclass(frozen=True)
class Told:
    """One part as it is read back: what it is called, what it is about, its lines."""

    title: str
    target: Target
    lines: list[Line]


def unpacked(packed: bytes) -> str:
    """The whole text, whose SHA-256 is the digest that was signed."""
    return zlib.decompress(packed).decode()


def parts_with(packed: bytes, words: str) -> Iterator[str]:
    """The canonical text of each part in which all these words occur, in any order, whatever their case."""
    wanted = words.casefold().split()
    for line in unpacked(packed).split("\n")[:-2]:  # a value may hold other ends of a line; the last one is the sum
        folded = line.casefold() if wanted else ""
        if all(word in folded for word in wanted):
            yield line


def told(line: str) -> Told:
    content = json.loads(line)
    kind, key = content["targets"][0]
    return Told(content["title"], (kind, key, ""), [Line(**each) for each in content["lines"]])


def packed_lines(values: Iterable[Any]) -> bytes:
    """JSON values, one a line, compressed."""
    packer = zlib.compressobj(6)
    pieces = [packer.compress(_compact.encode(value).encode() + b"\n") for value in values]
    return b"".join([*pieces, packer.flush()])


def values_in(packed: bytes) -> Iterator[Any]:
    return map(json.loads, zlib.decompress(packed).splitlines())
