"""kill -9 of the worker that makes a large change, in the middle of it, and of the one that makes its passwords.

Nothing is half made, another worker takes it up, and all of it happens once (security.md, 50).
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis
from django.urls import reverse
from psycopg import sql

from accounts.models import PasswordOrder
from accounts.passwords.generation import KIND
from accounts.tasks import make_passwords
from audit.models import AuditEvent
from audit.selectors import broken_chains
from changes.models import Change
from changes.selectors import progress_of
from changes.tasks import sweep
from directory.enums import CredentialState
from directory.models import User
from notifications.models import Delivery
from tenancy import context
from tests.accounts import workbooks
from tests.accounts.confirming import confirm
from tests.accounts.test_workbooks import Company
from tests.support.database import superuser_url
from tests.support.people import signed_in
from tests.support.portal import Portal
from tests.tokens.factories import token_of

PATIENCE_SECONDS = 60
NEW = ("ana.daza", "berta.ruiz", "carla.mora")


def eventually(holds: Callable[[], bool], otherwise: str) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up, otherwise
        time.sleep(0.05)


class Workers:
    """One worker after the other."""

    def __init__(self, log: Path) -> None:
        self.processes = Portal(port=0, log=log)
        self.worker: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.worker = self.processes.start_worker("celery")

    def signal(self, number: signal.Signals) -> None:
        assert self.worker is not None
        os.killpg(self.worker.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        assert self.worker is not None
        self.worker.wait(10)
        self.processes.processes.remove(self.worker)
        self.worker = None

    @contextmanager
    def held_at(self, table: str, begin: Callable[[], object]) -> Iterator[None]:
        """Stops it in the middle of what it begins, at the first thing it asks of the table."""
        with (
            psycopg.connect(superuser_url()) as holder,
            psycopg.connect(superuser_url(), autocommit=True) as watcher,
        ):
            holder.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.Identifier(table)))
            begin()
            waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
            eventually(lambda: watcher.execute(waiting, [table]).fetchone() is not None, "it did not come to the table")
            self.signal(signal.SIGSTOP)
            holder.rollback()
        yield
        self.kill()


@pytest.fixture
def workers(committed_db: None, valkey: redis.Redis, tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(tmp_path / "worker.log")
    yield workers
    if workers.worker is not None:
        workers.kill()


def signed(company: Company) -> Change:
    """Three new people, each with a password, and a new name for somebody who exists."""
    book = company.book(*NEW)
    book["Usuarios"]["B2"] = "Daniel"
    return confirm(company.maker, workbooks.proposed(company.maker, workbooks.sent(company.maker, book)))


def made() -> list[str]:
    return sorted(User.objects.filter(username__in=NEW).values_list("username", flat=True))


def is_applied(change: Change) -> bool:
    with context.bank():
        return Change.objects.get(pk=change.pk).is_applied


@pytest.mark.long
def test_a_worker_killed_in_the_middle_leaves_nothing_half_made_and_the_next_makes_it_once(workers: Workers) -> None:
    with context.bank():
        company = Company()
        change = signed(company)
        browser, felipe = signed_in(company.maker, token_of(company.maker)), signed_in(company.felipe)
    sweep.delay()

    with workers.held_at("schedules_accessschedule", workers.start):
        page = browser.get(reverse("changes:confirm", args=[change.pk])).content.decode()
        assert 'data-progress="yes"' in page
        assert felipe.get("/").status_code == 200
        with context.bank():
            assert 0 < progress_of(change).done < progress_of(change).parts
            assert (made(), PasswordOrder.objects.count()) == ([], 0)

    with context.bank():
        assert (made(), Change.objects.get(pk=change.pk).is_applying) == ([], True)
    sweep.delay()
    workers.start()
    eventually(lambda: is_applied(change), "no other worker took it up")

    with context.bank():
        assert made() == sorted(NEW)
        assert AuditEvent.objects.filter(event="user.created", detail__change=str(change.pk)).count() == len(NEW)
        assert list(broken_chains()) == []
    passwords_survive_a_kill(workers)


def passwords_survive_a_kill(workers: Workers) -> None:
    with workers.held_at("notifications_delivery", make_passwords.delay):
        pass

    make_passwords.delay()
    workers.start()
    eventually(no_order_is_left, "the passwords were not made")

    with context.bank():
        people = User.objects.filter(username__in=NEW)
        assert set(people.values_list("credential_state", flat=True)) == {CredentialState.GENERATED}
        mails = list(Delivery.objects.filter(kind=KIND).values_list("about_id", flat=True))
        assert (len(mails), set(mails)) == (len(NEW), set(people.values_list("pk", flat=True)))
        assert AuditEvent.objects.filter(event="password.generated").count() == len(NEW)


def no_order_is_left() -> bool:
    with context.bank():
        return not PasswordOrder.objects.exists()
