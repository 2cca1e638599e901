"""Child processes that never outlive the process that started them."""

import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

LOOPBACK = "127.0.0.1"
LAST_PORT = 65_535
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class CannotStart(Exception):
    """A server cannot start; the message says why and what to change."""


def spawn(
    command: Sequence[str | Path],
    *,
    dies_by: signal.Signals = signal.SIGTERM,
    output: IO[Any] | int | None = subprocess.PIPE,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Starts `command` in its own session, so that Ctrl-C reaches only the process that stops it in order.

    On Linux the kernel sends `dies_by` when the starting thread dies, however it dies. Start children from the main
    thread.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_dies_with_parent(dies_by),
        **options,
    )


def _dies_with_parent(dies_by: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    parent = os.getpid()
    prctl, number = _libc.prctl, int(dies_by)

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked the kernel
            os._exit(1)

    return ask_kernel


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM, seconds: float = 10) -> None:
    """Asks `process` to end, waits, and kills what is left of its group."""
    if process.poll() is None:
        process.send_signal(by)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # nobody is left of the group


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def port_of(text: str, variable: str) -> int:
    """A port as given to `make run`. Raises CannotStart, naming the variable."""
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text) or int(text) > LAST_PORT:
        raise CannotStart(f"{variable} must be a number from 1 to {LAST_PORT}, not {text!r}: make run {variable}=8080")
    return int(text)


def refuse_taken_port(port: int, variable: str) -> None:
    """Raises CannotStart, naming the variable to change, if nothing can listen on `port`, or something already does."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            other = port + 1 if port < LAST_PORT else port - 1
            raise CannotStart(
                f"Port {port} is taken ({error.strerror}). Choose another one: make run {variable}={other}"
            ) from error


def answers(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False
