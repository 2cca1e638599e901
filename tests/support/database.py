"""`db`: a transaction that is rolled back. `committed_db`: data that other connections see, gone after the test."""

import os
import time
from collections.abc import Iterator
from unittest.mock import patch
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from pytest_django import DjangoDbBlocker

from tests.support import servers


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> None:
    """In place of pytest-django's: Django creates no test database, the role it runs as could not."""
    found = servers.handed_over()
    servers.prepare_template(found)
    _renew(found)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Afterwards the database is a fresh copy of the migrated one. Do not combine it with `db`.

    Who waits for a row gets it in the end, however slow the machine is.
    """
    from django.db import connections

    limits = patch.dict(connections.settings["default"]["OPTIONS"], options="-c lock_timeout=0 -c statement_timeout=0")
    with django_db_blocker.unblock(), limits:
        connections.close_all()
        try:
            yield
        finally:
            connections.close_all()
            _renew(servers.handed_over())


@pytest.fixture
def valkey() -> Iterator[redis.Redis]:
    """The broker's database of this process, empty before and after."""
    client = redis.Redis.from_url(os.environ["OCCIRED_BROKER_URL"])
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


def wait_for_a_waiter() -> None:
    """Comes back once somebody at this test's database waits for a lock that somebody else holds."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(superuser_url(), autocommit=True) as watcher:
        for _ in range(500):
            if watcher.execute(waiting).fetchone():
                return
            time.sleep(0.01)
    raise AssertionError("nobody ever waited")


def superuser_url() -> str:
    """Past every right and policy, for tests that look at what the database itself holds."""
    database = urlsplit(os.environ["OCCIRED_DATABASE_URL"]).path.strip("/")
    return servers.handed_over().postgres.url("postgres", database)


def _renew(found: servers.Servers) -> None:
    database = urlsplit(os.environ["OCCIRED_DATABASE_URL"]).path.strip("/")
    found.postgres.copy_database(servers.TEMPLATE, database)
