"""The servers that are measured: PostgreSQL, Valkey, the portal, and a bare Django site beside it.

Both sites run on the same database server and in the same web server program, with production's settings behind what
they take for a proxy that ends TLS. The one module of the bench that imports what starts the embedded servers.
"""

import http.client
import json
import os
import secrets
import shlex
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

import psutil

from bench import processors
from devserver import statements
from devserver.installation import DATABASE, Installation
from devserver.postgres import OWNER, Postgres
from devserver.processes import LOOPBACK, CannotStart, free_port, spawn, stop
from devserver.statements import Statements
from devserver.valkey import Valkey
from occired.catalogs import compile_catalogs

__all__ = ["CannotStart", "Servers", "Site", "bare", "portal", "running"]

ROOT = Path(__file__).resolve().parent.parent
DIRECTORY = ROOT / "var" / "bench"
WEB_PROCESSES = 2
WEB_SERVER = (
    "{python} -m gunicorn --config occired/gunicorn_conf.py --max-requests 0 --bind {address}:{port} {application}"
)
START_SECONDS = 60
PRODUCTION = {
    "OCCIRED_DEMO": "0",
    "OCCIRED_HTTPS": "1",
    "OCCIRED_SMTP_TLS": "starttls",
    "OCCIRED_TRUSTED_PROXIES": LOOPBACK,
    "OCCIRED_DATABASE_OWNER_URL": "",
}


@dataclass
class Servers:
    """`web_server` is a command with the places python, address, port and application."""

    installation: Installation
    postgres: Postgres
    environment: dict[str, str]
    web_server: str

    @property
    def log(self) -> Path:
        return self.installation.var / "web.log"

    @property
    def people(self) -> Path:
        return self.installation.var / "people.json"


@dataclass
class Site:
    """A site that answers on `port`; `made` is what was put into its database."""

    name: str
    port: int
    statements: Statements
    web: psutil.Process
    postgres: psutil.Process
    made: dict[str, Any]

    def cpu_seconds(self) -> float:
        """What its web server, and the processes of the database that serve it, have used so far."""
        serving = [each for each in self.postgres.children() if self._is_served_by(each)]
        return processors.seconds([self.web, *self.web.children(recursive=True), *serving])

    def _is_served_by(self, process: psutil.Process) -> bool:
        """PostgreSQL names each after its role and database."""
        try:
            return f" {self.statements.database} " in " ".join(process.cmdline())
        except psutil.NoSuchProcess:
            return False


@contextmanager
def running(web_server: str = WEB_SERVER) -> Iterator[Servers]:
    """PostgreSQL, which keeps what it commits, and Valkey, both with nothing in them; they end with the block."""
    installation = Installation(DIRECTORY / "servers")
    installation.root.mkdir(parents=True, exist_ok=True)
    with installation.alone(), ExitStack() as at_end:
        for leftover in ("postgres", "valkey"):
            shutil.rmtree(installation.var / leftover, ignore_errors=True)
        compile_catalogs(ROOT)
        postgres, valkey = installation.servers(statements.OPTIONS)
        for server in (postgres, valkey):
            at_end.callback(server.stop)
            server.start()
        statements.provide(postgres)
        yield Servers(installation, postgres, _environment(installation, postgres, valkey), web_server)


def _environment(installation: Installation, postgres: Postgres, valkey: Valkey) -> dict[str, str]:
    """Of the demo, whose data are loaded; nothing sends mail."""
    return {**installation.environment(postgres, valkey, free_port()), "OCCIRED_STATIC_ROOT": str(DIRECTORY / "static")}


@contextmanager
def portal(servers: Servers, people: Mapping[str, int]) -> Iterator[Site]:
    """With the demo's data, and as many `people` of each kind that `bench.people` knows."""
    servers.postgres.provide(DATABASE)
    wanted = [f"{kind}={number}" for kind, number in people.items()]
    _run(servers.environment, "devserver.prepare")
    _run(servers.environment, "bench.people", str(servers.people), *wanted)
    with _site(servers, "portal", DATABASE, "occired.wsgi", servers.environment | PRODUCTION) as site:
        yield site


@contextmanager
def bare(servers: Servers) -> Iterator[Site]:
    """With the same people as the portal, which was made before: names, passwords and hashes."""
    servers.postgres.provide("bare")
    environment = {
        "DJANGO_SETTINGS_MODULE": "bench.bare.settings",
        "BARE_DATABASE_URL": servers.postgres.url(OWNER, "bare"),
        "BARE_SECRET_KEY": secrets.token_urlsafe(50),
    }
    _run(environment, "bench.bare.load", str(servers.people))
    with _site(servers, "bare", "bare", "bench.bare.wsgi", environment) as site:
        yield site


def by_itself(servers: Servers, name: str, count: int) -> dict[str, Any]:
    """What the module of that name took for so many rows; what it adds stays in the portal's database."""
    found = servers.installation.var / f"{name}.json"
    _run(servers.environment, f"bench.{name}", str(found), str(count))
    return dict(json.loads(found.read_text()))


def _run(environment: Mapping[str, str], module: str, *arguments: str) -> None:
    process = spawn([sys.executable, "-m", module, *arguments], cwd=ROOT, env=os.environ | environment, output=None)
    try:
        code = process.wait()
    finally:
        stop(process)
    if code:
        raise CannotStart(f"{module} failed; the lines above say why.")


@contextmanager
def _site(
    servers: Servers, name: str, database: str, application: str, environment: Mapping[str, str]
) -> Iterator[Site]:
    if servers.postgres.process is None:
        raise CannotStart("PostgreSQL does not run.")
    port = free_port()
    places = {"python": sys.executable, "address": LOOPBACK, "port": port, "application": application}
    command = [part.format(**places) for part in shlex.split(servers.web_server)]
    settings = os.environ | environment | {"WEB_CONCURRENCY": str(WEB_PROCESSES)}
    with statements.counted(servers.postgres, database) as found, servers.log.open("ab") as log:
        process = spawn(command, cwd=ROOT, output=log, env=settings)
        try:
            _wait(port, process, servers.log)
            web, postgres = psutil.Process(process.pid), psutil.Process(servers.postgres.process.pid)
            yield Site(name, port, found, web, postgres, json.loads(servers.people.read_text()))
        finally:
            stop(process)


def _wait(port: int, process: Popen[bytes], log: Path) -> None:
    """Until the site answers, whatever it answers."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        try:
            connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise CannotStart(f"The web server did not start:\n{log.read_text(errors='replace')[-4000:]}")
