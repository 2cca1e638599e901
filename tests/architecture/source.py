"""The program's own source. What is parsed is parsed once for all the tests that look at it."""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
APPS = (
    *("tenancy", "pages", "directory", "audit", "notifications", "changes", "products", "schedules", "tokens"),
    *("limits", "rights", "accounts", "exports", "occired"),
)
EVERYTHING = (*APPS, "demo", "devserver")
Found = TypeVar("Found")


def python_files(folders: tuple[str, ...] = EVERYTHING, *, migrations: bool = False) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if migrations or "migrations" not in path.parts:
                yield path


def templates() -> list[Path]:
    return sorted([*(ROOT / "templates").rglob("*.html"), *ROOT.glob("*/templates/**/*.html")])


def found_in(files: Iterable[Path], look: Callable[[str], Found]) -> dict[str, Found]:
    """What `look` finds in the text of each file, by its name; without the files in which it finds nothing."""
    found = {str(path.relative_to(ROOT)): look(path.read_text()) for path in files}
    return {name: each for name, each in found.items() if each}


@cache
def parsed(source: str) -> ast.Module:
    return ast.parse(source)


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    """All nodes of a source, in no particular order."""
    return tuple(ast.walk(parsed(source)))
