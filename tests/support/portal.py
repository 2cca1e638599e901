"""The portal as it runs in production: gunicorn with two processes, and a Celery worker and beat on request."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from devserver.processes import answers, free_port, spawn, stop
from tests.support import servers

START_SECONDS = 40
WEB_PROCESSES = 2


@dataclass
class Portal:
    """`url` is the customers' portal, `staff_url` the bank's back office; both on this machine's loopback."""

    port: int
    log: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def staff_url(self) -> str:
        return f"http://banco.localhost:{self.port}"

    def start_web(self, **environment: str) -> subprocess.Popen[bytes]:
        bind = f"--bind=127.0.0.1:{self.port}"
        process = self._start("gunicorn", "--config", "occired/gunicorn_conf.py", bind, "occired.wsgi", **environment)
        give_up = time.monotonic() + START_SECONDS
        while not (answers(self.port) and self.log.read_text().count("Booting worker") >= WEB_PROCESSES):
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"The web server did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)
        return process

    def start_worker(self, queues: str = "celery,deliveries", **environment: str) -> subprocess.Popen[bytes]:
        """One for all queues with one process, or one for a queue, where deliveries get two as there are more in
        production. Returned for tests that kill it; it ends with the test at the latest."""
        quick = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        number = ["--concurrency", "2" if queues == "deliveries" else "1", "--hostname", f"{queues}@%h"]
        worker = ["--app", "occired", "worker", "--queues", queues, *number, "--loglevel", "INFO", *quick]
        return self._start("celery", *worker, **environment)

    def start_beat(self, **environment: str) -> subprocess.Popen[bytes]:
        schedule = self.log.with_name(f"beat-{free_port()}")
        return self._start("celery", "--app", "occired", "beat", "--schedule", str(schedule), **environment)

    def stop(self, process: subprocess.Popen[bytes], by: signal.Signals = signal.SIGTERM) -> None:
        stop(process, by=by)
        self.processes.remove(process)

    def stop_all(self) -> None:
        for process in list(self.processes):
            self.stop(process)

    def _start(self, module: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = spawn(
                [sys.executable, "-m", module, *arguments],
                output=log,
                cwd=servers.ROOT,
                env=os.environ | {"WEB_CONCURRENCY": str(WEB_PROCESSES), "PYTHONUNBUFFERED": "1"} | environment,
            )
        self.processes.append(process)
        return process


@pytest.fixture(scope="session")
def _web(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Started once a session; it connects anew when a test leaves a fresh database behind."""
    web = Portal(free_port(), tmp_path_factory.mktemp("portal") / "portal.log")
    web.start_web()
    yield web
    web.stop_all()


@pytest.fixture
def portal(_web: Portal, committed_db: None) -> Iterator[Portal]:
    """The portal over committed data. Workers started by the test end with it."""
    before = list(_web.processes)
    yield _web
    for process in [each for each in _web.processes if each not in before]:
        _web.stop(process, by=signal.SIGKILL)
