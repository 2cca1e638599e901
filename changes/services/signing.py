from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.enums import Event, Outcome
from changes import methods
from changes.codec import Unreadable
from changes.enums import ChangeState, SignerRole
from changes.kinds import Proposable, needs_approver
from changes.models import Change, Signature
from changes.rules.signing import Person, are_two_persons, can_be_confirmed, required_signatures
from changes.selectors import wanted_of
from changes.services.applying import TextMoved, apply_if_complete, check_permitted
from changes.services.ending import finish, in_time, note
from directory.models import User


def sign(*, signer: User, change_id: UUID, answer: str) -> Change:
    """Checks the signer's answer (a one-time code), keeps the signature and applies the change if it was the last one.

    The answer is checked and used up first, in its own transaction; only then is the change locked, signed and applied,
    once however many times it is sent. A signature is kept if the change was applied or waits for another one. Raises
    ValidationError with the code `answer` when the answer is wrong, `no_method` when the person has no means to
    confirm, `locked` while the means accepts no answers, `same_person` for an approver who made it; a change that can
    no longer be applied comes back in its final state.
    """
    with _one_at_a_time(change_id):
        change = Change.objects.of(signer).select_related("maker").get(id=change_id)
        wanted = _readable(change)
        role = _role_of(signer, change, wanted)
        if wanted is None or not can_be_confirmed(change.state, change.created_at, timezone.now()):
            return _ended(signer, change, is_readable=wanted is not None)
        check_permitted(signer, wanted)
        if change.signatures.filter(signer=signer).exists():
            return change
        return _settle(_answered(signer, change, role, answer))


def _readable(change: Change) -> Proposable | None:
    """What it is to do; None if today's portal no longer knows."""
    try:
        return wanted_of(change)
    except Unreadable:
        return None


@contextmanager
def _one_at_a_time(change_id: UUID) -> Iterator[None]:
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


def _role_of(signer: User, change: Change, wanted: Proposable | None) -> SignerRole:
    """What the signer would sign as. If only the maker signs, the change does not exist for anybody else."""
    if signer.pk == change.maker_id:
        return SignerRole.MAKER
    if wanted is None or SignerRole.APPROVER not in required_signatures(needs_approver=needs_approver(wanted)):
        raise Change.DoesNotExist
    maker, approver = (Person(user.pk, user.id_number) for user in (change.maker, signer))
    if not are_two_persons(maker, approver):
        raise ValidationError(
            _("It has to be approved by someone other than the person who requested it."), code="same_person"
        )
    return SignerRole.APPROVER


def _answered(signer: User, change: Change, role: SignerRole, answer: str) -> Signature:
    """A signature not yet saved. A wrong answer goes into the trail."""
    method = methods.available_to(signer)
    if method is None:
        raise ValidationError(_("You need an active token to confirm changes."), code="no_method")
    try:
        evidence = method.verify(signer, answer, change.digest)
        if evidence is None:
            raise ValidationError(
                _("The code is incorrect or has already been used. Wait for the next one."), code="answer"
            )
    except ValidationError:
        note(Event.CHANGE_NOT_SIGNED, change, actor=signer, outcome=Outcome.REFUSED)
        raise
    return Signature(
        company_id=change.company_id,
        change=change,
        signer=signer,
        role=role,
        method=method.name,
        evidence=evidence,
        digest=change.digest,
        at=timezone.now(),
    )


@transaction.atomic
def _settle(signature: Signature) -> Change:
    """One transaction: sign, and once complete lock, describe again, change, notify, audit. A broken rule or a changed
    row ends the change and undoes everything else, the signature too."""
    signer = signature.signer
    change = in_time(_locked(signature.change_id), actor=signer)
    if change.state != ChangeState.PROPOSED:
        return change
    try:
        with transaction.atomic():
            signature.save(force_insert=True)
            apply_if_complete(change, present=signer)
    except PermissionDenied:
        change.reason = _("Your permission to make this change was withdrawn in the meantime.")
    except (ObjectDoesNotExist, TextMoved):
        return finish(change, ChangeState.STALE, actor=signer, signatures=[signature])
    except ValidationError as error:
        change.reason = " ".join(error.messages)
    else:
        return change
    return finish(change, ChangeState.REFUSED, actor=signer, signatures=[signature])


def _locked(change_id: UUID) -> Change:
    return Change.objects.select_for_update().get(id=change_id)


@transaction.atomic
def _ended(signer: User, change: Change, *, is_readable: bool) -> Change:
    """How it ended; an open one whose time is over, or that cannot be read any more, ends here."""
    change = in_time(_locked(change.pk), actor=signer)
    if change.state == ChangeState.PROPOSED and not is_readable:
        finish(change, ChangeState.STALE, actor=signer)
    return change
