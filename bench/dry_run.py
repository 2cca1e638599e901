"""Compares a workbook of new people with what is, as a worker does before anybody signs, beside reading it alone:

    python -m bench.dry_run FILE 4900

writes to FILE what each of both took, as `bench.long_list` does. Each person has a product, a limit, hours and a
password to be made. Nothing of it is kept but what was found.
"""

import json
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
from openpyxl import load_workbook

from bench.long_list import ADMINISTRATOR, SUBJECT, taken

PERSON = {
    "Nombres": "Ana María",
    "Primer Apellido": "Daza",
    "Perfil": "Tesorería",
    "Tipo Identificación": "Cédula de ciudadanía",
    "Teléfono Oficina": "6013077027",
    "Celular": "3001234567",
    "Dirección de Correspondencia": "Calle 1 # 2-3",
    "Departamento": "Cundinamarca",
    "Ciudad": "Bogotá, D.C.",
    "Acción": "Generar Contraseña",
}
AMOUNTS = {"Transacción": 10, "Diario": 20.5, "Mensual": 300}
HOURS = {"Lunes, desde": "08:00", "Lunes, hasta": "17:00"}


def add_people(people: int, path: Path) -> None:
    """The company's own workbook with so many more, each with what the demo's SUBJECT has first."""
    from accounts.bulk.services import workbook_of
    from directory.models import User
    from directory.scope import scope_of
    from directory.selectors.users import search_users

    maker = _maker()
    with scope_of(maker, at=maker.portal):
        model = User.objects.filter(username=SUBJECT)
        book = load_workbook(BytesIO(workbook_of(actor=maker, users=search_users(maker).filter(pk__in=model))))
    limit = dict(zip(_heads(book["Topes"]), [cell.value for cell in book["Topes"][2]], strict=True))
    for number in range(people):
        name = f"b{number:06}"
        own = {
            "Usuario": name,
            "No. Identificación": f"{70_000_000 + number}",
            "Correo Electrónico": f"{name}@a.example",
        }
        _put(book["Usuarios"], PERSON | own)
        _put(book["Productos"], {"Usuario": name, str(limit["Producto"]): "Sí"})
        _put(book["Topes"], limit | AMOUNTS | {"Usuario": name})
        _put(book["Días y Horarios"], HOURS | {"Usuario": name})
    book.save(path)


def _maker() -> Any:
    from directory.models import User
    from tenancy import context

    with context.bank():
        return User.objects.select_related("company__portal", "profile").get(username=ADMINISTRATOR)


def _heads(sheet: Any) -> list[str]:
    return [cell.value for cell in sheet[1]]


def _put(sheet: Any, values: dict[str, Any]) -> None:
    sheet.append([values.get(head) for head in _heads(sheet)])


def portal(_path: Path, source: str) -> int:
    """Sent and compared. Returns how many cells were judged."""
    from accounts.bulk.services import compare, order
    from accounts.models import Upload
    from directory.scope import scope_of

    maker = _maker()
    with scope_of(maker, at=maker.portal):
        upload = order(actor=maker, name="bench.xlsx", content=Path(source).read_bytes())
    state = compare(upload.pk)
    with scope_of(maker, at=maker.portal):
        counts = Upload.objects.get(pk=upload.pk).counts
    if state != "ready" or counts["cells"].get("error"):
        raise RuntimeError(f"not compared: {state} {counts}")
    return sum(counts["cells"].values())


def alone(_path: Path, source: str) -> int:
    """Every cell read by the library in the mode that keeps no rows. Returns how many say something."""
    book = load_workbook(source, read_only=True)
    return sum(value is not None for sheet in book for row in sheet.iter_rows(values_only=True) for value in row)


def measure(people: int) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        source = Path(folder, "people.xlsx")
        add_people(people, source)
        ours, floor = taken(portal, str(source)), taken(alone, str(source))
    return {"rows": people, "portal": ours, "library": floor, "speed": round(floor["cpu"] / ours["cpu"], 2)}


if __name__ == "__main__":
    django.setup()
    Path(sys.argv[1]).write_text(json.dumps(measure(int(sys.argv[2]))))
