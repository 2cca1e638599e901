"""A user's time line, from the trail."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit import request_context
from audit.authority import Authority
from audit.enums import Event, Outcome
from audit.services import record, record_write, target_of
from directory.models import User
from tests import factories
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("bank_scope")


def shown(client: Client, user: User, **query: str) -> list[tuple[str, str, list[Any]]]:
    days = client.get(reverse("trail:of-user", args=[user.pk]), query).context["days"]
    return [(step.words, step.who, step.lines) for _day, steps in days for step in steps]


def changed(user: User, maker: User, **lines: tuple[str, str]) -> None:
    record_write(
        Authority.of_demo(maker),
        Event.LIMITS_CHANGED,
        company_id=user.company_id,
        target=target_of(user),
        before={what: before for what, (before, _after) in lines.items()},
        after={what: after for what, (_before, after) in lines.items()},
    )


@pytest.fixture
def lived(felipe: User, administrator: User) -> User:
    """Felipe, whose limits were changed and who then came twice, once in vain."""
    changed(felipe, administrator, Diario=("0.00", "5.00"), state=("inactive", "active"))
    record(
        Event.SIGN_IN_REFUSED,
        actor=None,
        company_id=felipe.company_id,
        target=target_of(felipe),
        outcome=Outcome.REFUSED,
    )
    record(Event.SIGN_IN, actor=felipe, company_id=felipe.company_id)
    return felipe


def test_it_tells_what_was_done_to_them_and_what_they_did(client: Client, lived: User) -> None:
    assert shown(client, lived) == [
        ("Ingreso", "Felipe20", []),
        ("Ingreso rechazado", "", []),
        ("Topes modificados", "adelgado", [("Diario", "0.00", "5.00")]),
    ]


def test_of_the_bank_it_says_neither_who_nor_from_where(client: Client, felipe: User) -> None:
    with request_context.entered(request_context.RequestContext(address="10.9.8.7")):
        record_write(
            Authority.of_bank(factories.bank_staff(username="jgarzon")),
            Event.TOKEN_REQUIREMENT_LIFTED,
            company_id=felipe.company_id,
            target=target_of(felipe),
        )

    assert [who for _words, who, _lines in shown(client, felipe)] == [felipe.portal.bank_name]
    assert "10.9.8.7" not in client.get(reverse("trail:of-user", args=[felipe.pk])).text


def test_it_can_be_cut_down_to_the_door_or_to_the_changes(client: Client, lived: User) -> None:
    assert [words for words, _who, _lines in shown(client, lived, ver_solo="ingresos")] == [
        "Ingreso",
        "Ingreso rechazado",
    ]
    assert [words for words, _who, _lines in shown(client, lived, ver_solo="cambios")] == ["Topes modificados"]
    assert len(shown(client, lived, ver_solo="nada")) == 3


def test_a_long_change_shows_its_first_lines(client: Client, lived: User, administrator: User) -> None:
    changed(lived, administrator, **{f"Línea {number}": ("", "<b>") for number in range(5)})

    page = client.get(reverse("trail:of-user", args=[lived.pk])).text

    assert ("2 líneas más" in page, "<b>" in page.split("<main")[1].replace("<b class", "")) == (True, False)


def test_nobody_elses_history_is_in_it(client: Client, lived: User, administrator: User) -> None:
    colleague, stranger = factories.user(administrator.company), factories.user()
    changed(colleague, administrator, Diario=("", "9.00"))
    changed(stranger, stranger, Diario=("", "9.00"))

    assert len(shown(client, lived)) == 3
    assert len(shown(client, colleague)) == 1
    assert client.get(reverse("trail:of-user", args=[stranger.pk])).status_code == 404


def test_it_asks_the_same_of_one_event_and_of_thirty(
    client: Client, lived: User, administrator: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (3, 25):
        with django_assert_num_queries(13):
            assert len(shown(client, lived)) == count
        for _each in range(30):
            changed(lived, administrator, Diario=("0.00", "5.00"))
