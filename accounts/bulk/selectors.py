import json
import zlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.enums import CellOutcome, UploadState
from accounts.models import Upload, UploadPiece
from directory.models import User
from tenancy import context, sealing

OPEN = (UploadState.WAITING, UploadState.WORKING)
CELLS_A_PIECE = 500
SWEEP_ROWS = 100


def uploads_of(viewer: User) -> QuerySet[Upload]:
    """The viewer's own, as long as they are kept; nobody else's."""
    own = Upload.objects.of(viewer).filter(maker=viewer, expires_at__gt=timezone.now())
    return own.defer("prepared").order_by("-created_at")


def own_upload_or_404(viewer: User, upload_id: UUID) -> Upload:
    return get_object_or_404(uploads_of(viewer), pk=upload_id)


def uploads_under_way(viewer: User) -> QuerySet[Upload]:
    """Those that are being compared, or that wait to be signed."""
    return uploads_of(viewer).exclude(state=UploadState.FAILED).filter(change=None)


def piece(upload: Upload, kind: str, number: int = 0) -> bytes:
    """One sealed piece, opened. Raises CannotOpen when it is missing or was changed."""
    kept = UploadPiece.objects.of(upload).filter(upload=upload, kind=kind, number=number)
    sealed = kept.values_list("sealed", flat=True).first()
    if sealed is None:
        raise sealing.CannotOpen("a piece of the workbook is missing")
    return sealing.unseal(sealed, row=upload.piece_name(kind, number))


def cells_of(upload: Upload, outcome: str, start: int, stop: int) -> list[list[str]]:
    """The cells of one outcome from the place `start` on; only the pieces they lie in are opened."""
    found: list[list[str]] = []
    for number in range(start // CELLS_A_PIECE, -(-stop // CELLS_A_PIECE)):
        cells: list[list[str]] = json.loads(zlib.decompress(piece(upload, outcome, number)))
        first = number * CELLS_A_PIECE
        found += cells[max(start - first, 0) : stop - first]
    return found


def every_cell(upload: Upload, outcome: str) -> Iterator[list[str]]:
    total = upload.counts.get("cells", {}).get(outcome, 0)
    for start in range(0, total, CELLS_A_PIECE):
        yield from cells_of(upload, outcome, start, min(start + CELLS_A_PIECE, total))


class Cells:
    """What a paginator asks: the cells of one outcome, or of all in their order."""

    def __init__(self, upload: Upload, outcomes: list[str]) -> None:
        counted: dict[str, Any] = upload.counts.get("cells", {})
        self.upload, self.outcomes = upload, [(outcome, counted.get(outcome, 0)) for outcome in outcomes]

    def __len__(self) -> int:
        return sum(count for _outcome, count in self.outcomes)

    def __getitem__(self, wanted: slice) -> list[tuple[CellOutcome, list[str]]]:
        found: list[tuple[CellOutcome, list[str]]] = []
        first = 0
        for outcome, count in self.outcomes:
            start, stop = max(wanted.start - first, 0), min(wanted.stop - first, count)
            if start < stop:
                found += [(CellOutcome(outcome), cell) for cell in cells_of(self.upload, outcome, start, stop)]
            first += count
        return found


def cells(upload: Upload, outcome: str) -> Cells:
    every = [str(each) for each in CellOutcome.values]
    return Cells(upload, [outcome] if outcome in every else every)


def due_uploads() -> list[UUID]:
    """Those nobody works at: of which no worker was told, or whose worker died."""
    with context.bank():
        waiting = Upload.objects.filter(state__in=OPEN, leased_until__lte=timezone.now())
        return list(waiting.order_by("created_at").values_list("pk", flat=True)[:SWEEP_ROWS])
