"""The ways a change ends without being applied, each in the trail."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.authority import Authority
from audit.enums import Event, Outcome
from audit.services import Target, record
from changes.enums import ChangeState
from changes.models import Change, Signature
from changes.rules.signing import can_be_confirmed
from changes.selectors import overdue
from changes.services.notices import tell_approvers_it_ended, tell_maker_how_it_ended, tell_of_the_bank
from changes.services.policy import approvers_for, check_is_another_person
from directory.models import User
from directory.rules.texts import one_line
from notifications.enums import Notice

MOST_REASON = 300
ENDS = {
    ChangeState.WITHDRAWN: Event.CHANGE_WITHDRAWN,
    ChangeState.STALE: Event.CHANGE_STALE,
    ChangeState.REFUSED: Event.CHANGE_REFUSED,
    ChangeState.REJECTED: Event.CHANGE_REJECTED,
    ChangeState.EXPIRED: Event.CHANGE_EXPIRED,
}
# What ends without an answer of the second person; who refuses it has looked at it.
UNANSWERED = (ChangeState.WITHDRAWN, ChangeState.STALE, ChangeState.REFUSED, ChangeState.EXPIRED)


def finish(
    change: Change,
    state: ChangeState,
    *,
    actor: User | None,
    signatures: Sequence[Signature] = (),
    by_bank: Authority | None = None,
) -> Change:
    """Ends a change under lock. `signatures` are those given in vain. Of one that waited for a second person its maker
    is told, unless it ends by their own hand, and those who were asked. The whole company hears of the
    bank's refusal (`by_bank`)."""
    change.state, change.finished_at = state, timezone.now()
    change.save(update_fields=["state", "finished_at", "reason"])
    if by_bank:
        tell_of_the_bank(Notice.CHANGE_REJECTED_BY_BANK, change, by_bank, change.reason)
    elif change.is_for_others and actor != change.maker:
        tell_maker_how_it_ended(change, actor=actor)
    if change.is_for_others and state in UNANSWERED:
        tell_approvers_it_ended(change, [each for each in approvers_for(change.maker) if each != actor])
    outcome = Outcome.OK if state == ChangeState.WITHDRAWN else Outcome.REFUSED
    note(ENDS[state], change, actor=actor, outcome=outcome, signatures=signatures)
    return change


def note(
    event: Event,
    change: Change,
    *,
    actor: User | None,
    outcome: Outcome = Outcome.OK,
    signatures: Sequence[Signature] = (),
) -> None:
    """What became of a change, in the trail."""
    detail: dict[str, Any] = {"change": str(change.pk), "kind": change.kind, "digest": change.digest}
    if signatures:
        detail["signatures"] = [signature.as_evidence() for signature in signatures]
    record(
        event,
        actor=actor,
        company_id=change.company_id,
        target=Target(*change.target),
        detail=detail,
        outcome=outcome,
    )


@transaction.atomic
def withdraw(*, actor: User, change_id: UUID) -> Change:
    """The maker withdraws a proposal. Nothing happens to one that has ended."""
    change = Change.objects.of(actor).select_for_update().get(maker=actor, id=change_id)
    if change.state != ChangeState.PROPOSED:
        return change
    return finish(change, ChangeState.WITHDRAWN, actor=actor)


@transaction.atomic
def reject(*, actor: User, change_id: UUID, reason: str) -> Change:
    """The second person does not approve; the reason goes to the maker. Nothing happens to a change that has ended.

    Raises Change.DoesNotExist for one that never came before others, ValidationError for the maker (`same_person`) and
    without a reason (`no_reason`) or for one with invisible characters.
    """
    waiting = Change.objects.of(actor).exclude(maker=actor)
    change = waiting.select_for_update().get(by_two=True, signed_at__isnull=False, id=change_id)
    check_is_another_person(change, actor)
    reason = one_line(reason)
    if not reason:
        raise ValidationError(_("Say why, for the person who requested it."), code="no_reason")
    if in_time(change, actor=actor).state != ChangeState.PROPOSED:
        return change
    change.reason = reason[:MOST_REASON]
    return finish(change, ChangeState.REJECTED, actor=actor)


def in_time(change: Change, *, actor: User) -> Change:
    """A change under lock; expired if its time is over."""
    is_open = change.state == ChangeState.PROPOSED
    if is_open and not can_be_confirmed(change.state, change.until, timezone.now()):
        finish(change, ChangeState.EXPIRED, actor=actor)
    return change


def expire_forgotten() -> int:
    """Ends the proposals whose time is over, one by one; needs the bank's scope. Returns how many."""
    over = Change.objects.filter(overdue(timezone.now()), state=ChangeState.PROPOSED)
    return sum(_expire(change_id) for change_id in over.values_list("id", flat=True))


@transaction.atomic
def _expire(change_id: UUID) -> bool:
    """Skips one that somebody is confirming, or that has since been signed or ended."""
    waiting = Change.objects.select_for_update(skip_locked=True).filter(state=ChangeState.PROPOSED)
    change = waiting.filter(overdue(timezone.now()), id=change_id).first()
    if change:
        finish(change, ChangeState.EXPIRED, actor=None)
    return change is not None
