"""The inbox: what is read, what is looked for, and where a line leads."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.models import User
from notifications.enums import MessageKind, Topic
from notifications.models import Message
from notifications.selectors import unread_counts
from notifications.services import notify
from tests import factories
from tests.support.client import Client
from tests.support.people import signed_in

pytestmark = pytest.mark.usefixtures("bank_scope")


@pytest.fixture
def reader() -> User:
    return factories.user()


@pytest.fixture
def client(reader: User) -> Client:
    return signed_in(reader)


def put(user: User, subject: str, **values: Any) -> Message:
    return notify(user_id=user.pk, company_id=user.company_id, subject=subject, **values)


def test_a_line_says_who_did_it_and_leads_to_what_it_is_about(client: Client, reader: User) -> None:
    message = put(reader, "Su token está activo", by_name="Andrés Delgado Quintero", url="/mi-cuenta/")

    page = client.get(reverse("inbox:notifications"))
    opened = client.post(reverse("inbox:open", args=[message.pk]))

    assert "Andrés Delgado Quintero" in page.text
    assert opened["Location"] == "/mi-cuenta/"
    message.refresh_from_db()
    assert message.read_at is not None


@pytest.mark.parametrize("url", ["", "https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_line_leads_nowhere_else(client: Client, reader: User, url: str) -> None:
    message = put(reader, "Aviso", url=url)

    opened = client.post(reverse("inbox:open", args=[message.pk]))

    assert opened["Location"] == reverse("inbox:notifications")


def test_reading_all_reads_ones_own_inbox_alone(client: Client, reader: User) -> None:
    colleague = factories.user(reader.company)
    for user in (reader, reader, colleague):
        put(user, "Aviso")
    put(reader, "Del banco", kind=MessageKind.MESSAGE)

    client.post(reverse("inbox:mark-all-read"), {"kind": "notification"})

    assert unread_counts(reader) == {"messages": 1, "notifications": 0}
    assert unread_counts(colleague) == {"messages": 0, "notifications": 1}


@pytest.mark.parametrize("kind", ["", "x", "message; DROP"])
def test_of_no_other_kind(client: Client, reader: User, kind: str) -> None:
    put(reader, "Aviso")

    answer = client.post(reverse("inbox:mark-all-read"), {"kind": kind})

    assert (answer.status_code, unread_counts(reader)["notifications"]) == (404, 1)


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("", {"De token", "De cambios", "Leído"}),
        ("?tema=token", {"De token"}),
        ("?leidos=no", {"De token", "De cambios"}),
        ("?tema=nada", {"De token", "De cambios", "Leído"}),
        ("?tema=files", set()),
    ],
)
def test_it_is_narrowed_by_what_it_is_about_and_by_what_is_unread(
    client: Client, reader: User, query: str, subjects: set[str]
) -> None:
    put(reader, "De token", topic=Topic.TOKEN)
    put(reader, "De cambios", topic=Topic.CHANGES)
    read = put(reader, "Leído", topic=Topic.CHANGES)
    client.post(reverse("inbox:mark-read", args=[read.pk]))

    page = client.get(reverse("inbox:notifications") + query)

    assert {row.subject for row in page.context["page"]} == subjects
    assert ("Nada aquí con este filtro" in page.text) == (subjects == set())


def test_thirty_lines_cost_as_many_statements_as_one(client: Client, reader: User) -> None:
    counts = []
    for more in (1, 29):
        for number in range(more):
            put(reader, f"Aviso {number}", by_name="Alguien", url="/mi-cuenta/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("inbox:notifications") + "?ver=50").status_code == 200
        counts.append(len(captured))

    assert counts[0] == counts[1]
