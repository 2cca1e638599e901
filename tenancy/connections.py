"""What must be true of the connection to PostgreSQL before it may be told a scope."""

import logging
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from tenancy import context

log = logging.getLogger(__name__)
TRANSACTIONS_ASKED = 3


class MixedSessions(ImproperlyConfigured):
    """Something between the portal and PostgreSQL lets clients share the server's sessions."""


class AnotherKey(ImproperlyConfigured):
    """The database checks scopes with a key other than this process's."""


def refuse_unsafe(connection: Any, **_: object) -> None:
    """Raises MixedSessions or AnotherKey on a new connection, which is closed and never used."""
    if connection.alias != "default":
        return
    try:
        _check_session(connection.connection)
        _check_key(connection.connection)
    except Exception:
        connection.close()
        raise


def _check_session(raw: psycopg.Connection[Any]) -> None:
    """Whether all transactions run in the connection's own server session.

    A scope is session state: behind a pooler in transaction mode one company's would apply to another's query. Such a
    pooler is recognised by the server's process number, which it cannot keep the same for everybody.
    """
    asked = [pid for _ in range(TRANSACTIONS_ASKED) for (pid,) in raw.execute("SELECT pg_backend_pid()")]
    if set(asked) != {raw.info.backend_pid}:
        raise MixedSessions(
            f"PostgreSQL is reached through a pooler that shares its sessions: this connection was given process "
            f"{raw.info.backend_pid}, and its transactions ran in {', '.join(map(str, asked))}. Rows of one company "
            "could reach another. Let OCCIRED_DATABASE_URL lead to PostgreSQL itself."
        )


def _check_key(raw: psycopg.Connection[Any]) -> None:
    """Whether the database believes our scopes: otherwise nobody could sign in, and no sweep would find anything to do.

    A database without tables has no key yet.
    """
    context.tell(raw, context.Scope("sign_in"))
    try:
        [(believed,)] = raw.execute("SELECT tenancy_whose('sign_in') IS NOT NULL")
    except psycopg.errors.UndefinedFunction:
        return
    if not believed:
        raise AnotherKey(
            "The database was migrated with another OCCIRED_SECRET_KEY. Give all processes the same one, and run "
            "`manage.py migrate` with it."
        )


def refuse_to_start() -> None:
    """Raises whatever would make the portal unsafe with this database; a database that is away may come back later."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        log.warning("the database could not be looked at: %s", error)
    finally:
        connection.close()
