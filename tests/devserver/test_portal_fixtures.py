"""The portal as the browser and race tests meet it: real processes over committed data."""

import http.client
import signal
import time

import psutil
import pytest
import redis

from tests.support.browser import PHONE, OpenPage
from tests.support.portal import Portal


def ask(portal: Portal, host: str = "localhost") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=10)
    connection.request("GET", "/healthz", headers={"Host": host})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("turn", ["first", "after the database was renewed"])
def test_two_processes_answer_under_every_name(portal: Portal, turn: str) -> None:
    workers = psutil.Process(portal.processes[0].pid).children()

    answered = [ask(portal, host) for host in ("localhost", "banco.localhost")]

    assert answered == [200, 200]
    assert len(workers) == 2


def test_a_foreign_name_is_refused(portal: Portal) -> None:
    assert ask(portal, "evil.example") == 400


def test_a_worker_takes_tasks_from_this_sessions_broker_and_can_be_killed(portal: Portal, valkey: redis.Redis) -> None:
    from notifications.tasks import sweep

    worker = portal.start_worker()
    sweep.delay()

    give_up = time.monotonic() + 30
    while "Task notifications.sweep" not in portal.log.read_text() and time.monotonic() < give_up:
        time.sleep(0.1)
    family = psutil.Process(worker.pid).children()
    portal.stop(worker, by=signal.SIGKILL)

    assert "Task notifications.sweep" in portal.log.read_text()
    assert psutil.wait_procs(family, timeout=5)[1] == []


@pytest.mark.browser
def test_a_page_opens_in_the_language_and_size_asked_for(portal: Portal, open_page: OpenPage) -> None:
    page = open_page(f"{portal.url}/healthz", viewport=PHONE, language="en", expected=("404",))  # of /favicon.ico

    assert page.evaluate("[window.innerWidth, navigator.language]") == [390, "en"]
