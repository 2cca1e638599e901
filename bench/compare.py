"""Sets two runs of the bench beside each other: `python -m bench.compare BEFORE.json AFTER.json`.

The figures are multiples of the bare site's, each of its own run, so that the runs need not share a quiet hour.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import Found, table

HEAD = ("stmts", "then", "x p50", "then", "x p50 of 8", "then", "x cpu", "then", "change", "")
NOTED = 1.15  # smaller changes are seen between two runs of one commit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    options = parser.parse_args()
    before, after = (json.loads(path.read_text()) for path in (options.before, options.after))
    sys.stdout.write(text(before, after))


def text(before: Found, after: Found) -> str:
    return "\n".join(
        [
            f"{before['commit']} of {before['at']}, then {after['commit']} of {after['at']}\n",
            _beside("Pages", "page", before["pages"], after["pages"]),
            _beside("Sign-in", "sign_in", before["sign_ins"], after["sign_ins"]),
        ]
    )


def _beside(title: str, name: str, before: Sequence[Found], after: Sequence[Found]) -> str:
    """What both runs know; the change is that of `x cpu`, the steadiest, marked where it is for the worse."""
    known = {each[name]: each for each in before}
    rows = [_row(known[each[name]], each, each[name]) for each in after if each[name] in known]
    middle = [median(column) for column in zip(*(row[:-1] for row in rows), strict=True)]
    missing = sorted({each[name] for each in before} ^ {each[name] for each in after})
    return table(title, HEAD, [*rows, [*middle, "median"]]) + "".join(
        f"only in one of them: {each}\n" for each in missing
    )


def _row(before: Found, after: Found, name: str) -> list[Any]:
    multiples = list(zip(_multiples(before), _multiples(after), strict=True))
    was, now = multiples[-1]
    change = now / was
    cells: list[Any] = [before["statements"]["portal"], after["statements"]["portal"]]
    return [*cells, *(each for pair in multiples for each in pair), change, f"{'! ' if change > NOTED else ''}{name}"]


def _multiples(found: Found) -> tuple[float, float, float]:
    return found["alone"]["ratio"]["p50"], found["together"]["ratio"]["p50"], found["alone"]["ratio"]["cpu"]


if __name__ == "__main__":
    main()
