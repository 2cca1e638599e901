"""The same person at once from several windows: a right password never counts against anybody."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Session
from accounts.passwords import services as own_account
from accounts.sessions.services import sole_session
from accounts.sign_in import services as sign_in
from accounts.sign_in.services import PendingSignIn
from directory.enums import CredentialState
from directory.models import User
from tenancy import context
from tests import factories
from tests.support.database import superuser_url, wait_for_a_waiter
from tests.tokens.test_races import together

AT_ONCE = 8
ANOTHER_HASH = make_password("otra cosa")
NEW = "otra frase larga y clara"


def begin(user: User) -> PendingSignIn:
    pending = sign_in.begin(portal=user.portal, username=user.username, code="", address=None)
    assert pending is not None
    return pending


def finish(user: User, pending: PendingSignIn, password: str = factories.PASSWORD) -> bool:
    signed_in = sign_in.finish(
        portal=user.portal, pending=pending, password=password, address=None, conditions_version="1"
    )
    return signed_in is not None


def left(user: User) -> tuple[str, int]:
    now = User.objects.get(pk=user.pk)
    return str(now.state), now.failed_attempts


@pytest.mark.parametrize("credential", [CredentialState.PERMANENT, CredentialState.GENERATED])
def test_right_passwords_at_once_leave_no_failed_attempt_behind(bank: None, credential: str) -> None:
    user = factories.user(credential_state=credential)

    entered = together(lambda _: finish(user, begin(user)), AT_ONCE)

    assert {type(each) for each in entered} == {bool}
    assert True in entered
    assert left(user) == ("active", 0)


def test_a_generated_password_lets_windows_in_one_after_the_other_until_it_is_changed(bank: None) -> None:
    user = factories.user(credential_state=CredentialState.GENERATED)
    windows = [begin(user) for _ in range(AT_ONCE)]

    entered = [finish(user, pending) for pending in windows]

    assert entered == [True] * AT_ONCE
    assert left(user) == ("active", 0)


def test_a_password_replaced_while_it_was_looked_at_takes_back_its_lock(bank: None) -> None:
    """The right one in the last attempt: the lock set in advance must not stay when somebody replaces it meanwhile."""
    user = factories.user(failed_attempts=4)
    pending, entered = begin(user), []

    def last_attempt() -> None:
        with context.bank():
            entered.append(finish(user, pending))
        connection.close()

    thread = threading.Thread(target=last_attempt)
    thread.start()
    while thread.is_alive() and left(user) != ("locked", 5):
        time.sleep(0.001)
    User.objects.filter(pk=user.pk).update(password=ANOTHER_HASH)
    thread.join()

    assert (entered, left(user)) == ([False], ("active", 0))


def test_wrong_passwords_still_count(bank: None) -> None:
    user = factories.user()

    entered = [finish(user, begin(user), "equivocada de nuevo") for _ in range(5)]

    assert (entered, left(user)) == ([False] * 5, ("locked", 5))


def test_a_wrong_password_adds_to_what_was_counted_while_it_waited(bank: None) -> None:
    user = factories.user()
    pending = begin(user)

    with psycopg.connect(superuser_url()) as other, ThreadPoolExecutor(1) as pool:
        other.execute("UPDATE directory_user SET failed_attempts = 3 WHERE id = %s", [user.pk])
        entered = pool.submit(lambda: together(lambda _: finish(user, pending, "equivocada de nuevo"), 1))
        wait_for_a_waiter()
        other.commit()

    assert (entered.result(), left(user)) == ([False], ("active", 4))


def opened(user: User, key: str) -> Session:
    later = timezone.now() + timedelta(hours=1)
    return Session.objects.create(session_key=key, user=user, company_id=user.company_id, expire_date=later)


def test_of_two_who_enter_at_once_the_later_one_ends_the_session_of_the_other(bank: None) -> None:
    user = factories.user()

    def enter(_: Any) -> str:
        with sole_session(user=user, portal=user.portal):
            return opened(user, "later").pk

    with ThreadPoolExecutor(1) as pool:
        with sole_session(user=user, portal=user.portal):
            opened(user, "earlier")
            entered = pool.submit(lambda: together(enter, 1))
            wait_for_a_waiter()

        assert entered.result() == ["later"]
    assert dict(Session.objects.values_list("pk", "ended_because")) == {"earlier": "newer", "later": ""}


def test_the_database_keeps_one_open_session_of_a_user(bank: None) -> None:
    user = factories.user()
    opened(user, "one")

    with pytest.raises(IntegrityError, match="session_one_open_a_user"), transaction.atomic():
        opened(user, "another")


def test_one_s_own_change_from_two_windows_counts_against_nobody(bank: None) -> None:
    user = factories.user()
    first, second = (User.objects.select_related("company__portal").get(pk=user.pk) for _ in range(2))
    own_account.change_own_password(actor=first, entered_at=None, present=factories.PASSWORD, new=NEW)

    with pytest.raises(ValidationError) as refused:
        own_account.change_own_password(actor=second, entered_at=None, present=factories.PASSWORD, new=f"{NEW} 2")

    assert list(refused.value.error_dict) == ["new"]
    assert left(user) == ("active", 0)
