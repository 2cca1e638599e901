"""Step 1 does the same work for every name, so that its time does not tell which exist (ASVS 6.3.8).

How well time tells them apart is measured by `bench.sign_in_timing`.
"""

import re
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.sign_in import services as sign_in
from accounts.sign_in.constant_time import STEP_SECONDS, in_constant_time
from directory.enums import UserState
from tests import factories
from tests.support.client import Client
from tests.tokens.factories import token
from tokens.enums import Purpose
from tokens.services import verify

pytestmark = pytest.mark.usefixtures("bank_scope")


PEOPLE: dict[str, Callable[[], object]] = {
    "inactive": lambda: factories.user(username="inactive", state=UserState.INACTIVE),
    "none": lambda: factories.user(username="none"),
    "holder": lambda: token(factories.user(username="holder")),
}


def statements_of_step_1(name: str, code: str) -> list[str]:
    """Kind and tables of every statement, in order."""
    client = Client(headers={"host": "localhost"})
    with CaptureQueriesContext(connection) as captured:
        client.post(reverse("sign-in"), {"username": name, "code": code, "conditions": "on"})
    return [work(query["sql"]) for query in captured]


def work(sql: str) -> str:
    """Such as `UPDATE directory_user`, or `SELECT tokens_token directory_user FOR UPDATE`."""
    kind = sql.split(None, 1)[0]
    tables = re.findall(r'(?:FROM|JOIN|INTO|^\s*UPDATE) "(\w+)"', sql)
    return " ".join([kind, *tables, *re.findall("FOR (?:NO KEY )?UPDATE", sql)])


@pytest.mark.parametrize("code", ["", "123456"], ids=["without a code", "with a wrong code"])
@pytest.mark.parametrize("kind", PEOPLE)
def test_step_1_asks_the_same_of_every_name(kind: str, code: str) -> None:
    PEOPLE[kind]()

    known, unknown = statements_of_step_1(kind, code), statements_of_step_1("nadie", code)

    assert known == unknown
    assert "SELECT directory_user" in known
    assert any(statement.startswith("SELECT tokens_token") for statement in known) == bool(code)
    assert ("UPDATE directory_user" in known) == bool(code)


@pytest.mark.parametrize("found", [False, True], ids=["nobody", "holder"])
def test_a_wrong_code_leaves_something_for_the_commit_to_flush(found: bool) -> None:
    user = factories.user()
    token(user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn()")
        before = cursor.fetchone()
        verify(user=user if found else None, code="123456", purpose=Purpose.SIGN_IN)
        cursor.execute("SELECT pg_current_wal_insert_lsn()")

        assert cursor.fetchone() != before


@pytest.mark.parametrize("username", ["nadie", "none"])
def test_step_1_answers_after_whole_steps_of_time(username: str) -> None:
    user = factories.user(username="none")
    began = time.monotonic()

    sign_in.begin(portal=user.portal, username=username, code="123456", address=None)

    assert time.monotonic() - began >= STEP_SECONDS


def test_a_decision_that_fails_answers_no_sooner() -> None:
    began = time.monotonic()

    with pytest.raises(ZeroDivisionError):
        in_constant_time(lambda: 1 / 0)()

    assert time.monotonic() - began >= STEP_SECONDS
