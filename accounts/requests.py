from accounts.sessions.store import SessionStore
from changes.models import Draft
from changes.proposing import Drafting
from directory.requests import PortalRequest
from rights.rules.decisions import Decision


class PersonRequest(PortalRequest):
    """With what is known about the signed-in person: their session, and what they may do here and now; in a
    draft, which of its steps this is."""

    session: SessionStore
    decision: Decision
    drafting: Drafting
    draft: Draft | None
    draft_step: str
