"""When a delivery is tried again and when it is given up; what of an address is told."""

from datetime import datetime, timedelta

FIRST_WAIT_SECONDS = 10
LONGEST_WAIT_SECONDS = 15 * 60


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Waits that double from ten seconds up to a quarter of an hour."""
    seconds = min(FIRST_WAIT_SECONDS * 2 ** max(attempts - 1, 0), LONGEST_WAIT_SECONDS)
    return now + timedelta(seconds=seconds)


def is_permanent(smtp_code: int) -> bool:
    """A 5xx answer to the recipient or the message will not improve by repeating (RFC 5321 section 4.2.1)."""
    return 500 <= smtp_code < 600  # noqa: PLR2004 - reply classes of RFC 5321


def alert_key(notice: str, channel: str) -> str:
    """How a choice names one alert by one channel."""
    return f"{notice}.{channel}"


def masked_email(address: str) -> str:
    """Enough of an address for its owner to know it by: the first letter and the domain."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}" if name else ""
