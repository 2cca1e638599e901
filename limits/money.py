"""Amounts as a portal writes them: `1,500,000.50` in OcciRed (S1-092), `1.500.000,50` in Occinet (S3-035)."""

import re
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pages.formats import Format, format_money

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
MAX_WHOLE_DIGITS = 16
EXAMPLE = Decimal("1500000.50")


class Money(NamedTuple):
    """An amount in its currency (ISO 4217). Two are only compared within one currency."""

    amount: Decimal
    currency: str


def parse_money(typed: str, portal: Format) -> Decimal:
    """An amount of zero or more with two decimals. Group separators may be left out; if there are any, all must be
    right. A dollar sign may lead, as the guide writes it (`$ 1,500.50`).

    What could be read in two ways is refused: `1.500` is three decimals in OcciRed, `1,50` a broken group. So are
    negative amounts, exponents, digits of other scripts, hidden characters and more than 16 whole digits. Raises
    ValidationError with the code `decimals`, `too_long`, `negative` or `format`.
    """
    text = typed.strip(" ").removeprefix("$").lstrip(" ")
    group, point = re.escape(portal.group_separator), re.escape(portal.decimal_separator)
    whole = rf"(?:0|[1-9][0-9]*|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+)"
    if re.fullmatch(rf"{whole}(?:{point}[0-9]{{1,2}})?", text):
        amount = Decimal(text.replace(portal.group_separator, "").replace(portal.decimal_separator, "."))
        if amount < 10**MAX_WHOLE_DIGITS:
            return amount.quantize(CENT)
        raise ValidationError(_("An amount can have up to 16 digits before the decimals."), code="too_long")
    if re.fullmatch(rf"-[$ ]*{whole}(?:{point}[0-9]+)?", text):
        raise ValidationError(_("An amount cannot be negative."), code="negative")
    example = format_money(EXAMPLE, portal)
    if re.fullmatch(rf"{whole}{point}[0-9]{{3,}}", text):
        raise ValidationError(
            _("An amount can have up to two decimals. Enter it like this: %(example)s."),
            "decimals",
            {"example": example},
        )
    raise ValidationError(
        _("We cannot read this amount. Enter it like this: %(example)s."), "format", {"example": example}
    )
