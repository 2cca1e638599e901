"""What an administrator may write of why they do something to somebody. Pure."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_REASON = 300


def cleaned_reason(text: str) -> str:
    """The reason as it is kept and signed: one line, nothing in it that cannot be seen. It may be empty."""
    reason = " ".join(unicodedata.normalize("NFC", text).split())
    if len(reason) > MOST_REASON:
        raise ValidationError(
            {"reason": ValidationError(_("At most %(most)s characters."), "too_long", {"most": MOST_REASON})}
        )
    if any(unicodedata.category(character).startswith("C") for character in reason):
        raise ValidationError({"reason": ValidationError(_("It contains invisible characters."), "characters")})
    return reason
