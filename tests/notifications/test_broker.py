"""The broker only carries ids: without it a request is as quick and nothing is lost (security.md, 51, 52)."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import redis
from celery import current_app
from django.db import connection, transaction

from notifications import selectors, services, tasks
from notifications.models import Delivery
from tenancy import context
from tests.notifications.mails import put_in_outbox
from tests.support import servers
from tests.support.mail import MailServer

MAILS = 4
LONGEST_SECONDS = 1.0
ENDS_BEFORE_PUBLISHING = """
import os, sys, uuid
import django
django.setup()
from django.db import transaction
from tenancy import context
from tests.notifications.mails import put_in_outbox

with context.company(uuid.UUID(sys.argv[1])), transaction.atomic():
    transaction.on_commit(lambda: os.kill(os.getpid(), 9))
    put_in_outbox(uuid.UUID(sys.argv[1]))
"""


@contextmanager
def broker_at(url: str) -> Iterator[None]:
    """As if the settings had named another broker."""
    before = current_app.conf.broker_url
    current_app.conf.broker_url = current_app.conf.broker_write_url = url
    try:
        yield
    finally:
        current_app.conf.broker_url = current_app.conf.broker_write_url = before


def seconds_of_each_commit(company: Any) -> list[float]:
    """How long each of four transactions with one mail takes, from the commit to the answer."""
    seconds = []
    for _ in range(MAILS):
        with context.company(company.id):
            began = time.monotonic()
            with transaction.atomic():
                put_in_outbox(company.id)
            seconds.append(time.monotonic() - began)
    return seconds


def sweep_and_send() -> None:
    """What beat and worker do later."""
    for delivery_id in selectors.due_deliveries():
        services.deliver(delivery_id)


def states() -> list[str]:
    with context.bank():
        return list(Delivery.objects.order_by("created_at").values_list("state", flat=True))


def test_with_its_broker_a_mail_is_asked_for_at_once(committed_company: Any, valkey: redis.Redis) -> None:
    seconds = seconds_of_each_commit(committed_company)

    print(f"broker there: longest commit {max(seconds) * 1000:.0f} ms")
    assert (valkey.llen("deliveries"), max(seconds) < LONGEST_SECONDS) == (MAILS, True)


def test_a_broker_that_refuses_costs_nothing_and_loses_nothing(committed_company: Any, smtp: MailServer) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with broker_at(f"redis://:x@127.0.0.1:{closed.getsockname()[1]}/0"):
            seconds = seconds_of_each_commit(committed_company)
    waiting = states()
    sweep_and_send()

    print(f"broker refuses: longest commit {max(seconds) * 1000:.0f} ms")
    assert max(seconds) < LONGEST_SECONDS
    assert (waiting, states(), len(smtp.messages)) == (["pending"] * MAILS, ["sent"] * MAILS, MAILS)


def test_a_broker_that_swallows_everything_costs_less_than_a_second(committed_company: Any, smtp: MailServer) -> None:
    """It accepts connections and never says a word, as behind a firewall that drops."""
    with socket.socket() as black_hole:
        black_hole.bind(("127.0.0.1", 0))
        black_hole.listen(128)
        with broker_at(f"redis://:x@127.0.0.1:{black_hole.getsockname()[1]}/0"):
            seconds = seconds_of_each_commit(committed_company)
    sweep_and_send()

    print(f"broker swallows: longest commit {max(seconds) * 1000:.0f} ms")
    assert max(seconds) < LONGEST_SECONDS
    assert (states(), len(smtp.messages)) == (["sent"] * MAILS, MAILS)


def test_a_broker_that_was_stopped_costs_less_than_a_second(
    committed_company: Any, valkey: redis.Redis, smtp: MailServer
) -> None:
    """SIGSTOP: its connections stay open and nothing answers. Once it goes on, mails are asked for as before."""
    pid = int(valkey.info("server")["process_id"])
    os.kill(pid, signal.SIGSTOP)
    try:
        seconds = seconds_of_each_commit(committed_company)
    finally:
        os.kill(pid, signal.SIGCONT)
    sweep_and_send()
    afterwards = seconds_of_each_commit(committed_company)

    print(f"broker stopped: longest commit {max(seconds) * 1000:.0f} ms, afterwards {max(afterwards) * 1000:.0f} ms")
    assert (max(seconds) < LONGEST_SECONDS, max(afterwards) < LONGEST_SECONDS) == (True, True)
    assert (states()[:MAILS], len(smtp.messages)) == (["sent"] * MAILS, MAILS)
    assert valkey.llen("deliveries") >= MAILS


def test_whatever_goes_wrong_after_the_commit_the_committed_work_is_not_called_failed(
    committed_company: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A broker's address that makes no sense is a defect, not a trouble with the network."""
    with broker_at("nonsense://nowhere/0"), context.company(committed_company.id), transaction.atomic():
        put_in_outbox(committed_company.id)

    assert "Error calling enqueue" in caplog.text
    assert states() == ["pending"]


def test_the_sweep_asks_for_what_is_due(committed_company: Any, valkey: redis.Redis) -> None:
    seconds_of_each_commit(committed_company)
    valkey.flushdb()

    tasks.sweep()

    assert valkey.llen("deliveries") == MAILS


def test_a_process_killed_between_its_commit_and_its_message_loses_nothing(
    committed_company: Any, valkey: redis.Redis, smtp: MailServer
) -> None:
    """kill -9 at the first instruction after the COMMIT, in processes of their own (security.md, 51)."""
    rounds = int(os.environ.get("OCCIRED_KILL_ROUNDS", "3"))
    connection.close()

    ends = [
        subprocess.run(
            [sys.executable, "-c", ENDS_BEFORE_PUBLISHING, str(committed_company.id)], cwd=servers.ROOT, check=False
        ).returncode
        for _ in range(rounds)
    ]
    asked_for = valkey.llen("deliveries")
    sweep_and_send()

    print(f"killed between commit and message: {rounds}, lost {rounds - len(smtp.messages)}")
    assert (ends, asked_for) == ([-signal.SIGKILL] * rounds, 0)
    assert (states(), len({mail["Message-ID"] for mail in smtp.messages})) == (["sent"] * rounds, rounds)
    assert len(smtp.messages) == rounds
