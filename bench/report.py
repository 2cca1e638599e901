"""Tables for a person; JSON for the next measurement, and for a comparison of two."""

import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

Found = dict[str, Any]
LEGEND = """\
Milliseconds of one client, then of eight at once. x: as a multiple of the bare site's, measured in turns. stmts:
statements at the server, then the bare page's. db: their execution there. cpu: of web server and database together.
"""
WAY_HEAD = (
    *("stmts", "bare", "db", "cpu", "x cpu", "p50", "p95", "x p50"),
    *("p50 of 8", "p95 of 8", "x p50", "a second", "x rate", "x cpu"),
)


def circumstances(web_server: str) -> Found:
    """Of which commit, when and on what."""
    return {
        "commit": commit(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
        "web_server": web_server,
    }


def commit() -> str:
    """With a plus when something is not committed; "unknown" outside of a repository."""
    command = ["git", "describe", "--always", "--exclude=*", "--dirty=+"]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    return result.stdout.strip() or "unknown"


def text(found: Found) -> str:
    """Everything that was found, for the terminal."""
    pages, sign_ins, slow = found["pages"], found["sign_ins"], found["slow_clients"]
    rows = [_way(page, f"{page['bytes']['portal'] / 1000:.0f}", page["page"]) for page in pages]
    return "\n".join(
        [
            f"Commit {found['commit']}, {found['at']}, {found['machine']['cores']} cores\n",
            LEGEND,
            table("Pages", (*WAY_HEAD, "KB", "page"), [*rows, _middle(pages)]),
            table("Sign-in, five requests", (*WAY_HEAD, "hash"), [_way(each, each["sign_in"]) for each in sign_ins]),
            table("Home beside slow clients", SLOW_HEAD, [_slow(each) for each in slow]),
            table("A workbook of new people, compared", (*BY_ITSELF_HEAD, "read by"), _by_itself(found["dry_run"])),
            table("A list as a workbook", (*BY_ITSELF_HEAD, "written by"), _by_itself(found["long_list"])),
        ]
    )


def _way(found: Found, *names: str) -> list[object]:
    alone, together = found["alone"], found["together"]
    one, many = alone["portal"], together["portal"]
    return [
        *(found["statements"]["portal"], found["statements"]["bare"], one["database"]),
        *(one["cpu"], alone["ratio"]["cpu"], one["p50"], one["p95"], alone["ratio"]["p50"]),
        *(many["p50"], many["p95"], together["ratio"]["p50"]),
        *(many["rate"], together["ratio"]["rate"], together["ratio"]["cpu"]),
        *names,
    ]


def _middle(pages: Sequence[Found]) -> list[object]:
    """The median of each column."""
    columns = zip(*(_way(page) for page in pages), strict=True)
    return [*(median(column) for column in columns), "", "median of all pages"]


SLOW_HEAD = ("p50", "worst", "x p50", "x worst", "answers", "slow clients that")


def _slow(found: Found) -> list[object]:
    quiet, beside = found["quiet"], found["beside"]
    ratios = (beside["p50"] / quiet["p50"], beside["worst"] / quiet["worst"])
    return [beside["p50"], beside["worst"], *ratios, beside["answers"], f"{found['clients']} {found['slow_clients']}"]


BY_ITSELF_HEAD = ("rows", "cells", "cpu s", "clock s", "MB more", "speed")


def _by_itself(found: Found) -> list[list[object]]:
    """`speed` is a part of the library's own."""
    return [
        [found["rows"], *(found[name][each] for each in ("cells", "cpu", "seconds", "megabytes")), speed, f"the {name}"]
        for name, speed in (("portal", found["speed"]), ("library", 1.0))
    ]


def table(title: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Figures to the right; the last column, which says of what they are, to the left."""
    cells = [[_cell(each) for each in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join([*(cell.rjust(width) for cell, width in zip(row[:-1], widths, strict=False)), row[-1]])
        for row in cells
    ]
    return "\n".join([title, "", *lines, ""])


def _cell(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    places = 0 if value >= 100 else 1 if value >= 10 else 2  # noqa: PLR2004 - three digits say enough
    return f"{value:.{places}f}"
