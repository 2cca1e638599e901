"""Part by part: load, describe, apply; for good once everybody has signed, and rolled back whenever it is only
tried."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.authority import Authority
from audit.enums import Event
from audit.services import Target, Written, record_writes
from changes import guards, methods
from changes.codec import Unreadable
from changes.enums import ChangeState
from changes.kinds import MOST_AT_ONCE, ChangeKind, Proposable, batches
from changes.models import Change, Signature
from changes.rules.signing import is_complete, required_signatures
from changes.rules.text import Description, Moved, combined, moved_lines, snapshot
from changes.selectors import being_applied, wanted_of
from changes.services.drafts import discard_draft
from changes.services.notices import tell_administrators
from changes.services.policy import check_bank_may_sign, is_for_two
from directory.models import User
from directory.readiness import gathered
from directory.selectors.company import lock_company
from directory.selectors.users import lock_people, people_by_id

Read = tuple[ChangeKind[Any], Any, Description]  # a part, its rows, what it says


class TextMoved(Exception):
    """Under lock, the change no longer says what was signed."""


@dataclass(frozen=True)
class Step:
    """One part of a change as it was described."""

    event: Event
    description: Description


def check_nothing_is_being_made(viewer: User) -> None:
    """While a worker makes a large change, everybody else's waits for the company: that is said rather than waited
    for, and before a code is spent. Raises ValidationError."""
    if being_applied(viewer).exists():
        raise ValidationError(
            _("A change of very many users is being made right now. Try again in a minute."), code="being_made"
        )


def check_changes(description: Description) -> None:
    """Raises ValidationError where nothing would change."""
    if not description.lines:
        raise ValidationError(_("There is nothing to change: what you sent is already in effect."), code="unchanged")


def check_permitted(person: User, wanted: Proposable) -> None:
    """Raises PermissionDenied unless the person may do every part of it."""
    if not {part.permission for part in wanted.parts} <= set(person.permissions):
        raise PermissionDenied


@contextmanager
def rehearsal(wanted: Proposable, maker: User) -> Iterator[Description]:
    """The change in words. Inside, everything is as if it were done; afterwards nothing is left of it.

    Raises ValidationError for a broken rule, ObjectDoesNotExist for a row that is gone.
    """
    with rehearsed_steps(wanted, maker) as steps:
        yield text_of(steps, maker)


@contextmanager
def rehearsed_steps(wanted: Proposable, maker: User) -> Iterator[list[Step]]:
    """The same, each part by itself."""
    with transaction.atomic():
        lock_company(maker)
        yield _perform(wanted, maker=maker, authority=Authority.of_rehearsal(maker))
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Obstacle:
    """Why a change could not be applied any more: a rule that is broken by now, or what no longer says the same."""

    reasons: Sequence[str]
    moved: Sequence[Moved] = ()


def obstacle_to(change: Change, viewer: User) -> Obstacle | None:
    """Rehearses a proposal once more, so that nobody spends a code on what would be refused; None if nothing is in its
    way. A large one is not rehearsed for a page: its worker finds out. Nor is one while a worker has the company in its
    hands: that is said rather than waited for."""
    try:
        check_nothing_is_being_made(viewer)
        if change.is_large:
            return None
        wanted = wanted_of(change)
        _check_signers(change, wanted, viewer)
        with rehearsal(wanted, change.maker) as present:
            if present.digest() != change.digest:
                return Obstacle([], moved_lines(change.lines, present.lines))
            check_afterwards(change.maker, present=viewer)
    except ValidationError as error:
        return Obstacle(error.messages)
    except PermissionDenied:
        return Obstacle([_("Whoever signed it may no longer do it, or has no token to confirm with.")])
    except (ObjectDoesNotExist, Unreadable):
        return Obstacle([])
    return None


def _check_signers(change: Change, wanted: Proposable, viewer: User) -> None:
    """Those who have signed a change that waits may still act. Raises PermissionDenied."""
    if not change.signed_at:
        return
    signers = [signature.signer for signature in change.signatures.select_related("signer__company__portal")]
    for signer in signers:
        check_permitted(signer, wanted)
        if methods.available_to(signer) is None:
            raise PermissionDenied
    for guard in guards.configured():
        guard.before(signers=signers, present=viewer, is_here=False)


def moved_meanwhile(viewer: User, change: Change) -> Sequence[Moved]:
    """What a stale change would say today; nothing where it can no longer be said (its object or right is gone)."""
    obstacle = obstacle_to(change, viewer)
    return obstacle.moved if obstacle else ()


def apply_unsigned(wanted: Proposable, *, maker: User, authority: Authority) -> None:
    """Makes a change nobody signs, on the word of an authority that needs no signature: the demo's.

    It is done as `maker` would do it, under the same rules and with the same rows in the trail; nobody is notified.
    Raises ValidationError for a broken rule, ObjectDoesNotExist for a row that is not there.
    """
    with transaction.atomic():
        lock_company(maker)
        _record(_perform(wanted.normalised(maker), maker=maker, authority=authority), authority, maker.company_id)


def apply_if_complete(change: Change, *, present: User) -> None:
    """Applies a change under lock once it has every signature it needs; before that it is only rehearsed.

    Who has to sign is asked again: dual control may have come since. Raises PermissionDenied when a signer may not act
    any more, TextMoved or ObjectDoesNotExist when it no longer says what was signed, ValidationError when a rule is
    broken. The caller then has to roll back what it wrote.
    """
    wanted = wanted_of(change)
    signatures = list(change.signatures.select_related("signer").order_by("at"))
    people = _still_entitled(change, wanted, signatures, present)
    maker = people[change.maker_id]
    change.by_two = change.by_two or is_for_two(wanted, maker)
    change.save(update_fields=["by_two", "signed_at"])
    required = required_signatures(needs_approver=change.by_two)
    if not is_complete(required, [signature.role for signature in signatures]):
        if change.is_large:
            return
        _check_it_still_says_the_same(change, wanted, maker, present=people[present.pk])
        return
    if change.is_large:
        change.state = ChangeState.APPLYING
        change.save(update_fields=["state"])
        return
    authority = authority_of(change, signatures)
    steps = _perform(wanted, maker=maker, authority=authority, signed=change.digest)
    check_afterwards(maker, present=people[present.pk])
    _conclude(change, steps, authority, maker)


def authority_of(change: Change, signatures: Sequence[Signature]) -> Authority:
    """The word of a change that everybody has signed, for applying it and for what it ordered to be made later."""
    return Authority.of_change(
        change.maker,
        change_id=change.pk,
        digest=change.digest,
        signatures=[signature.as_evidence() for signature in signatures],
    )


def _check_it_still_says_the_same(change: Change, wanted: Proposable, maker: User, *, present: User) -> None:
    """Nobody else is asked about what could not be applied any more."""
    with rehearsal(wanted, maker) as description:
        if description.digest() != change.digest:
            raise TextMoved
        check_afterwards(maker, present=present)


def check_afterwards(maker: User, *, present: User) -> None:
    """What the guards ask once it is done. One of the bank's staff is in no company's hours or networks: then it is
    asked as if the maker were away."""
    of_bank = present.company_id is None
    for guard in guards.configured():
        guard.after(present=maker if of_bank else present, is_here=not of_bank)


def _still_entitled(
    change: Change, wanted: Proposable, signatures: Sequence[Signature], present: User
) -> dict[UUID, User]:
    """The signers under lock, checked once more: entry, permission and the means to confirm.

    Changes of one company take turns from here on: what must be true of the whole company afterwards is checked one
    change at a time, and rows are locked in no other order.
    """
    signers = [signature.signer_id for signature in signatures]
    lock_people(signers)
    lock_company(change)
    people = people_by_id(signers)  # read only now: what changed while waiting for a lock counts
    for person in people.values():
        if person.company_id:
            check_permitted(person, wanted)
        else:
            check_bank_may_sign(person, people[change.maker_id])
        if methods.available_to(person) is None:
            raise PermissionDenied
    for guard in guards.configured():
        guard.before(signers=list(people.values()), present=people[present.pk])
    return people


def _perform(wanted: Proposable, *, maker: User, authority: Authority, signed: str | None = None) -> list[Step]:
    """Does one part after the other: a later one may refer to what an earlier one makes.

    Before the last one, when the whole text is known, it is compared with the digest that was signed, if one was.
    Whoever they touch is decided about once, after the last.
    """
    now = timezone.now()
    steps: list[Step] = []
    with gathered(unless_rehearsed=authority.is_rehearsal):
        for parts in batches(wanted.parts, most=MOST_AT_ONCE):
            read = read_together(parts, maker, now)
            steps += [Step(part.event, description) for part, _rows, description in read]
            if signed is not None and len(steps) == len(wanted.parts) and text_of(steps, maker).digest() != signed:
                raise TextMoved
            apply_together(read, authority)
    return steps


def read_together(parts: Sequence[ChangeKind[Any]], maker: User, now: datetime) -> list[Read]:
    """Each with its rows and what it says. Raises what the first one raises that cannot be done."""
    read: list[Read] = []
    with translation.override(maker.portal.language):
        for part, rows in zip(parts, loaded_together(parts, maker), strict=True):
            if isinstance(rows, ValidationError):
                raise rows
            read.append((part, rows, part.describe(rows, maker, now)))
    return read


def loaded_together(parts: Sequence[ChangeKind[Any]], maker: User) -> Sequence[Any]:
    return type(parts[0]).load_many(parts, maker) if len(parts) > 1 else [parts[0].load(maker)]


def apply_together(read: Sequence[Read], authority: Authority) -> None:
    """What changes nothing is left alone."""
    changing = [(part, rows) for part, rows, description in read if description.lines]
    if len(changing) == 1:
        part, rows = changing[0]
        part.apply(rows, authority)
    elif changing:
        parts, found = zip(*changing, strict=True)
        type(parts[0]).apply_many(parts, found, authority)


def text_of(steps: Sequence[Step], maker: User) -> Description:
    """All of it as one text, in the portal's language whatever language the person reads."""
    with translation.override(maker.portal.language):
        return combined([step.description for step in steps])


def _conclude(change: Change, steps: Sequence[Step], authority: Authority, maker: User) -> None:
    change.state, change.finished_at = ChangeState.APPLIED, timezone.now()
    change.save(update_fields=["state", "finished_at"])
    if change.draft:
        discard_draft(maker=maker, draft_id=change.draft)
    tell_administrators(maker=maker, change=change)
    _record(steps, authority, change.company_id)


def _record(steps: Sequence[Step], authority: Authority, company_id: UUID) -> None:
    """One row of the trail for each part."""
    written = [as_written(step.event, step.description) for step in steps if step.description.lines]
    record_writes(authority, written, company_id=company_id)


def as_written(event: Event, description: Description) -> Written:
    lines = description.lines
    return Written(event, Target(*description.target), snapshot(lines, after=False), snapshot(lines, after=True))
