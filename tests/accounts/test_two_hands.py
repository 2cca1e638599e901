"""Two persons at the bank (decision 37): nobody there is a customer alone, and a company hears of what they do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin

from audit.models import AuditEvent
from directory.enums import UserState
from directory.models import User
from notifications.models import Delivery, Message
from tests import factories
from tests.accounts.test_admin import PERSON
from tests.support.back_office import staff_client
from tests.support.client import Client
from tests.tokens.factories import token
from tokens.enums import TokenState
from tokens.models import Token

pytestmark = pytest.mark.usefixtures("bank_scope")
USERS, TOKENS = "/oficina/directory/user/", "/oficina/tokens/token/"


@dataclass(frozen=True)
class Act:
    """What a member of staff does: the row it is done to, from a colleague of the company's, and what is sent where."""

    arrange: Callable[[User], Any]
    sent: Callable[[Any], tuple[str, dict[str, Any]]]


def somebody(**values: Any) -> Callable[[User], User]:
    return lambda colleague: factories.administrator(colleague.company, **values)


def held(state: TokenState, **values: Any) -> Callable[[User], Token]:
    return lambda colleague: token(factories.administrator(colleague.company), state=state, **values)


def without_a_token(colleague: User) -> User:
    return token(factories.administrator(colleague.company), state=TokenState.BLOCKED).user  # type: ignore[return-value]


def in_stock(colleague: User) -> Token:
    factories.administrator(colleague.company, username="entrante")
    return token(company=colleague.company)


def by_action(page: str, action: str) -> Callable[[Any], tuple[str, dict[str, Any]]]:
    return lambda row: (
        page,
        {"action": action, "_selected_action": [str(row.pk)], "confirmed": "1", "reason": "Perdió el teléfono"},
    )


def holder_of(row: Token) -> User:
    return User.objects.get(company=row.company, username="entrante")


ACTS = {
    "user.unlock": Act(
        somebody(state=UserState.LOCKED, locked_at="2026-11-20T10:00:00Z", failed_attempts=5),
        by_action(USERS, "unlock"),
    ),
    "user.activate": Act(somebody(state=UserState.INACTIVE), by_action(USERS, "activate")),
    "user.inactivate": Act(somebody(), by_action(USERS, "inactivate")),
    "user.generate_password": Act(somebody(), by_action(USERS, "generate_password")),
    "user.lift_token": Act(without_a_token, by_action(USERS, "lift_token")),
    "user.add": Act(lambda colleague: colleague.company, lambda row: (f"{USERS}add/", {"company": row.pk, **PERSON})),
    "token.activate": Act(held(TokenState.PENDING_ACTIVATION), by_action(TOKENS, "activate")),
    "token.block": Act(held(TokenState.ACTIVE), by_action(TOKENS, "block")),
    "token.unblock": Act(held(TokenState.BLOCKED), by_action(TOKENS, "unblock")),
    "token.lift_lock": Act(
        held(TokenState.ACTIVE, locked_until="2099-01-01T00:00:00Z", failed_attempts=5), by_action(TOKENS, "lift_lock")
    ),
    "token.release": Act(held(TokenState.ACTIVE), by_action(TOKENS, "release")),
    "token.report_lost": Act(held(TokenState.ACTIVE), by_action(TOKENS, "report_lost")),
    "token.add": Act(
        lambda colleague: colleague.company,
        lambda row: (f"{TOKENS}add/", {"company": row.pk, "serial": "FEF4900777"}),
    ),
    "token.hand_over": Act(in_stock, lambda row: (f"{TOKENS}{row.pk}/entregar/", {"user": holder_of(row).pk})),
}
# Beside the actions of each list: forms that add a row, and the page that hands a token over.
FORMS = {"user.add", "token.add", "token.hand_over"}


@pytest.fixture
def colleague() -> User:
    """An administrator of the company to whom nothing is done."""
    return factories.administrator(username="colega")


def rows_of(colleague: User) -> int:
    return AuditEvent.objects.filter(company_id=colleague.company_id).count()


def told(colleague: User) -> list[str]:
    return list(Message.objects.filter(user=colleague).values_list("subject", flat=True))


def test_every_act_is_tried() -> None:
    pages = {"user": admin.site._registry[User], "token": admin.site._registry[Token]}

    offered = {f"{name}.{action}" for name, page in pages.items() for action in page.actions or ()}

    assert set(ACTS) == offered | FORMS


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_told_to_the_others_or_not_done(staff: Client, colleague: User, name: str) -> None:
    """In the portal and by mail, in its own transaction: an address no mail can go to stops it."""
    address, data = ACTS[name].sent(ACTS[name].arrange(colleague))
    User.objects.filter(pk=colleague.pk).update(email="nadie")
    staff.post(address, data)
    untold = (rows_of(colleague), told(colleague))
    User.objects.filter(pk=colleague.pk).update(email=colleague.email)

    staff.post(address, data)

    assert untold == (0, [])
    assert rows_of(colleague) > 0
    assert [subject.startswith("El banco actuó") for subject in told(colleague)] == [True] * len(told(colleague)) != []
    assert Delivery.objects.filter(recipient=colleague.email).count() == len(told(colleague))


def test_who_is_locked_out_hears_of_it_too(staff: Client, colleague: User) -> None:
    """Anybody can bring that about at the door."""
    User.objects.filter(pk=colleague.pk).update(state=UserState.LOCKED, locked_at="2026-11-20T10:00:00Z")
    address, data = ACTS["user.inactivate"].sent(factories.administrator(colleague.company))

    staff.post(address, data)

    assert len(told(colleague)) == 1


class TestTwoHands:
    @pytest.fixture
    def opener(self) -> Client:
        return staff_client(username="abre")

    @pytest.fixture
    def opened(self, opener: Client, colleague: User) -> User:
        opener.post(f"{USERS}add/", {"company": colleague.company_id, **PERSON})
        return User.objects.get(username=PERSON["username"])

    def hand_over(self, staff: Client, user: User) -> Token:
        row = token(company=user.company)
        staff.post(f"{TOKENS}{row.pk}/entregar/", {"user": user.pk})
        row.refresh_from_db()
        return row

    def act(self, staff: Client, page: str, action: str, row: Any) -> str:
        data = {"action": action, "_selected_action": [str(row.pk)], "confirmed": "1"}
        response: Any = staff.post(page, data, follow=True)
        row.refresh_from_db()
        return str(response.content.decode())

    def test_who_opens_an_administrator_neither_hands_over_nor_activates_their_token(
        self, staff: Client, opener: Client, opened: User
    ) -> None:
        refused = self.hand_over(opener, opened)
        given = self.hand_over(staff, opened)

        said = self.act(opener, TOKENS, "activate", given)

        assert (refused.state, refused.user) == (TokenState.AVAILABLE, None)
        assert given.state == TokenState.PENDING_ACTIVATION
        assert "Otra persona de su equipo" in said
        self.act(staff, TOKENS, "activate", given)
        assert given.state == TokenState.ACTIVE

    @pytest.mark.parametrize(
        ("action", "state"), [("activate", TokenState.PENDING_ACTIVATION), ("unblock", TokenState.BLOCKED)]
    )
    def test_who_generates_the_password_does_not_make_the_token_count(
        self, staff: Client, colleague: User, action: str, state: TokenState
    ) -> None:
        row = token(colleague, state=state)
        self.act(staff, USERS, "generate_password", colleague)

        self.act(staff, TOKENS, action, row)

        assert row.state == state

    def test_a_password_that_another_one_replaced_ties_nobody(
        self, staff: Client, opener: Client, colleague: User
    ) -> None:
        row = token(colleague, state=TokenState.PENDING_ACTIVATION)
        self.act(staff, USERS, "generate_password", colleague)
        Delivery.objects.update(created_at="2026-01-01T00:00:00Z")
        self.act(opener, USERS, "generate_password", colleague)

        self.act(staff, TOKENS, "activate", row)

        assert row.state == TokenState.ACTIVE

    def test_nor_in_the_other_order(self, staff: Client, opener: Client, colleague: User) -> None:
        row = self.hand_over(staff, colleague)
        before = colleague.password

        self.act(staff, USERS, "generate_password", colleague)

        assert (row.user, colleague.password) == (colleague, before)
        self.act(opener, USERS, "generate_password", colleague)
        assert colleague.password != before

    def test_stopping_a_token_takes_one(self, opener: Client, opened: User) -> None:
        row = token(opened)

        self.act(opener, TOKENS, "block", row)

        assert row.state == TokenState.BLOCKED
