"""The editions by their code. A portal's is in a column of it; a new one is a file here and a line below."""

from directory.editions.edition import Edition
from directory.editions.occired import OCCIRED
from directory.editions.office import OFFICE

__all__ = ["EDITIONS", "OCCIRED", "OFFICE", "Edition", "edition_called", "portal_editions"]

EDITIONS: dict[str, Edition] = {edition.code: edition for edition in (OCCIRED, OFFICE)}


def edition_called(code: str) -> Edition:
    return EDITIONS[code]


def portal_editions() -> list[tuple[str, str]]:
    """The editions a portal for companies may have, as choices; the bank's own office is not one."""
    return [(edition.code, edition.name) for edition in EDITIONS.values() if edition is not OFFICE]
