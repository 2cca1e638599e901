from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from changes.codec import Unreadable, decode, decode_parts
from changes.enums import ChangeState
from changes.kinds import ChangeKind, Composite, Proposable
from changes.models import Change, Draft
from changes.rules.signing import CONFIRMATION_MINUTES
from directory.models import User
from directory.selectors.users import secondary_users_of


def own_change(viewer: User, change_id: UUID) -> Change:
    """A change the viewer made. Raises Change.DoesNotExist for any other."""
    change = Change.objects.of(viewer).filter(maker=viewer, id=change_id).first()
    if change is None:
        raise Change.DoesNotExist
    return change


def own_change_or_404(viewer: User, change_id: UUID) -> Change:
    """A change the viewer made; anybody else's is as if it did not exist."""
    try:
        return own_change(viewer, change_id)
    except Change.DoesNotExist as error:
        raise Http404 from error


def subject_of(viewer: User, change: Change) -> User | None:
    """The user a change is about, if it is about one whom the viewer manages and who exists already."""
    kind, key, _ = change.target
    return secondary_users_of(viewer).filter(pk=key).first() if kind == "user" else None


def waiting_for(viewer: User) -> QuerySet[Change]:
    """Changes waiting for the viewer, newest first: their own proposals that can still be confirmed."""
    oldest = timezone.now() - timedelta(minutes=CONFIRMATION_MINUTES)
    waiting = Change.objects.of(viewer).filter(maker=viewer, state=ChangeState.PROPOSED, created_at__gt=oldest)
    return waiting.order_by("-created_at")


def drafts_of(viewer: User) -> QuerySet[Draft]:
    """What the viewer has not finished, the latest first."""
    return Draft.objects.of(viewer).filter(maker=viewer).order_by("-updated_at")


def own_draft_or_404(viewer: User, draft_id: UUID) -> Draft:
    return get_object_or_404(drafts_of(viewer), pk=draft_id)


def parts_of(draft: Draft) -> tuple[ChangeKind[Any], ...]:
    """The changes kept so far; none where today's portal no longer knows one of them, which are then asked anew."""
    try:
        return decode_parts(draft.parts)
    except Unreadable:
        return ()


def wanted_of(change: Change) -> Proposable:
    """What the change is to do. Raises Unreadable where today's portal no longer knows its kind or its values."""
    return decode(change.kind, change.params)


def proposal_to_correct(viewer: User, change_id: str | None, kind: type[Proposable]) -> Proposable | None:
    """What was typed in a proposal the viewer is going back to, or None if there is none of that kind.

    Nothing of a stale one: it contains a whole form, and filling it in would undo what somebody else has since done.
    """
    try:
        wanted = UUID(change_id or "")
    except ValueError:
        return None
    own = Change.objects.of(viewer).filter(maker=viewer, id=wanted, kind__in=[kind.key, Composite.key])
    change = own.exclude(state=ChangeState.STALE).first()
    try:
        parts = wanted_of(change).parts if change else ()
    except Unreadable:
        return None
    return next((part for part in parts if isinstance(part, kind)), None)
