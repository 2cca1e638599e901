"""A workbook that somebody sent: kept sealed, compared by a worker, proposed as one change."""

import json
import logging
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.bulk import rules, selectors
from accounts.bulk.comparing import Comparison, Person, place_of, suggestions, taken_names
from accounts.bulk.reading import chunks, read_book
from accounts.bulk.sheets import Layout
from accounts.bulk.writing import write_book
from accounts.enums import CellOutcome, UploadState
from accounts.models import Upload, UploadPiece
from accounts.users.rules import MOST_NAMES_TOLD, may_ask_for, names_used_up
from accounts.users.selectors import names_told_to
from audit.enums import Event
from audit.services import Target, record
from changes.codec import encode_parts
from changes.models import Change
from changes.rules.large import LongText, packed_lines
from changes.services import Prepared, propose_large, set_aside, tried
from directory.models import User
from directory.rules.people import FIELDS
from directory.scope import scope_of
from directory.selectors.company import company_of
from directory.selectors.users import lock_people
from notifications.services import notify
from tenancy import context, sealing

log = logging.getLogger(__name__)
FIRST_ASK = timedelta(seconds=30)  # in which the message to the worker arrives; afterwards the sweep asks
FILE, PARAMS, TEXT = "file", "params", "text"


def workbook_of(*, actor: User, users: Any) -> bytes:
    """These users as a workbook, with its row in the trail."""
    count = users.count()
    if count > rules.MOST_USERS:
        raise ValidationError(
            _("A workbook holds up to %(most)s users, and these are %(count)s. Search for fewer."),
            params={"most": rules.MOST_USERS, "count": count},
        )
    record(
        Event.WORKBOOK_TAKEN,
        actor=actor,
        company_id=actor.company_id,
        target=Target("listing", "users", _("Users")),
        detail={"rows": count},
    )
    with TemporaryDirectory() as folder:
        path = Path(folder, "file")
        write_book(actor, users, path)
        return path.read_bytes()


@transaction.atomic
def order(*, actor: User, name: str, content: bytes) -> Upload:
    """Keeps a workbook for a worker to compare. Raises ValidationError for one that is no plain workbook, or when too
    many are being compared or were sent."""
    rules.check_file(content)
    lock_people([actor.pk])
    sent = selectors.uploads_of(actor)
    rules.check_room(sent.filter(state__in=selectors.OPEN).count(), sent.count())
    now = timezone.now()
    upload = Upload.objects.create(
        company_id=actor.company_id,
        maker=actor,
        name=name[-100:],
        created_at=now,
        leased_until=now + FIRST_ASK,
        expires_at=now + rules.KEPT,
    )
    _keep(upload, FILE, 0, content)
    target = Target("upload", str(upload.pk), upload.name)
    record(Event.WORKBOOK_SENT, actor=actor, company_id=actor.company_id, target=target, detail={"bytes": len(content)})
    return upload


def compare(upload_id: UUID) -> UploadState | None:
    """Compares a workbook with what is, unless somebody is at it; safe to call any number of times. Writes nothing but
    what it found.

    Killed, the worker loses nothing: its lease ends, and the sweep asks again; one that is killed each time is refused
    like one that fails.
    """
    with context.bank():
        upload = _lease(upload_id)
        if upload is None:
            return None
        maker = User.objects.select_related("company__portal", "profile").get(pk=upload.maker_id)
    with scope_of(maker, at=maker.portal), translation.override(maker.portal.language):
        if upload.attempts > rules.MOST_ATTEMPTS:
            return _refuse(upload, _("It could not be compared. Send it again."))
        try:
            return _Work(upload, maker).do()
        except ValidationError as error:
            return _refuse(upload, "\n".join(error.messages))
        except Exception:
            log.exception("workbook %s cannot be compared, attempt %s", upload.pk, upload.attempts)
            if upload.attempts >= rules.MOST_ATTEMPTS:
                return _refuse(upload, _("It could not be compared. Send it again."))
            Upload.objects.filter(pk=upload.pk).update(leased_until=timezone.now())
            return UploadState.WAITING


@transaction.atomic
def _lease(upload_id: UUID) -> Upload | None:
    now = timezone.now()
    free = Upload.objects.select_for_update(skip_locked=True).filter(pk=upload_id, state__in=selectors.OPEN)
    upload = free.first()
    if upload is None or (upload.state == UploadState.WORKING and upload.leased_until > now):
        return None
    upload.state, upload.attempts = UploadState.WORKING, upload.attempts + 1
    upload.leased_until, upload.rows_done = now + rules.LEASE, 0
    upload.save(update_fields=["state", "attempts", "leased_until", "rows_done"])
    UploadPiece.objects.filter(upload=upload).exclude(kind=FILE).delete()
    return upload


class _Work:
    """One comparison: chunk by chunk, so that neither memory nor the locks of a rehearsal grow with the workbook."""

    def __init__(self, upload: Upload, maker: User) -> None:
        self.upload, self.maker = upload, maker
        self.found: dict[CellOutcome, list[list[str]]] = {outcome: [] for outcome in CellOutcome}
        self.cells: Counter[CellOutcome] = Counter()
        self.people: Counter[str] = Counter()
        self.numbers: Counter[CellOutcome] = Counter()
        self.text = LongText(named=str(FIELDS["profile"].label))
        self.params: list[bytes] = []
        self.parts = self.names_told = 0

    def do(self) -> UploadState:
        if "edit_users" not in self.maker.permissions or not self.maker.is_active:
            return _refuse(self.upload, _("You may no longer change users."))
        layout = Layout(self.maker)
        book = read_book(selectors.piece(self.upload, FILE), layout)
        self._note_progress(0, len(book.people))
        comparison = Comparison(layout, book, company_of(self.maker), self.upload.pk)
        done = 0
        with set_aside():
            for rows in chunks(book.people):
                self._people(comparison.of(rows))
                done += len(rows)
                self._note_progress(done, len(book.people))
        return self._end()

    def _people(self, people: Sequence[Person]) -> None:
        self._check_names(people)
        parts = sorted(chain.from_iterable(person.parts for person in people), key=place_of)
        outcomes = tried(parts, self.maker)
        by_key = {person.key: person for person in people}
        for part, outcome in outcomes:
            if isinstance(outcome, ValidationError):
                by_key[vars(part)["user"]].refuse_part(part, outcome)
        self._tell_names(people, outcomes)
        kept = []
        for part, outcome in outcomes:
            if not isinstance(outcome, ValidationError) and not by_key[vars(part)["user"]].is_wrong and outcome.lines:
                self.text.add(part.event, outcome)
                kept.append(part)
        self.params.append(packed_lines(encode_parts(kept)))
        self.parts += len(kept)
        for person in people:
            self._note_person(person)

    def _check_names(self, people: Sequence[Person]) -> None:
        """Once too many were told, it is not even said of one more that it is free."""
        company, told = company_of(self.maker), names_told_to(self.maker)
        if not all(person.user or may_ask_for(person.row.username, company.code, told) for person in people):
            raise names_used_up(company.code)

    def _tell_names(self, people: Sequence[Person], outcomes: Iterable[tuple[Any, Any]]) -> None:
        """Names that are taken are counted, whatever becomes of the workbook, and a free one is offered."""
        taken = taken_names(outcomes)
        if not taken:
            return
        company = company_of(self.maker)
        self.names_told += len(taken)
        Upload.objects.filter(pk=self.upload.pk).update(names_told=self.names_told)
        if names_told_to(self.maker) > MOST_NAMES_TOLD:
            raise names_used_up(company.code)
        free = suggestions(company, taken)
        for person in people:
            if offered := free.get(person.row.username):
                person.refuse(person.row, "username", _("This one is free: %(name)s.") % {"name": offered})

    def _note_person(self, person: Person) -> None:
        outcomes = {cell.outcome for cell in person.cells.values()}
        if CellOutcome.ERROR in outcomes:
            self.people["wrong"] += 1
        elif person.user is None:
            self.people["new"] += 1
        else:
            self.people["changed" if outcomes - {CellOutcome.SAME} else "same"] += 1
        for cell in person.cells.values():
            outcome = cell.outcome
            self.cells[outcome] += 1
            found = self.found[outcome]
            found.append(cell.as_json(person.row.username))
            if len(found) == selectors.CELLS_A_PIECE:
                self._flush(outcome)

    def _flush(self, outcome: CellOutcome) -> None:
        packed = zlib.compress(json.dumps(self.found[outcome], ensure_ascii=False).encode())
        _keep(self.upload, outcome.value, self.numbers[outcome], packed)
        self.numbers[outcome] += 1
        self.found[outcome] = []

    def _note_progress(self, done: int, total: int) -> None:
        Upload.objects.filter(pk=self.upload.pk).update(
            rows=total, rows_done=done, leased_until=timezone.now() + rules.LEASE
        )

    @transaction.atomic
    def _end(self) -> UploadState:
        for outcome, waiting in self.found.items():
            if waiting:
                self._flush(outcome)
        moved = self.people["new"] + self.people["changed"]
        title = ngettext("Workbook %(name)s: %(count)s user", "Workbook %(name)s: %(count)s users", moved) % {
            "name": self.upload.name,
            "count": moved,
        }
        self.text.close(title)
        _keep(self.upload, TEXT, 0, self.text.packed)
        for number, params in enumerate(self.params):
            _keep(self.upload, PARAMS, number, params)
        prepared = {
            "title": title,
            "digest": self.text.digest,
            "summary": self.text.summary.as_json(),
            "parts": self.parts,
            "params": len(self.params),
        }
        cells = {outcome.value: count for outcome, count in self.cells.items()}
        counts = {"cells": cells, "people": dict(self.people)}
        Upload.objects.filter(pk=self.upload.pk).update(state=UploadState.READY, prepared=prepared, counts=counts)
        _tell(self.upload, _("Your workbook has been compared: %(name)s"))
        return UploadState.READY


def _keep(upload: Upload, kind: str, number: int, content: bytes) -> None:
    sealed = sealing.seal(content, row=upload.piece_name(kind, number))
    UploadPiece.objects.create(company_id=upload.company_id, upload=upload, kind=kind, number=number, sealed=sealed)


@transaction.atomic
def _refuse(upload: Upload, problem: str) -> UploadState:
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.FAILED, problem=problem)
    _tell(upload, _("Your workbook was refused: %(name)s"))
    return UploadState.FAILED


def _tell(upload: Upload, subject: str) -> None:
    notify(
        user_id=upload.maker_id,
        company_id=upload.company_id,
        subject=subject % {"name": upload.name},
        body=_("See it in User configuration, Load from a file."),
    )


def propose(*, actor: User, upload: Upload, back_url: str, done_url: str) -> Change:
    """One change of everything in it that holds, as it was tried: the same one as long as it can still be signed.

    Raises ValidationError when nothing would change.
    """
    prepared = Upload.objects.of(actor).values_list("prepared", flat=True).get(pk=upload.pk)
    if not prepared.get("parts"):
        raise ValidationError(_("There is nothing to change: what you sent is already in effect."), code="unchanged")
    before = Change.objects.of(actor).filter(pk=upload.change, maker=actor).first() if upload.change else None
    if (
        before
        and (before.is_applied or before.is_applying or before.until > timezone.now())
        and not before.is_withdrawn
    ):
        return before
    params = b"".join(zlib.decompress(selectors.piece(upload, PARAMS, number)) for number in range(prepared["params"]))
    change = propose_large(
        maker=actor,
        prepared=Prepared(
            title=prepared["title"],
            params=zlib.compress(params),
            text=selectors.piece(upload, TEXT),
            digest=prepared["digest"],
            summary=prepared["summary"],
            parts=prepared["parts"],
        ),
        form_key=uuid5(upload.pk, str(before.pk if before else "")),
        back_url=back_url,
        done_url=done_url,
    )
    Upload.objects.filter(pk=upload.pk).update(change=change.pk)
    return change


def delete_expired() -> int:
    """Removes the workbooks whose day is over. Returns how many."""
    with context.bank():
        _rows, by_model = Upload.objects.filter(expires_at__lte=timezone.now()).delete()
    return by_model.get(Upload._meta.label, 0)
