"""What happens when two people do the same at once: real threads, real connections."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections

from accounts.states.changes import SetState
from accounts.users.changes import CreateUser
from changes.enums import ChangeState
from changes.models import Change
from directory.enums import UserState
from directory.models import Company, User
from tenancy import context
from tests import factories
from tests.accounts.confirming import BELIEVED, confirm_believed, propose
from tests.directory.test_people_rules import GOOD

ROUNDS = 5


@pytest.fixture
def company(committed_db: None) -> Iterator[Company]:
    with context.bank():
        yield factories.company()


def person(company: Company, username: str) -> CreateUser:
    profile = factories.profile(company)
    return CreateUser(user=uuid4(), profile=profile.pk, texts={**GOOD, "username": username}, receives_alerts=False)


def confirmed_at_once(changes: list[Change]) -> list[Change]:
    def in_a_thread(change: Change) -> Change:
        try:
            with context.company(change.company_id):
                return confirm_believed(change.maker, change)
        finally:
            connections.close_all()

    with BELIEVED, ThreadPoolExecutor(len(changes)) as pool:
        return list(pool.map(in_a_thread, changes))


def test_one_name_is_given_once_whoever_asks(company: Company) -> None:
    neighbours = factories.company(company.portal)
    administrators = [factories.administrator(row) for row in (company, company, neighbours, neighbours)]
    for number in range(ROUNDS):
        names = (f"felipe{number}", f"FELIPE{number}", f"Felipe{number}", f"feliPE{number}")
        changes = [
            propose(administrator, person(administrator.company, name))
            for administrator, name in zip(administrators, names, strict=True)
        ]

        ended = confirmed_at_once(changes)

        states = sorted(change.state for change in ended)
        assert states == [ChangeState.APPLIED] + [ChangeState.REFUSED] * 3
        assert User.objects.filter(username__iexact=f"felipe{number}").count() == 1
        assert {change.reason for change in ended} == {"", "Este usuario ya existe. Elija otro."}


def test_one_confirmation_sent_many_times_creates_once(company: Company) -> None:
    administrator = factories.administrator(company)
    change = propose(administrator, person(company, "Felipe20"))

    ended = confirmed_at_once([Change.objects.select_related("maker__company__portal").get(pk=change.pk)] * 5)

    assert {row.state for row in ended} == {ChangeState.APPLIED}
    assert User.objects.filter(username="Felipe20").count() == 1


def test_of_two_changes_of_one_state_the_later_is_stale(company: Company) -> None:
    user = factories.user(company)
    administrators = [factories.administrator(company) for _ in range(2)]
    changes = [propose(row, SetState(user=user.pk, state=UserState.INACTIVE)) for row in administrators]

    ended = confirmed_at_once(changes)

    assert sorted(change.state for change in ended) == [ChangeState.APPLIED, ChangeState.STALE]
