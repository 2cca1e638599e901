from datetime import timedelta
from typing import Any

from django.utils import timezone

from directory.models import User
from exports.enums import ExportState, FileKind
from exports.models import Export, ExportPart
from tenancy import sealing

CONTENT = b"what is in the file"


def export(maker: User, **values: Any) -> Export:
    """One that can be downloaded; its content is CONTENT."""
    now = timezone.now()
    defaults = {
        "company_id": maker.company_id,
        "maker": maker,
        "listing": "users",
        "kind": FileKind.EXCEL,
        "language": "es",
        "state": ExportState.DONE,
        "rows": 1,
        "rows_done": 1,
        "parts": 1,
        "created_at": now,
        "leased_until": now,
        "expires_at": now + timedelta(days=1),
    }
    row = Export.objects.create(**{**defaults, **values})
    if row.state == ExportState.DONE:
        sealed = sealing.seal(CONTENT, row=row.part_name(1))
        ExportPart.objects.create(company_id=row.company_id, export=row, number=1, sealed=sealed)
    return row
