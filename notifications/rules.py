"""When a delivery is tried again, and when it is given up."""

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
