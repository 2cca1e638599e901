"""A PostgreSQL of the test's own, which can be taken away without taking it from anybody else."""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from devserver.postgres import APP, Postgres
from tests.support import servers

DATABASE = "outage"


class OwnDatabase:
    """A server with one migrated database. `environment` is what a process needs to work with it."""

    def __init__(self, postgres: Postgres) -> None:
        self.postgres = postgres
        at = servers.Servers(str(postgres.directory.parent), postgres.passwords, postgres.port, 0, "")
        here = servers.environment_for(at, database=DATABASE, number=0)
        self.environment = {name: here[name] for name in ("OCCIRED_DATABASE_URL", "OCCIRED_DATABASE_OWNER_URL")}

    def processes(self) -> list[psutil.Process]:
        """The server's own, and one for each connection."""
        assert self.postgres.process is not None
        server = psutil.Process(self.postgres.process.pid)
        return [server, *server.children(recursive=True)]

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Connections are cut, and nobody listens on the port."""
        self.postgres.stop()
        try:
            yield
        finally:
            self.postgres.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every process stands still: connections stay open, new ones are taken by the kernel, and nothing answers."""
        held = self.processes()
        for process in held:
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in held:
                with suppress(psutil.NoSuchProcess):  # its client went away, and the server's own goes on first
                    process.send_signal(signal.SIGCONT)

    @contextmanager
    def exhausted(self) -> Iterator[None]:
        """Others hold every connection there is for the application's role: those that stood open are ended, and a
        place that comes free late, as their servers' processes end, is taken too."""
        held: list[psycopg.Connection] = []
        with ExitStack() as at_end, self.postgres.connect() as superuser:
            while True:
                before = len(held)
                with suppress(psycopg.OperationalError):
                    while True:
                        held.append(at_end.enter_context(psycopg.connect(self.postgres.url(APP, DATABASE))))
                strangers = superuser.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s AND NOT pid = ANY(%s)",
                    [APP, [one.info.backend_pid for one in held]],
                ).fetchall()
                if not strangers and len(held) == before:
                    break
            yield

    @contextmanager
    def in_this_process(self) -> Iterator[None]:
        """Django's connection of this thread leads there."""
        here = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update({"NAME": DATABASE, "PORT": str(self.postgres.port)})
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(here)


@pytest.fixture(scope="module")
def own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[OwnDatabase]:
    """One for a module's tests, in whose process it takes the place of the session's: do not combine it with `db`."""
    passwords = servers.handed_over().passwords
    with tempfile.TemporaryDirectory(prefix=f"occired-test-{os.getpid()}-") as directory:
        Path(directory).chmod(0o711)
        postgres = Postgres(Path(directory) / "postgres", passwords, durable=False)
        postgres.start()
        try:
            postgres.provide(DATABASE)
            own = OwnDatabase(postgres)
            servers.manage("migrate", own.environment)
            with django_db_blocker.unblock(), own.in_this_process():
                yield own
        finally:
            postgres.stop()
