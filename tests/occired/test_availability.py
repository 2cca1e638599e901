"""With the database gone every page says so, with 503 and when to come back; with the database back all is well."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, close_old_connections, connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path
from pytest_django import Settings

from devserver.processes import free_port
from directory.models import Company
from directory.permissions import Permission, public, requires
from occired import urls
from occired.logs import OneLineFormatter
from occired.postgresql import patience
from occired.postgresql.base import DatabaseWrapper
from tenancy import context
from tests import barrier
from tests.architecture.world import World, addresses, make_world
from tests.support.client import Client
from tests.support.outages import OwnDatabase
from tests.support.portal import Portal

SAYS_SO = (503, "5", "Error 503")
LONGEST_SECONDS = 5
BUSY_SECONDS = 2  # that a busy machine may add
CROWD = 40


@pytest.fixture(scope="module")
def world(own_database: OwnDatabase) -> World:
    with context.bank():
        return make_world()


@pytest.fixture(scope="module")
def web(own_database: OwnDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    web = Portal(free_port(), tmp_path_factory.mktemp("web") / "web.log")
    web.start_web(**own_database.environment)
    yield web
    web.stop_all()


def cookies_of(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}


def said(answer: barrier.Answer) -> tuple[int, str, str]:
    page = "Error 503" if "Error 503" in answer.body and "Traceback" not in answer.body else answer.body[:200]
    return answer.status, answer.headers.get("retry-after", ""), page


def ask(url: str, method: str, path: str, cookies: Mapping[str, str]) -> tuple[int, str, str]:
    return said(barrier.fire(url, [barrier.request(method, url + path, b"a=b", cookies=cookies)])[0])


@pytest.fixture
def walks(web: Portal, world: World) -> list[tuple[str, str, dict[str, str]]]:
    """Every address with everybody who might ask for it: host, path and cookies."""
    customers = [each.with_ids(world.own.ids) for each in addresses("occired.urls") if each.name != "healthz"]
    staff = [each.beginning for each in addresses("occired.staff_urls") if each.name != "healthz"]
    at_the_portal = cookies_of(world.clients["administrator"])
    at_the_bank = cookies_of(world.clients["staff at the staff host"])
    return [
        *[(web.url, path, cookies) for path in [*customers, "/no-existe/"] for cookies in ({}, at_the_portal)],
        *[(web.staff_url, path, at_the_bank) for path in staff],
    ]


class TestAnOutage:
    def test_every_address_says_so_and_nobody_sees_a_trace(
        self, own_database: OwnDatabase, walks: list[tuple[str, str, dict[str, str]]], web: Portal
    ) -> None:
        with own_database.stopped():
            got = {
                f"{method} {url}{path} {bool(cookies)}": ask(url, method, path, cookies)
                for url, path, cookies in walks
                for method in ("GET", "POST")
            }

        assert {asked: answer for asked, answer in got.items() if answer != SAYS_SO} == {}
        assert len(got) > 250
        assert "Traceback" not in web.log.read_text()

    def test_the_next_request_after_it_is_well(
        self, own_database: OwnDatabase, walks: list[tuple[str, str, dict[str, str]]], web: Portal, world: World
    ) -> None:
        cookies = cookies_of(world.clients["administrator"])
        before = [barrier.get(f"{web.url}/", cookies=cookies).status for _ in range(20)]
        with own_database.stopped():
            during = [barrier.get(f"{web.url}/", cookies=cookies).status for _ in range(20)]

        after = [barrier.get(f"{web.url}/", cookies=cookies).status for _ in range(20)]

        assert (set(before), set(during), set(after)) == ({200}, {503}, {200})

    def test_a_process_that_started_without_a_database_says_so_and_recovers(
        self, own_database: OwnDatabase, world: World, tmp_path: Path
    ) -> None:
        late = Portal(free_port(), tmp_path / "late.log")
        try:
            with own_database.stopped():
                late.start_web(**own_database.environment)
                during = said(barrier.get(f"{late.url}/ingreso/"))

            assert (during, barrier.get(f"{late.url}/ingreso/").status) == (SAYS_SO, 200)
        finally:
            late.stop_all()

    def test_a_standby_that_takes_no_writes_is_an_outage_for_who_must_write(
        self, own_database: OwnDatabase, web: Portal, world: World
    ) -> None:
        form = barrier.form_of(f"{web.url}/ingreso/")
        sign_in = barrier.post(f"{web.url}/ingreso/", {**form[1], "username": "x", "conditions": "on"}, cookies=form[0])
        with own_database.postgres.connect() as superuser:
            superuser.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            superuser.execute("SELECT pg_reload_conf()")
            try:
                during = said(barrier.fire(web.url, [sign_in])[0])
            finally:
                superuser.execute("SET default_transaction_read_only = off")
                superuser.execute("ALTER SYSTEM RESET default_transaction_read_only")
                superuser.execute("SELECT pg_reload_conf()")

        assert during == SAYS_SO


def cut_off() -> None:
    """The server ends this connection, as in a failover: whatever is asked next fails."""
    with suppress(psycopg.OperationalError):
        connection.connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@public
def in_the_view(request: HttpRequest) -> HttpResponse:
    cut_off()
    return HttpResponse(str(Company.objects.count()))


@public
def in_the_template(request: HttpRequest) -> HttpResponse:
    cut_off()
    return render(request, "portal.html")


@public
def while_saving_the_session(request: HttpRequest) -> HttpResponse:
    request.session["noted"] = "something"
    cut_off()
    return HttpResponse("done")


@public
@transaction.atomic
def at_the_commit(request: HttpRequest) -> HttpResponse:
    request.session.save()
    cut_off()
    return HttpResponse("done")


@requires(Permission.OWN_ACCOUNT)
def while_a_refusal_is_noted(request: HttpRequest) -> HttpResponse:
    cut_off()
    raise PermissionDenied


@public
def behind_another_error(request: HttpRequest) -> HttpResponse:
    cut_off()
    try:
        return HttpResponse(str(Company.objects.count()))
    except OperationalError as error:
        raise ValueError("what it was for") from error


@public
def of_its_own(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("a defect of ours")


MOMENTS = [
    in_the_view,
    in_the_template,
    while_saving_the_session,
    at_the_commit,
    while_a_refusal_is_noted,
    behind_another_error,
]
urlpatterns = [*urls.urlpatterns, *[path(f"{view.__name__}/", view) for view in (*MOMENTS, of_its_own)]]
handler403, handler500 = urls.handler403, urls.handler500


@pytest.fixture
def client(world: World, settings: Settings) -> Client:
    """An administrator at a portal with the views above, told what a browser is told."""
    settings.ROOT_URLCONF = __name__
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    client.cookies = world.clients["administrator"].cookies
    close_old_connections()
    return client


class TestAConnectionLostInTheMiddle:
    @pytest.mark.parametrize("view", MOMENTS)
    def test_wherever_it_is_noticed_the_page_says_so_and_the_next_one_is_well(
        self, client: Client, view: Callable[[HttpRequest], HttpResponse]
    ) -> None:
        got = client.get(f"/{view.__name__}/")
        close_old_connections()

        assert (got.status_code, got["Retry-After"], got["Cache-Control"]) == (503, "5", "no-store")
        assert "Error 503" in got.text
        assert client.get("/").status_code == 200

    def test_what_is_not_the_databases_fault_stays_a_failure_of_ours(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        got = client.get("/of_its_own/")

        assert (got.status_code, "Error 500" in got.text, "Retry-After" in got.headers) == (500, True, False)
        assert "defect" not in got.text


class TestTheLog:
    @pytest.fixture(autouse=True)
    def ours(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.handler.setFormatter(OneLineFormatter())

    def test_an_outage_is_one_short_line_with_its_reason(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        client.get("/in_the_view/")

        assert "Service Unavailable: /in_the_view/" in caplog.text
        assert "OperationalError" in caplog.text
        assert (caplog.text.count("\n"), "Traceback" in caplog.text) == (1, False)

    def test_a_defect_of_ours_keeps_its_trace(self, client: Client, caplog: pytest.LogCaptureFixture) -> None:
        client.get("/of_its_own/")

        assert (caplog.text.count("\n"), "Traceback" in caplog.text) == (1, True)


def backend() -> int:
    """The server's process for this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def wait_a_second() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1)")


def timed(url: str, path: str, cookies: Mapping[str, str], method: str = "GET") -> tuple[float, int]:
    began = time.monotonic()
    answer = barrier.fire(url, [barrier.request(method, url + path, cookies=cookies)])[0]
    return time.monotonic() - began, answer.status


class TestAFrozenDatabase:
    """Its processes stand still: nothing is refused, nothing is answered, and no socket notices."""

    def test_each_request_costs_five_seconds_at_most(
        self, own_database: OwnDatabase, web: Portal, world: World
    ) -> None:
        cookies = cookies_of(world.clients["administrator"])
        for _ in range(20):
            barrier.get(f"{web.url}/", cookies=cookies)

        with own_database.frozen():
            got = [timed(web.url, path, cookies) for path in ("/", "/ingreso/", "/readyz", "/no-existe/", "/")]

        print(f"with the database frozen: longest {max(got)[0]:.1f} s, all {sum(each[0] for each in got):.1f} s")
        assert {status for _, status in got} == {503}
        assert max(got)[0] < LONGEST_SECONDS + BUSY_SECONDS

    def test_what_needs_no_database_is_as_quick_as_ever(
        self, own_database: OwnDatabase, web: Portal, world: World
    ) -> None:
        cookies = cookies_of(world.clients["administrator"])
        paths = ["/healthz", static("css/portal.css"), "/static/no-existe.css"]

        with own_database.frozen():
            got = [timed(web.url, path, cookies) for path in paths]

        assert [status for _, status in got] == [200, 200, 404]
        assert max(got)[0] < BUSY_SECONDS

    def test_a_crowd_does_not_pile_up_before_it(self, own_database: OwnDatabase, web: Portal, world: World) -> None:
        """More requests at once than the server has threads, and more while they wait."""
        cookies = cookies_of(world.clients["administrator"])
        asks = [barrier.request("GET", f"{web.url}/", cookies=cookies)] * CROWD

        with own_database.frozen():
            began = time.monotonic()
            first = barrier.fire(web.url, asks)
            all_first = time.monotonic() - began
            second = barrier.fire(web.url, asks)
            all_second = time.monotonic() - began - all_first
            alive = timed(web.url, "/healthz", {})

        print(f"{CROWD} at once: {all_first:.1f} s, {CROWD} more: {all_second:.1f} s, /healthz: {alive[0]:.3f} s")
        assert {answer.status for answer in (*first, *second)} == {503}
        assert max(all_first, all_second) < LONGEST_SECONDS + BUSY_SECONDS
        assert (alive[1], alive[0] < BUSY_SECONDS) == (200, True)

    def test_once_it_goes_on_the_next_request_is_well(
        self, own_database: OwnDatabase, web: Portal, world: World
    ) -> None:
        cookies = cookies_of(world.clients["administrator"])
        with own_database.frozen():
            during = [barrier.get(f"{web.url}/", cookies=cookies).status for _ in range(2)]

        after = [barrier.get(f"{web.url}/", cookies=cookies).status for _ in range(20)]

        assert (set(during), set(after)) == ({503}, {200})

    def test_a_purse_is_for_all_statements_of_a_request_together(self, own_database: OwnDatabase) -> None:
        """A server that lives but is slow: each answer comes in time, all of them do not."""
        began, answers = time.monotonic(), 0
        with patience.for_a_request(), pytest.raises(OperationalError, match=r"no answer in 0|no time left"):
            for _ in range(6):
                wait_a_second()
                answers += 1

        assert (answers, time.monotonic() - began < LONGEST_SECONDS + BUSY_SECONDS) == (4, True)
        connection.close()

    def test_after_a_silence_the_connection_is_thrown_away_and_its_transaction_undone(
        self, own_database: OwnDatabase, world: World
    ) -> None:
        with context.bank():
            before = backend()
            with pytest.raises(OperationalError), patience.for_a_request(), transaction.atomic():
                Company.objects.filter(pk=world.own.company.pk).update(legal_name="A medias")
                with own_database.frozen():
                    Company.objects.count()
            raw = connection.connection

            close_old_connections()

            assert (raw is None, backend() == before) == (True, False)
            assert Company.objects.get(pk=world.own.company.pk).legal_name == world.own.company.legal_name

    def test_a_commit_it_does_not_answer_is_no_success(self, own_database: OwnDatabase, world: World) -> None:
        with (
            context.bank(),
            ExitStack() as at_end,
            pytest.raises(OperationalError),
            patience.for_a_request(),
            transaction.atomic(),
        ):
            Company.objects.filter(pk=world.other.company.pk).update(legal_name="A medias")
            at_end.enter_context(own_database.frozen())
        close_old_connections()

    def test_a_task_or_command_waits_longer_and_not_for_ever(
        self, own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        allowed = patience.left()
        backend()
        monkeypatch.setattr(patience, "WAIT_SECONDS", 1)
        began = time.monotonic()

        with own_database.frozen(), pytest.raises(OperationalError, match=r"no answer in 1\.0 s"):
            backend()

        assert (allowed, time.monotonic() - began < 2) == (30, True)
        connection.close()

    def test_a_migration_waits_as_long_as_it_takes(self) -> None:
        assert connections["owner"].vendor == "postgresql"
        assert not isinstance(connections["owner"], DatabaseWrapper)


class TestNoConnectionLeft:
    def test_pages_say_so_and_the_process_lives(self, own_database: OwnDatabase, world: World, tmp_path: Path) -> None:
        late = Portal(free_port(), tmp_path / "late.log")
        try:
            late.start_web(**own_database.environment)
            with own_database.exhausted():
                during = [said(barrier.get(f"{late.url}/ingreso/")), timed(late.url, "/healthz", {})[1]]

            assert during == [SAYS_SO, 200]
            assert barrier.get(f"{late.url}/ingreso/").status == 200
        finally:
            late.stop_all()
