from collections.abc import Mapping
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from exports.enums import FileKind

# Up to so many rows a file is made while the person waits; more are a worker's.
ROWS_AT_ONCE: Mapping[str, int] = {FileKind.EXCEL: 2_000, FileKind.PDF: 500}
# Where a file ends, and says so.
MOST_ROWS: Mapping[str, int] = {FileKind.EXCEL: 1_000_000, FileKind.PDF: 10_000}
MOST_ROWS_PRINTED = 2_000
MOST_OPEN = 3
MOST_KEPT = 30  # a person, of one day
MOST_ATTEMPTS = 3
KEPT = timedelta(days=1)
# How long a worker that says nothing more still counts as working.
LEASE = timedelta(minutes=2)
# What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection), also in full width.
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def is_made_at_once(kind: str, rows: int) -> bool:
    return rows <= ROWS_AT_ONCE[kind]


def check_room(open_exports: int, kept: int) -> None:
    """Raises ValidationError when somebody has as many files in preparation, or as many at all, as anybody may."""
    if open_exports >= MOST_OPEN:
        raise ValidationError(
            _("You already have %(count)s files in preparation. Wait until one is ready."),
            code="room",
            params={"count": open_exports},
        )
    if kept >= MOST_KEPT:
        raise ValidationError(
            _("You already have %(count)s files of the last day. Each is deleted after a day; try again then."),
            code="kept",
            params={"count": kept},
        )


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet could run a text once somebody edits its cell; spaces and quotes before it hide nothing."""
    return not text[:1].isalnum() and text.lstrip(" '\"\u00a0").startswith(BEGINS_FORMULA)
