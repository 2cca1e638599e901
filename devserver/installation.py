"""What one demo keeps under `var/`: its secrets, its data, and the environment of the one that is running."""

import base64
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from devserver.postgres import APP, OWNER, SUPERUSER, Postgres
from devserver.processes import CannotStart
from devserver.valkey import BROKER, Valkey

DATABASE = "occired"
SEALING_KEY_BYTES = 32
A_MB = 2**20
LEAST_FREE_MB = 300  # about twice what the first start writes


class Installation:
    """`root` is the checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.var = root / "var"
        self.environment_file = self.var / "demo.env"
        self.lock_file = self.var / "demo.lock"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Two demos over the same data would fight for it. The lock ends with the process, however it ends; what a
        killed one left announced is removed here."""
        self.var.mkdir(exist_ok=True)
        if shutil.disk_usage(self.var).free < LEAST_FREE_MB * A_MB:
            raise CannotStart(f"Where {self.var} lies less than {LEAST_FREE_MB} MB are free, which the demo needs.")
        with self.lock_file.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CannotStart(
                    f"A demo is running already from {self.root}. Stop it first (Ctrl-C in its window)."
                ) from error
            self.environment_file.unlink(missing_ok=True)
            yield

    def is_running(self) -> bool:
        """Whether some demo holds the lock. A killed one leaves its files behind, but no lock."""
        try:
            with self.lock_file.open() as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def servers(self, options: Mapping[str, str] | None = None) -> tuple[Postgres, Valkey]:
        """`options` are parameters of PostgreSQL beside the usual ones."""
        kept = self._secrets()
        passwords = {role: kept[role] for role in (SUPERUSER, OWNER, APP)}
        return Postgres(self.var / "postgres", passwords, options=options), Valkey(self.var / "valkey", kept["valkey"])

    def environment(self, postgres: Postgres, valkey: Valkey, smtp_port: int) -> dict[str, str]:
        """What settings.py reads. Everything in it is for this machine only, as OCCIRED_DEMO=1 insists."""
        kept = self._secrets()
        return {
            "DJANGO_SETTINGS_MODULE": "occired.settings",
            "OCCIRED_DEMO": "1",
            "OCCIRED_HTTPS": "0",
            "OCCIRED_SECRET_KEY": kept["secret_key"],
            "OCCIRED_SEALING_KEYS": kept["sealing_keys"],
            "OCCIRED_DATABASE_URL": postgres.url(APP, DATABASE),
            "OCCIRED_DATABASE_OWNER_URL": postgres.url(OWNER, DATABASE),
            "OCCIRED_BROKER_URL": valkey.url(BROKER),
            "OCCIRED_SMTP_HOST": "127.0.0.1",
            "OCCIRED_SMTP_PORT": str(smtp_port),
            "OCCIRED_SMTP_TLS": "none",
            "OCCIRED_MAIL_FROM": "OcciRed <no-responder@occired.example>",
            "OCCIRED_HOSTS": "localhost,127.0.0.1,banco.localhost,occinet.localhost",
            "OCCIRED_STAFF_HOST": "banco.localhost",
            "OCCIRED_STATIC_ROOT": str(self.var / "static"),
        }

    @contextmanager
    def announced(self, environment: dict[str, str]) -> Iterator[None]:
        """While the demo runs, its environment is in a file that `make code` and `make shell` read."""
        _write_private(self.environment_file, "".join(f"{name}={value}\n" for name, value in environment.items()))
        try:
            yield
        finally:
            self.environment_file.unlink(missing_ok=True)

    def announced_environment(self) -> dict[str, str]:
        if not self.is_running():
            raise CannotStart("The demo is not running. Start it in another window: make run")
        try:
            lines = self.environment_file.read_text().splitlines()
        except FileNotFoundError:
            raise CannotStart("The demo is still starting. Ask again when it says that it is ready.") from None
        return dict(line.split("=", 1) for line in lines)

    def _secrets(self) -> dict[str, str]:
        """Made once, at random; losing them loses the demo's data, which is all they open."""
        path = self.var / "secrets" / "demo.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            made = {name: secrets.token_urlsafe(24) for name in (SUPERUSER, OWNER, APP, "valkey")}
            made["secret_key"] = secrets.token_urlsafe(64)
            made["sealing_keys"] = "demo:" + base64.b64encode(secrets.token_bytes(SEALING_KEY_BYTES)).decode()
            _write_private(path, json.dumps(made, indent=1))
        kept: dict[str, str] = json.loads(path.read_text())
        return kept


def about_the_disk(error: OSError, root: Path) -> str:
    """One line for whoever runs the demo where it cannot write: a disk that is read-only, full, or somebody else's."""
    where = f" ({error.filename})" if error.filename else ""
    return (
        f"The demo cannot go on: {error.strerror}{where}. It writes into {root}, its data below var/: "
        f"that must be this account's, writable, and on a disk with {LEAST_FREE_MB} MB free."
    )


def _write_private(path: Path, content: str) -> None:
    """Whole or not at all, and readable only by this account from the first byte."""
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    unfinished.replace(path)
