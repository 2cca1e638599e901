"""A pooler that lets clients share sessions is refused, before it can show one company another's rows."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from tenancy.connections import MixedSessions
from tests.support import servers
from tests.support.pooler import Pooler


def server_port() -> int:
    return int(str(settings.DATABASES["default"]["PORT"]))


def url_by(port: int) -> str:
    parts = urlsplit(os.environ["OCCIRED_DATABASE_URL"])
    return parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{port}")).geturl()


@pytest.fixture
def mixing(committed_db: None) -> Iterator[Pooler]:
    """With one session in its pool that somebody else has opened."""
    with Pooler(server_port(), mixes=True) as pooler, psycopg.connect(url_by(pooler.port), autocommit=True):
        yield pooler


@pytest.fixture
def faithful(committed_db: None) -> Iterator[Pooler]:
    with Pooler(server_port(), mixes=False) as pooler, psycopg.connect(url_by(pooler.port), autocommit=True):
        yield pooler


@contextmanager
def connected_by(port: int) -> Iterator[BaseDatabaseWrapper]:
    """The portal's own connection, by another port."""
    connection = ConnectionHandler({"default": {**settings.DATABASES["default"], "PORT": str(port)}})["default"]
    try:
        yield connection
    finally:
        connection.close()


def processes(connection: BaseDatabaseWrapper) -> set[int]:
    """Those of the server in which its transactions run."""
    with connection.cursor() as cursor:
        return {cursor.execute("SELECT pg_backend_pid()").fetchone()[0] for _ in range(4)}


def started_by(port: int, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import occired.wsgi"],
        cwd=servers.ROOT,
        env=os.environ | {"OCCIRED_DATABASE_URL": url_by(port)} | environment,
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_pooler_shows_one_client_what_another_said_of_its_scope(mixing: Pooler) -> None:
    """The danger itself, so that the test is about a real one."""
    with psycopg.connect(url_by(mixing.port), autocommit=True) as one:
        one.execute("SELECT set_config('occired.whose', 'one', false)")
        seen = {one.execute("SELECT current_setting('occired.whose', true)").fetchone() for _ in range(4)}

    assert len(seen) > 1


def test_a_connection_through_it_is_refused_in_clear_words(mixing: Pooler) -> None:
    with connected_by(mixing.port) as connection:
        for _ in range(2):  # what was refused once is not used the second time
            with pytest.raises(MixedSessions, match="that shares its sessions: this connection was given process"):
                processes(connection)


def test_a_web_server_behind_it_does_not_start(mixing: Pooler) -> None:
    started = started_by(mixing.port)

    assert started.returncode != 0
    assert "Let OCCIRED_DATABASE_URL lead to PostgreSQL itself." in started.stderr


def test_what_leaves_each_client_its_session_is_accepted(faithful: Pooler) -> None:
    with connected_by(faithful.port) as connection:
        assert len(processes(connection)) == 1


def test_a_web_server_starts_where_sessions_are_its_own_and_while_the_database_is_away(faithful: Pooler) -> None:
    with_one = started_by(faithful.port)
    without = started_by(1)

    assert (with_one.returncode, without.returncode) == (0, 0)
    assert "the database could not be looked at" in without.stderr


def test_a_process_with_another_key_than_the_database_is_told_so(committed_db: None) -> None:
    started = started_by(server_port(), OCCIRED_SECRET_KEY="another one that is long enough to be taken for a key")

    assert started.returncode != 0
    assert "The database was migrated with another OCCIRED_SECRET_KEY." in started.stderr


def test_a_database_without_tables_has_no_key_to_compare(committed_db: None) -> None:
    by_name = {**settings.DATABASES["default"], "NAME": "postgres"}
    connection = ConnectionHandler({"default": by_name})["default"]

    connection.ensure_connection()

    assert connection.is_usable()
    connection.close()
