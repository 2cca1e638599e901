"""From what was measured to what is said of it: the portal's figures as multiples of the bare site's."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from statistics import median
from typing import Any

from bench.sites import Site

Once = Callable[[], float]


@dataclass(frozen=True)
class Slice:
    """How much is measured at once: so many clients, for so long, but no more than so often."""

    clients: int
    seconds: float
    most: int


@dataclass
class Figures:
    """Of one thing on one site, in several slices; seconds."""

    slices: list[list[float]] = field(default_factory=list)
    elapsed: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)

    @contextmanager
    def metered(self, site: Site) -> Iterator[None]:
        """What the site and its database spend inside is divided among the answers of the slice measured inside."""
        cpu, database = site.cpu_seconds(), site.statements.milliseconds()
        yield
        self.cpu.append((site.cpu_seconds() - cpu) / len(self.slices[-1]))
        self.database.append((site.statements.milliseconds() - database) / 1000 / len(self.slices[-1]))

    def add(self, site: Site, measure: Callable[[], list[float]]) -> None:
        """One slice more of several clients: `measure` returns how long each answer took."""
        with self.metered(site):
            began = time.perf_counter()
            self.slices.append(measure())
            self.elapsed.append(time.perf_counter() - began)

    @property
    def seconds(self) -> list[float]:
        return [each for one in self.slices for each in one]

    @property
    def rates(self) -> list[float]:
        return [len(one) / elapsed for one, elapsed in zip(self.slices, self.elapsed, strict=True)]

    def said(self) -> dict[str, float]:
        """Milliseconds, and what an answer costs of processors and database; answers a second of several clients."""
        found = {
            "p50": round(1000 * median(self.seconds), 2),
            "p95": round(1000 * percentile(self.seconds, 95), 2),
            "cpu": round(1000 * median(self.cpu), 2),
            "database": round(1000 * median(self.database), 2),
            "samples": len(self.seconds),
        }
        return found | ({"rate": round(median(self.rates), 2)} if self.elapsed else {})


def in_turns(figures: Sequence[Figures], once: Sequence[Once], slice_: Slice) -> None:
    """One slice of one client, who asks one site after the other, so that other work on the machine falls on both."""
    taken: list[list[float]] = [[] for _ in once]
    give_up = time.perf_counter() + slice_.seconds
    while not taken[-1] or (time.perf_counter() < give_up and len(taken[-1]) < slice_.most):
        for measure, kept in zip(once, taken, strict=True):
            kept.append(measure())
    for each, kept in zip(figures, taken, strict=True):
        each.slices.append(kept)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of them do not exceed."""
    ranked = sorted(values)
    return ranked[max(ceil(len(ranked) * percent / 100) - 1, 0)]


def beside(portal: Figures, bare: Figures) -> dict[str, Any]:
    """Both, and the portal's figures as multiples of the bare ones.

    It is the median of the slices, each beside the one that was measured with it; of p95 there are too few in one.
    """
    ours, floor = portal.said(), bare.said()
    ratio = {
        "p50": _multiple(map(median, portal.slices), map(median, bare.slices)),
        "p95": round(ours["p95"] / floor["p95"], 2),
        "cpu": _multiple(portal.cpu, bare.cpu),
    }
    if portal.elapsed:
        ratio["rate"] = _multiple(portal.rates, bare.rates)
    return {"portal": ours, "bare": floor, "ratio": ratio}


def _multiple(portal: Iterable[float], bare: Iterable[float]) -> float:
    return round(median(ours / floor for ours, floor in zip(portal, bare, strict=True)), 3)
