"""What PostgreSQL counts, and Django does not see."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction

from devserver.statements import Statements, counted
from tenancy import context
from tests.support import servers


@pytest.fixture
def statements(committed_db: None) -> Iterator[Statements]:
    connection.close()
    database = urlsplit(os.environ["OCCIRED_DATABASE_URL"]).path.strip("/")
    with counted(servers.handed_over().postgres, database) as found:
        connection.ensure_connection()
        yield found


def add_content_type(model: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('fixture', %s)", [model])


def test_scopes_and_transactions_are_counted_and_constants_are_not_told_apart(statements: Statements) -> None:
    before = statements.seen()

    with context.bank(), transaction.atomic():
        add_content_type("one")
        add_content_type("two")

    assert statements.seen() - before == {
        "SELECT set_config($4, $1, $5), set_config($6, $2, $7), set_config($8, $3, $9)": 2,
        "BEGIN": 1,
        "INSERT INTO django_content_type (app_label, model) VALUES ($1, $2)": 2,
        "COMMIT": 1,
    }


def test_reading_the_count_adds_nothing_to_it(statements: Statements) -> None:
    add_content_type("one")
    spent = statements.milliseconds()

    assert statements.seen() == statements.seen()
    assert statements.number() == statements.seen().total() > 0
    assert statements.milliseconds() == spent > 0


def test_the_lookup_of_a_deferred_foreign_key_is_nobodys_statement(statements: Statements) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE conrelid = 'auth_permission'::regclass"
            " AND contype = 'f' AND condeferred"
        )
        assert cursor.fetchone() == (1,)
    add_content_type("one")
    before = statements.seen()

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO auth_permission (name, codename, content_type_id)"
            " SELECT 'One', 'one', id FROM django_content_type WHERE model = 'one'"
        )

    assert (statements.seen() - before).total() == 1
