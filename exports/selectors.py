from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from directory.models import User
from exports.enums import OPEN_STATES, ExportState
from exports.models import Export, ExportPart
from tenancy import context

SWEEP_ROWS = 100


def exports_of(viewer: User) -> QuerySet[Export]:
    """The viewer's own, as long as they are kept; nobody else's, whatever they may do."""
    return Export.objects.of(viewer).filter(maker=viewer, expires_at__gt=timezone.now())


def finished_exports_of(viewer: User) -> QuerySet[Export]:
    """Those that can be downloaded."""
    return exports_of(viewer).filter(state=ExportState.DONE)


def open_exports_of(viewer: User) -> int:
    return exports_of(viewer).filter(state__in=OPEN_STATES).count()


def sealed_parts(export: Export) -> list[str]:
    """The pieces of a file in their order."""
    return list(ExportPart.objects.of(export).filter(export=export).order_by("number").values_list("sealed", flat=True))


def waiting_exports() -> QuerySet[Export]:
    """Exports nobody works at: those of which no worker was told, and those whose worker died."""
    return Export.objects.filter(state__in=OPEN_STATES, leased_until__lte=timezone.now())


def due_exports() -> list[UUID]:
    with context.bank():
        return list(waiting_exports().order_by("created_at").values_list("pk", flat=True)[:SWEEP_ROWS])
