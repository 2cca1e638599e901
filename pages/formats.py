from datetime import datetime
from decimal import Decimal
from typing import Protocol


class Format(Protocol):
    """A portal's format of numbers."""

    decimal_separator: str
    group_separator: str


class Formats(Format, Protocol):
    """A portal's format of numbers, days and hours."""

    date_format: str

    def to_local(self, instant: datetime) -> datetime:
        """The instant in the portal's time zone."""
        ...


def format_money(amount: Decimal, portal: Format) -> str:
    """Two decimals, grouped. The currency is shown once, beside the amounts."""
    return f"{amount:,.2f}".translate({ord(","): portal.group_separator, ord("."): portal.decimal_separator})
