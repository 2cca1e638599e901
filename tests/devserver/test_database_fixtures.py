"""The fixtures everybody else builds on."""

import threading

import psycopg
import pytest
from django.db import connection

from tests.support.database import superuser_url


def count_of_content_types() -> int:
    with psycopg.connect(superuser_url()) as raw:
        row = raw.execute("SELECT count(*) FROM django_content_type WHERE app_label = 'fixture'").fetchone()
    assert row is not None
    return int(row[0])


def add_content_type() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('fixture', 'row')")


@pytest.mark.parametrize("turn", ["first", "second"])
def test_rolled_back_data_is_seen_by_nobody_else(db: None, turn: str) -> None:
    add_content_type()

    assert count_of_content_types() == 0


@pytest.mark.parametrize("turn", ["first", "second"])
def test_committed_data_is_seen_by_others_and_gone_for_the_next_test(committed_db: None, turn: str) -> None:
    before = count_of_content_types()

    add_content_type()

    assert (before, count_of_content_types()) == (0, 1)


def test_threads_have_connections_of_their_own(committed_db: None) -> None:
    add_content_type()
    seen: list[int] = []

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_content_type WHERE app_label = 'fixture'")
            seen.append(cursor.fetchone()[0])
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [1]


def test_tests_run_as_the_role_without_privileges(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")

        assert cursor.fetchone() == ("occired_app", False, False)
