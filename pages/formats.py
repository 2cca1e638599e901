from datetime import datetime
from decimal import Decimal
from typing import Protocol


class Format(Protocol):
    """What a portal says about numbers."""

    decimal_separator: str
    group_separator: str


class Formats(Format, Protocol):
    """What a portal says about numbers, days and hours."""

    date_format: str

    def to_local(self, instant: datetime) -> datetime:
        """The instant in the portal's time zone."""
        ...


def format_money(amount: Decimal, portal: Format) -> str:
    """Two places, grouped. The currency is said once, beside the amounts."""
    return f"{amount:,.2f}".translate({ord(","): portal.group_separator, ord("."): portal.decimal_separator})
