"""The only place where an instant becomes a day and a time of day: always in the portal's zone (decision 15)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import dateformat, timezone

from directory.models import Portal


def to_local(portal: Portal, instant: datetime) -> datetime:
    return portal.to_local(instant)


def local_now(portal: Portal) -> datetime:
    return to_local(portal, timezone.now())


def start_of_day(portal: Portal, day: date) -> datetime:
    """The instant at which a day begins in the portal's zone."""
    return datetime.combine(day, time.min, ZoneInfo(portal.time_zone))


def moment_with_zone(portal: Portal, instant: datetime) -> str:
    """Day, time and zone, for whoever reads it somewhere else: `2026/11/23 02:13 (America/Bogota, UTC-05:00)`."""
    local = to_local(portal, instant)
    return f"{dateformat.format(local, f'{portal.date_format} H:i')} ({portal.time_zone}, UTC{local.isoformat()[-6:]})"
