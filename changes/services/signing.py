from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.authority import Authority
from audit.enums import Event, Outcome
from changes import methods
from changes.codec import Unreadable
from changes.enums import ChangeState, SignerRole
from changes.kinds import Proposable
from changes.models import Change, Signature
from changes.rules.signing import can_be_confirmed
from changes.rules.text import digest_of
from changes.selectors import wanted_of
from changes.services.applying import TextMoved, apply_if_complete, check_nothing_is_being_made, check_permitted
from changes.services.ending import finish, in_time, note
from changes.services.notices import ask_approvers, tell_of_the_bank
from changes.services.policy import approvers_for, check_is_another_person
from directory.models import User
from notifications.enums import Notice

MOST_TOGETHER = 50


@dataclass(frozen=True)
class Answer:
    """An answer that was checked and is used up: by which means, and the evidence of it."""

    method: str
    evidence: Mapping[str, str]


def sign(*, signer: User, change_id: UUID, answer: str) -> Change:
    """Checks the signer's answer (a one-time code), keeps the signature and applies the change if it was the last one.

    The answer is checked and used up first, in its own transaction; only then is the change locked, signed and applied,
    once however many times it is sent. A signature is kept if the change was applied or waits for another one. Raises
    ValidationError with the code `answer` when the answer is wrong, `no_method` when the person has no means to
    confirm, `locked` while the means accepts no answers, `being_made` while a worker makes another change of the
    company, `same_person` for an approver who made it; a change that can no longer be applied comes back in its final
    state.
    """
    with one_at_a_time(change_id):
        change, role = _found(signer, change_id)
        if not _is_to_be_signed(signer, change):
            return change
        return settle(unsaved(signer, change, role, answered(signer, [change], answer)))


def approve_together(*, approver: User, change_ids: Iterable[UUID], answer: str) -> list[Change]:
    """Approves several changes with one answer: a signature each, with the same evidence, which names the digest of all
    of them together. Each is applied or ends by itself, in the order given; all come back.

    Raises as `sign` does, before anything is signed; ValidationError with the code `too_many` above `MOST_TOGETHER`.
    """
    change_ids = list(dict.fromkeys(change_ids))
    if len(change_ids) > MOST_TOGETHER:
        raise ValidationError(_("At most %(most)s changes at a time."), params={"most": MOST_TOGETHER}, code="too_many")
    with ExitStack() as turns:
        for change_id in sorted(change_ids):
            turns.enter_context(one_at_a_time(change_id))
        found = [_found(approver, change_id) for change_id in change_ids]
        if any(role != SignerRole.APPROVER for _change, role in found):
            raise Change.DoesNotExist
        to_sign = [change for change, _role in found if _is_to_be_signed(approver, change)]
        given = answered(approver, to_sign, answer) if to_sign else None
        return [
            settle(unsaved(approver, change, role, given)) if given and change in to_sign else change
            for change, role in found
        ]


def _found(signer: User, change_id: UUID) -> tuple[Change, SignerRole]:
    change = Change.objects.of(signer).select_related("maker__company__portal").get(id=change_id)
    return change, _role_of(signer, change)


def _is_to_be_signed(signer: User, change: Change) -> bool:
    """Whether it still waits for this person."""
    wanted = what_is_open(signer, change)
    if wanted is None:
        return False
    check_permitted(signer, wanted)
    check_nothing_is_being_made(signer)
    return not change.signatures.filter(signer=signer).exists()


def what_is_open(signer: User, change: Change) -> Proposable | None:
    """What it is to do; None once its time is over or today's portal cannot read it any more, which ends it here."""
    wanted = _readable(change)
    if wanted is None or not can_be_confirmed(change.state, change.until, timezone.now()):
        _end(signer, change, is_readable=wanted is not None)
        return None
    return wanted


def _readable(change: Change) -> Proposable | None:
    """What it is to do; None if today's portal no longer knows."""
    try:
        return wanted_of(change)
    except Unreadable:
        return None


@contextmanager
def one_at_a_time(change_id: UUID) -> Iterator[None]:
    """Two submits of the same form take turns across the code's own transaction: the second finds the change done, and
    its code, the same one, is not called wrong. The lock is the connection's and goes with it."""
    key = int.from_bytes(change_id.bytes[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [key])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _role_of(signer: User, change: Change) -> SignerRole:
    """What the signer would sign as. What is the maker's alone does not exist for anybody else."""
    if signer.pk == change.maker_id:
        return SignerRole.MAKER
    if not change.is_for_others:
        raise Change.DoesNotExist
    check_is_another_person(change, signer)
    return SignerRole.APPROVER


def answered(signer: User, changes: Sequence[Change], answer: str) -> Answer:
    """Checks and uses up the answer, which is for all of them. A wrong one goes into the trail."""
    method = methods.available_to(signer)
    if method is None:
        raise ValidationError(_("You need an active token to confirm changes."), code="no_method")
    try:
        evidence = method.verify(signer, answer, digest_of([change.digest for change in changes]))
        if evidence is None:
            raise ValidationError(
                _("The code is incorrect or has already been used. Wait for the next one."), code="answer"
            )
    except ValidationError:
        for change in changes:
            note(Event.CHANGE_NOT_SIGNED, change, actor=signer, outcome=Outcome.REFUSED)
        raise
    return Answer(method.name, evidence)


def unsaved(signer: User, change: Change, role: SignerRole, given: Answer) -> Signature:
    """Not yet saved."""
    return Signature(
        company_id=change.company_id,
        change=change,
        signer=signer,
        role=role,
        method=given.method,
        evidence=given.evidence,
        digest=change.digest,
        at=timezone.now(),
    )


@transaction.atomic
def settle(signature: Signature, authority: Authority | None = None) -> Change:
    """One transaction: sign, and once complete lock, describe again, change, notify, audit. A broken rule or a changed
    row ends the change and undoes everything else, the signature too. `authority` is the bank's where it is the second
    person."""
    signer = signature.signer
    change = in_time(_locked(signature.change_id), actor=signer)
    if change.state != ChangeState.PROPOSED:
        return change
    try:
        with transaction.atomic():
            _sign_under_lock(change, signature, authority)
    except PermissionDenied:
        change.reason = _("Your permission to make this change was withdrawn in the meantime.")
    except (ObjectDoesNotExist, TextMoved):
        return _in_vain(change, ChangeState.STALE, signature)
    except ValidationError as error:
        change.reason = " ".join(error.messages)
    else:
        return change
    return _in_vain(change, ChangeState.REFUSED, signature)


def _sign_under_lock(change: Change, signature: Signature, authority: Authority | None) -> None:
    signer = signature.signer
    signature.save(force_insert=True)
    if signature.role == SignerRole.MAKER:
        change.signed_at = signature.at
    if authority:
        tell_of_the_bank(Notice.CHANGE_APPROVED_BY_BANK, change, authority, str(signature.evidence["reason"]))
    apply_if_complete(change, present=signer)
    if authority:
        note(Event.CHANGE_APPROVED_BY_BANK, change, actor=signer, signatures=[signature])
    _note_signature(change, signature)


def _in_vain(change: Change, state: ChangeState, signature: Signature) -> Change:
    """Ends what could not be applied. Where its maker was the one who signed, it has come before nobody else."""
    if signature.role == SignerRole.MAKER:
        change.signed_at = None
    return finish(change, state, actor=signature.signer, signatures=[signature])


def _note_signature(change: Change, signature: Signature) -> None:
    """Who signed what, of one that is not applied yet: it waits for the second person, or for a worker. The rows of one
    that is carry its signatures themselves."""
    if change.state == ChangeState.PROPOSED:
        ask_approvers(approvers=approvers_for(change.maker), change=change)
        note(Event.CHANGE_SIGNED, change, actor=signature.signer, signatures=[signature])
    elif change.is_applying:
        note(Event.CHANGE_APPLYING, change, actor=signature.signer, signatures=[signature])


def _locked(change_id: UUID) -> Change:
    return Change.objects.select_for_update().get(id=change_id)


@transaction.atomic
def _end(signer: User, change: Change, *, is_readable: bool) -> None:
    """Ends an open one whose time is over, or that cannot be read any more; `change` says how it ended."""
    locked = in_time(_locked(change.pk), actor=signer)
    if locked.state == ChangeState.PROPOSED and not is_readable:
        finish(locked, ChangeState.STALE, actor=signer)
    change.refresh_from_db(fields=["state", "reason", "finished_at"])
