"""The only place where an instant becomes a day and a time of day: always in the portal's zone (decision 15)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

from directory.models import Portal


def to_local(portal: Portal, instant: datetime) -> datetime:
    return portal.to_local(instant)


def local_now(portal: Portal) -> datetime:
    return to_local(portal, timezone.now())


def start_of_day(portal: Portal, day: date) -> datetime:
    """The instant at which a day begins in the portal's zone."""
    return datetime.combine(day, time.min, ZoneInfo(portal.time_zone))
