"""A mail server may take ten minutes to answer (RFC 5321 section 4.5.3.2.6): one copy leaves, and nobody else waits."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import redis
from django.conf import settings as real_settings
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from notifications import services
from notifications.models import Delivery
from notifications.smtp import EmailBackend, PatientSMTP, PatientSMTPOverTLS
from notifications.tasks import deliver, sweep
from tenancy import context
from tests.notifications.mails import deliver_and_leave, make_due, put_in_outbox
from tests.support.database import superuser_url
from tests.support.portal import Portal
from tests.support.slow_smtp import SlowSmtp
from tests.support.there import there

# Ten minutes become two seconds and all that hangs on them shrinks with it: the lease to sixteen.
SCALED = {"OCCIRED_SMTP_TIMEOUT_SECONDS": "1", "OCCIRED_SMTP_ANSWER_SECONDS": "2"}
LEASE_SECONDS = 16
PATIENCE_SECONDS = 60


@pytest.fixture
def scaled(settings: Settings) -> None:
    settings.EMAIL_TIMEOUT, settings.SMTP_ANSWER_SECONDS = 1, 4


def eventually(holds: Callable[[], bool], otherwise: str) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up, otherwise
        time.sleep(0.05)


def row(delivery: Delivery) -> Delivery:
    with context.bank():
        return Delivery.objects.get(pk=delivery.pk)


def write_mail(company: Any, **values: Any) -> Delivery:
    with context.company(company.id):
        return put_in_outbox(company.id, **values)


@contextmanager
def in_its_hands(delivery: Delivery, slow: SlowSmtp) -> Iterator[None]:
    """A worker has sent the mail and waits for the answer; afterwards it gets one."""
    slow.hold_at("accept")
    worker = threading.Thread(target=deliver_and_leave, args=[delivery])
    worker.start()
    assert slow.reached.wait(10)
    try:
        yield
    finally:
        slow.let_go()
        worker.join()


class TestTheConversation:
    def test_an_answer_to_a_mail_that_comes_late_is_waited_for(
        self, company: Any, slow: SlowSmtp, scaled: None
    ) -> None:
        slow.delays = {"accept": 2}

        state = services.deliver(put_in_outbox(company.id).id)

        assert (state, len(slow.messages)) == ("sent", 1)

    @pytest.mark.parametrize("point", ["banner", "MAIL", "RCPT", "DATA"])
    def test_an_answer_to_a_command_is_not(self, company: Any, slow: SlowSmtp, scaled: None, point: str) -> None:
        slow.delays = {point: 3}
        began = time.monotonic()

        state = services.deliver(put_in_outbox(company.id).id)

        assert (state, slow.messages, time.monotonic() - began < 2) == ("pending", [], True)

    def test_even_this_wait_has_an_end(self, company: Any, slow: SlowSmtp, settings: Settings, scaled: None) -> None:
        settings.SMTP_ANSWER_SECONDS = 1
        slow.delays = {"accept": 3}

        assert services.deliver(put_in_outbox(company.id).id) == "pending"

    def test_a_server_that_dies_before_it_answers_gets_the_mail_again_and_keeps_one(
        self, company: Any, slow: SlowSmtp
    ) -> None:
        delivery = put_in_outbox(company.id)
        slow.dies_at = "accept"

        died = services.deliver(delivery.id)
        slow.dies_at = ""
        make_due(delivery)

        assert (died, services.deliver(delivery.id), len(slow.messages)) == ("pending", "sent", 1)

    @pytest.mark.parametrize(("over_tls", "kind"), [(True, PatientSMTPOverTLS), (False, PatientSMTP)])
    def test_with_and_without_tls_it_is_the_same(self, over_tls: bool, kind: type) -> None:
        assert EmailBackend(use_ssl=over_tls, use_tls=False).connection_class is kind


class TestTheLadder:
    def test_each_limit_outlasts_the_one_inside_it(self) -> None:
        answer = real_settings.SMTP_ANSWER_SECONDS
        broker = real_settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]

        assert answer == 600
        assert answer < deliver.time_limit < real_settings.DELIVERY_LEASE_SECONDS < broker
        assert real_settings.CELERY_TASK_TIME_LIMIT < real_settings.DELIVERY_LEASE_SECONDS


class TestTheLease:
    def test_no_transaction_is_open_while_the_mail_server_thinks(self, committed_company: Any, slow: SlowSmtp) -> None:
        delivery = write_mail(committed_company)

        with in_its_hands(delivery, slow), psycopg.connect(superuser_url()) as superuser:
            states = superuser.execute(
                "SELECT DISTINCT state FROM pg_stat_activity WHERE application_name = 'occired-default' "
                "AND datname = current_database()"
            ).fetchall()

        assert states == [("idle",)]

    def test_it_is_nobody_elses_until_it_ends(self, committed_company: Any, slow: SlowSmtp) -> None:
        delivery = write_mail(committed_company)

        with in_its_hands(delivery, slow):
            leased = row(delivery)
            others = [services.deliver(delivery.id) for _ in range(3)]

        assert there(leased.leased_until) - timezone.now() > timedelta(seconds=600)
        assert (others, row(delivery).leased_until, len(slow.messages)) == ([None] * 3, None, 1)

    def test_a_later_mail_does_not_take_back_what_is_leaving(self, committed_company: Any, slow: SlowSmtp) -> None:
        about_id = uuid4()
        delivery = write_mail(committed_company, about_id=about_id)

        with in_its_hands(delivery, slow), context.company(committed_company.id), transaction.atomic():
            services.replace_pending(viewer=committed_company, kind=delivery.kind, about_id=about_id)

        assert (row(delivery).state, len(slow.messages)) == ("sent", 1)

    def test_a_connection_lost_meanwhile_forgets_no_mail_that_was_taken(
        self, committed_company: Any, slow: SlowSmtp
    ) -> None:
        delivery = write_mail(committed_company)

        with in_its_hands(delivery, slow), psycopg.connect(superuser_url()) as superuser:
            superuser.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE application_name = 'occired-default' AND datname = current_database()"
            )
        connection.close()

        assert (row(delivery).state, row(delivery).sealed, len(slow.messages)) == ("sent", "", 1)

    def test_who_comes_back_after_its_lease_spoils_nothing_of_the_next(
        self, committed_company: Any, slow: SlowSmtp
    ) -> None:
        delivery = write_mail(committed_company)
        slow.answers = {"accept": "451 later"}
        of_another = timezone.now() + timedelta(hours=1)

        with in_its_hands(delivery, slow), context.bank():
            Delivery.objects.filter(pk=delivery.pk).update(leased_until=of_another)

        assert (row(delivery).leased_until, row(delivery).problem) == (of_another, "")


def test_the_sweep_asks_for_nothing_while_what_was_asked_for_still_waits(
    committed_company: Any, valkey: redis.Redis
) -> None:
    for _ in range(3):
        write_mail(committed_company)
    for _ in range(5):
        sweep()

    assert valkey.llen("deliveries") == 3


@pytest.fixture
def processes(valkey: redis.Redis, tmp_path: Path) -> Iterator[Portal]:
    processes = Portal(port=0, log=tmp_path / "workers.log")
    yield processes
    for process in list(processes.processes):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def swept(processes: Portal) -> int:
    return len(re.findall(r"Task notifications\.sweep\S* succeeded", processes.log.read_text()))


def test_one_slow_answer_holds_up_no_other_mail_and_no_other_task(
    committed_company: Any, slow: SlowSmtp, processes: Portal
) -> None:
    """Two seconds stand for ten minutes: the answer takes longer than every short time-out, and several sweeps."""
    slow.hold_at("accept", recipient="lento@")
    processes.start_worker("celery", **SCALED)
    processes.start_worker("deliveries", **SCALED | {"OCCIRED_SMTP_ANSWER_SECONDS": "30"})
    processes.start_beat(OCCIRED_DELIVERY_SWEEP_SECONDS="1")
    late = write_mail(committed_company, recipient="lento@empresa.example")
    assert slow.reached.wait(PATIENCE_SECONDS)
    sweeps = swept(processes)

    quick = write_mail(committed_company)
    eventually(lambda: row(quick).state == "sent", "the other mail waited for the slow one")
    eventually(lambda: swept(processes) >= sweeps + 4, "the sweep waited for the slow mail")
    meanwhile = row(late)
    slow.let_go()
    eventually(lambda: row(late).state == "sent", "the answer was not waited for")

    assert (meanwhile.state, meanwhile.attempts, meanwhile.leased_until is None) == ("pending", 1, False)
    assert sorted(mail["Message-ID"] for mail in slow.messages) == sorted([late.message_id, quick.message_id])


def test_a_worker_killed_in_the_middle_loses_nothing_for_its_lease_ends(
    committed_company: Any, slow: SlowSmtp, processes: Portal
) -> None:
    slow.hold_at("RCPT")
    worker = processes.start_worker("deliveries", **SCALED)
    delivery = write_mail(committed_company)
    assert slow.reached.wait(PATIENCE_SECONDS)
    os.killpg(worker.pid, signal.SIGKILL)
    killed = time.monotonic()
    slow.let_go()

    processes.start_worker(**SCALED)
    processes.start_beat(OCCIRED_DELIVERY_SWEEP_SECONDS="1")
    eventually(lambda: row(delivery).state == "sent", "the lease of a dead worker did not end")

    print(f"sent {time.monotonic() - killed:.0f} s after the kill, with a lease of {LEASE_SECONDS} s")
    assert time.monotonic() - killed > LEASE_SECONDS - 5
    assert (row(delivery).attempts, len(slow.messages)) == (2, 1)
