"""What a workbook may be, and how much. Pure: bytes and values in, an answer or ValidationError out."""

import re
from datetime import timedelta
from functools import cache
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_BYTES = 5 * 1024 * 1024
MOST_BYTES_UNPACKED = 80 * 1024 * 1024
MOST_PARTS = 200
MOST_USERS = 5_000
MOST_LIMITS = 60_000
MOST_PROBLEMS = 20
MOST_OPEN = 2
MOST_KEPT = 30  # a person, of one day
MOST_ATTEMPTS = 3
KEPT = timedelta(days=1)
LEASE = timedelta(minutes=2)
CHUNK = 250  # people compared together: what memory holds, and how long others wait
# What a workbook of values has no use for.
FOREIGN = ("vbaproject", "macrosheets", "externallinks", "embeddings", "activex", "customui")
MARKUP = (b"<!DOCTYPE", b"<!ENTITY")
# How a part begins that is not written in UTF-8, which could hide such markup.
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
OTHER_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)


def check_file(content: bytes) -> None:
    """Refuses what is no plain workbook, before anything reads its cells. Raises ValidationError, naming the part."""
    if len(content) > MOST_BYTES:
        raise ValidationError(_("The file is larger than %(most)s MB."), params={"most": MOST_BYTES // 1024 // 1024})
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_size(archive.infolist())
            for part in archive.infolist():
                _check_part(part, archive)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise unreadable() from error


def unreadable() -> ValidationError:
    return ValidationError(_("This file cannot be read as an Excel workbook (.xlsx)."), code="unreadable")


def _check_size(parts: list[ZipInfo]) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES_UNPACKED:
        raise ValidationError(_("Unpacked, the file is too large."), code="bomb")


def _check_part(part: ZipInfo, archive: ZipFile) -> None:
    name = part.filename.casefold()
    content = archive.read(part)
    has_macros = name == "[content_types].xml" and b"macroEnabled" in content
    if has_macros or any(foreign in name for foreign in FOREIGN):
        raise ValidationError(
            _("The file contains macros, links or other files (%(part)s). Save it as a plain .xlsx workbook."),
            params={"part": part.filename},
            code="foreign",
        )
    is_disguised = content.startswith(UTF_16) or OTHER_ENCODING.match(content)
    if is_disguised or any(markup in content for markup in MARKUP):
        raise ValidationError(
            _("The file contains what no workbook has (%(part)s)."), params={"part": part.filename}, code="markup"
        )


def check_room(open_uploads: int, kept: int) -> None:
    if open_uploads >= MOST_OPEN:
        raise ValidationError(_("You already have workbooks being compared. Wait until one is ready."), code="room")
    if kept >= MOST_KEPT:
        raise ValidationError(
            _("You already sent %(count)s workbooks within a day. Try again later."),
            params={"count": kept},
            code="kept",
        )


def address(column: int, row: int) -> str:
    """The cell in the third column (2) and second row: `C2`."""
    return f"{_letters(column)}{row}"


@cache
def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
