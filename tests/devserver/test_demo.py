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

from devserver import installation
from devserver.installation import Installation
from devserver.postgres import APP, OWNER, SUPERUSER, Postgres
from devserver.processes import CannotStart, free_port, port_of, refuse_taken_port
from tests.support.servers import ROOT

pytestmark = pytest.mark.long
READY = re.compile(r"Occired is ready \((\d+) s\)")
PATIENCE_SECONDS = 120


def command_of(process: psutil.Process) -> list[str]:
    """Nothing for one that has ended meanwhile."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


class Demo:
    """`make run` without make, from a checkout of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port, self.mail_port = free_port(), free_port()
        self.output = root.parent / "demo.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, by_make: bool = False) -> float:
        """Returns the seconds until it was ready."""
        began = time.monotonic()
        self.process = self.begin(self.by_make() if by_make else self.by_hand())
        while not READY.search(self.said()):
            assert self.process.poll() is None, self.said()
            assert time.monotonic() - began < PATIENCE_SECONDS, self.said()
            time.sleep(0.1)
        return time.monotonic() - began

    def begin(self, command: list[str]) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("OCCIRED", "DJANGO"))}
        with self.output.open("wb") as output:
            return subprocess.Popen(
                command,
                cwd=self.root,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def by_hand(self) -> list[str]:
        ports = ["--port", str(self.port), "--mail-port", str(self.mail_port)]
        return [sys.executable, "-m", "devserver.demo", *ports]

    def by_make(self) -> list[str]:
        """With this interpreter in place of a new environment."""
        (self.root / ".venv").mkdir(exist_ok=True)
        (self.root / ".venv" / ".stamp-run").touch()
        return ["make", "run", f"PORT={self.port}", f"MAIL_PORT={self.mail_port}", f"IN_VENV={sys.executable}"]

    def refusal(self, command: list[str]) -> str:
        """What it says when it does not start, having ended by itself."""
        assert self.begin(command).wait(PATIENCE_SECONDS) == 1
        return self.said().strip()

    def told_code(self) -> str:
        """`make code USER=adelgado`."""
        return self.refusal([sys.executable, "-m", "devserver.manage", "code", "adelgado"])

    def said(self) -> str:
        return self.output.read_text()

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, by: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(by)
        return self.process.wait(30)


def copy_of_checkout(copy: Path) -> Path:
    left_out = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, copy, ignore=left_out, symlinks=True)
    return copy


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_checkout(tmp_path_factory.mktemp("a path with spaces") / "occired demo")


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
    commands = " ".join(" ".join(command_of(process)) for process in family)

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
    code = demo.told_code()

    seconds = demo.start()

    print(f"second start after {seconds:.1f} s")
    assert (left, code) == ([], "The demo is not running. Start it in another window: make run")
    assert "The demo was loaded before; nothing was changed." in demo.said()


def workers(demo: Demo) -> list[psutil.Process]:
    """Those of everything but deliveries."""
    return [each for each in demo.family() if {"worker", "deliveries"} & {*command_of(each)} == {"worker"}]


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


def test_nothing_runs_on_after_make_was_killed_outright(demo: Demo) -> None:
    demo.start(by_make=True)
    family = demo.family()
    programs = " ".join(" ".join(command_of(process)) for process in family)

    demo.end(signal.SIGKILL)

    assert "devserver.demo" in programs
    assert "postgres" in programs
    assert gone(family, seconds=30) == []


def test_valkey_is_started_again_where_it_was_and_tasks_go_on(demo: Demo) -> None:
    demo.start()
    valkey = next(each for each in demo.family() if any("valkey-server" in part for part in command_of(each)))
    valkey.kill()
    give_up = time.monotonic() + 60

    while "valkey   | ended unexpectedly (signal 9); starting it again in 1 s" not in demo.said():
        assert time.monotonic() < give_up, demo.said()
        time.sleep(0.1)
    before = swept(demo)
    while swept(demo) < before + 2:
        assert time.monotonic() < give_up, demo.said()
        time.sleep(0.1)

    assert demo.end(signal.SIGTERM) == 0


def swept(demo: Demo) -> int:
    return len(re.findall(r"Task notifications\.sweep\S* succeeded", demo.said()))


def as_an_ordinary_account() -> list[str]:
    """What comes before a command so that the modes of files bind it, also where the tests run as root."""
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--"] if os.geteuid() == 0 else []


class TestWhereItCannotWrite:
    """One line that says what to change, and no trace."""

    @pytest.fixture
    def fresh(self, tmp_path: Path) -> Demo:
        """A checkout in which nothing was ever started."""
        return Demo(copy_of_checkout(tmp_path / "occired"))

    def test_a_directory_for_its_data_that_is_closed(self, fresh: Demo) -> None:
        (fresh.root / "var").mkdir(mode=0o500)

        said = fresh.refusal([*as_an_ordinary_account(), *fresh.by_hand()])

        assert re.fullmatch(r"The demo cannot go on: Permission denied \(.*demo\.lock\)\. It writes into .*", said)

    def test_a_checkout_that_is_closed(self, fresh: Demo) -> None:
        fresh.root.chmod(0o500)
        try:
            said = fresh.refusal([*as_an_ordinary_account(), *fresh.by_hand()])
        finally:
            fresh.root.chmod(0o700)

        assert re.fullmatch(r"The demo cannot go on: Permission denied \(.*var\)\. It writes into .*", said)

    def test_a_file_in_the_place_of_its_directory(self, fresh: Demo) -> None:
        (fresh.root / "var").touch()

        said = fresh.refusal(fresh.by_hand())

        assert re.fullmatch(r"The demo cannot go on: File exists \(.*var\)\. It writes into .*", said)

    def test_a_disk_that_fills_up_meanwhile(self, demo: Demo) -> None:
        """/dev/full takes no byte: here it stands in for the file of Valkey's settings."""
        valkey = demo.root / "var" / "valkey"
        shutil.rmtree(valkey, ignore_errors=True)
        valkey.mkdir(parents=True)
        (valkey / "valkey.conf").symlink_to("/dev/full")
        try:
            said = demo.refusal(demo.by_hand())
        finally:
            shutil.rmtree(valkey)

        assert "Traceback" not in said
        assert said.splitlines()[-1].startswith("The demo cannot go on: No space left on device. It writes into ")

    def test_what_cannot_be_prepared(self, demo: Demo) -> None:
        """A file in the place of the directory of static files: the migrated database is left as it is."""
        static = demo.root / "var" / "static"
        shutil.rmtree(static, ignore_errors=True)
        static.parent.mkdir(exist_ok=True)
        static.touch()
        try:
            said = demo.refusal(demo.by_hand())
        finally:
            static.unlink()

        assert "Traceback" not in said
        assert "The demo cannot go on: " in said
        assert said.splitlines()[-1] == "The demo could not be prepared; the line above says why."

    def test_a_disk_that_has_no_room_to_begin_with(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(installation, "LEAST_FREE_MB", 2**40)

        with pytest.raises(CannotStart, match=r"less than \d+ MB are free, which the demo needs\.$"):
            Installation(tmp_path).alone().__enter__()


@pytest.mark.parametrize(("program", "name"), [("postgres", "PostgreSQL"), ("gunicorn", "web")])
def test_what_nothing_works_without_ends_the_demo_with_the_reason(demo: Demo, program: str, name: str) -> None:
    demo.start()
    family = demo.family()
    assert demo.process is not None
    victim = next(each for each in family if any(program in part for part in command_of(each)))
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


@pytest.mark.parametrize("written", ["80000", "65536", "0", "-1", "http", "8 080", "8080.5", "٨٠٨٠", "", "9" * 5000])
def test_what_is_no_port_is_refused_by_name(written: str) -> None:
    with pytest.raises(CannotStart, match=r"MAIL_PORT must be a number from 1 to 65535, not .*make run MAIL_PORT=8080"):
        port_of(written, "MAIL_PORT")


@pytest.mark.parametrize("variable", ["PORT", "MAIL_PORT"])
def test_so_it_is_when_it_is_written_behind_make_run(demo: Demo, variable: str) -> None:
    said = demo.refusal([sys.executable, "-m", "devserver.demo", f"--{variable.lower().replace('_', '-')}", "80000"])

    assert said == f"{variable} must be a number from 1 to 65535, not '80000': make run {variable}=8080"


def test_ports_at_both_ends_are_ports() -> None:
    assert [port_of(written, "PORT") for written in ("1", "8000", "65535")] == [1, 8000, 65535]


def test_secrets_are_made_once_and_for_this_account_alone(tmp_path: Path) -> None:
    first = Installation(tmp_path).servers()[0].passwords
    second = Installation(tmp_path).servers()[0].passwords

    assert first == second
    assert len(set(first.values())) == 3
    assert (tmp_path / "var" / "secrets").stat().st_mode & 0o077 == 0
    assert (tmp_path / "var" / "secrets" / "demo.json").stat().st_mode & 0o077 == 0


def test_the_announced_environment_survives_spaces_and_ends_with_the_demo(tmp_path: Path) -> None:
    here = Installation(tmp_path / "a b")
    here.root.mkdir()
    environment = {"OCCIRED_STATIC_ROOT": "/a b/c=d", "OCCIRED_SECRET_KEY": "'\"$x"}

    with here.alone(), here.announced(environment):
        read = here.announced_environment()
        mode = here.environment_file.stat().st_mode & 0o777

    assert (read, mode) == (environment, 0o600)
    with pytest.raises(CannotStart, match="The demo is not running"):
        here.announced_environment()


def test_what_a_killed_demo_announced_is_believed_by_nobody(tmp_path: Path) -> None:
    here = Installation(tmp_path)
    here.var.mkdir()
    here.lock_file.touch()
    here.environment_file.write_text("OCCIRED_DATABASE_URL=postgresql://gone\n")

    with pytest.raises(CannotStart, match="The demo is not running"):
        here.announced_environment()
    with here.alone(), pytest.raises(CannotStart, match="The demo is still starting"):
        here.announced_environment()


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
