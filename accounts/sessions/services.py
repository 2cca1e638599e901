from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.enums import SessionEnd
from accounts.models import Session
from audit.enums import Event, Outcome
from audit.services import record
from directory.models import Company, Portal, User
from directory.scope import scope_of


def end_sessions(*, user_id: UUID, reason: SessionEnd) -> int:
    """Ends every open session of a user; each is told `reason` at its next request. Returns how many there were."""
    return end_sessions_of(user_ids=[user_id], reason=reason)


def end_sessions_of(*, user_ids: Collection[UUID], reason: SessionEnd) -> int:
    """The same for many users, in one statement."""
    return Session.objects.filter(user_id__in=user_ids, ended_because="").update(ended_because=reason)


def end_sessions_of_company(*, company: Company, reason: SessionEnd) -> int:
    return Session.objects.of(company).filter(ended_because="").update(ended_because=reason)


@contextmanager
def sole_session(*, user: User, portal: Portal) -> Iterator[None]:
    """Write the new session inside this: the user's others end in the same transaction (decision 20).

    The request that signs in has no scope yet, so this enters the user's.
    """
    with scope_of(user, at=portal), transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if end_sessions(user_id=user.pk, reason=SessionEnd.NEWER):
            record(Event.SESSION_ENDED, actor=user, company_id=user.company_id, detail={"because": SessionEnd.NEWER})
        yield


def end_own_session(*, actor: User, session_key: str, reason: SessionEnd, rule: str = "") -> int:
    """Ends the person's current session, at their wish or because a rule requires it; both are audited.

    Returns the number of the decision: its place in the company's trail.
    """
    with transaction.atomic():
        Session.objects.filter(pk=session_key, ended_because="").update(ended_because=reason)
        event = Event.SIGN_OUT if reason == SessionEnd.SIGNED_OUT else Event.SESSION_ENDED
        detail = {"because": reason, "rule": rule} if rule else {"because": reason}
        return record(event, actor=actor, company_id=actor.company_id, detail=detail).sequence


def note_refused_access(*, actor: User, what: str) -> int:
    """A signed-in person asked for something they have no permission for. Returns the number of the decision."""
    row = record(
        Event.ACCESS_REFUSED,
        actor=actor,
        company_id=actor.company_id,
        detail={"asked": what[:200]},
        outcome=Outcome.REFUSED,
    )
    return row.sequence


def clear_expired_sessions() -> int:
    """Deletes expired rows, ended ones included: until then they tell why they ended."""
    deleted, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return deleted
