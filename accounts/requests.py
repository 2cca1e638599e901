from accounts.sessions.store import SessionStore
from directory.requests import PortalRequest
from rights.rules.decisions import Decision


class PersonRequest(PortalRequest):
    """With what is known about the signed-in person: their session, and what they may do here and now."""

    session: SessionStore
    decision: Decision
