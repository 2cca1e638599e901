"""The bank's queue in the back office: what waits for it, and its answer by code."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from accounts.states.changes import SetState
from changes.models import Change
from changes.services import ask_bank, propose, sign
from directory.enums import UserState
from directory.models import Company, User
from tests import factories
from tests.support.back_office import HOST
from tests.support.client import Client
from tests.support.people import signed_in
from tests.tokens.factories import code_of, token
from tokens import rules
from tokens.models import Token

pytestmark = pytest.mark.usefixtures("bank_scope")
LIST = "/oficina/changes/change/"


@pytest.fixture
def maker() -> User:
    maker = factories.administrator(username="adelgado")
    token(maker)
    return maker


def put_to_the_bank(maker: User, name: str = "Felipe20") -> Change:
    """A user to be activated, which nobody of the company can approve."""
    Company.objects.update(dual_control=True)
    user = factories.user(maker.company, username=name, state=UserState.INACTIVE)
    wanted = SetState(user=user.pk, state=UserState.ACTIVE)
    change = propose(maker=maker, wanted=wanted, form_key=user.pk, back_url="/")
    Token.objects.filter(user=maker).update(last_step=0)
    sign(signer=maker, change_id=change.pk, answer=code_of(Token.objects.get(user=maker)))
    return ask_bank(actor=maker, change_id=change.pk)


@pytest.fixture
def change(maker: User) -> Change:
    return put_to_the_bank(maker)


def clerk(group: str) -> tuple[Client, Token]:
    call_command("set_up_groups", verbosity=0)
    person = factories.bank_staff(is_superuser=False)
    person.groups.add(Group.objects.get(name=group))
    held = token(person)
    return signed_in(person, held, host=HOST), held


def page_of(change: Change) -> str:
    return f"{LIST}{change.pk}/change/"


def answered(client: Client, held: Token, change: Change, **values: str) -> Any:
    data = {"code": code_of(held), "reason": "Llamé a la empresa.", "decision": "approve"}
    response: Any = client.post(page_of(change), {**data, **values}, follow=True)
    change.refresh_from_db()
    return response


def test_the_list_says_whose_since_and_until_when_in_as_many_queries_for_thirty_as_for_one(
    staff: Client, maker: User, change: Change, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for rows in (1, 30):
        for _row in range(rows - 1):
            change.pk, change.form_key = uuid4(), uuid4()
            change.save(force_insert=True)
        with django_assert_num_queries(6):
            page = staff.get(LIST)

        for said in (maker.company.legal_name, "adelgado", "Felipe20", "1 línea"):
            assert said in page.text
        assert f"{rows} espera" in page.text


def test_the_page_shows_the_very_lines_and_why_nobody_else_can(maker: User, change: Change) -> None:
    factories.administrator(maker.company, username="mguerrero", state=UserState.INACTIVE)
    client, _held = clerk("Segunda persona")

    page = client.get(page_of(change)).text

    for line in change.lines:
        assert all(text in page for text in (line.name, line.before, line.after))
    assert "mguerrero</strong>: Inactivo" in page
    assert 'name="code"' in page


@pytest.mark.parametrize(("decision", "state"), [("approve", "applied"), ("reject", "rejected")])
def test_it_is_answered_by_code(change: Change, decision: str, state: str) -> None:
    client, held = clerk("Segunda persona")

    response = answered(client, held, change, decision=decision)

    assert change.state == state
    assert "La empresa fue informada" in response.text


@pytest.mark.parametrize("group", ["Seguridad", "Operaciones", "Consulta"])
def test_who_may_only_look_cannot_answer(change: Change, group: str) -> None:
    client, held = clerk(group)

    page = client.get(page_of(change)).text
    response = answered(client, held, change)

    assert ("Sus grupos no le permiten" in page, 'name="code"' in page) == (True, False)
    assert (response.status_code, change.state) == (403, "proposed")


def test_without_code_or_reason_nothing_happens(change: Change) -> None:
    client, held = clerk("Segunda persona")

    for values in ({"code": "000000"}, {"code": ""}, {"reason": " "}, {"decision": "either"}):
        assert answered(client, held, change, **values).status_code == 200

    assert change.state == "proposed"


def test_what_moved_is_said_before_a_code_is_used_up(change: Change) -> None:
    User.objects.filter(username="Felipe20").update(state=UserState.ACTIVE)
    client, held = clerk("Segunda persona")

    page = client.get(page_of(change)).text
    answered(client, held, change)

    held.refresh_from_db()
    assert "Esto ya no se puede hacer" in page
    assert 'value="approve"' not in page
    assert (change.state, held.last_step) == ("proposed", rules.NEVER_USED)


def test_what_was_not_put_to_the_bank_is_not_there(maker: User, change: Change) -> None:
    client, _held = clerk("Segunda persona")
    Change.objects.filter(pk=change.pk).update(bank_asked_at=None)

    assert client.get(page_of(change)).status_code == 404
    assert client.get(f"{LIST}nothing/change/").status_code == 404
