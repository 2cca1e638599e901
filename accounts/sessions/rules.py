from datetime import datetime, timedelta

from accounts.enums import SessionEnd
from rights.enums import Remedy
from rights.rules.checks import Check

END_OF_GROUP = {"schedule": SessionEnd.HOURS, "address": SessionEnd.ADDRESS, "token": SessionEnd.TOKEN}


def limit_checks(
    started_at: datetime, seen_at: datetime, now: datetime, *, idle: timedelta, longest: timedelta
) -> list[Check]:
    """The session's own limits: its maximum length, and the longest pause in it. Past either, the person signs in
    again."""
    return [
        _limit_check(SessionEnd.TOO_LONG, started_at + longest, now),
        _limit_check(SessionEnd.IDLE, seen_at + idle, now),
    ]


def _limit_check(end: SessionEnd, at: datetime, now: datetime) -> Check:
    is_over = now >= at
    return Check(f"session.{end}", "over" if is_over else "within", not is_over, Remedy.USER, None if is_over else at)


def session_end_for(refused: Check) -> SessionEnd:
    """What a session is told when a check refuses it at a later request."""
    group, _dot, name = refused.rule.partition(".")
    if group == "session":
        return SessionEnd(name)
    if refused.outcome == "left_out":
        return SessionEnd.CODE
    return END_OF_GROUP.get(group, SessionEnd.WITHDRAWN)
