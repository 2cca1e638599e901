"""Files of lists: made while their maker waits, or by a worker and kept sealed for a day."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.enums import Event
from audit.services import Target, record
from directory.models import User
from directory.permissions import Permission
from directory.scope import scope_of
from directory.selectors.users import lock_people, people_by_id
from exports import rules, selectors
from exports.documents import Document
from exports.enums import OPEN_STATES, ExportState, FileKind
from exports.models import Export, ExportPart
from exports.papers import write_paper
from exports.registry import BY_KEY
from exports.workbooks import write_workbook
from notifications.enums import Topic
from notifications.services import notify
from pages.lists import Asked, Layout
from tenancy import context, sealing

log = logging.getLogger(__name__)
PART_BYTES = 1024 * 1024
WRITERS = {FileKind.EXCEL: write_workbook, FileKind.PDF: write_paper}
FIRST_ASK_SECONDS = 30  # in which the message to the worker arrives; afterwards the sweep asks


def file_now(*, actor: User, asked: Asked, kind: FileKind, rows: int) -> bytes:
    """The file of a short list, with its row in the trail."""
    note_taken(actor=actor, asked=asked, kind=kind, rows=rows)
    document = Document(asked, actor, timezone.now(), rows, rules.MOST_ROWS[kind])
    with TemporaryDirectory() as folder:
        path = Path(folder, "file")
        WRITERS[kind](document, path)
        return path.read_bytes()


def note_taken(*, actor: User, asked: Asked, kind: str, rows: int) -> None:
    """Adds to the trail who took which rows out of the portal, and how."""
    detail = {
        "listing": asked.listing.key,
        "kind": kind,
        "rows": rows,
        "columns": [column.key for column in asked.columns],
        "query": asked.query.urlencode(),
    }
    target = Target("listing", asked.listing.key, str(asked.listing.title))
    record(Event.LIST_EXPORTED, actor=actor, company_id=actor.company_id, target=target, detail=detail)


@transaction.atomic
def order(*, actor: User, asked: Asked, kind: FileKind, rows: int) -> Export:
    """Puts down a file that a worker shall make. Raises ValidationError when too many are in preparation
    or kept."""
    lock_people([actor.pk])
    rules.check_room(selectors.open_exports_of(actor), selectors.exports_of(actor).count())
    now = timezone.now()
    export = Export.objects.create(
        company_id=actor.company_id,
        maker=actor,
        listing=asked.listing.key,
        kind=kind,
        query=asked.address,
        language=translation.get_language() or actor.portal.language,
        rows=min(rows, rules.MOST_ROWS[kind]),
        created_at=now,
        leased_until=now + timedelta(seconds=FIRST_ASK_SECONDS),
        expires_at=now + rules.KEPT,
    )
    note_taken(actor=actor, asked=asked, kind=kind, rows=rows)
    return export


def make(export_id: UUID) -> ExportState | None:
    """Makes a file that was ordered, unless somebody is at it; safe to call any number of times.

    Killed, the worker loses nothing: its lease ends, and the sweep asks again; a file whose worker is killed each time
    is given up like one that fails. Returns the new state, or None when there was nothing to do.
    """
    with context.bank():
        export = _lease(export_id)
        if export is None:
            return None
        maker = people_by_id([export.maker_id])[export.maker_id]
    with scope_of(maker, at=maker.portal), translation.override(export.language):
        return _made(export, maker)


@transaction.atomic
def _lease(export_id: UUID) -> Export | None:
    now = timezone.now()
    free = Export.objects.select_for_update(skip_locked=True).filter(pk=export_id, state__in=OPEN_STATES)
    export = free.first()
    if export is None or (export.state == ExportState.WORKING and export.leased_until > now):
        return None
    export.state, export.attempts = ExportState.WORKING, export.attempts + 1
    export.leased_until, export.rows_done = now + rules.LEASE, 0
    export.save(update_fields=["state", "attempts", "leased_until", "rows_done"])
    return export


def _made(export: Export, maker: User) -> ExportState:
    listing = BY_KEY.get(export.listing)
    if listing is None or not maker.is_active or export.attempts > rules.MOST_ATTEMPTS:
        return _give_up(export)
    if not {listing.permission, Permission.EXPORT_LISTS} <= maker.permissions:
        return _give_up(export)
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder, "file")
            WRITERS[FileKind(export.kind)](_document(export, listing.asked(export.query, maker), maker), path)
            return _keep(export, path)
    except Exception:
        log.exception("export %s cannot be made, attempt %s", export.pk, export.attempts)
        if export.attempts >= rules.MOST_ATTEMPTS:
            return _give_up(export)
        Export.objects.filter(pk=export.pk).update(leased_until=timezone.now())
        return ExportState.WAITING


def _document(export: Export, asked: Asked, maker: User) -> Document:
    total = asked.rows.count()

    def note_progress(rows: int) -> None:
        Export.objects.filter(pk=export.pk).update(
            rows_done=min(rows, export.rows), leased_until=timezone.now() + rules.LEASE
        )

    return Document(asked, maker, export.created_at, total, rules.MOST_ROWS[export.kind], note_progress)


@transaction.atomic
def _keep(export: Export, path: Path) -> ExportState:
    """Seals the file piece by piece, and tells its maker."""
    number = 0
    for number, piece in enumerate(_pieces(path), start=1):
        sealed = sealing.seal(piece, row=export.part_name(number))
        ExportPart.objects.create(company_id=export.company_id, export=export, number=number, sealed=sealed)
    export.state, export.parts, export.rows_done = ExportState.DONE, number, export.rows
    export.expires_at = timezone.now() + rules.KEPT
    export.save(update_fields=["state", "parts", "rows_done", "expires_at"])
    _tell(
        export,
        _("Your file is ready: %(title)s (%(kind)s)"),
        _("Download it from Exported files within one day; after that it is deleted."),
    )
    return ExportState.DONE


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PART_BYTES):
            yield piece


@transaction.atomic
def _give_up(export: Export) -> ExportState:
    Export.objects.filter(pk=export.pk).update(state=ExportState.FAILED)
    _tell(export, _("Your file could not be made: %(title)s (%(kind)s)"), _("Export the list again."))
    return ExportState.FAILED


def _tell(export: Export, subject: str, body: str) -> None:
    listing = BY_KEY.get(export.listing)
    named = {"title": listing.title if listing else export.listing, "kind": FileKind(export.kind).label}
    notify(
        user_id=export.maker_id,
        company_id=export.company_id,
        subject=subject % named,
        body=body,
        topic=Topic.FILES,
        url=reverse("exports:files", urlconf=settings.ROOT_URLCONF),
    )


def content_of(*, actor: User, export: Export) -> bytes:
    """The file, with a row in the trail that it was taken. Raises CannotOpen when a piece is missing or was changed."""
    sealed = selectors.sealed_parts(export)
    if len(sealed) != export.parts:
        raise sealing.CannotOpen("a piece of the file is missing")
    whole = b"".join(
        sealing.unseal(piece, row=export.part_name(number)) for number, piece in enumerate(sealed, start=1)
    )
    target = Target("export", str(export.pk), str(BY_KEY[export.listing].title))
    record(Event.EXPORT_DOWNLOADED, actor=actor, company_id=actor.company_id, target=target)
    return whole


@transaction.atomic
def keep_layout(*, actor: User, key: str, layout: Layout) -> None:
    """How a list shows itself to the actor from now on; their other lists stay as they are."""
    lock_people([actor.pk])
    own = User.objects.of(actor).filter(pk=actor.pk)
    others = {name: kept for name, kept in own.values_list("list_layouts", flat=True).get().items() if name != key}
    written = layout.written()
    own.update(list_layouts=others | ({key: written} if written else {}))


def delete_expired() -> int:
    """Removes the files whose day is over, also unfinished ones. Returns how many."""
    with context.bank():
        _rows, by_model = Export.objects.filter(expires_at__lte=timezone.now()).delete()
    return by_model.get(Export._meta.label, 0)
