from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Protocol

from babel.numbers import get_currency_symbol
from django.utils import dateformat


class Format(Protocol):
    """A portal's format of numbers."""

    decimal_separator: str
    group_separator: str

    @property
    def currency_sign(self) -> str:
        """The sign of the portal's currency as its country writes it: `$`, `B/.`"""
        ...


class Formats(Format, Protocol):
    """A portal's format of numbers, days and hours."""

    date_format: str

    def to_local(self, instant: datetime) -> datetime:
        """The instant in the portal's time zone."""
        ...


def format_money(amount: Decimal, portal: Format) -> str:
    """Two decimals, grouped. The currency is shown once, beside the amounts."""
    return f"{amount:,.2f}".translate({ord(","): portal.group_separator, ord("."): portal.decimal_separator})


def format_priced(amount: Decimal, portal: Format) -> str:
    """With the sign of the portal's currency: `$0.00` (S1-092, decision 39)."""
    return f"{portal.currency_sign}{format_money(amount, portal)}"


@cache
def currency_sign(currency: str, country: str) -> str:
    """The sign of a currency (ISO 4217) as people of the country (ISO 3166) write it in Spanish (CLDR)."""
    return get_currency_symbol(currency, locale=f"es_{country}")


def format_count(number: int, portal: Format) -> str:
    """Grouped: `100,000`."""
    return f"{number:,}".replace(",", portal.group_separator)


def format_day(day: date, portal: Formats) -> str:
    """The day as the portal writes it, `2018/08/01` (S1-003); an instant is first converted to the portal's zone."""
    return dateformat.format(portal.to_local(day) if isinstance(day, datetime) else day, portal.date_format)


def format_moment(instant: datetime, portal: Formats) -> str:
    """Day and time in the portal's zone: `2018/07/31 16:09` (S1-042)."""
    return f"{format_day(instant, portal)} {portal.to_local(instant):%H:%M}"
