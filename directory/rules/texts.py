"""Texts that people write and others read, sign or get by mail. Pure."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def one_line(text: str) -> str:
    """On one line and in one form (NFC). Raises ValidationError for what cannot be seen, such as a mark that turns the
    direction of the words behind it."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(character).startswith("C") for character in line):
        raise ValidationError(_("It contains invisible characters."), code="characters")
    return line
