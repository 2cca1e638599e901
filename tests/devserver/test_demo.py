"""`make run` as a newcomer meets it: its servers, its refusals, and that nothing is left when it ends.

The whole of it runs on a copy of the checkout in a path with a space.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from devserver.installation import Installation
from devserver.postgres import APP, OWNER, SUPERUSER, Postgres
from devserver.processes import CannotStart, free_port, refuse_taken_port
from tests.support.servers import ROOT

pytestmark = pytest.mark.long
READY = re.compile(r"Occired is ready \((\d+) s\)")
SECOND_START_SECONDS = 15
PATIENCE_SECONDS = 120


class Demo:
    """`make run` without make, from a checkout of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port, self.mail_port = free_port(), free_port()
        self.output = root.parent / "demo.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Returns the seconds until it was ready."""
        began = time.monotonic()
        ports = ["--port", str(self.port), "--mail-port", str(self.mail_port)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("OCCIRED", "DJANGO"))}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "devserver.demo", *ports],
                cwd=self.root,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        while not READY.search(self.said()):
            assert self.process.poll() is None, self.said()
            assert time.monotonic() - began < PATIENCE_SECONDS, self.said()
            time.sleep(0.1)
        return time.monotonic() - began

    def said(self) -> str:
        return self.output.read_text()

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, by: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(by)
        return self.process.wait(30)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("a path with spaces") / "occired demo"
    shutil.copytree(
        ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache"), symlinks=True
    )
    return copy


@pytest.fixture
def demo(checkout: Path) -> Iterator[Demo]:
    made = Demo(checkout)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end(signal.SIGTERM)


def gone(processes: list[psutil.Process], seconds: float = 10) -> list[psutil.Process]:
    """Those still alive after a while."""
    return psutil.wait_procs(processes, timeout=seconds)[1]


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_and_stops_with_everything_it_started(demo: Demo, by: signal.Signals) -> None:
    seconds = demo.start()
    family = demo.family()
    programs = {"postgres", "valkey-server", "gunicorn", "celery", "devserver.mail"}
    commands = " ".join(" ".join(process.cmdline()) for process in family)

    code = demo.end(by)

    print(f"ready after {seconds:.1f} s")
    assert {program for program in programs if program in commands} == programs
    assert (code, gone(family)) == (0, [])
    assert not (demo.root / "var" / "demo.env").exists()


def test_it_starts_again_after_it_was_killed_outright(demo: Demo) -> None:
    demo.start()
    family = demo.family()
    demo.end(signal.SIGKILL)
    left = gone(family)

    seconds = demo.start()

    print(f"second start after {seconds:.1f} s")
    assert left == []
    assert seconds < SECOND_START_SECONDS


def workers(demo: Demo) -> list[psutil.Process]:
    """Those of everything but deliveries."""
    return [each for each in demo.family() if {"worker", "deliveries"} & {*each.cmdline()} == {"worker"}]


def test_what_it_can_do_without_for_a_moment_comes_back(demo: Demo) -> None:
    demo.start()
    before = workers(demo)
    before[0].kill()

    give_up = time.monotonic() + 20
    while "worker   | ended unexpectedly (signal 9); starting it again in 1 s" not in demo.said():
        assert time.monotonic() < give_up, demo.said()
        time.sleep(0.1)
    while not set(workers(demo)) - set(before):
        assert time.monotonic() < give_up, demo.said()
        time.sleep(0.1)


@pytest.mark.parametrize(("program", "name"), [("postgres", "PostgreSQL"), ("gunicorn", "web")])
def test_what_nothing_works_without_ends_the_demo_with_the_reason(demo: Demo, program: str, name: str) -> None:
    demo.start()
    family = demo.family()
    assert demo.process is not None
    victim = next(each for each in family if any(program in part for part in each.cmdline()))
    victim.kill()

    code = demo.process.wait(40)

    assert code == 1
    assert f"{name} ended unexpectedly (signal 9)" in demo.said()
    assert gone(family) == []


def test_a_second_demo_over_the_same_data_is_refused(tmp_path: Path) -> None:
    with Installation(tmp_path).alone(), pytest.raises(CannotStart, match="A demo is running already"):
        Installation(tmp_path).alone().__enter__()


@pytest.mark.parametrize("variable", ["PORT", "MAIL_PORT"])
def test_a_taken_port_names_the_variable_to_change(variable: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as holder:
        port = holder.getsockname()[1]

        with pytest.raises(CannotStart, match=f"Port {port} is taken .* make run {variable}={port + 1}"):
            refuse_taken_port(port, variable)


def test_secrets_are_made_once_and_for_this_account_alone(tmp_path: Path) -> None:
    first = Installation(tmp_path).servers()[0].passwords
    second = Installation(tmp_path).servers()[0].passwords

    assert first == second
    assert len(set(first.values())) == 3
    assert (tmp_path / "var" / "secrets").stat().st_mode & 0o077 == 0
    assert (tmp_path / "var" / "secrets" / "demo.json").stat().st_mode & 0o077 == 0


def test_the_announced_environment_survives_spaces_and_ends_with_the_demo(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "a b")
    installation.var.mkdir(parents=True)
    environment = {"OCCIRED_STATIC_ROOT": "/a b/c=d", "OCCIRED_SECRET_KEY": "'\"$x"}

    with installation.announced(environment):
        read = installation.announced_environment()
        mode = installation.environment_file.stat().st_mode & 0o777

    assert (read, mode) == (environment, 0o600)
    with pytest.raises(CannotStart, match="The demo is not running"):
        installation.announced_environment()


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    for parent in (tmp_path, tmp_path.parent):
        parent.chmod(0o755)
    passwords = {role: f"{role} @:/%" for role in (SUPERUSER, OWNER, APP)}
    server = Postgres(tmp_path / "data", passwords, durable=False, options={"work_mem": "5MB"})
    yield server
    server.stop()


def test_a_stale_pid_file_of_a_dead_or_reused_process_does_not_stop_postgresql(postgres: Postgres) -> None:
    postgres.start()
    postgres.stop()
    stale = f"{os.getpid()}\n{postgres.directory}\n0\n1\n\n127.0.0.1\n"
    (postgres.directory / "postmaster.pid").write_text(stale)

    postgres.start()

    with postgres.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_left_behind_is_ended_before_the_next_one_starts(postgres: Postgres) -> None:
    postgres.start()
    left_behind = postgres.process
    assert left_behind is not None
    again = Postgres(postgres.directory, postgres.passwords, durable=False)

    again.start()

    try:
        assert left_behind.wait(10) == 0
        with again.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        again.stop()


def test_parameters_of_its_own_are_added_to_the_usual_ones(postgres: Postgres) -> None:
    postgres.start()

    with postgres.connect() as connection:
        shown = [connection.execute(f"SHOW {name}").fetchone() for name in ("work_mem", "fsync", "listen_addresses")]

    assert shown == [("5MB",), ("off",), ("127.0.0.1",)]


def test_the_roles_can_do_no_more_than_they_need(postgres: Postgres) -> None:
    postgres.start()
    postgres.provide("occired")
    postgres.provide("occired")

    with postgres.connect("occired") as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
            " WHERE rolname LIKE 'occired%' ORDER BY rolname"
        ).fetchall()
        address = connection.execute("SHOW listen_addresses").fetchone()

    assert roles == [(role, False, False, False, False) for role in (APP, OWNER)]
    assert address == ("127.0.0.1",)
