"""Keeps a handful of programs running, with one log, until told to stop or until one it needs ends."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from devserver.processes import CannotStart, spawn, stop

LOOK_EVERY_SECONDS = 0.2
STOP_SECONDS = 10
SERVER_PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 30
STEADY_AFTER_SECONDS = 60
_one_line_at_a_time = threading.Lock()


def say(name: str, line: str) -> None:
    with _one_line_at_a_time:
        sys.stdout.write(f"{name:<8} | {line}\n")
        sys.stdout.flush()


class Orphaned(BaseException):
    """Whoever started this process (make, or a shell) is gone."""


class Server(Protocol):
    """What the programs rely on, started before them."""

    process: subprocess.Popen[bytes] | None

    @property
    def can_be_restarted(self) -> bool: ...

    def start(self) -> None: ...


@dataclass
class Program:
    """`restart` says whether the others can go on while it is down for a moment."""

    name: str
    command: Sequence[str]
    restart: bool
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    failures: int = 0
    due: float = 0


@dataclass
class Supervisor:
    """`parent` is the process without which nothing is to run on."""

    root: Path
    environment: dict[str, str]
    parent: int
    programs: list[Program] = field(default_factory=list)
    servers: Mapping[str, Server] = field(default_factory=dict)

    def start(self, program: Program) -> None:
        program.process = spawn(program.command, cwd=self.root, env=os.environ | self.environment)
        program.started = time.monotonic()
        threading.Thread(target=_tell, args=(program.name, program.process), daemon=True).start()
        if program not in self.programs:
            self.programs.append(program)

    def watch(self) -> None:
        """Never returns; raises CannotStart when something indispensable ends, and Orphaned."""
        while True:
            if os.getppid() != self.parent:
                raise Orphaned
            for name, server in self.servers.items():
                _look_after_server(name, server)
            for program in self.programs:
                self._look_after(program)
            time.sleep(LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        """All at once, then whatever is left after ten seconds by force."""
        running = [program.process for program in self.programs if program.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()
        give_up = time.monotonic() + STOP_SECONDS
        for process in running:
            stop(process, seconds=max(give_up - time.monotonic(), 0.1))

    def _look_after(self, program: Program) -> None:
        assert program.process is not None
        code = program.process.poll()
        now = time.monotonic()
        if code is None:
            if now - program.started > STEADY_AFTER_SECONDS:
                program.failures = 0
            return
        if not program.restart:
            raise CannotStart(f"{program.name} ended unexpectedly ({_ending(code)}); the lines above say why.")
        if not program.due:
            pause = min(2**program.failures, LONGEST_PAUSE_SECONDS)
            program.failures += 1
            program.due = now + pause
            say(program.name, f"ended unexpectedly ({_ending(code)}); starting it again in {pause} s")
        elif now >= program.due:
            program.due = 0
            self.start(program)


def _look_after_server(name: str, server: Server) -> None:
    code = server.process.poll() if server.process is not None else None
    if code is None:
        return
    if not server.can_be_restarted:
        raise CannotStart(f"{name} ended unexpectedly ({_ending(code)}); its log is in var/.")
    say(name.lower(), f"ended unexpectedly ({_ending(code)}); starting it again in {SERVER_PAUSE_SECONDS} s")
    time.sleep(SERVER_PAUSE_SECONDS)
    server.start()


def _tell(name: str, process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            say(name, line.decode(errors="replace").rstrip())


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit status {code}"
