"""From what was measured to what is said of it: the portal's figures as multiples of the bare site's."""

import time
from collections.abc import Callable, Sequence
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
    cpu: float = 0
    database: float = 0

    def add(self, site: Site, measure: Callable[[], list[float]]) -> None:
        """One slice more of several clients: `measure` returns how long each answer took."""
        cpu, database, began = site.cpu_seconds(), site.statements.milliseconds(), time.perf_counter()
        self.slices.append(measure())
        self.elapsed.append(time.perf_counter() - began)
        self.cpu += site.cpu_seconds() - cpu
        self.database += (site.statements.milliseconds() - database) / 1000

    @property
    def seconds(self) -> list[float]:
        return [each for one in self.slices for each in one]

    @property
    def rates(self) -> list[float]:
        return [len(one) / elapsed for one, elapsed in zip(self.slices, self.elapsed, strict=True)]

    def times(self) -> dict[str, float]:
        """Milliseconds. A tenth of the answers is faster than p10, which other work on the machine moves least."""
        return {
            "p10": round(1000 * percentile(self.seconds, 10), 2),
            "p50": round(1000 * median(self.seconds), 2),
            "p95": round(1000 * percentile(self.seconds, 95), 2),
            "samples": len(self.seconds),
        }

    def costs(self) -> dict[str, float]:
        """Answers a second, and milliseconds of processors and database an answer."""
        number = len(self.seconds)
        return {
            "rate": round(median(self.rates), 2),
            "cpu": round(1000 * self.cpu / number, 2),
            "database": round(1000 * self.database / number, 2),
        }


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


def alone(portal: Figures, bare: Figures) -> dict[str, Any]:
    return {"portal": portal.times(), "bare": bare.times(), "ratio": _ratio_of_times(portal, bare)}


def together(portal: Figures, bare: Figures) -> dict[str, Any]:
    rates = median(ours / floor for ours, floor in zip(portal.rates, bare.rates, strict=True))
    ours, floor = portal.costs(), bare.costs()
    return {
        "portal": portal.times() | ours,
        "bare": bare.times() | floor,
        "ratio": _ratio_of_times(portal, bare) | {"rate": round(rates, 3), "cpu": round(ours["cpu"] / floor["cpu"], 2)},
    }


def _ratio_of_times(portal: Figures, bare: Figures) -> dict[str, float]:
    """Of p50 the median of the slices, each beside the one that was measured with it."""
    pairs = zip(portal.slices, bare.slices, strict=True)
    return {
        "p50": round(median(median(ours) / median(floor) for ours, floor in pairs), 2),
        **{
            f"p{each}": round(percentile(portal.seconds, each) / percentile(bare.seconds, each), 2) for each in (10, 95)
        },
    }
