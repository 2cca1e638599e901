"""Signed-in people: a test client with a real session, as the sign-in leaves it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django_otp import DEVICE_ID_SESSION_KEY

from tests.support.client import Client


@pytest.fixture
def bank_scope(db: None) -> Iterator[None]:
    """All rows of all companies, for arranging data."""
    from tenancy import context

    with context.bank():
        yield


@pytest.fixture
def bank(committed_db: None) -> Iterator[None]:
    """The same over data that other connections see."""
    from tenancy import context

    with context.bank():
        yield


@pytest.fixture
def administrator(bank_scope: None) -> Any:
    from tests import factories

    return factories.administrator(username="adelgado")


@pytest.fixture
def felipe(administrator: Any) -> Any:
    """A secondary user of the administrator's."""
    from tests import factories

    return factories.user(administrator.company, username="Felipe20")


@pytest.fixture
def client(administrator: Any) -> Client:
    """The administrator's browser."""
    return signed_in(administrator)


@pytest.fixture
def staff(bank_scope: None) -> Client:
    """The browser of one of the bank's staff."""
    from tests.support.back_office import staff_client

    return staff_client(username="banca")


@pytest.fixture
def client_for() -> Callable[..., Client]:
    """`client_for(user)`, or `client_for(user, token)` for somebody who came with a token's code.

    Administrators come with their token, which is made if they have none, since without one there is nothing they
    administer; `client_for(user, with_token=False)` is for who never had one.
    """
    return signed_in


def signed_in(user: Any, token: Any = None, host: str = "localhost", *, with_token: bool = True) -> Client:
    from accounts.sessions.standing import STANDING, standing_of
    from tests.tokens.factories import token_of

    if token is None and with_token and user.role == "administrator":
        token = token_of(user)
    client = Client(headers={"host": host})
    client.force_login(user)
    session = client.session
    session[STANDING] = standing_of(user).written()
    session["factors"] = ["password", "token"] if token else ["password"]
    if token:
        session[DEVICE_ID_SESSION_KEY] = token.persistent_id
    session.save()
    return client
