"""What is said of what was measured."""

from collections.abc import Sequence

import pytest

from bench import compare, figures, report
from bench.figures import Figures, Slice


def of(*slices: Sequence[float], elapsed: float = 1, cpu: float = 1, database: float = 0.5) -> Figures:
    """The costs are those of one answer."""
    return Figures(
        [list(each) for each in slices], [elapsed] * len(slices), [cpu] * len(slices), [database] * len(slices)
    )


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (50, 2), (75, 3), (76, 4), (95, 4), (100, 4)])
def test_a_percentile_is_a_value_that_was_measured(percent: float, value: float) -> None:
    assert figures.percentile([4, 1, 3, 2], percent) == value


def test_a_slice_while_others_used_the_machine_does_not_move_the_multiple() -> None:
    portal, bare = of([0.02], [0.2], [0.022]), of([0.01], [0.1], [0.01])

    assert figures.beside(portal, bare)["ratio"]["p50"] == 2


def test_figures_are_milliseconds_rates_and_multiples() -> None:
    portal, bare = of([0.02, 0.04], cpu=0.03, database=0.005), of([0.01, 0.01], elapsed=0.5, cpu=0.01, database=0.001)

    assert figures.beside(portal, bare) == {
        "portal": {"p50": 30, "p95": 40, "cpu": 30, "database": 5, "samples": 2, "rate": 2},
        "bare": {"p50": 10, "p95": 10, "cpu": 10, "database": 1, "samples": 2, "rate": 4},
        "ratio": {"p50": 3, "p95": 4, "cpu": 3, "rate": 0.5},
    }


@pytest.mark.parametrize(("seconds", "most", "times"), [(60, 3, 3), (0, 3, 1)])
def test_sites_are_asked_in_turns_until_the_slice_is_over(seconds: float, most: int, times: int) -> None:
    asked: list[str] = []
    portal, bare = Figures(), Figures()

    def asker(name: str) -> float:
        asked.append(name)
        return len(asked)

    figures.in_turns([portal, bare], [lambda: asker("p"), lambda: asker("b")], Slice(1, seconds, most))

    assert "".join(asked) == "pb" * times
    assert (portal.seconds, bare.seconds) == (
        [2 * each + 1 for each in range(times)],
        [2 * each + 2 for each in range(times)],
    )


def found(name: str, key: str, multiple: float) -> dict[str, object]:
    figures = {"p50": 2.5, "p95": 3.5, "cpu": 12.34, "database": 0.5, "samples": 9}
    ratio = {"p50": multiple, "p95": multiple, "cpu": multiple}
    alone = {"portal": figures, "bare": figures, "ratio": ratio}
    return {
        key: name,
        "bytes": {"portal": 14_200, "bare": 14_100},
        "statements": {"portal": 16, "bare": 4},
        "alone": alone,
        "together": {**alone, "portal": figures | {"rate": 123.4}, "ratio": ratio | {"rate": 0.4}},
    }


def run(pages: dict[str, float]) -> dict[str, object]:
    took = {"cells": 90, "cpu": 1.5, "seconds": 2.0, "megabytes": 3.5}
    quiet, beside = {"p50": 2.0, "worst": 4.0, "answers": 30}, {"p50": 3.0, "worst": 8.0, "answers": 29}
    return {
        **report.circumstances("gunicorn"),
        "pages": [found(page, "page", multiple) for page, multiple in pages.items()],
        "sign_ins": [found("cheap", "sign_in", 2.0)],
        "dry_run": {"rows": 8, "portal": took, "library": took, "speed": 0.1},
        "long_list": {"rows": 9, "portal": took, "library": took, "speed": 0.7},
        "slow_clients": [{"slow_clients": "say nothing", "clients": 60, "quiet": quiet, "beside": beside}],
    }


def test_the_tables_have_a_line_for_everything_and_the_median_of_the_pages() -> None:
    lines = [" ".join(line.split()) for line in report.text(run({"/": 2.0, "/a/": 4.0, "/b/": 5.0})).splitlines()]

    assert "16 4 0.50 12.3 2.00 2.50 3.50 2.00 2.50 3.50 2.00 123 0.40 2.00 14 /" in lines
    assert "16 4 0.50 12.3 4.00 2.50 3.50 4.00 2.50 3.50 4.00 123 0.40 4.00 median of all pages" in lines
    assert "3.00 8.00 1.50 2.00 29 60 say nothing" in lines


def test_a_page_that_became_slower_is_marked_and_one_that_is_gone_is_named() -> None:
    text = compare.text(run({"/": 2.0, "/a/": 2.0, "/old/": 1.0}), run({"/": 2.1, "/a/": 3.0, "/new/": 1.0}))

    lines = text.splitlines()
    assert [line for line in lines if line.endswith(" /")] != []
    assert next(line.split()[-2:] for line in lines if line.endswith("median")) == ["1.27", "median"]
    assert [line.split()[-3:] for line in lines if "!" in line] == [["1.50", "!", "/a/"]]
    assert [line for line in lines if line.startswith("only")] == [
        "only in one of them: /new/",
        "only in one of them: /old/",
    ]
