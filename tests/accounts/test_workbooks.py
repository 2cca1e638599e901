"""Many users by one workbook: what a file may be, what each cell would do, one signature, all or nothing."""

import hashlib
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from accounts.bulk import rules, selectors, services
from accounts.bulk.sheets import product_label
from accounts.enums import CellOutcome, UploadState
from accounts.models import PasswordOrder, Upload
from accounts.passwords.selectors import ordered_passwords
from accounts.passwords.services import make_ordered
from accounts.states.changes import SetState
from accounts.tasks import make_passwords
from accounts.users.rules import MOST_NAMES_TOLD
from audit.models import AuditEvent
from audit.selectors import broken_chains
from changes.enums import ChangeState
from changes.models import Change
from changes.rules.large import unpacked
from changes.selectors import text_of
from changes.services import apply_signed
from directory.enums import CredentialState, Role, UserState
from directory.models import User
from limits.models import UserLimit
from notifications.models import Delivery, Message
from products.models import Product, ProductAssignment
from schedules.models import AccessSchedule
from tests import factories
from tests.accounts import workbooks
from tests.accounts.confirming import confirm, propose
from tests.limits import factories as rows
from tests.limits.factories import amounts
from tests.products.factories import assign
from tests.support.client import Client
from tests.support.people import signed_in
from tests.tokens.factories import token_of

pytestmark = pytest.mark.usefixtures("bank_scope")


class Company:
    """One user with a product and a limit, and what more of them could be made of."""

    def __init__(self) -> None:
        self.maker = User.objects.select_related("company__portal").get(pk=factories.administrator().pk)
        self.service = rows.service(name="Pagos - A Terceros")
        rows.ceiling(self.maker.company, self.service, amounts(50, 100, 900))
        self.product: Product = rows.product(self.maker.company, alias="CAHOFelipe", number="251830758")
        self.profile = factories.profile(self.maker.company, name="Tesorería")
        self.felipe = factories.user(self.maker.company, username="Felipe20", profile=self.profile)
        assign(self.felipe, self.product)
        rows.limit(self.felipe, self.service, self.product, amounts(1, 2, 3))
        token_of(self.maker)

    def book(self, *names: str, **values: Any) -> Any:
        """The company's own, with these new users, their product, a limit and hours."""
        book = workbooks.taken(self.maker)
        for name in names:
            person = {"Usuario": name, "Correo Electrónico": f"{name}@empresa.example", "Perfil": "Tesorería"}
            workbooks.put(book["Usuarios"], {**workbooks.NEW, **person, "Acción": "Generar Contraseña", **values})
            workbooks.put(book["Productos"], {"Usuario": name, product_label(self.product): "Sí"})
            limit = {"Usuario": name, "Producto": product_label(self.product), "Servicio": self.service.name}
            workbooks.put(book["Topes"], {**limit, "Transacción": 10, "Diario": 20.5, "Mensual": 300})
            workbooks.put(book["Días y Horarios"], {"Usuario": name, "Lunes, desde": "08:00", "Lunes, hasta": "17:00"})
        return book


@pytest.fixture
def company() -> Company:
    return Company()


def cells(upload: Upload, outcome: CellOutcome = CellOutcome.ERROR) -> list[list[str]]:
    return list(selectors.every_cell(upload, outcome))


def refusal(company: Company, book: Workbook) -> str:
    upload = workbooks.sent(company.maker, book)
    assert upload.state == UploadState.FAILED
    assert not Change.objects.exists()
    return upload.problem


class TestComparing:
    def test_what_was_taken_away_and_comes_back_changes_nothing(self, company: Company) -> None:
        factories.user(company.maker.company, username="conceros", id_number="0080111", address="=1+1")

        upload = workbooks.sent(company.maker, workbooks.taken(company.maker))

        assert upload.state == UploadState.READY
        assert upload.counts["people"] == {"same": 2}
        assert set(upload.counts["cells"]) == {"same"}
        with pytest.raises(ValidationError, match="No hay cambios"):
            workbooks.proposed(company.maker, upload)

    def test_each_cell_says_whether_it_creates_changes_or_leaves_as_it_is(self, company: Company) -> None:
        book = company.book("ana.daza")
        book["Usuarios"]["B2"] = "Daniel Felipe"
        book["Topes"]["E2"] = 40
        book["Topes"]["F2"] = 500

        upload = workbooks.sent(company.maker, book)

        assert upload.counts["people"] == {"changed": 1, "new": 1}
        assert [cell[:6] for cell in cells(upload, CellOutcome.CHANGE)] == [
            ["Usuarios", "B2", "Felipe20", "Nombres", "David Felipe", "Daniel Felipe"],
            ["Topes", "E2", "Felipe20", "Diario", "2.00", "40.00"],
            ["Topes", "F2", "Felipe20", "Mensual", "3.00", "500.00"],
        ]
        created = {cell[1]: cell[5] for cell in cells(upload, CellOutcome.CREATE) if cell[0] == "Usuarios"}
        assert created["A3"] == "ana.daza"
        assert created["G3"] == "0080111"
        assert not cells(upload)

    def test_nothing_is_written_by_comparing(self, company: Company) -> None:
        workbooks.sent(company.maker, company.book("ana.daza"))

        assert not User.objects.filter(username="ana.daza").exists()
        assert UserLimit.objects.count() == 1
        assert not PasswordOrder.objects.exists()
        assert not Change.objects.exists()

    @pytest.mark.parametrize(
        ("sheet", "head", "value", "where", "said"),
        [
            ("Usuarios", "Correo Electrónico", "nadie", "I3", "correo"),
            ("Usuarios", "Perfil", "Otro", "E3", "perfiles"),
            ("Usuarios", "Nombres", "", "B3", "obligatorio"),
            ("Usuarios", "Estado", "Bloqueado", "P3", "estado"),
            ("Productos", "product", "quizás", "B3", "Sí o No"),
            ("Topes", "Mensual", 901, "F3", "900.00"),
            ("Topes", "Transacción", "1.234", "D3", "decimales"),
            ("Topes", "Producto", "Cuenta Ahorros: OTRA - 999999999", "B3", "no tiene ese producto"),
            ("Topes", "Servicio", "Otro", "C3", "no existe"),
            ("Días y Horarios", "Lunes, desde", "25:00", "B3", "08:00"),
            ("Días y Horarios", "Lunes, desde", "08:00+05:00", "B3", "08:00"),
            ("Días y Horarios", "Lunes, hasta", "07:00", "C3", "anterior"),
        ],
    )
    def test_what_is_wrong_is_said_of_its_cell(
        self, company: Company, sheet: str, head: str, value: Any, where: str, said: str
    ) -> None:
        book = company.book("ana.daza")
        page = book[sheet]
        place = workbooks.heads(page).index(product_label(company.product) if head == "product" else head) + 1
        page.cell(3, place, value)

        upload = workbooks.sent(company.maker, book)

        assert [cell[:3] for cell in cells(upload)] == [[sheet, where, "ana.daza"]]
        assert said in cells(upload)[0][6]
        assert upload.counts["people"] == {"same": 1, "wrong": 1}
        assert upload.prepared["parts"] == 0

    def test_who_is_wrong_is_left_out_and_the_others_are_not(self, company: Company) -> None:
        book = company.book("ana.daza", "berta.ruiz")
        book["Usuarios"]["I3"] = "nadie"

        upload = workbooks.sent(company.maker, book)
        text = unpacked(text_of(workbooks.proposed(company.maker, upload)))

        assert upload.counts["people"] == {"new": 1, "same": 1, "wrong": 1}
        assert "berta.ruiz" in text
        assert "ana.daza" not in text

    def test_a_name_of_another_company_is_counted_and_a_free_one_offered(self, company: Company) -> None:
        factories.user(factories.company(company.maker.portal), username="ana.daza")

        upload = workbooks.sent(company.maker, company.book("Ana.Daza"))

        assert "ana.daza2" in cells(upload)[0][6].casefold()
        assert upload.names_told == 1

    def test_names_of_other_companies_cannot_be_tried_by_the_hundred(self, company: Company) -> None:
        factories.user(factories.company(company.maker.portal), username="ana.daza")
        workbooks.upload(company.maker, names_told=MOST_NAMES_TOLD)

        problem = refusal(company, company.book("ana.daza", "berta.ruiz"))

        assert "ana.daza" not in problem
        assert "Demasiados" in problem
        assert refusal(company, company.book("berta.ruiz")) == problem

    def test_a_workbook_that_asks_too_many_names_counts_though_it_is_refused(self, company: Company) -> None:
        factories.user(factories.company(company.maker.portal), username="ana.daza")
        factories.user(factories.company(company.maker.portal), username="eva.daza")
        workbooks.upload(company.maker, names_told=MOST_NAMES_TOLD - 1)

        refused = workbooks.sent(company.maker, company.book("ana.daza", "eva.daza"))

        assert refused.is_failed
        assert "daza" not in refused.problem
        assert workbooks.sent(company.maker, company.book("berta.ruiz")).is_failed
        assert workbooks.sent(company.maker, company.book(f"{company.maker.company.code}1")).is_ready

    def test_two_compare_no_more_often_than_thirty(self, company: Company) -> None:
        def statements(count: int) -> int:
            content = workbooks.saved(company.book(*(f"persona{number}" for number in range(count))))
            upload = services.order(actor=company.maker, name="x.xlsx", content=content)
            with CaptureQueriesContext(connection) as queries:
                services.compare(upload.pk)
            return len([query for query in queries if "accounts_uploadpiece" not in query["sql"]])

        assert statements(30) == statements(2)


class TestRefusing:
    """Nothing of such a file is read further, and the cell is named."""

    def test_a_formula(self, company: Company) -> None:
        book = company.book()
        book["Usuarios"]["C2"] = '=HYPERLINK("http://x","y")'

        assert refusal(company, book) == "Usuarios, celda C2: Es una fórmula. Escriba el valor mismo."

    @pytest.mark.parametrize("value", [80111222, True, 1.5])
    def test_what_is_no_text(self, company: Company, value: Any) -> None:
        book = company.book()
        book["Usuarios"]["G2"] = value

        assert refusal(company, book).startswith("Usuarios, celda G2: ")

    def test_one_user_twice(self, company: Company) -> None:
        book = company.book("ana.daza", "ANA.DAZA")

        assert "Usuarios, celda A4: Está repetido: es igual al de la fila 3." in refusal(company, book)

    def test_a_user_of_the_other_sheets_alone(self, company: Company) -> None:
        stranger = factories.user(factories.company(company.maker.portal), username="vecino")
        book = company.book()
        workbooks.put(book["Productos"], {"Usuario": stranger.username})

        assert refusal(company, book) == "Productos, celda A3: Este usuario no está en la hoja Usuarios."

    def test_another_companys_product(self, company: Company) -> None:
        other = rows.product(factories.company(company.maker.portal), alias="AJENA", number="999999999")
        book = company.book()
        book["Productos"]["C1"] = product_label(other)

        assert refusal(company, book) == "Productos, celda C1: Columna desconocida."

    def test_another_sheet_and_another_column(self, company: Company) -> None:
        book = company.book()
        book.create_sheet("Extra")
        assert refusal(company, book).startswith("Extra, celda A1: ")

        book = company.book()
        book["Topes"]["D1"] = "Monto"
        assert refusal(company, book) == "Topes, celda D1: Esta columna debe ser: Transacción."

    def test_nobody_in_it_and_too_many(self, company: Company) -> None:
        book = company.book()
        book["Usuarios"].delete_rows(2)
        for sheet in ("Productos", "Topes", "Días y Horarios"):
            book[sheet].delete_rows(2)
        assert "No hay nadie" in refusal(company, book)

        with patch.object(rules, "MOST_USERS", 1):
            assert refusal(company, company.book("ana.daza")) == "Usuarios, celda A3: Hay más de 1 filas."

    def test_files_that_are_no_plain_workbook(self, company: Company) -> None:
        plain = workbooks.saved(company.book())
        hostile = {
            "macros": packed(plain, {"xl/vbaProject.bin": b"x"}),
            "links": packed(plain, {"xl/externalLinks/externalLink1.xml": b"<x/>"}),
            "entities": packed(plain, {"xl/x.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}),
            "hidden entities": packed(plain, {"xl/x.png": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")}),
            "another encoding": packed(plain, {"xl/x.xml": b"<?xml version='1.0' encoding='cp037'?>" + b"\x4c" * 9}),
            "bomb": packed(plain, {"xl/x.xml": bytes(rules.MOST_BYTES_UNPACKED + 1)}),
            "text": b"Usuario;Nombres",
            "broken": plain[:-200],
        }

        said = {name: refused(company.maker, content) for name, content in hostile.items()}

        assert [name for name, text in said.items() if not text] == []
        assert "xl/vbaProject.bin" in said["macros"]
        assert not Upload.objects.exists()

    def test_one_more_than_a_day_allows(self, company: Company) -> None:
        workbooks.upload(company.maker)

        with patch.object(rules, "MOST_KEPT", 1):
            assert "Ya envió 1 libros" in refused(company.maker, workbooks.saved(company.book()))

    def test_one_whose_worker_is_killed_each_time(self, company: Company) -> None:
        upload = services.order(actor=company.maker, name="x.xlsx", content=workbooks.saved(company.book()))
        Upload.objects.update(
            state=UploadState.WORKING, attempts=rules.MOST_ATTEMPTS, leased_until=timezone.now() - rules.LEASE
        )

        assert services.compare(upload.pk) == UploadState.FAILED


def packed(content: bytes, parts: dict[str, bytes]) -> bytes:
    changed = BytesIO(content)
    with zipfile.ZipFile(changed, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return changed.getvalue()


def refused(maker: User, content: bytes) -> str:
    try:
        services.order(actor=maker, name="x.xlsx", content=content)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def signed(company: Company, book: Any) -> Change:
    """By the maker; what follows is a worker's."""
    return confirm(company.maker, workbooks.proposed(company.maker, workbooks.sent(company.maker, book)))


class TestApplying:
    def test_one_signature_makes_all_of_it(self, company: Company) -> None:
        change = signed(company, company.book("ana.daza", "berta.ruiz", Estado="Activo"))
        assert change.state == ChangeState.APPLYING
        assert not User.objects.filter(username="ana.daza").exists()

        apply_signed(change.pk)

        change.refresh_from_db()
        ana = User.objects.get(username="ana.daza")
        assert change.is_applied
        assert (ana.state, ana.id_number, ana.credential_state) == (UserState.ACTIVE, "0080111", CredentialState.NONE)
        assert ProductAssignment.objects.filter(user=ana).count() == 1
        assert UserLimit.objects.get(user=ana).amounts == amounts(10, "20.50", 300)
        assert str(AccessSchedule.objects.get(user=ana).monday_start) == "08:00:00"
        assert set(PasswordOrder.objects.values_list("user__username", flat=True)) == {"ana.daza", "berta.ruiz"}
        assert list(broken_chains()) == []
        assert AuditEvent.objects.filter(detail__change=str(change.pk), event="user.created").count() == 2

    def test_what_was_signed_is_the_whole_text(self, company: Company) -> None:
        change = workbooks.proposed(company.maker, workbooks.sent(company.maker, company.book("ana.daza")))

        text = unpacked(text_of(change))

        assert hashlib.sha256(text.encode()).hexdigest() == change.digest
        assert "20.50" in text

    def test_a_worker_that_is_asked_twice_applies_once(self, company: Company) -> None:
        change = signed(company, company.book("ana.daza"))

        assert apply_signed(change.pk) == ChangeState.APPLIED
        assert apply_signed(change.pk) is None
        assert User.objects.filter(username="ana.daza").count() == 1

    def test_what_has_moved_meanwhile_makes_it_stale_and_nothing_is_written(self, company: Company) -> None:
        book = company.book("ana.daza")
        book["Usuarios"]["B2"] = "Daniel"
        change = signed(company, book)
        User.objects.filter(pk=company.felipe.pk).update(first_names="Otro")

        apply_signed(change.pk)

        change.refresh_from_db()
        assert change.is_stale
        assert not User.objects.filter(username="ana.daza").exists()
        assert not PasswordOrder.objects.exists()
        told = Message.objects.filter(user=company.maker).latest("created_at")
        assert "nada cambió" in told.subject
        assert "modificado después" in told.body

    @pytest.mark.parametrize("change", [{"state": UserState.INACTIVE}, {"role": Role.SECONDARY}], ids=str)
    def test_whoever_signed_may_still_act_when_it_is_applied(self, company: Company, change: dict[str, str]) -> None:
        signed_change = signed(company, company.book("ana.daza"))
        User.objects.filter(pk=company.maker.pk).update(**change)

        assert apply_signed(signed_change.pk) == ChangeState.REFUSED
        assert not User.objects.filter(username="ana.daza").exists()

    def test_a_proposal_is_made_once_however_often_it_is_asked_for(self, company: Company) -> None:
        upload = workbooks.sent(company.maker, company.book("ana.daza"))

        first = workbooks.proposed(company.maker, upload)
        upload.refresh_from_db()

        assert workbooks.proposed(company.maker, upload) == first
        assert Change.objects.count() == 1

    def test_meanwhile_nobody_else_proposes_anything_and_home_says_what_is_under_way(self, company: Company) -> None:
        signed(company, company.book("ana.daza"))
        home = signed_in(company.maker).get("/").content.decode()

        with pytest.raises(ValidationError, match="cambio de muchos usuarios"):
            propose(company.maker, SetState(user=company.felipe.pk, state=UserState.INACTIVE))

        assert "Libro usuarios.xlsx: 1 usuario" in home

    def test_meanwhile_what_waits_for_a_signature_says_so_before_a_code_is_spent(self, company: Company) -> None:
        colleague = factories.administrator(company.maker.company)
        waiting = propose(colleague, SetState(user=company.felipe.pk, state=UserState.INACTIVE))
        signed(company, company.book("ana.daza"))

        page = signed_in(colleague).get(reverse("changes:confirm", args=[waiting.pk])).content.decode()
        with pytest.raises(ValidationError, match="cambio de muchos usuarios"):
            confirm(colleague, waiting)

        assert "cambio de muchos usuarios" in page
        assert not waiting.signatures.exists()

    def test_whom_it_touches_is_locked_only_when_it_is_their_turn(self, company: Company) -> None:
        book = company.book("ana.daza")
        book["Usuarios"]["B2"] = "Daniel"
        change = signed(company, book)

        with CaptureQueriesContext(connection) as asked:
            apply_signed(change.pk)

        touching = [
            number for number, query in enumerate(asked.captured_queries) if str(company.felipe.pk) in query["sql"]
        ]
        created = next(number for number, query in enumerate(asked.captured_queries) if "ana.daza" in query["sql"])
        assert touching[0] > created
        assert all("FOR UPDATE" not in asked.captured_queries[number]["sql"] for number in touching)

    def test_with_dual_control_it_waits_for_another_person(self, company: Company) -> None:
        company.maker.company.dual_control = True
        company.maker.company.save()
        other = factories.administrator(company.maker.company)
        token_of(other)

        change = signed(company, company.book("ana.daza"))
        assert (change.state, change.by_two) == (ChangeState.PROPOSED, True)

        assert confirm(other, change).state == ChangeState.APPLYING
        assert apply_signed(change.pk) == ChangeState.APPLIED
        assert User.objects.filter(username="ana.daza").exists()
        told = Message.objects.filter(subject__startswith="Hecho: Libro").values_list("user", flat=True)
        assert set(told) == {company.maker.pk, other.pk}

    def test_who_signed_stands_in_the_trail_before_anything_is_made(self, company: Company) -> None:
        change = signed(company, company.book("ana.daza"))

        row = AuditEvent.objects.get(event="change.applying")
        detail = row.detail or {}
        assert (row.actor_id, detail["digest"]) == (company.maker.pk, change.digest)
        assert [each["signer"] for each in detail["signatures"]] == [company.maker.username]
        assert not AuditEvent.objects.filter(event="user.created").exists()

    def test_of_a_rule_that_is_broken_by_then_the_signer_reads_which(self, company: Company) -> None:
        book = company.book("ana.daza")
        book["Usuarios"]["B2"] = "Daniel"
        change = signed(company, book)
        factories.user(factories.company(company.maker.portal), username="ana.daza")

        assert apply_signed(change.pk) == ChangeState.REFUSED

        change.refresh_from_db()
        assert change.reason == "Este usuario ya existe. Elija otro."
        told = Message.objects.filter(user=company.maker).latest("created_at")
        assert (told.subject, told.body) == (f"No se pudo hacer, nada cambió: {change.title}", change.reason)
        assert list(AuditEvent.objects.filter(detail__change=str(change.pk)).values_list("event", flat=True)) == [
            "change.proposed",
            "change.applying",
            "change.refused",
        ]


class TestPasswords:
    def test_each_is_made_once_with_its_mail(self, company: Company) -> None:
        apply_signed(signed(company, company.book("ana.daza", "berta.ruiz")).pk)
        orders = [order for order, _user in ordered_passwords()]

        made = [make_ordered(order) for order in [*orders, *orders]]

        assert made == [True, True, False, False]
        assert Delivery.objects.count() == 2
        assert not PasswordOrder.objects.exists()
        assert set(User.objects.filter(username__in=["ana.daza", "berta.ruiz"]).values_list("credential_state")) == {
            (CredentialState.GENERATED,)
        }
        assert AuditEvent.objects.filter(event="password.generated").count() == 2

    def test_one_that_fails_keeps_nobody_elses_waiting(self, company: Company) -> None:
        apply_signed(signed(company, company.book("ana.daza", "berta.ruiz")).pk)
        first = PasswordOrder.objects.order_by("created_at", "pk")[0]
        User.objects.filter(pk=first.user_id).update(email="ana@empresa.c")

        make_passwords()

        assert PasswordOrder.objects.get() == first
        assert Delivery.objects.count() == 1

    def test_one_that_fails_is_still_ordered(self, company: Company) -> None:
        apply_signed(signed(company, company.book("ana.daza")).pk)
        [(order, _user)] = ordered_passwords()

        with (
            patch("accounts.passwords.services.generate_password", side_effect=OSError("no")),
            pytest.raises(OSError, match="no"),
        ):
            make_ordered(order)

        assert [kept for kept, _user in ordered_passwords()] == [order]
        assert not Delivery.objects.exists()


class TestPages:
    @pytest.fixture
    def browser(self, company: Company) -> Client:
        return signed_in(company.maker, token_of(company.maker))

    def test_a_workbook_is_sent_and_what_it_would_do_is_read(self, company: Company, browser: Client) -> None:
        file = SimpleUploadedFile("usuarios.xlsx", workbooks.saved(company.book("ana.daza")))

        sent = browser.post(reverse("users:bulk"), {"archivo": file})
        upload = Upload.objects.get()
        assert sent["Location"] == reverse("users:bulk-upload", args=[upload.pk])
        assert 'data-progress="yes"' in browser.get(sent["Location"]).content.decode()
        services.compare(upload.pk)

        page = browser.get(sent["Location"]).content.decode()
        assert 'data-progress="no"' in page
        assert "ana.daza" in page
        assert "Felipe20" in browser.get(f"{sent['Location']}?ver=same").content.decode()
        assert "Felipe20" not in browser.get(f"{sent['Location']}?ver=create").content.decode()

    def test_errors_are_left_out_only_when_it_is_said_how_many(self, company: Company, browser: Client) -> None:
        book = company.book("ana.daza", "berta.ruiz")
        book["Usuarios"]["I3"] = "nadie"
        upload = workbooks.sent(company.maker, book)
        address = reverse("users:bulk-upload", args=[upload.pk])

        refused_page = browser.post(address, {})
        assert "Dejar por fuera a la persona con errores (1)" in refused_page.content.decode()
        assert not Change.objects.exists()
        browser.post(address, {"leave_out": "on"})

        assert Change.objects.get().is_large

    def test_the_signer_searches_and_takes_the_whole_text(self, company: Company, browser: Client) -> None:
        change = workbooks.proposed(
            company.maker, workbooks.sent(company.maker, company.book("ana.daza", "berta.ruiz"))
        )

        page = browser.get(reverse("changes:confirm", args=[change.pk])).content.decode()
        found = browser.get(reverse("changes:text", args=[change.pk]), {"buscar": "BERTA topes"}).content.decode()
        file = browser.get(reverse("changes:text-file", args=[change.pk]))

        assert "20.50" in page
        assert change.digest in page
        assert "Topes de berta.ruiz" in found
        assert "ana.daza" not in found
        assert hashlib.sha256(file.content).hexdigest() == change.digest

    def test_the_result_is_a_file(self, company: Company, browser: Client) -> None:
        book = company.book("ana.daza", "berta.ruiz")
        book["Usuarios"]["I3"] = "=nadie".removeprefix("=")
        upload = workbooks.sent(company.maker, book)

        content = browser.get(reverse("users:bulk-result", args=[upload.pk])).content

        sheet: Any = load_workbook(BytesIO(content)).active
        said = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert said[1][:4] == ["Errores", "Usuarios", "I3", "ana.daza"]
        assert len(said) == 1 + sum(count for name, count in upload.counts["cells"].items() if name != "same")

    def test_what_is_anothers_is_not_there(self, company: Company, client_for: Callable[..., Client]) -> None:
        upload = workbooks.upload(company.maker)
        colleague = factories.administrator(company.maker.company)

        browser = client_for(colleague)
        names = ("users:bulk-upload", "users:bulk-result")

        assert {browser.get(reverse(name, args=[upload.pk])).status_code for name in names} == {404}
