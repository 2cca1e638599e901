"""What a product of the bank may be. Pure: values in, values or ValidationError out."""

import re
from functools import cache

from babel.core import get_global
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from products.enums import ProductKind

NUMBER_PATTERN = r"^[0-9][0-9 -]{2,18}[0-9]$"
CARD_PATTERN = r"^\*{4} [0-9]{4}$"
CARD_TYPED = re.compile(r"(?:[0-9]{8,15}|\*{4} ?)([0-9]{4})")
CURRENCY_PATTERN = r"^[A-Z]{3}$"


@cache
def currencies() -> frozenset[str]:
    """The ISO 4217 codes of currencies in use in some territory today (CLDR, through Babel)."""
    everywhere = get_global("territory_currencies").values()
    return frozenset(code for used in everywhere for code, _since, until, is_tender in used if is_tender and not until)


def kept_number(kind: str, text: str) -> str:
    """A product's number as it is kept: of a card no more than its last four digits, `**** 8891` (decision 34).

    Other numbers have 4 to 20 digits, spaces and hyphens, as the bank prints them. Raises ValidationError.
    """
    number = " ".join(text.split())
    if kind == ProductKind.CREDIT_CARD:
        found = CARD_TYPED.fullmatch(re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", number))
        if found is None:
            raise ValidationError(_("The 12 to 19 digits of the card, or **** and the last four."), code="number")
        return f"**** {found[1]}"
    if not re.fullmatch(NUMBER_PATTERN, number):
        raise ValidationError(_("4 to 20 digits, with spaces or hyphens between them if you like."), code="number")
    return number


def check_currency(code: str) -> None:
    if code not in currencies():
        raise ValidationError(_("This is not the code of a currency, such as COP."), code="currency")


def check_stays(before: tuple[str, str], after: tuple[str, str]) -> None:
    """Number and currency of an enabled product stay: people know it by its number, and amounts are in its currency."""
    if before != after:
        raise ValidationError(
            _("The product is already enabled: its number and currency cannot be changed."), code="enabled"
        )
