"""The same thing at the same time, with real threads and connections."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from audit.models import AuditEvent
from audit.selectors import broken_chains
from changes import services
from changes.models import Change, Signature
from changes.rules.signing import CONFIRMATION_MINUTES
from directory.models import Profile, User
from tenancy import context
from tests import factories
from tests.changes import naming
from tests.support.clock import Clock
from tests.support.database import superuser_url, wait_for_a_waiter

THREADS = 20

pytestmark = pytest.mark.usefixtures("naming_service")


def at_once(actor: User, *works: Callable[[], Any]) -> list[Any]:
    """What each piece of work gave, or the exception it ended with; all start together, in the actor's scope."""
    barrier = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            with context.company(actor.company_id):
                with connection.cursor():
                    barrier.wait()
                results[place] = work()
        except Exception as error:  # noqa: BLE001 - given to the test
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def actor(committed_db: None) -> User:
    with context.bank():
        actor = naming.administrator()
        factories.profile(actor.company, name="Antes")
        naming.administrator(actor.company)  # who is told
        return actor


def propose(actor: User, name: str = "Después", form_key: UUID | None = None) -> Change:
    wanted = naming.NameProfile(profile=Profile.objects.get(company=actor.company).id, name=name)
    return services.propose(maker=actor, wanted=wanted, form_key=form_key or uuid4(), back_url="/")


def confirm(actor: User, change: Change) -> Change:
    return services.sign(signer=actor, change_id=change.id, answer="correct")


def test_a_form_sent_twenty_times_at_once_proposes_once(actor: User) -> None:
    form_key = uuid4()

    results = at_once(actor, *[lambda: propose(actor, form_key=form_key)] * THREADS)

    with context.bank():
        assert (Change.objects.count(), AuditEvent.objects.count()) == (1, 1)
        assert results == [Change.objects.get()] * THREADS


def test_twenty_right_answers_at_once_apply_once(actor: User) -> None:
    with context.company(actor.company_id):
        change = propose(actor)

    results = at_once(actor, *[lambda: confirm(actor, change)] * THREADS)

    with context.bank():
        assert [result.state for result in results] == ["applied"] * THREADS
        assert (Profile.objects.get().name, len(naming.told()), Signature.objects.count()) == ("Después", 1, 1)
        assert AuditEvent.objects.filter(event="profile.saved").count() == 1
        assert broken_chains() == {}


def test_one_code_sent_twenty_times_at_once_applies_once_and_is_called_wrong_to_nobody(
    actor: User, settings: Settings
) -> None:
    """The twins of a doubled submit take turns across the code's own transaction."""
    settings.CONFIRMATION_METHODS = ["tests.changes.naming.WordOnce"]
    with context.company(actor.company_id):
        change = propose(actor)

    results = at_once(actor, *[lambda: confirm(actor, change)] * THREADS)

    assert [result.state for result in results] == ["applied"] * THREADS
    with context.bank():
        assert (len(naming.told()), len(naming.Word.asked)) == (1, 1)


def test_confirming_and_withdrawing_at_once_end_in_one_state(actor: User) -> None:
    for turn in range(10):
        with context.company(actor.company_id):
            change = propose(actor, f"Nombre {turn}")
            before = Profile.objects.get().name

        at_once(actor, partial(confirm, actor, change), partial(services.withdraw, actor=actor, change_id=change.id))

        with context.bank():
            change.refresh_from_db()
            name = Profile.objects.get().name
        assert (change.state, name) in {("applied", f"Nombre {turn}"), ("withdrawn", before)}


def test_two_changes_of_one_row_at_once_apply_one_and_make_the_other_stale(actor: User) -> None:
    for turn in range(10):
        with context.company(actor.company_id):
            colleague = naming.administrator(actor.company)
            changes = [propose(actor, f"{turn} izquierda"), propose(colleague, f"{turn} derecha")]

        results = at_once(actor, *[lambda change=change: confirm(change.maker, change) for change in changes])

        assert sorted(result.state for result in results) == ["applied", "stale"]
        won = next(result for result in results if result.state == "applied")
        with context.bank():
            assert Profile.objects.get().name == won.params["name"]


def test_many_proposals_at_once_never_deadlock(actor: User) -> None:
    results = at_once(actor, *[lambda number=number: propose(actor, f"N{number}") for number in range(THREADS)] * 2)

    with context.bank():
        assert [result for result in results if isinstance(result, Exception)] == []
        assert broken_chains() == {}


@contextmanager
def held(change: Change) -> Iterator[psycopg.Connection[Any]]:
    """Somebody else is about to end the change."""
    with psycopg.connect(superuser_url()) as holder:
        holder.execute("SELECT 1 FROM changes_change WHERE id = %s FOR NO KEY UPDATE", [change.pk])
        yield holder


def ended_before(actor: User, change: Change, work: Callable[[], Any], state: str) -> Any:
    """What `work` gives when it waits for somebody else who brings the change to `state`."""
    with held(change) as holder, ThreadPoolExecutor(1) as pool:
        future = pool.submit(lambda: at_once(actor, work)[0])
        wait_for_a_waiter()
        holder.execute("UPDATE changes_change SET state = %s, finished_at = now() WHERE id = %s", [state, change.pk])
        holder.commit()
        return future.result()


def test_what_was_applied_before_the_withdrawal_had_its_turn_stays_applied(actor: User) -> None:
    with context.company(actor.company_id):
        change = propose(actor)

    result = ended_before(actor, change, lambda: services.withdraw(actor=actor, change_id=change.pk), "applied")

    with context.bank():
        change.refresh_from_db()
    assert (result.state, change.state) == ("applied", "applied")


def test_what_was_withdrawn_before_the_signature_had_its_turn_is_not_applied(actor: User) -> None:
    with context.company(actor.company_id):
        change = propose(actor)

    result = ended_before(actor, change, lambda: confirm(actor, change), "withdrawn")

    with context.bank():
        change.refresh_from_db()
        assert (result.state, change.state) == ("withdrawn", "withdrawn")
        assert (Profile.objects.get().name, Signature.objects.count()) == ("Antes", 0)


def test_the_sweep_passes_by_a_change_that_somebody_is_confirming(actor: User, clock: Clock) -> None:
    with context.company(actor.company_id):
        change = propose(actor)
    clock.forward(minutes=CONFIRMATION_MINUTES)

    with held(change), context.bank():
        meanwhile = services.expire_forgotten()
    with context.bank():
        afterwards = services.expire_forgotten()

    assert (meanwhile, afterwards) == (0, 1)
