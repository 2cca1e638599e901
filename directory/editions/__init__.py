"""The editions by their code. Which one a portal has is a column of it; a new one is a file here and a line below."""

from directory.editions.edition import Edition
from directory.editions.occired import OCCIRED
from directory.editions.office import OFFICE

__all__ = ["EDITIONS", "OCCIRED", "OFFICE", "Edition", "edition_called", "portal_editions"]

EDITIONS: dict[str, Edition] = {edition.code: edition for edition in (OCCIRED, OFFICE)}


def edition_called(code: str) -> Edition:
    return EDITIONS[code]


def portal_editions() -> list[tuple[str, str]]:
    """What a portal for companies may be, as choices; the bank's own office is none."""
    return [(edition.code, edition.name) for edition in EDITIONS.values() if edition is not OFFICE]
