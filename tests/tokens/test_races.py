"""Codes and assignments under simultaneous use: real threads, connections, processes (security.md, A 1, 6, 9)."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse

from accounts.profiles.changes import SaveProfile
from audit.authority import Authority
from audit.enums import Event
from audit.models import AuditEvent
from changes.models import Signature
from directory.enums import OperatingRole
from directory.models import User
from tenancy import context
from tests import barrier, factories
from tests.accounts.confirming import propose
from tests.support.people import signed_in
from tests.support.portal import Portal
from tests.support.there import there
from tests.tokens.factories import code_of, token
from tokens import services
from tokens.enums import LIVE, Purpose, TokenState
from tokens.models import Token

AT_ONCE = 50
ROUNDS = 50
MIXED_ROUNDS = 10


def together(work: Callable[[int], Any], count: int = AT_ONCE) -> list[Any]:
    """What `work(0)`, `work(1)`… return when as many threads, each with a connection of its own, start it at once."""
    barrier_of_threads = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        try:
            with context.bank():
                connection.ensure_connection()
                barrier_of_threads.wait(timeout=30)
                results[number] = work(number)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def give(user: User, code: str) -> bool:
    return services.verify(user=user, code=code, purpose=Purpose.SIGN_IN) is not None


def test_of_simultaneous_connections_with_one_code_one_is_accepted(bank: None) -> None:
    company = factories.company()

    def accepted_at_once() -> int:
        holder = factories.administrator(company)
        code = code_of(token(holder))
        return together(lambda _: give(holder, code)).count(True)

    accepted = [accepted_at_once() for _ in range(5)]

    print(f"\n{AT_ONCE} connections, {len(accepted)} rounds: accepted {accepted}")
    assert accepted == [1] * 5


def test_a_burst_of_wrong_codes_is_evaluated_five_times_and_locks_once(bank: None) -> None:
    holder = factories.administrator()
    held = token(holder)
    right = code_of(held)
    wrong = "000000" if right != "000000" else "000001"

    answers = together(lambda _: give(holder, wrong))

    held.refresh_from_db()
    locked = AuditEvent.objects.filter(event=Event.TOKEN_LOCKED).count()
    print(f"\n{AT_ONCE} wrong codes at once, limit 5: evaluated {held.failed_attempts}, locks {locked}")
    assert answers == [False] * AT_ONCE
    assert (held.failed_attempts, locked) == (5, 1)
    assert not give(holder, right)


def test_of_a_stock_of_tokens_each_goes_to_one_person(bank: None) -> None:
    company = factories.company()
    users = [factories.user(company) for _ in range(20)]
    stock = [token(company=company) for _ in range(4)]
    actor = factories.bank_staff()

    answers = together(
        lambda number: services.assign_to(
            authority=Authority.of_bank(actor), token=stock[number % 4], user=users[number]
        ),
        count=20,
    )

    given = [answer for answer in answers if isinstance(answer, Token)]
    assert [type(answer) for answer in answers if not isinstance(answer, Token)] == [ValidationError] * 16
    assert {answer.serial for answer in given} == {row.serial for row in stock}
    assert Token.objects.filter(state=TokenState.ASSIGNED).values("user").distinct().count() == 4


def test_one_person_gets_one_token_however_many_assign_at_once(bank: None) -> None:
    company = factories.company()
    user = factories.user(company)
    stock = [token(company=company) for _ in range(10)]
    actor = factories.bank_staff()

    answers = together(
        lambda number: services.assign_to(authority=Authority.of_bank(actor), token=stock[number], user=user), count=10
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Token"] + ["ValidationError"] * 9
    assert Token.objects.filter(user=user, state__in=LIVE).count() == 1


def test_a_token_blocked_meanwhile_accepts_nothing(bank: None) -> None:
    """Whoever waited for the row while it was being blocked sees the new state."""
    holder = factories.administrator()
    held = token(holder)
    code = code_of(held)
    actor = factories.bank_staff()
    answers: list[bool] = []

    def submit() -> None:
        with context.bank():
            answers.append(give(holder, code))
        connection.close()

    with transaction.atomic():
        services.block(authority=Authority.of_bank(actor), token=held)
        thread = threading.Thread(target=submit)
        thread.start()
        thread.join(timeout=0.5)
        was_waiting = thread.is_alive()
    thread.join()

    assert (was_waiting, answers) == (True, [False])


def test_verifying_inside_another_transaction_is_refused(bank: None) -> None:
    """Its rollback would give attempts back."""
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        services.verify(user=None, code="000000", purpose=Purpose.SIGN_IN)


def test_the_count_of_wrong_codes_outlives_connections(bank: None) -> None:
    holder = factories.administrator()
    held = token(holder)
    wrong = "000000" if code_of(held) != "000000" else "000001"

    for _ in range(3):
        give(holder, wrong)
        connection.close()

    held.refresh_from_db()
    assert held.failed_attempts == 3


def test_one_code_over_http_is_accepted_once_in_every_one_of_fifty_rounds(portal: Portal) -> None:
    """Two web processes, one code, fifty simultaneous sign-ins: one goes on to step 2, all others are refused alike."""
    with context.bank():
        company = factories.company()
        held = [token(factories.administrator(company)) for _ in range(ROUNDS)]
    url = portal.url + reverse("sign-in")
    cookies, fields = barrier.form_of(url)
    accepted, refused = [], []

    for row in held:
        form = fields | {"username": there(row.user).username, "code": code_of(row), "conditions": "on"}
        answers = barrier.fire(url, [barrier.post(url, form, cookies=cookies)] * AT_ONCE)
        accepted.append(sum(answer.location == reverse("sign-in-password") for answer in answers))
        refused.append(sum(answer.status == 200 and "Los datos no son correctos" in answer.body for answer in answers))

    print(
        f"\nOne code, {AT_ONCE} simultaneous requests, two web processes: exactly 1 accepted in "
        f"{accepted.count(1)} of {ROUNDS} rounds; accepted {sum(accepted)}, refused {sum(refused)}"
    )
    assert accepted == [1] * ROUNDS
    assert refused == [AT_ONCE - 1] * ROUNDS


def new_profile(name: str) -> SaveProfile:
    return SaveProfile(profile=uuid4(), is_new=True, name=f"Perfil {name}", operating_role=OperatingRole.BOTH)


def test_one_code_sent_to_sign_in_and_confirmation_at_once_serves_one_of_them(portal: Portal) -> None:
    """The window of a code is one for all its uses; a change that many confirm at once is carried out once at most."""
    url = portal.url + reverse("sign-in")
    with context.bank():
        company = factories.company()
        held = [token(factories.administrator(company)) for _ in range(MIXED_ROUNDS)]
    cookies, fields = barrier.form_of(url)
    totals, confirmed = [], 0

    for number, row in enumerate(held):
        with context.company(company.pk):
            change = propose(there(row.user), new_profile(row.serial))
        session = {"occired": signed_in(row.user, row).cookies["occired"].value}
        code = code_of(row)
        confirm_url = portal.url + reverse("changes:confirm", args=[change.pk])
        form = fields | {"username": there(row.user).username, "code": code, "conditions": "on"}
        entering = barrier.post(url, form, cookies=cookies)
        confirming = barrier.post(confirm_url, fields | {"code": code}, cookies=cookies | session)
        order = [entering, confirming] * (AT_ONCE // 2) if number % 2 else [confirming] * 40 + [entering] * 10
        answers = barrier.fire(url, order)
        with context.bank():
            confirmations = Signature.objects.filter(change=change).count()
        confirmed += confirmations
        entered = sum(answer.location == reverse("sign-in-password") for answer in answers)
        totals.append(entered + confirmations)

    print(
        f"\nOne code, {AT_ONCE} simultaneous requests to sign-in and confirmation: served once in "
        f"{totals.count(1)} of {MIXED_ROUNDS} rounds ({confirmed} confirmations, {sum(totals) - confirmed} sign-ins)"
    )
    assert totals == [1] * MIXED_ROUNDS
