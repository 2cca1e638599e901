"""Files that a worker makes: once, also after it was killed; told to their maker; kept for a day."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from openpyxl import load_workbook

from directory.enums import UserState
from directory.models import User
from exports import rules, selectors, services, tasks
from exports.enums import ExportState, FileKind
from exports.models import Export, ExportPart
from notifications.models import Message
from tenancy import context
from tests import factories
from tests.exports.factories import export

pytestmark = pytest.mark.usefixtures("bank_scope")
LONG_AGO = timedelta(hours=1)


@pytest.fixture
def ordered(administrator: User) -> Export:
    for number in range(5):
        factories.user(administrator.company, username=f"usuario{number}x")
    now = timezone.now()
    return export(
        administrator, state=ExportState.WAITING, rows=5, rows_done=0, parts=0, query="orden=-usuario", created_at=now
    )


def names_in(made: Export) -> list[Any]:
    content = services.content_of(actor=made.maker, export=made)
    sheet: Any = load_workbook(BytesIO(content)).active
    found = [row[0] for row in sheet.iter_rows(values_only=True)]
    return found[found.index("Usuario") + 1 :]


def test_a_worker_makes_the_file_as_it_was_asked(ordered: Export) -> None:
    with context.nothing():
        state = services.make(ordered.pk)

    ordered.refresh_from_db()
    assert state == ordered.state == ExportState.DONE
    assert (ordered.rows_done, ordered.attempts) == (5, 1)
    assert names_in(ordered) == [f"usuario{number}x" for number in (4, 3, 2, 1, 0)]


def test_its_maker_is_told(ordered: Export) -> None:
    services.make(ordered.pk)

    message = Message.objects.get(user=ordered.maker)
    assert message.subject == "Su archivo está listo: Usuarios (Excel)"
    assert "Archivos exportados" in message.body


def test_it_is_kept_for_a_day_from_when_it_is_ready(ordered: Export) -> None:
    Export.objects.update(expires_at=timezone.now() + timedelta(minutes=1))

    services.make(ordered.pk)

    ordered.refresh_from_db()
    assert timedelta(hours=23) < ordered.expires_at - timezone.now() <= rules.KEPT


def test_a_file_larger_than_a_piece_is_put_together_again(ordered: Export) -> None:
    with patch.object(services, "PART_BYTES", 1000):
        services.make(ordered.pk)

    ordered.refresh_from_db()
    assert ordered.parts == ExportPart.objects.count() > 3
    assert len(names_in(ordered)) == 5


def test_progress_is_seen_by_others_while_it_is_made(ordered: Export) -> None:
    seen = []

    def note(document: Any, path: Any) -> None:
        list(document.rows())
        seen.append(Export.objects.values_list("rows_done", flat=True).get())
        path.write_bytes(b"x")

    with patch.dict(services.WRITERS, {FileKind.EXCEL: note}):
        services.make(ordered.pk)

    assert seen == [5]


def test_it_is_made_once(ordered: Export) -> None:
    assert services.make(ordered.pk) == ExportState.DONE
    assert services.make(ordered.pk) is None
    assert Message.objects.count() == 1


def test_nobody_takes_up_what_another_works_at(ordered: Export) -> None:
    Export.objects.update(state=ExportState.WORKING, leased_until=timezone.now() + rules.LEASE)

    assert services.make(ordered.pk) is None
    assert selectors.due_exports() == []


def test_what_a_killed_worker_left_is_taken_up(ordered: Export) -> None:
    Export.objects.update(state=ExportState.WORKING, attempts=1, leased_until=timezone.now() - LONG_AGO)

    assert selectors.due_exports() == [ordered.pk]
    assert services.make(ordered.pk) == ExportState.DONE


def test_one_whose_worker_is_killed_each_time_is_given_up(ordered: Export) -> None:
    Export.objects.update(
        state=ExportState.WORKING, attempts=rules.MOST_ATTEMPTS, leased_until=timezone.now() - LONG_AGO
    )

    assert services.make(ordered.pk) == ExportState.FAILED
    assert Message.objects.get().subject.startswith("No se pudo elaborar su archivo")


def test_the_sweep_asks_for_what_waits(ordered: Export, valkey: Any) -> None:
    Export.objects.update(leased_until=timezone.now() - LONG_AGO)

    tasks.sweep()

    assert valkey.llen("celery") == 1


def test_the_third_failure_is_the_last_and_is_told(ordered: Export) -> None:
    def fail(document: Any, path: Any) -> None:
        raise OSError("no room")

    with patch.dict(services.WRITERS, {FileKind.EXCEL: fail}):
        states = [services.make(ordered.pk) for _ in range(4)]

    assert states == [ExportState.WAITING, ExportState.WAITING, ExportState.FAILED, None]
    assert Message.objects.get().subject == "No se pudo elaborar su archivo: Usuarios (Excel)"
    assert not ExportPart.objects.exists()


@pytest.mark.parametrize("change", [{"state": UserState.INACTIVE}, {"role": "secondary"}])
def test_who_may_no_longer_see_the_list_gets_none(ordered: Export, change: dict[str, str]) -> None:
    User.objects.filter(pk=ordered.maker_id).update(**change)

    assert services.make(ordered.pk) == ExportState.FAILED


def test_only_rows_of_the_makers_company_are_in_it(ordered: Export, administrator: User) -> None:
    factories.user(factories.company(administrator.portal), username="vecino")

    services.make(ordered.pk)

    ordered.refresh_from_db()
    assert "vecino" not in names_in(ordered)


def test_the_database_refuses_another_companys_maker_and_piece(ordered: Export, administrator: User) -> None:
    other = factories.company(administrator.portal)

    with pytest.raises(IntegrityError, match="export_maker_of_company"), transaction.atomic():
        Export.objects.filter(pk=ordered.pk).update(company_id=other.pk)
    with pytest.raises(IntegrityError, match="part_of_companys_export"), transaction.atomic():
        ExportPart.objects.create(company_id=other.pk, export=ordered, number=1, sealed="x")
