"""What is true when something begins may be over when it is done: real threads, real connections."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from accounts.enums import SessionEnd
from accounts.models import Session
from accounts.passwords.changes import GeneratePassword
from accounts.passwords.services import change_own_password
from accounts.sessions.store import SessionStore
from accounts.sign_in.services import PendingSignIn, finish
from accounts.states.changes import SetState
from accounts.states.services import set_state
from audit import request_context
from audit.authority import Authority
from audit.enums import Event
from audit.models import AuditEvent
from changes.enums import ChangeState
from changes.models import Change
from directory.enums import CredentialState, UserState
from directory.models import User
from rights.selectors.entry import person
from tenancy import context
from tests import factories
from tests.accounts.confirming import BELIEVED, confirm, confirm_believed, propose
from tests.support.client import Client
from tests.support.database import superuser_url, wait_for_a_waiter
from tests.support.people import signed_in
from tests.support.there import there

TWINS = 5


@pytest.fixture
def subject(committed_db: None) -> Iterator[User]:
    with context.bank():
        yield factories.user(state="inactive")


def in_a_thread(company_id: Any, work: Callable[[], Any]) -> Any:
    try:
        with context.company(company_id):
            return work()
    finally:
        connections.close_all()


def entered_at_once(user: User, password: str) -> list[Any]:
    pending = PendingSignIn(user.username, user.pk, user.company_id, "", "faro")
    with ThreadPoolExecutor(TWINS) as pool:
        futures: list[Future[Any]] = [
            pool.submit(
                in_a_thread,
                user.company_id,
                lambda: finish(
                    portal=user.portal,
                    pending=pending,
                    password=password,
                    address="127.0.0.1",
                    conditions_version="1",
                ),
            )
            for _ in range(TWINS)
        ]
        return [future.result() for future in futures]


def test_a_generated_password_has_one_live_session_however_many_come_at_once(committed_db: None) -> None:
    with context.bank():
        user = factories.user(credential_state=CredentialState.GENERATED)

    clients = [Client(headers={"host": "localhost"}) for _ in range(TWINS)]
    for client in clients:
        client.post("/ingreso/", {"username": user.username, "code": "", "conditions": "on"})

    def enter(client: Client) -> Any:
        return client.post("/ingreso/clave/", {"password": factories.PASSWORD})

    with ThreadPoolExecutor(TWINS) as pool:
        answers = list(pool.map(lambda each: in_a_thread(user.company_id, lambda: enter(each)), clients))

    assert {answer.status_code for answer in answers} == {302}
    assert [client.get("/mi-cuenta/clave/").status_code for client in clients].count(200) == 1
    with context.bank():
        assert Session.objects.filter(user=user, ended_because="").count() == 1


def test_of_twins_who_change_a_generated_password_at_once_one_has_changed_it(committed_db: None) -> None:
    with context.bank():
        user = factories.user(credential_state=CredentialState.GENERATED)
        known = there(person(user.pk))

    def change(number: int) -> bool:
        try:
            change_own_password(
                actor=known, entered_at=timezone.now(), present="", new=f"una frase larga y clara {number}"
            )
        except ValidationError:
            return False
        return True

    with ThreadPoolExecutor(TWINS) as pool:
        changed = list(pool.map(lambda number: in_a_thread(user.company_id, lambda: change(number)), range(TWINS)))

    assert changed.count(True) == 1
    with context.bank():
        assert AuditEvent.objects.filter(event=Event.OWN_PASSWORD_CHANGED).count() == 1


def test_an_own_password_lets_all_of_them_in_and_counts_nothing(committed_db: None) -> None:
    with context.bank():
        portal = factories.portal(max_failed_attempts=10)
        user = factories.user(factories.company(portal))

    signed_in = [twin for twin in entered_at_once(user, factories.PASSWORD) if twin]

    assert len(signed_in) == TWINS
    with context.bank():
        user.refresh_from_db()
        assert (user.state, user.failed_attempts) == (UserState.ACTIVE, 0)


def withdraw_while_waiting(subject: User, withdraw: Callable[[Any], None]) -> Change:
    """The confirmation waits for its maker's row; meanwhile the maker loses the right; then the row is let go."""
    administrator = factories.administrator(subject.company)
    session = signed_in(administrator).session
    assert isinstance(session, SessionStore)
    change = propose(administrator, SetState(user=subject.pk, state=UserState.ACTIVE))

    def confirmed() -> Change:
        with request_context.entered(request_context.RequestContext(address="127.0.0.1", session=session.audit_name)):
            return confirm_believed(administrator, change)

    with (
        psycopg.connect(superuser_url()) as holder,
        BELIEVED,
        ThreadPoolExecutor(1) as pool,
    ):
        holder.execute("SELECT 1 FROM directory_user WHERE id = %s FOR UPDATE", [administrator.pk])
        future = pool.submit(in_a_thread, administrator.company_id, confirmed)
        wait_for_a_waiter()
        withdraw((holder, administrator))
        holder.commit()
        return future.result()


def made_inactive(found: Any) -> None:
    holder, administrator = found
    holder.execute("UPDATE directory_user SET state = 'inactive' WHERE id = %s", [administrator.pk])


def session_ended(found: Any) -> None:
    holder, administrator = found
    holder.execute("UPDATE accounts_session SET ended_because = 'newer' WHERE user_id = %s", [administrator.pk])


def company_suspended(found: Any) -> None:
    holder, administrator = found
    holder.execute("UPDATE directory_company SET state = 'suspended' WHERE id = %s", [administrator.company_id])


@pytest.mark.parametrize("withdraw", [made_inactive, session_ended, company_suspended])
def test_a_right_withdrawn_while_the_confirmation_waits_is_not_used(
    subject: User, withdraw: Callable[[Any], None]
) -> None:
    change = withdraw_while_waiting(subject, withdraw)

    subject.refresh_from_db()
    assert (change.state, change.reason) == (
        ChangeState.REFUSED,
        "Entretanto se le retiró el permiso para hacer este cambio.",
    )
    assert subject.state == UserState.INACTIVE


def test_without_a_withdrawal_the_same_confirmation_is_applied(subject: User) -> None:
    change = withdraw_while_waiting(subject, lambda _: None)

    subject.refresh_from_db()
    assert (change.state, subject.state) == (ChangeState.APPLIED, UserState.ACTIVE)


@pytest.mark.usefixtures("bank_scope")
class TestNobodyIsLockedOutForever:
    def test_activating_clears_the_count_from_whatever_state(self) -> None:
        user = factories.user(state="inactive", failed_attempts=5)

        set_state(authority=Authority.of_bank(factories.administrator(user.company)), user=user, state="active")

        user.refresh_from_db()
        assert (user.state, user.failed_attempts) == (UserState.ACTIVE, 0)

    def test_a_new_password_starts_a_new_count(self) -> None:
        administrator = factories.administrator()
        user = factories.user(administrator.company, failed_attempts=5)

        change = confirm(administrator, propose(administrator, GeneratePassword(user=user.pk, activate=False)))

        user.refresh_from_db()
        assert (change.state, user.failed_attempts) == (ChangeState.APPLIED, 0)

    def test_guessing_the_present_password_locks_and_ends_the_session(self) -> None:
        user = factories.user()
        client = signed_in(user)
        typed = {"present": "no es esta", "new": "otra frase larga", "repeated": "otra frase larga"}

        for _ in range(5):
            client.post("/mi-cuenta/clave/", typed)
        ended = client.get("/")

        user.refresh_from_db()
        assert user.state == UserState.LOCKED
        assert AuditEvent.objects.filter(event=Event.USER_LOCKED).count() == 1
        assert ended["Location"].endswith(f"?motivo={SessionEnd.WITHDRAWN}")

    def test_the_right_present_password_in_the_last_attempt_locks_nobody(self) -> None:
        user = factories.user(failed_attempts=4)
        client = signed_in(user)
        typed = {"present": factories.PASSWORD, "new": "otra frase larga", "repeated": "otra frase larga"}

        client.post("/mi-cuenta/clave/", typed)

        user.refresh_from_db()
        assert (user.state, user.failed_attempts, user.locked_at) == (UserState.ACTIVE, 0, None)

    def test_the_right_password_refused_by_another_rule_locks_nobody(self) -> None:
        user = factories.user(failed_attempts=4, password_expires_at=timezone.now())
        user.company.state = "suspended"
        user.company.save()
        pending = PendingSignIn(user.username, user.pk, user.company_id, "", "faro")

        signed_in = finish(
            portal=user.portal,
            pending=pending,
            password=factories.PASSWORD,
            address="127.0.0.1",
            conditions_version="1",
        )

        user.refresh_from_db()
        assert signed_in is None
        assert (user.state, user.failed_attempts) == (UserState.ACTIVE, 0)
        assert Session.objects.filter(user=user).count() == 0


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1", "cp037"])
def test_a_form_in_another_encoding_is_a_bad_request(db: None, charset: str) -> None:
    response = Client(headers={"host": "localhost"}).post(
        "/ingreso/", b"username=%ff", content_type=f"application/x-www-form-urlencoded; charset={charset}"
    )

    assert response.status_code == 400
    assert "default-src" in response["Content-Security-Policy"]
