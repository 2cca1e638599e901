"""kill -9 of a real worker at each point of a delivery (security.md, 50).

Nothing is lost, and a second copy exists only when the kill fell between the mail server's 250 and our mark. The
environment's `OCCIRED_KILL_ROUNDS` says how often.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection

from notifications.models import Delivery
from notifications.tasks import deliver, sweep
from tenancy import context
from tests.notifications.mails import SECRET, everything_in, make_due, put_in_outbox
from tests.support.database import superuser_url
from tests.support.mail import part_of
from tests.support.portal import Portal
from tests.support.slow_smtp import SlowSmtp

ROUNDS = int(os.environ.get("OCCIRED_KILL_ROUNDS", "3"))
PATIENCE_SECONDS = 40


class Office:
    """One worker after the other over one outbox and one mail server."""

    def __init__(self, company: Any, server: SlowSmtp, log: Path) -> None:
        self.company = company
        self.server = server
        self.processes = Portal(port=0, log=log)
        self.worker: subprocess.Popen[bytes] | None = None

    def start_worker(self) -> None:
        self.worker = self.processes.start_worker()

    def signal_worker(self, number: signal.Signals) -> None:
        """To the worker and the process that does its work."""
        assert self.worker is not None
        os.killpg(self.worker.pid, number)

    def kill_worker(self) -> None:
        self.signal_worker(signal.SIGKILL)
        assert self.worker is not None
        self.worker.wait(10)
        self.processes.processes.remove(self.worker)
        self.worker = None

    def write_mail(self) -> Delivery:
        with context.company(self.company.id):
            return put_in_outbox(self.company.id)

    def recover(self, delivery: Delivery) -> None:
        """A fresh worker and the sweep; the wait between attempts is cut short."""
        self.start_worker()
        with context.bank():
            make_due(delivery)
        sweep.delay()
        eventually(lambda: state_of(delivery) == "sent", "the mail was not sent after the kill")


def eventually(holds: Callable[[], bool], otherwise: str) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up, otherwise
        time.sleep(0.05)


def state_of(delivery: Delivery) -> str:
    with context.bank():
        return str(Delivery.objects.values_list("state", flat=True).get(pk=delivery.pk))


@pytest.fixture
def office(committed_company: Any, valkey: redis.Redis, slow: SlowSmtp, tmp_path: Path) -> Iterator[Office]:
    office = Office(committed_company, slow, tmp_path / "worker.log")
    yield office
    if office.worker is not None:
        office.kill_worker()


@contextmanager
def outbox_locked() -> Iterator[Callable[[], bool]]:
    """Nobody gets at the outbox; yields whether somebody waits for it."""
    with (
        psycopg.connect(superuser_url()) as holder,
        psycopg.connect(superuser_url(), autocommit=True) as watcher,
    ):
        holder.execute("LOCK TABLE notifications_delivery IN ACCESS EXCLUSIVE MODE")

        def somebody_waits() -> bool:
            query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'notifications_delivery'::regclass"
            row = watcher.execute(query).fetchone()
            return row is not None and row[0] > 0

        yield somebody_waits
        holder.rollback()


def before_claim(office: Office) -> Delivery:
    if office.worker is not None:
        office.kill_worker()
    delivery = office.write_mail()
    connection.close()
    with outbox_locked() as somebody_waits:
        office.start_worker()
        eventually(somebody_waits, "the worker did not come to its claim")
        office.kill_worker()
    return delivery


def held_at(point: str) -> Callable[[Office], Delivery]:
    def kill_there(office: Office) -> Delivery:
        office.server.hold_at(point)
        delivery = office.write_mail()
        assert office.server.reached.wait(PATIENCE_SECONDS)
        office.kill_worker()
        office.server.let_go()
        return delivery

    return kill_there


def after_the_servers_250(office: Office) -> Delivery:
    """The worker stands still while the server says 250 into its socket, and dies before it can read it."""
    office.server.hold_at("accept")
    delivery = office.write_mail()
    assert office.server.reached.wait(PATIENCE_SECONDS)
    office.signal_worker(signal.SIGSTOP)
    office.server.let_go()
    assert office.server.accepted.wait(PATIENCE_SECONDS)
    office.kill_worker()
    return delivery


def after_mark(office: Office) -> Delivery:
    delivery = office.write_mail()
    eventually(lambda: state_of(delivery) == "sent", "the mail was not sent")
    office.kill_worker()
    return delivery


@pytest.mark.parametrize(
    ("point", "kill", "copies"),
    [
        ("before claim", before_claim, 1),
        ("after claim", held_at("banner"), 1),
        ("after SMTP MAIL", held_at("MAIL"), 1),
        ("after SMTP 250", after_the_servers_250, 2),
        ("after mark-sent", after_mark, 1),
    ],
)
def test_a_worker_killed_loses_no_mail(
    office: Office, point: str, kill: Callable[[Office], Delivery], copies: int
) -> None:
    office.start_worker()
    deliveries = []

    for _ in range(ROUNDS):
        delivery = kill(office)
        office.recover(delivery)
        deliveries.append(delivery)

    arrived = [[mail for mail in office.server.messages if mail["Message-ID"] == d.message_id] for d in deliveries]
    lost = sum(not mails for mails in arrived)
    second = sum(len(mails) - 1 for mails in arrived)
    print(f"kill -9 {point}: {ROUNDS} kills, lost {lost}, second copies {second}")
    assert [len(mails) for mails in arrived] == [copies] * ROUNDS
    assert len(office.server.messages) == copies * ROUNDS
    assert all(SECRET in part_of(mail) for mails in arrived for mail in mails)
    assert SECRET not in everything_in("notifications_delivery") + office.processes.log.read_text()


def test_a_mail_server_that_holds_on_for_ever_loses_its_worker_and_not_the_mail(
    office: Office, valkey: redis.Redis
) -> None:
    """`CELERY_TASK_TIME_LIMIT` ends a conversation that no time-out of a socket ends; here two seconds."""
    delivery = office.write_mail()
    valkey.flushdb()
    office.server.hold_at("MAIL")
    deliver.apply_async([str(delivery.id)], time_limit=2)

    office.start_worker()
    eventually(lambda: "Hard time limit" in office.processes.log.read_text(), "the worker was not stopped")
    office.server.let_go()
    with context.bank():
        make_due(delivery)
    sweep.delay()
    eventually(lambda: state_of(delivery) == "sent", "the mail was not sent afterwards")

    assert (settings.CELERY_TASK_TIME_LIMIT, len(office.server.messages)) == (110, 1)
