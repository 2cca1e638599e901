"""Writes a long list as a workbook, beside the same cells written by the library alone:

    python -m bench.long_list FILE 100000

writes to FILE what each of both took: seconds of this process, seconds by the clock, and by how much memory grew. Each
runs in a process of its own, which begins with nothing read. Like `bench.people` it imports the portal's own code.
"""

import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from copy import copy
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import django
import psutil
from xlsxwriter import Workbook

BATCH_ROWS = 2_000
ADMINISTRATOR, SUBJECT = "adelgado", "VictorP1"


def add_people(rows: int) -> None:
    """So many more of the demo's company."""
    from directory.models import User
    from tenancy import context

    with context.bank():
        model = User.objects.get(username=SUBJECT)
        numbers = iter(range(rows))
        while batch := list(islice(numbers, BATCH_ROWS)):
            User.objects.bulk_create(_another(model, number) for number in batch)


def _another(model: Any, number: int) -> Any:
    user = copy(model)
    user.pk, user._state.adding = uuid4(), True
    user.username, user.sign_in_key = f"l{number:07}", f"{model.sign_in_key}.{number:07}"
    user.id_number, user.email = str(10_000_000 + number), f"l{number:07}@andina.example"
    return user


def portal(path: Path) -> int:
    """The users with every column there is. Returns how many cells."""
    from django.utils import timezone

    from accounts.users.listing import USERS
    from directory.models import User
    from directory.scope import scope_of
    from exports.documents import Document
    from exports.enums import FileKind
    from exports.rules import MOST_ROWS
    from exports.workbooks import write_workbook
    from tenancy import context

    with context.bank():
        maker = User.objects.select_related("company__portal").get(username=ADMINISTRATOR)
    asked = USERS.asked("&".join(f"columnas={column.key}" for column in USERS.columns), maker)
    with scope_of(maker, at=maker.portal):
        total = asked.rows.count()
        write_workbook(Document(asked, maker, timezone.now(), total, MOST_ROWS[FileKind.EXCEL]), path)
    return total * len(asked.columns)


def alone(path: Path, rows: int, columns: int) -> int:
    """As many cells of about as many characters, by the library in the mode that keeps no rows."""
    cells = [f"{'Consulta de usuarios'[: 6 + place]} {place}" for place in range(columns)]
    with Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
        sheet = book.add_worksheet()
        for row in range(rows):
            for place, text in enumerate(cells):
                sheet.write_string(row, place, text)
    return rows * columns


def taken(work: Callable[..., int], *arguments: int | str) -> dict[str, float]:
    """What one writer took, in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1, django.setup) as pool:
        return pool.apply(_taken, (work, *arguments))


def _taken(work: Callable[..., int], *arguments: int | str) -> dict[str, float]:
    before, cpu, began = psutil.Process().memory_info().rss, time.process_time(), time.perf_counter()
    with TemporaryDirectory() as folder:
        cells = work(Path(folder, "list.xlsx"), *arguments)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "cells": cells,
        "cpu": round(time.process_time() - cpu, 2),
        "seconds": round(time.perf_counter() - began, 2),
        "megabytes": round(max(most - before, 0) / 1_000_000, 1),
    }


def measure(rows: int) -> dict[str, Any]:
    from accounts.users.listing import USERS

    add_people(rows)
    ours = taken(portal)
    columns = len(USERS.columns)
    floor = taken(alone, int(ours["cells"]) // columns, columns)
    return {"rows": int(ours["cells"]) // columns, "portal": ours, "library": floor, "speed": _speed(ours, floor)}


def _speed(ours: dict[str, float], floor: dict[str, float]) -> float:
    """The portal's as a part of the library's own, by processor time."""
    return round(floor["cpu"] / ours["cpu"], 2) if ours["cpu"] else 0.0


if __name__ == "__main__":
    django.setup()
    Path(sys.argv[1]).write_text(json.dumps(measure(int(sys.argv[2]))))
