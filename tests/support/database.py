"""`db`: a transaction that is rolled back. `committed_db`: data that other connections see, gone after the test."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import redis
from pytest_django import DjangoDbBlocker

from tests.support import servers


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> None:
    """In place of pytest-django's: Django creates no test database, the role it runs as could not."""
    found = servers.handed_over()
    servers.prepare_template(found)
    servers.gather_static_files()
    _renew(found)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Afterwards the database is a fresh copy of the migrated one. Do not combine it with `db`."""
    from django.db import connections

    with django_db_blocker.unblock():
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


def superuser_url() -> str:
    """Past every right and policy, for tests that look at what the database itself holds."""
    database = urlsplit(os.environ["OCCIRED_DATABASE_URL"]).path.strip("/")
    return servers.handed_over().postgres.url("postgres", database)


def _renew(found: servers.Servers) -> None:
    database = urlsplit(os.environ["OCCIRED_DATABASE_URL"]).path.strip("/")
    found.postgres.copy_database(servers.TEMPLATE, database)
