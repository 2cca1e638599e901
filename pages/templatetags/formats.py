"""Money, days and hours in the formats and the time zone of a portal: `{{ limit.amount|money:portal }}`."""

from datetime import date, datetime, time
from decimal import Decimal

from django import template

from pages.formats import Formats, format_day, format_moment, format_money, format_priced

register = template.Library()


@register.filter
def money(amount: Decimal | None, portal: Formats) -> str:
    """Two decimals, grouped: `1,500,000.50` or `1.500.000,50` (S1-092, S3-035). The currency is shown once beside
    it."""
    return "" if amount is None else format_money(amount, portal)


@register.filter
def priced(amount: Decimal, portal: Formats) -> str:
    """The same with the sign of the portal's currency: `$0.00` (S1-092)."""
    return format_priced(amount, portal)


@register.filter
def day(when: datetime | date | None, portal: Formats) -> str:
    """The day as the portal writes it, `2018/08/01` (S1-003); an instant is first converted to the portal's time
    zone."""
    return "" if when is None else format_day(when, portal)


@register.filter
def clock(when: datetime | time | None, portal: Formats) -> str:
    """`HH:MM`; an instant in the portal's time zone (S1-003), a time of day as it is."""
    if when is None:
        return ""
    # Filters without `expects_localtime` get the instant as it is; Django's own `date` would turn it to the server's.
    return f"{portal.to_local(when) if isinstance(when, datetime) else when:%H:%M}"


@register.filter
def clock_seconds(when: datetime, portal: Formats) -> str:
    """`HH:MM:SS` of an instant in the portal's time zone."""
    return f"{portal.to_local(when):%H:%M:%S}"


@register.filter
def moment(when: datetime | None, portal: Formats) -> str:
    """Day and time: `2018/07/31 16:09` (S1-042)."""
    return "" if when is None else format_moment(when, portal)
