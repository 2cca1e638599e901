"""What must be true of the whole portal before it starts."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from directory.editions import EDITIONS, OFFICE

NOBODY = "00000000-0000-0000-0000-000000000000"


@register
def pages_of_editions_resolve(**_: Any) -> list[Error]:
    """Every URL name an edition leads to is there: a menu never ends in an error page."""
    return [
        Error(f"edition {edition.code}: no page is called {name!r}", id="occired.E003")
        for edition in EDITIONS.values()
        for name in edition.url_names()
        if not _resolves(name, "occired.staff_urls" if edition is OFFICE else settings.ROOT_URLCONF)
    ]


@register
def readiness_resolves(**_: Any) -> list[Error]:
    """Whoever says whom they touched reaches what decides about them."""
    try:
        import_string(settings.READINESS)
    except ImportError as error:
        return [Error(f"READINESS names {settings.READINESS!r}: {error}", id="occired.E004")]
    return []


def _resolves(name: str, urlconf: str) -> bool:
    """A page of its own, or one about a person."""
    for args in ([], [NOBODY]):
        try:
            reverse(name, urlconf=urlconf, args=args)
        except NoReverseMatch:
            continue
        return True
    return False
