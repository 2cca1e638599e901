"""What an administrator may write of why they do something to somebody. Pure."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from directory.rules.texts import one_line

MOST_REASON = 300


def cleaned_reason(text: str) -> str:
    """The reason as it is kept and signed: one line, nothing in it that cannot be seen. It may be empty."""
    try:
        reason = one_line(text)
    except ValidationError as error:
        raise ValidationError({"reason": error}) from error
    if len(reason) > MOST_REASON:
        raise ValidationError(
            {"reason": ValidationError(_("At most %(most)s characters."), "too_long", {"most": MOST_REASON})}
        )
    return reason
