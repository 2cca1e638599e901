"""Compiles the translation catalogues with Babel, so that no machine needs gettext: `python -m occired.catalogs`."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogs(root: Path) -> int:
    """Writes the `.mo` beside every `.po` that is newer than it, and returns how many. Fuzzy entries are left out."""
    sources = sorted(root.glob("*/locale/*/LC_MESSAGES/*.po"))
    stale = [source for source in sources if _is_stale(source)]
    for source in stale:
        with source.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
        compiled = source.with_suffix(".mo.new")
        with compiled.open("wb") as file:
            write_mo(file, catalog)
        compiled.replace(source.with_suffix(".mo"))
    return len(stale)


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime <= source.stat().st_mtime


if __name__ == "__main__":
    sys.stdout.write(f"{compile_catalogs(Path(__file__).resolve().parent.parent)} catalogues compiled\n")
