"""Workbooks for tests: one taken from the portal, edited and sent back."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone
from openpyxl import Workbook, load_workbook

from accounts.bulk import services
from accounts.enums import UploadState
from accounts.models import Upload
from changes.models import Change
from directory.models import User
from directory.selectors.users import search_users

NEW = {
    "Usuario": "ana.daza",
    "Nombres": "Ana",
    "Primer Apellido": "Daza",
    "Tipo Identificación": "Cédula de ciudadanía",
    "No. Identificación": "0080111",
    "Correo Electrónico": "ana@empresa.example",
    "Teléfono Oficina": "6013077027",
    "Celular": "3001234567",
    "Dirección de Correspondencia": "Calle 1 # 2-3",
    "Departamento": "Cundinamarca",
    "Ciudad": "Bogotá",
}


def taken(maker: User) -> Any:
    """The company's users as the portal gives them away."""
    return load_workbook(BytesIO(services.workbook_of(actor=maker, users=search_users(maker))))


def saved(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def heads(sheet: Any) -> list[str]:
    return [cell.value for cell in sheet[1]]


def put(sheet: Any, values: dict[str, Any]) -> int:
    """Adds a row by the heads of its columns; returns its number."""
    unknown = set(values) - set(heads(sheet))
    assert not unknown, unknown
    number = sheet.max_row + 1
    for place, head in enumerate(heads(sheet), start=1):
        if head in values:
            sheet.cell(number, place, values[head])
    return number


def sent(maker: User, book: Workbook) -> Upload:
    """Sent and compared."""
    upload = services.order(actor=maker, name="usuarios.xlsx", content=saved(book))
    services.compare(upload.pk)
    upload.refresh_from_db()
    return upload


def proposed(maker: User, upload: Upload) -> Change:
    return services.propose(actor=maker, upload=upload, back_url="/", done_url="/")


def upload(maker: User, **values: Any) -> Upload:
    """One that has been compared and changes nothing."""
    now = timezone.now()
    defaults = {
        "company_id": maker.company_id,
        "maker": maker,
        "name": "usuarios.xlsx",
        "state": UploadState.READY,
        "created_at": now,
        "leased_until": now,
        "expires_at": now + timedelta(days=1),
    }
    return Upload.objects.create(**{**defaults, **values})
