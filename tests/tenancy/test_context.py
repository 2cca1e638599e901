"""The second wall: whatever the code forgets to filter, the database shows nothing of a neighbour's."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, InternalError, OperationalError, ProgrammingError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from accounts.models import PastPassword
from audit.enums import Event, Outcome
from audit.models import AuditEvent
from audit.services import record
from directory.models import Company, Profile, User
from tenancy import context
from tests import factories
from tests.support.client import Client
from tests.support.database import superuser_url


@dataclass
class Neighbours:
    own: Company
    other: Company


def make_neighbours() -> Neighbours:
    with context.bank():
        own, other = factories.company(), factories.company()
        factories.profile(own, name="Propio")
        factories.profile(other, name="Ajeno")
        return Neighbours(own, other)


@pytest.fixture
def neighbours(db: None) -> Neighbours:
    return make_neighbours()


@pytest.fixture
def committed(committed_db: None) -> Neighbours:
    return make_neighbours()


def seen() -> list[str]:
    return sorted(Profile.objects.values_list("name", flat=True))


def told() -> tuple[str, str]:
    """What PostgreSQL itself holds of the scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('occired.scope', true), current_setting('occired.whose', true)")
        scope, whose = cursor.fetchone()
        return scope or "", whose or ""


def cut_connection() -> None:
    """Ends this thread's connection from the server's side, as a failover does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with psycopg.connect(superuser_url(), autocommit=True) as superuser:
        superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_without_a_scope_there_are_no_rows(neighbours: Neighbours) -> None:
    assert (seen(), Company.objects.count(), User.objects.count()) == ([], 0, 0)


def test_without_a_scope_nothing_can_be_written(neighbours: Neighbours) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Profile.objects.create(company=neighbours.own, name="Nuevo")

    assert Profile.objects.update(name="Cambiado") == 0
    assert Profile.objects.all().delete() == (0, {})
    with context.bank():
        assert seen() == ["Ajeno", "Propio"]


def test_a_company_sees_its_own_rows_alone(neighbours: Neighbours) -> None:
    with context.company(neighbours.own.id):
        assert seen() == ["Propio"]
        assert list(Company.objects.all()) == [neighbours.own]
        assert Profile.objects.filter(company=neighbours.other).count() == 0


def test_the_bank_sees_every_company(neighbours: Neighbours) -> None:
    with context.bank():
        assert seen() == ["Ajeno", "Propio"]


def test_a_company_cannot_insert_for_another(neighbours: Neighbours) -> None:
    with (
        context.company(neighbours.own.id),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Profile.objects.create(company=neighbours.other, name="Intruso")

    with context.bank():
        assert seen() == ["Ajeno", "Propio"]


def test_a_company_cannot_change_or_delete_anothers_rows(neighbours: Neighbours) -> None:
    with context.company(neighbours.own.id):
        assert Profile.objects.filter(name="Ajeno").update(name="Tomado") == 0
        assert Profile.objects.filter(name="Ajeno").delete() == (0, {})
        assert Profile.objects.update(name="Renombrado") == 1

    with context.bank():
        assert seen() == ["Ajeno", "Renombrado"]


def test_a_company_cannot_give_its_row_to_another(neighbours: Neighbours) -> None:
    with (
        context.company(neighbours.own.id),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Profile.objects.update(company=neighbours.other)

    with context.company(neighbours.own.id):
        assert seen() == ["Propio"]


def test_the_sign_in_reads_the_person_it_looks_for_and_nothing_else(neighbours: Neighbours) -> None:
    with context.bank():
        user, _another = factories.user(neighbours.own), factories.user(neighbours.own)
        PastPassword.objects.create(company=neighbours.own, user=user, hash="x", set_at=user.created_at)

    with context.sign_in(user.sign_in_key):
        assert list(User.objects.all()) == [user]
        assert (seen(), Company.objects.count(), PastPassword.objects.count()) == ([], 0, 0)


@pytest.mark.parametrize("key", ["", "%", "occired:", "occired:nadie"])
def test_the_sign_in_of_nobody_reads_nobody(neighbours: Neighbours, key: str) -> None:
    with context.bank():
        factories.user(neighbours.own)

    with context.sign_in(key):
        assert (User.objects.count(), Company.objects.count(), seen()) == (0, 0, [])


def test_the_sign_in_writes_nothing(neighbours: Neighbours) -> None:
    with context.bank():
        user = factories.user(neighbours.own)
        before = User.objects.values().get(pk=user.pk)

    with context.sign_in(user.sign_in_key):
        assert User.objects.update(first_names="Otro") == 0
        assert Company.objects.all().update(legal_name="Otra") == 0
        assert User.objects.select_for_update().first() is None
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM directory_user")
            assert cursor.rowcount == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            factories.company(neighbours.own.portal)

    with context.bank():
        assert User.objects.values().get(pk=user.pk) == before


def trail() -> list[tuple[str, Any]]:
    with context.bank():
        return list(AuditEvent.objects.values_list("event", "company_id"))


def test_the_sign_in_adds_a_refusal_of_nobody_to_the_trail_and_cannot_read_it(neighbours: Neighbours) -> None:
    with context.sign_in():
        record(Event.SIGN_IN_REFUSED, actor=None, company_id=None, outcome=Outcome.REFUSED)
        visible = AuditEvent.objects.count()

    assert (visible, trail()) == (0, [(Event.SIGN_IN_REFUSED, None)])


@pytest.mark.parametrize(
    "row",
    [
        {"event": Event.SIGN_IN},
        {"outcome": Outcome.OK},
        {"company_id": "own"},
        {"actor": "own"},
    ],
    ids=["another event", "another outcome", "a company's", "somebody's"],
)
def test_the_sign_in_adds_no_other_row_to_the_trail(neighbours: Neighbours, row: dict[str, Any]) -> None:
    with context.bank():
        user = factories.user(neighbours.own)
    own = {"company_id": neighbours.own.pk, "actor": user}
    row = {name: own[name] if value == "own" else value for name, value in row.items()}
    usual = {"event": Event.SIGN_IN_REFUSED, "actor": None, "company_id": None, "outcome": Outcome.REFUSED}

    with context.sign_in(user.sign_in_key), pytest.raises(ProgrammingError, match="row-level security"):
        record(**{**usual, **row})

    assert trail() == []


def test_a_company_adds_rows_to_its_own_trail_alone(neighbours: Neighbours) -> None:
    for company_id in (neighbours.other.pk, None):
        with (
            context.company(neighbours.own.pk),
            pytest.raises(ProgrammingError, match="row-level security"),
            transaction.atomic(),
        ):
            record(Event.SIGN_IN_REFUSED, actor=None, company_id=company_id, outcome=Outcome.REFUSED)
    with context.company(neighbours.own.pk):
        record(Event.SIGN_IN_REFUSED, actor=None, company_id=neighbours.own.pk, outcome=Outcome.REFUSED)

    assert trail() == [(Event.SIGN_IN_REFUSED, neighbours.own.pk)]


def test_a_company_id_that_exists_nowhere_shows_nothing(neighbours: Neighbours) -> None:
    with context.company(uuid4()):
        assert seen() == []


LOOKS: list[list[str]] = []


def looking(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware that forgets every scope, and notes what it sees."""

    def middleware(request: HttpRequest) -> HttpResponse:
        LOOKS.append(seen())
        return get_response(request)

    return middleware


def test_a_tests_request_sees_nothing_of_the_scope_its_data_is_arranged_in(neighbours: Neighbours) -> None:
    LOOKS.clear()

    with context.bank(), override_settings(MIDDLEWARE=["tests.tenancy.test_context.looking"]):
        Client(headers={"host": "localhost"}).get("/healthz")
        after = seen()

    assert (LOOKS, after) == ([[]], ["Ajeno", "Propio"])


def test_scopes_nest_and_come_back(neighbours: Neighbours) -> None:
    own, other = neighbours.own.id, neighbours.other.id

    with context.company(own):
        with context.bank():
            with context.company(other):
                assert (seen(), told()) == (["Ajeno"], ("company", str(other)))
            assert (seen(), told()) == (["Ajeno", "Propio"], ("bank", ""))
        assert (seen(), told()) == (["Propio"], ("company", str(own)))
    assert (seen(), told(), context.current()) == ([], ("none", ""), context.NOTHING)


def test_an_exception_leaves_the_scope(neighbours: Neighbours) -> None:
    with pytest.raises(RuntimeError), context.bank():
        raise RuntimeError

    assert (seen(), told()) == ([], ("none", ""))


class TestTransactions:
    """PostgreSQL takes settings back with the transaction that made them; the scope must be right all the same."""

    def test_a_rollback_inside_the_scope_keeps_it(self, committed: Neighbours) -> None:
        with context.company(committed.own.id):
            with pytest.raises(RuntimeError), transaction.atomic():
                raise RuntimeError

            assert seen() == ["Propio"]

    def test_a_scope_entered_in_a_transaction_that_is_rolled_back_is_over(self, committed: Neighbours) -> None:
        with pytest.raises(RuntimeError), transaction.atomic(), context.bank():
            raise RuntimeError

        assert (seen(), told()[0] in {"", "none"}) == ([], True)

    def test_a_failed_statement_in_a_scope_within_a_scope(self, committed: Neighbours) -> None:
        with context.company(committed.own.id):
            with pytest.raises(DatabaseError), transaction.atomic(), context.bank(), connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")

            assert (seen(), told()) == (["Propio"], ("company", str(committed.own.id)))

    def test_a_failed_statement_in_a_savepoint(self, committed: Neighbours) -> None:
        with transaction.atomic(), context.company(committed.own.id):
            with pytest.raises(DatabaseError), transaction.atomic(), context.bank(), connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
            inside = seen()

        assert (inside, seen()) == (["Propio"], [])

    def test_a_scope_that_spans_a_savepoint_rolled_back(self, committed: Neighbours) -> None:
        with transaction.atomic(), context.company(committed.own.id):
            with pytest.raises(RuntimeError), transaction.atomic(), context.company(committed.other.id):
                assert seen() == ["Ajeno"]
                raise RuntimeError
            after = seen()

        assert after == ["Propio"]

    def test_a_scope_cannot_be_entered_in_a_failed_transaction(self, committed: Neighbours) -> None:
        """It would not be told to PostgreSQL, and what held before would pass for it after a rollback."""
        with context.bank(), transaction.atomic():
            savepoint = transaction.savepoint()
            with pytest.raises(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")

            with pytest.raises(InternalError, match="failed transaction"), context.company(committed.own.id):
                raise AssertionError("the scope was entered")

            transaction.savepoint_rollback(savepoint)
            assert (seen(), context.current().kind) == (["Ajeno", "Propio"], "bank")

    def test_the_scope_outlives_the_commit(self, committed: Neighbours) -> None:
        with context.company(committed.own.id):
            with transaction.atomic():
                Profile.objects.create(company=committed.own, name="Segundo")

            assert seen() == ["Propio", "Segundo"]


class TestConnections:
    def test_a_connection_opened_in_the_middle_of_a_scope_gets_it(self, committed: Neighbours) -> None:
        with context.company(committed.own.id):
            connection.close()

            assert seen() == ["Propio"]
        assert seen() == []

    def test_a_connection_cut_by_the_server_comes_back_with_the_scope(self, committed: Neighbours) -> None:
        with context.company(committed.own.id):
            cut_connection()
            with pytest.raises(OperationalError):
                seen()
            connection.close_if_unusable_or_obsolete()

            assert (seen(), told()) == (["Propio"], ("company", str(committed.own.id)))

    def test_a_scope_entered_on_a_dead_connection_opens_another(self, committed: Neighbours) -> None:
        cut_connection()

        with context.company(committed.own.id):
            assert seen() == ["Propio"]

    @pytest.mark.parametrize("scope", [context.bank, context.sign_in], ids=["bank", "sign-in"])
    def test_leaving_a_scope_on_a_dead_connection_hides_nothing_and_leaves_nothing(
        self, committed: Neighbours, scope: Callable[[], AbstractContextManager[None]]
    ) -> None:
        with scope():
            Company.objects.count()
            cut_connection()

        assert (seen(), Company.objects.count()) == ([], 0)

    def test_a_connection_that_dies_in_a_transaction_is_an_operational_error(self, committed: Neighbours) -> None:
        with pytest.raises(OperationalError), transaction.atomic():
            cut_connection()
            with context.company(committed.own.id):
                Profile.objects.create(company=committed.own, name="Perdido")

        with context.bank():
            assert seen() == ["Ajeno", "Propio"]


@pytest.fixture
def in_a_thread() -> Callable[[Callable[[], object]], object]:
    def run(work: Callable[[], object]) -> object:
        results: list[object] = []

        def working() -> None:
            try:
                results.append(work())
            finally:
                connection.close()

        thread = threading.Thread(target=working)
        thread.start()
        thread.join()
        return results[0]

    return run


def test_a_thread_started_inside_a_scope_is_outside_of_it(
    committed: Neighbours, in_a_thread: Callable[[Callable[[], object]], object]
) -> None:
    with context.bank():
        assert in_a_thread(seen) == []


def test_threads_with_different_scopes_do_not_meet(committed: Neighbours) -> None:
    """Two threads stay in their scopes at the same time, one hundred looks each."""
    barrier = threading.Barrier(2)
    looks: dict[str, set[tuple[str, ...]]] = {}

    def look(name: str, company: Company) -> None:
        try:
            with context.company(company.id):
                barrier.wait()
                looks[name] = {tuple(seen()) for _ in range(100)}
        finally:
            connection.close()

    threads = [
        threading.Thread(target=look, args=pair) for pair in (("own", committed.own), ("other", committed.other))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert looks == {"own": {("Propio",)}, "other": {("Ajeno",)}}
