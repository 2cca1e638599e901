"""What people get who take a list out of the portal, and what stays of it."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from audit.enums import Event
from audit.models import AuditEvent
from directory.models import Service, User
from exports import rules, services
from exports.enums import ExportState, FileKind
from exports.listing import BY_KEY_OF_ALL
from exports.models import Export, ExportPart
from exports.registry import LISTINGS
from limits.models import UserLimit
from limits.rules import Amounts
from notifications.enums import MessageKind
from notifications.services import notify
from pages.lists import Listing
from tenancy.sealing import CannotOpen
from tests import factories
from tests.exports.factories import CONTENT, export
from tests.products import factories as factories_of_products
from tests.support.client import Client
from tests.support.there import there
from tests.tokens.factories import token_of

pytestmark = pytest.mark.usefixtures("bank_scope")
URL = "/exportar/users/"
FILES = "/archivos/"
AMOUNTS = Amounts(Decimal(1), Decimal(2), Decimal(3))


@pytest.fixture
def only_one_at_once() -> Iterator[None]:
    """As if two rows were many."""
    with patch.object(rules, "ROWS_AT_ONCE", {FileKind.EXCEL: 1, FileKind.PDF: 1}):
        yield


@pytest.fixture
def two(administrator: User) -> None:
    factories.user(administrator.company, username="Felipe20")
    factories.user(administrator.company, username="VictorP1")


def last_event(event: Event) -> AuditEvent:
    return AuditEvent.objects.filter(event=event).latest("sequence")


class TestShortLists:
    @pytest.mark.parametrize(
        ("kind", "begins", "content_type"),
        [("xlsx", b"PK", "spreadsheetml.sheet"), ("pdf", b"%PDF", "application/pdf")],
    )
    def test_come_at_once(self, client: Client, two: None, kind: str, begins: bytes, content_type: str) -> None:
        response = client.post(f"{URL}?nombre=david", {"formato": kind})

        assert response.status_code == 200
        assert response.content.startswith(begins)
        assert content_type in response["Content-Type"]
        assert response["Content-Disposition"].startswith('attachment; filename="usuarios-')
        assert response["Content-Disposition"].endswith(f'.{kind}"')
        assert response["Cache-Control"] == "no-store"

    def test_are_noted_in_the_trail(self, client: Client, administrator: User, two: None) -> None:
        client.post(f"{URL}?usuario=felipe&columnas=perfil", {"formato": "pdf"})

        event = last_event(Event.LIST_EXPORTED)
        assert (event.actor_name, event.company_id, event.address) == (
            "adelgado",
            administrator.company_id,
            "127.0.0.1",
        )
        assert event.detail == {
            "listing": "users",
            "kind": "pdf",
            "rows": 1,
            "columns": ["usuario", "perfil"],
            "query": "usuario=felipe&columnas=perfil",
        }

    def test_nothing_of_them_is_kept(self, client: Client, two: None) -> None:
        client.post(URL, {"formato": "xlsx"})

        assert not Export.objects.exists()

    def test_an_unknown_format_makes_nothing(self, client: Client, two: None) -> None:
        response = client.post(f"{URL}?usuario=felipe", {"formato": "exe"})

        assert (response.status_code, response["Location"]) == (302, f"{URL}?usuario=felipe")
        assert not AuditEvent.objects.filter(event=Event.LIST_EXPORTED).exists()


class TestPrint:
    def test_shows_all_rows_with_who_and_when(self, client: Client, administrator: User, two: None) -> None:
        for _ in range(12):
            factories.user(administrator.company)

        body = client.get(f"{URL}?ver=10").text

        assert body.count('<th scope="row"') == 14
        for said in ("Elaborado por", f"{administrator.full_name} (adelgado)", "America/Bogota", "Imprimir"):
            assert said in body
        assert there(last_event(Event.LIST_EXPORTED).detail)["kind"] == "print"

    def test_says_where_it_ends(self, client: Client, two: None) -> None:
        with patch.object(rules, "MOST_ROWS_PRINTED", 1):
            body = client.get(URL).text

        assert "Este archivo termina en el registro 1 de 2." in body
        assert "VictorP1" not in body

    def test_asks_as_much_for_thirty_rows_as_for_one(self, client: Client, administrator: User) -> None:
        def queries(users: int) -> int:
            for _ in range(users):
                factories.user(administrator.company)
            with CaptureQueriesContext(connection) as captured:
                client.get(URL)
            return len(captured)

        assert queries(1) == queries(29)


class TestLongLists:
    def test_are_made_by_a_worker(self, client: Client, two: None, only_one_at_once: None, valkey: Any) -> None:
        response = client.post(f"{URL}?orden=-usuario", {"formato": "xlsx"})

        made = Export.objects.get()
        assert (response.status_code, response["Location"]) == (302, FILES)
        assert (made.state, made.rows, made.language) == ("waiting", 2, "es")
        assert made.query == (
            "orden=-usuario&columnas=usuario&columnas=nombre&columnas=perfil&columnas=estado&columnas=ingreso"
        )
        assert valkey.llen("celery") == 1
        assert "El archivo de 2 registros está en preparación" in client.get(FILES).text

    def test_a_pdf_that_will_end_early_is_announced(
        self, client: Client, two: None, only_one_at_once: None, valkey: Any
    ) -> None:
        with patch.object(rules, "MOST_ROWS", {FileKind.PDF: 1}):
            client.post(URL, {"formato": "pdf"})

        assert "Un PDF termina en 1 registros y el suyo tiene 2" in client.get(FILES).text
        assert Export.objects.get().rows == 1

    def test_only_some_are_made_at_the_same_time(
        self, client: Client, administrator: User, two: None, only_one_at_once: None, valkey: Any
    ) -> None:
        for _ in range(rules.MOST_OPEN):
            export(administrator, state=ExportState.WORKING)

        client.post(URL, {"formato": "xlsx"})

        assert Export.objects.count() == rules.MOST_OPEN
        assert "Ya tiene 3 archivos en preparación" in client.get(FILES).text

    def test_so_many_are_kept_of_one_day(
        self, client: Client, administrator: User, two: None, only_one_at_once: None, valkey: Any
    ) -> None:
        export(administrator)

        with patch.object(rules, "MOST_KEPT", 1):
            client.post(URL, {"formato": "xlsx"})

        assert Export.objects.count() == 1
        assert "Ya tiene 1 archivos del último día" in client.get(FILES).text


class TestFiles:
    def test_show_how_far_each_is(self, client: Client, administrator: User) -> None:
        export(administrator, state=ExportState.WORKING, rows=4000, rows_done=1000)

        body = client.get(FILES).text

        assert '<progress max="100" value="25"' in body
        assert "25 %" in body
        assert 'data-progress="yes"' in body

    def test_a_file_is_downloaded_and_noted(self, client: Client, administrator: User) -> None:
        made = export(administrator)

        assert reverse("exports:download", args=[made.pk]) in client.get(FILES).text
        response = client.get(reverse("exports:download", args=[made.pk]))

        assert response.content == CONTENT
        assert last_event(Event.EXPORT_DOWNLOADED).target_id == str(made.pk)

    def test_are_their_makers_alone(self, client: Client, administrator: User, client_for: Any) -> None:
        colleague = factories.administrator(administrator.company)
        made = export(administrator)
        url = reverse("exports:download", args=[made.pk])

        colleagues = client_for(colleague)
        assert colleagues.get(url).status_code == 404
        assert str(made.pk) not in colleagues.get(FILES).text
        assert client.get(reverse("exports:download", args=[uuid4()])).status_code == 404

    @pytest.mark.parametrize("state", [ExportState.WAITING, ExportState.WORKING, ExportState.FAILED])
    def test_what_is_not_ready_is_not_there(self, client: Client, administrator: User, state: ExportState) -> None:
        made = export(administrator, state=state)

        assert client.get(reverse("exports:download", args=[made.pk])).status_code == 404

    def test_what_is_over_is_not_there(self, client: Client, administrator: User) -> None:
        made = export(administrator, expires_at=timezone.now())

        assert client.get(reverse("exports:download", args=[made.pk])).status_code == 404

    def test_who_may_no_longer_see_the_list_gets_no_file(self, felipe: User, client_for: Any) -> None:
        made = export(felipe)

        assert client_for(felipe).get(reverse("exports:download", args=[made.pk])).status_code == 403

    def test_say_what_they_are_for_when_there_is_none(self, client: Client) -> None:
        assert "No tiene archivos exportados" in client.get(FILES).text

    def test_ask_as_much_for_thirty_as_for_one(self, client: Client, administrator: User) -> None:
        def queries(files: int) -> int:
            for _ in range(files):
                export(administrator)
            with CaptureQueriesContext(connection) as captured:
                client.get(FILES, {"ver": "50"})
            return len(captured)

        assert queries(1) == queries(29)


class TestEveryList:
    """Each that can be taken away holds on its page, on paper and in its files the same columns and as many rows."""

    @pytest.fixture(autouse=True)
    def something_in_each(self, administrator: User, felipe: User) -> None:
        token_of(felipe)
        account = factories_of_products.product(administrator.company)
        service = Service.objects.create(edition="occired", code="pagos", name="Pagos", position=1)
        UserLimit.objects.create(
            company=administrator.company, user=felipe, service=service, product=account, **AMOUNTS._asdict()
        )
        for kind in MessageKind:
            notify(user_id=administrator.pk, company_id=administrator.company_id, subject="Aviso", kind=kind)

    @pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.key)
    def test_can_be_taken_away(self, client: Client, administrator: User, listing: Listing) -> None:
        url = reverse(f"exports:{listing.key}")
        labels = [str(column.label) for column in listing.asked("", administrator).columns]

        paper, workbook, pdf = client.get(url), *(client.post(url, {"formato": kind}) for kind in FileKind.values)

        assert paper.text.count('<th scope="col"') == len(labels)
        assert paper.context["document"].total == 1
        rows = list(there(load_workbook(BytesIO(workbook.content)).active).iter_rows(values_only=True))
        assert [str(cell) for cell in rows[-2]] == labels
        assert all(label in PdfReader(BytesIO(pdf.content)).pages[0].extract_text() for label in labels)

    @pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.key)
    def test_sorts_by_each_column_that_says_so(self, administrator: User, listing: Listing) -> None:
        for column in listing.asked("", administrator).listing.columns:
            for order in (column.key, f"-{column.key}"):
                asked = listing.asked(f"orden={order}&filtro=", administrator)
                assert asked.order == (order if column.sort else listing.order)
                assert asked.page.paginator.count == 1
                assert asked.rows.query.order_by[-1] == "pk"  # what is alike is never on two pages, or on none

    @pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.key)
    def test_can_be_filtered(self, administrator: User, listing: Listing) -> None:
        assert listing.asked("filtro=nadie+y+nada", administrator).page.paginator.count == 0


class TestLayout:
    """A list stays as its reader left it."""

    USERS, USAGE = "/listas/users/", "/listas/usage/"

    def test_columns_and_size_are_there_when_they_come_back(self, client: Client, two: None) -> None:
        page = "/administracion/usuarios/configuracion/?orden=-usuario#lista"

        answer = client.post(self.USERS, {"columnas": ["usuario", "correo"], "next": page})
        client.post(self.USERS, {"ver": "50"})
        asked = client.get(page).context["asked"]

        assert answer["Location"] == page
        assert [column.key for column in asked.columns] == ["usuario", "correo"]
        assert asked.page.paginator.per_page == 50

    def test_files_take_the_columns_seen(self, client: Client, two: None) -> None:
        client.post(self.USERS, {"columnas": ["usuario", "correo"]})

        paper, workbook = client.get(URL).text, client.post(URL, {"formato": "xlsx"}).content

        rows = list(there(load_workbook(BytesIO(workbook)).active).iter_rows(values_only=True))
        assert paper.count('<th scope="col"') == 2
        assert [list(row) for row in rows[-3:]] == [
            ["Usuario", "Correo Electrónico"],
            ["Felipe20", "felipe20@empresa.example"],
            ["VictorP1", "victorp1@empresa.example"],
        ]

    @pytest.mark.parametrize(
        "sent", [{"habituales": "si"}, {"columnas": ["usuario", "nombre", "perfil", "estado", "ingreso"]}]
    )
    def test_the_usual_columns_are_no_choice(self, client: Client, administrator: User, sent: dict[str, Any]) -> None:
        client.post(self.USAGE, {"ver": "100"})
        client.post(self.USERS, {"columnas": ["usuario", "correo"]})

        client.post(self.USERS, sent)

        administrator.refresh_from_db()
        assert administrator.list_layouts == {"usage": {"size": 100}}

    @pytest.mark.parametrize(
        "sent", [{}, {"columnas": ["usuario", "password"]}, {"ver": "5000"}, {"columnas": "x" * 90}]
    )
    def test_what_means_nothing_keeps_nothing(self, client: Client, administrator: User, sent: dict[str, Any]) -> None:
        answer = client.post(self.USERS, sent)

        administrator.refresh_from_db()
        assert (answer["Location"], administrator.list_layouts) == ("/", {})

    def test_they_are_each_persons_own(self, client: Client, administrator: User, client_for: Any) -> None:
        colleague = factories.administrator(administrator.company)

        client.post(self.USERS, {"columnas": ["usuario", "correo"]})

        asked = client_for(colleague).get("/administracion/usuarios/configuracion/").context["asked"]
        assert asked.shows_usual_columns

    def test_a_list_that_is_none_is_not_there(self, client: Client) -> None:
        assert client.post("/listas/passwords/", {"ver": "50"}).status_code == 404
        assert client.get(self.USERS).status_code == 405

    def test_every_list_is_known(self) -> None:
        modules = [import_module(".".join(path.with_suffix("").parts)) for path in Path().glob("*/**/listing.py")]
        found = {each.key for module in modules for each in vars(module).values() if isinstance(each, Listing)}

        assert found == set(BY_KEY_OF_ALL)


@pytest.mark.parametrize("name", ["users", "files", "download"])
def test_the_wrong_method_is_refused(client: Client, administrator: User, name: str) -> None:
    arguments = [export(administrator).pk] if name == "download" else []
    method = client.put if name == "users" else client.post

    assert method(reverse(f"exports:{name}", args=arguments)).status_code == 405


def test_secondary_users_take_no_users_away(felipe: User, client_for: Any) -> None:
    client = client_for(felipe)

    assert client.get(URL).status_code == client.post(URL, {"formato": "xlsx"}).status_code == 403


def test_what_was_sealed_is_not_readable_and_not_moved(administrator: User) -> None:
    first, second = export(administrator), export(administrator)
    parts = ExportPart.objects.order_by("pk")
    assert CONTENT not in parts[0].sealed.encode()

    ExportPart.objects.filter(export=second).update(sealed=ExportPart.objects.get(export=first).sealed)

    with pytest.raises(CannotOpen):
        services.content_of(actor=administrator, export=second)


def test_a_file_without_one_of_its_pieces_is_none(administrator: User) -> None:
    made = export(administrator, parts=2)

    with pytest.raises(CannotOpen):
        services.content_of(actor=administrator, export=made)


def test_files_are_deleted_when_their_day_is_over(administrator: User) -> None:
    over = export(administrator, expires_at=timezone.now() - timedelta(seconds=1))
    kept = export(administrator)

    assert services.delete_expired() == 1
    assert list(Export.objects.all()) == [kept]
    assert not ExportPart.objects.filter(export_id=over.pk).exists()
