"""Changes of very many parts: tried part by part, proposed without another rehearsal, applied by a worker."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.authority import Authority
from audit.services import Written, record_writes
from changes import guards
from changes.codec import Unreadable, encode_parts
from changes.enums import ChangeState, LineKind
from changes.kinds import MOST_AT_ONCE, ChangeKind, Composite, Proposable, batches
from changes.models import Change, LargeText
from changes.rules.large import LongText, packed_lines
from changes.rules.text import Description, Line
from changes.selectors import signatures_of, wanted_of
from changes.services.applying import (
    TextMoved,
    apply_together,
    as_written,
    authority_of,
    check_changes,
    check_permitted,
    loaded_together,
    read_together,
    rehearsed_steps,
    text_of,
)
from changes.services.ending import finish
from changes.services.keeping import keep
from changes.services.notices import tell_administrators, tell_signers_how_it_was_made
from changes.services.policy import is_for_two
from directory.models import User
from directory.readiness import gathered
from directory.selectors.company import lock_company
from directory.selectors.users import lock_people, people_by_id

MOST_ATTEMPTS = 3
MOST_WAITED_FOR = 50  # people whom a change may touch while its signer waits
MOST_PROTECTED_AT_ONCE = 200  # the same, where each moment counts
Part = ChangeKind[Any]
Outcome = tuple[Part, Description | ValidationError]


@dataclass(frozen=True)
class Prepared:
    """A large change as it was tried: what is wanted and its text, compressed, what is counted of them, and what
    explains it to whoever signs."""

    title: str
    params: bytes
    text: bytes
    digest: str
    summary: dict[str, Any]
    parts: int
    effect: str = ""
    warnings: Sequence[str] = ()


def needs_worker(wanted: Proposable) -> bool:
    """Whether it is about so many people that nobody can wait for it. What protects, and so waits for nobody
    (decision 45), is made at once for as many as can be."""
    parts = wanted.parts
    if not all(part.together_by for part in parts):
        return False
    protects = all(part.never_waits_for_two for part in parts)
    return len({_subject(part) for part in parts}) > (MOST_PROTECTED_AT_ONCE if protects else MOST_WAITED_FOR)


def prepared(wanted: Proposable, maker: User) -> Prepared:
    """Rehearses all of it, and asks the guards. Raises ValidationError for a broken rule or when nothing would
    change."""
    with rehearsed_steps(wanted, maker) as steps:
        said = text_of(steps, maker)
        check_changes(said)
        warnings = [
            *said.warnings,
            *(warning for guard in guards.configured() for warning in guard.after(present=maker)),
        ]
    text = LongText(counts_alike=True)
    for step in steps:
        text.add(step.event, step.description)
    text.close(said.title)
    return Prepared(
        title=said.title,
        params=packed_parts(wanted.parts),
        text=text.packed,
        digest=text.digest,
        summary=text.summary.as_json(),
        parts=len(wanted.parts),
        effect=said.effect,
        warnings=warnings,
    )


@contextmanager
def set_aside() -> Iterator[None]:
    """What was read so far stays until the end, so the garbage collector need not look through all of it again and
    again, which takes a seventh of the time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def tried(parts: Sequence[Part], maker: User) -> list[Outcome]:
    """Rehearses parts of which some may be refused: what each says, or why not. Whoever one part of is refused gets no
    later part either. Nothing of it stays."""
    outcomes: list[Outcome] = []
    refused: set[Any] = set()
    with transaction.atomic(), gathered(unless_rehearsed=True):
        lock_company(maker)
        for batch in batches(parts, most=MOST_AT_ONCE):
            wanted = [part for part in batch if _subject(part) not in refused]
            found = list(_tried_together(wanted, maker)) if wanted else []
            refused |= {_subject(part) for part, outcome in found if isinstance(outcome, ValidationError)}
            outcomes += found
        transaction.set_rollback(True)
    return outcomes


def _subject(part: Part) -> Any:
    return getattr(part, part.together_by)


def _tried_together(parts: Sequence[Part], maker: User) -> Iterator[Outcome]:
    now, read = timezone.now(), []
    for part, rows in zip(parts, loaded_together(parts, maker), strict=True):
        if isinstance(rows, ValidationError):
            yield part, rows
            continue
        try:
            with translation.override(maker.portal.language):
                description = part.describe(rows, maker, now)
        except ValidationError as error:
            yield part, error
        else:
            read.append((part, rows, description))
            yield part, description
    apply_together(read, Authority.of_rehearsal(maker))


def packed_parts(parts: Sequence[Part]) -> bytes:
    return packed_lines(encode_parts(parts))


def propose_large(
    *, maker: User, prepared: Prepared, form_key: UUID, back_url: str, done_url: str, success: str = ""
) -> Change:
    """Keeps what was tried until it is signed, without rehearsing it again: it is compared with its digest when it is
    applied. The same `form_key` proposes once. Raises PermissionDenied when the maker may not do all of it."""
    known = Change.objects.of(maker).filter(maker=maker, form_key=form_key).first()
    if known:
        return known
    large = LargeText(
        company_id=maker.company_id,
        params=prepared.params,
        text=prepared.text,
        summary=prepared.summary,
        parts=prepared.parts,
    )
    change = Change(
        company_id=maker.company_id,
        kind=Composite.key,
        params={},
        maker=maker,
        form_key=form_key,
        title=prepared.title,
        lines=_said(prepared, maker),
        effect=prepared.effect,
        warnings=list(prepared.warnings),
        success=success,
        target=["company", str(maker.company_id), maker.company.legal_name if maker.company else ""],
        canonical="",
        digest=prepared.digest,
        back_url=back_url,
        done_url=done_url,
        is_large=True,
        created_at=timezone.now(),
    )
    large.change = change
    wanted = wanted_of(change)
    check_permitted(maker, wanted)
    change.by_two = is_for_two(wanted, maker)
    with transaction.atomic():
        kept = keep(change)
        if kept is change:
            large.save(force_insert=True)
    return kept


def _said(prepared: Prepared, maker: User) -> list[Line]:
    """What lists and messages say of it."""
    with translation.override(maker.portal.language):
        return [Line(_("Single changes"), "", str(prepared.parts), LineKind.SAID)]


def apply_signed(change_id: UUID) -> ChangeState | None:
    """Applies a large change that everybody has signed, in one transaction; safe to call any number of times. Needs the
    scope of its company.

    Killed, the worker leaves nothing behind and the sweep asks again. Returns its new state, or None when there was
    nothing to do.
    """
    waiting = LargeText.objects.filter(change=change_id, change__state=ChangeState.APPLYING)
    attempts = waiting.values_list("attempts", flat=True).first()
    if attempts is None:
        return None
    if attempts >= MOST_ATTEMPTS:
        return _give_up(change_id)
    with transaction.atomic():
        change = _locked(change_id)
        if change is None:
            return None
        with _beside() as cursor:
            cursor.execute("UPDATE changes_largetext SET attempts = attempts + 1 WHERE change_id = %s", [change_id])
        return _ended(change)


def _locked(change_id: UUID) -> Change | None:
    free = Change.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=ChangeState.APPLYING)
    return free.select_related("maker__company__portal").filter(pk=change_id).first()


@transaction.atomic
def _give_up(change_id: UUID) -> ChangeState | None:
    change = _locked(change_id)
    if change is None:
        return None
    change.reason = _("It could not be made. Nothing was changed; try it again later.")
    return _finished(change, ChangeState.REFUSED, list(signatures_of(change)))


def _ended(change: Change) -> ChangeState:
    """All of it or nothing; what went wrong is said."""
    signatures = list(signatures_of(change))
    try:
        with transaction.atomic():
            _apply(change, wanted_of(change).parts, authority_of(change, signatures))
            return ChangeState.APPLIED
    except PermissionDenied:
        change.reason = _("Your permission to make this change was withdrawn in the meantime.")
    except (ObjectDoesNotExist, TextMoved, Unreadable):
        return _finished(change, ChangeState.STALE, signatures)
    except ValidationError as error:
        change.reason = " ".join(error.messages)
    return _finished(change, ChangeState.REFUSED, signatures)


def _finished(change: Change, state: ChangeState, signatures: Sequence[Any]) -> ChangeState:
    tell_signers_how_it_was_made(finish(change, state, actor=change.maker, signatures=signatures))
    return state


def _apply(change: Change, parts: Sequence[Part], authority: Authority) -> None:
    """The signers are locked before the company, as ever. Whom it touches only when it is their turn: until then they
    sign in as always, and nobody who holds one of them waits for what is locked here."""
    _take_time()
    signers = [signature.signer_id for signature in signatures_of(change)]
    lock_people(signers)
    lock_company(change)
    people = people_by_id(signers)
    for person in people.values():
        check_permitted(person, Composite(changes=tuple(parts)))
    for guard in guards.configured():
        guard.before(signers=list(people.values()), present=people[change.maker_id], is_here=False)
    maker, now = people[change.maker_id], timezone.now()
    text, written, done = LongText(), list[Written](), 0
    with set_aside(), gathered(), _beside() as cursor:
        for batch in batches(parts, most=MOST_AT_ONCE):
            read = read_together(batch, maker, now)
            for part, _rows, description in read:
                text.add(part.event, description)
                written += [as_written(part.event, description)] if description.lines else []
            apply_together(read, authority)
            done += len(batch)
            cursor.execute("UPDATE changes_largetext SET done = %s WHERE change_id = %s", [done, change.pk])
    text.close(change.title)
    if text.digest != change.digest:
        raise TextMoved
    for guard in guards.configured():
        guard.after(present=maker, is_here=False)
    change.state, change.finished_at = ChangeState.APPLIED, timezone.now()
    change.save(update_fields=["state", "finished_at"])
    tell_administrators(maker=maker, change=change)
    tell_signers_how_it_was_made(change)
    record_writes(authority, written, company_id=change.company_id)


def _take_time() -> None:
    """For this transaction. A statement about thousands of people may take longer than one of a page, and some seconds
    pass between two while the trail is hashed. What refers to people is looked up by plans made while the tables were
    short: reading all of them for each row would take ever longer as they grow."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL statement_timeout = '25s'; SET LOCAL idle_in_transaction_session_timeout = '2min';"
            "SET LOCAL enable_seqscan = off"
        )


@contextmanager
def _beside() -> Iterator[Any]:
    """A cursor on a connection of its own: what a transaction writes nobody sees before its end, and it may be rolled
    back."""
    other: Any = connection.copy()
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.close()
