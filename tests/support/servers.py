"""The PostgreSQL and the Valkey of a test session, and what each of its processes calls its own.

The first process of the session (xdist's controller, or the only one) starts them; the others find them in the
environment. Each process has a database of its own, a copy of one that was migrated once. Everything lies in a
temporary directory and ends with the session.
"""

import base64
import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from json import dumps, loads
from pathlib import Path

from devserver import statements
from devserver.postgres import APP, OWNER, SUPERUSER, Postgres
from devserver.processes import free_port
from devserver.valkey import Valkey
from occired.catalogs import compile_catalogs

ROOT = Path(__file__).resolve().parent.parent.parent
HANDOVER = "OCCIRED_TEST_SERVERS"
TEMPLATE = "occired"
DAY_SECONDS = 24 * 60 * 60


@dataclass
class Servers:
    directory: str
    passwords: dict[str, str]
    postgres_port: int
    valkey_port: int
    valkey_password: str

    @property
    def postgres(self) -> Postgres:
        server = Postgres(Path(self.directory) / "postgres", self.passwords, durable=False)
        server.port = self.postgres_port
        return server

    @property
    def valkey(self) -> Valkey:
        server = Valkey(Path(self.directory) / "valkey", self.valkey_password, durable=False)
        server.port = self.valkey_port
        return server


# What is handed over when no server runs: addresses that nobody answers at.
NOWHERE = Servers("", dict.fromkeys((SUPERUSER, OWNER, APP), "nobody answers here"), 1, 1, "nobody")


@contextmanager
def running() -> Iterator[Servers]:
    """Starts both servers, and stops them at the end."""
    _remove_leftovers()
    directory = Path(tempfile.mkdtemp(prefix=f"occired-test-{os.getpid()}-"))
    directory.chmod(0o755)
    passwords = {role: secrets.token_urlsafe(16) for role in (SUPERUSER, OWNER, APP)}
    postgres = Postgres(directory / "postgres", passwords, durable=False, options=statements.OPTIONS)
    valkey = Valkey(directory / "valkey", secrets.token_urlsafe(16), durable=False)
    try:
        postgres.start()
        valkey.start()
        postgres.provide(TEMPLATE)
        statements.provide(postgres)
        yield Servers(str(directory), passwords, postgres.port, valkey.port, valkey.password)
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(directory, ignore_errors=True)


def hand_over(servers: Servers) -> None:
    """xdist's workers inherit the environment."""
    os.environ[HANDOVER] = dumps(asdict(servers))


def handed_over() -> Servers:
    return Servers(**loads(os.environ[HANDOVER]))


def environment_for(servers: Servers, *, database: str, number: int) -> dict[str, str]:
    """What settings.py reads, for the process with this number: plain http on this machine, hence the demo's rules."""
    owner, app = servers.postgres.url(OWNER, database), servers.postgres.url(APP, database)
    sealing_key = base64.b64encode(hashlib.sha256(servers.valkey_password.encode()).digest()).decode()
    return {
        "DJANGO_SETTINGS_MODULE": "occired.settings",
        "OCCIRED_DEMO": "1",
        "OCCIRED_HTTPS": "0",
        "OCCIRED_SECRET_KEY": "for tests only " + servers.passwords[SUPERUSER] * 3,
        "OCCIRED_SEALING_KEYS": f"test:{sealing_key}",
        "OCCIRED_DATABASE_URL": app,
        "OCCIRED_DATABASE_OWNER_URL": owner,
        "OCCIRED_BROKER_URL": servers.valkey.url(number),
        "OCCIRED_SMTP_HOST": "127.0.0.1",
        "OCCIRED_SMTP_PORT": str(free_port()),
        "OCCIRED_SMTP_TLS": "none",
        "OCCIRED_MAIL_FROM": "OcciRed <no-responder@occired.example>",
        "OCCIRED_HOSTS": "localhost,banco.localhost,occinet.localhost,testserver",
        "OCCIRED_STAFF_HOST": "banco.localhost",
        "OCCIRED_STATIC_ROOT": str(_static_root()),
    }


def prepare_template(servers: Servers) -> None:
    """Migrates the template, once a session."""
    done = Path(servers.directory) / "migrated"
    with _locked(Path(servers.directory) / "migrate.lock"):
        if not done.exists():
            manage("migrate", environment_for(servers, database=TEMPLATE, number=0))
            done.touch()


def gather_static_files() -> None:
    """Once for each state of them, whichever session comes first. What nobody used for a day is removed."""
    target = Path(os.environ["OCCIRED_STATIC_ROOT"])
    with _locked(ROOT / "var" / "tests" / ".lock"):
        if not (target / "staticfiles.json").exists():
            manage("collectstatic", {"OCCIRED_STATIC_ROOT": str(target)})
        target.touch()
        for other in target.parent.glob("static-*"):
            if other.stat().st_mtime < time.time() - DAY_SECONDS:
                shutil.rmtree(other, ignore_errors=True)


def manage(command: str, environment: dict[str, str]) -> None:
    """Without the system checks, which are a test of their own."""
    result = subprocess.run(
        [sys.executable, "manage.py", command, "--skip-checks", "--no-input"],
        cwd=ROOT,
        env=os.environ | environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise RuntimeError(f"manage.py {command} failed:\n{result.stdout}\n{result.stderr}")


def prepare_working_tree() -> None:
    """Compiled catalogues and the directory of the static files, which the middleware wants to find at start."""
    (ROOT / "var" / "tests").mkdir(parents=True, exist_ok=True)
    with _locked(ROOT / "var" / "tests" / ".lock"):
        compile_catalogs(ROOT)
    _static_root().mkdir(parents=True, exist_ok=True)


def _static_root() -> Path:
    """One directory for each state of the source files, so that the next session finds them gathered."""
    how = (ROOT / "requirements-dev.lock", ROOT / "occired" / "static_files.py")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in how))
    for folder in sorted([ROOT / "static", *ROOT.glob("*/static")]):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return ROOT / "var" / "tests" / f"static-{digest.hexdigest()[:16]}"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remove_leftovers() -> None:
    """Directories of sessions that were killed; their servers died with them."""
    for directory in Path(tempfile.gettempdir()).glob("occired-test-*"):
        pid = directory.name.split("-")[2]
        try:
            os.kill(int(pid), 0)
        except (ValueError, ProcessLookupError):
            shutil.rmtree(directory, ignore_errors=True)
        except PermissionError:
            continue  # somebody else's session
