from accounts.enums import SessionEnd


def session_end_for(rule: str) -> SessionEnd:
    """What a session is told that a check refused at a later request."""
    if rule.startswith("session."):
        return SessionEnd(rule.removeprefix("session."))
    if rule.startswith("schedule."):
        return SessionEnd.HOURS
    return SessionEnd.ADDRESS if rule == "address.allowed" else SessionEnd.WITHDRAWN
