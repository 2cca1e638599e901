"""The bank as the second person of a company that has none (decisions 23 and 37)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.authority import Authority
from audit.enums import Event
from changes.enums import ChangeState, SignerRole
from changes.models import Change
from changes.selectors import put_to_the_bank
from changes.services.ending import MOST_REASON, finish, in_time, note
from changes.services.notices import tell_the_bank_was_asked
from changes.services.policy import approvers_for, check_bank_may_be_second
from changes.services.signing import Answer, answered, one_at_a_time, settle, unsaved, what_is_open
from directory.models import User


@transaction.atomic
def ask_bank(*, actor: User, change_id: UUID) -> Change:
    """The maker puts to the bank what they signed and nobody of the company can approve; the others are told.

    Nothing happens to one that has ended or that the bank has already. Raises Change.DoesNotExist for what waits for
    nobody, ValidationError with the code `company_can` while somebody of the company could approve it.
    """
    own = Change.objects.of(actor).select_for_update()
    change = own.get(maker=actor, by_two=True, signed_at__isnull=False, id=change_id)
    if in_time(change, actor=actor).state != ChangeState.PROPOSED or change.bank_asked_at:
        return change
    if approvers_for(actor):
        raise ValidationError(_("Another administrator of your company can approve it."), code="company_can")
    change.bank_asked_at = timezone.now()
    change.save(update_fields=["bank_asked_at"])
    tell_the_bank_was_asked(change)
    note(Event.BANK_ASKED, change, actor=actor)
    return change


def approve_for_bank(*, authority: Authority, change_id: UUID, answer: str, reason: str) -> Change:
    """Signs as the second person and applies it, as `sign` does; `reason` is what the bank's word rests on.

    The answer of the member of staff is checked and used up first. Raises Change.DoesNotExist for what was not put to
    the bank, PermissionDenied or ValidationError as `check_bank_may_be_second`, `no_reason`, and as `sign`.
    """
    staff = _staff(authority)
    with one_at_a_time(change_id):
        change, given = _answered(staff, change_id, answer, reason)
        if given is None:
            return change
        evidence = {**given.evidence, "signer": staff.username, "reason": _plain(reason)}
        return settle(unsaved(staff, change, SignerRole.BANK, Answer(given.method, evidence)), authority)


def reject_for_bank(*, authority: Authority, change_id: UUID, answer: str, reason: str) -> Change:
    """The bank does not approve; the company reads why. Raises as `approve_for_bank`."""
    staff = _staff(authority)
    with one_at_a_time(change_id):
        change, given = _answered(staff, change_id, answer, reason)
        return change if given is None else _rejected(authority, staff, change_id, _plain(reason))


@transaction.atomic
def _rejected(authority: Authority, staff: User, change_id: UUID, reason: str) -> Change:
    change = in_time(put_to_the_bank().select_for_update(of=("self",)).get(pk=change_id), actor=staff)
    if change.state != ChangeState.PROPOSED:
        return change
    change.reason = reason
    return finish(change, ChangeState.REJECTED, actor=staff, by_bank=authority)


def _answered(staff: User, change_id: UUID, answer: str, reason: str) -> tuple[Change, Answer | None]:
    """The change with the checked answer; without one where it has ended. Nothing is used up before every rule that can
    be asked beforehand has been."""
    change = put_to_the_bank().get(pk=change_id)
    check_bank_may_be_second(staff, change)
    if not _plain(reason):
        raise ValidationError(_("Say what it rests on: the company reads it."), code="no_reason")
    if what_is_open(staff, change) is None:
        return change, None
    return change, answered(staff, [change], answer)


def _staff(authority: Authority) -> User:
    if authority.actor is None or authority.actor.company_id:
        raise PermissionDenied
    return authority.actor


def _plain(reason: str) -> str:
    return " ".join(reason.split())[:MOST_REASON]
