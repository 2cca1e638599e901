"""What must be true of the way to PostgreSQL before a scope may be told to it."""

import logging
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

log = logging.getLogger(__name__)
TRANSACTIONS_ASKED = 3


class MixedSessions(ImproperlyConfigured):
    """Something between the portal and PostgreSQL lets clients share the server's sessions."""


def refuse_mixed_sessions(connection: Any, **_: object) -> None:
    """Raises MixedSessions on a new connection whose transactions do not all run in the session it was given.

    A scope is state of the session: behind a pooler in transaction mode one company's would hold for another's query.
    Such a pooler is told by the number of the server's process, which it cannot keep the same for everybody.
    """
    if connection.alias != "default":
        return
    raw = connection.connection
    asked = [raw.execute("SELECT pg_backend_pid()").fetchone()[0] for _ in range(TRANSACTIONS_ASKED)]
    if set(asked) != {raw.info.backend_pid}:
        raise MixedSessions(
            f"PostgreSQL is reached through a pooler that shares its sessions: this connection was given process "
            f"{raw.info.backend_pid}, and its transactions ran in {', '.join(map(str, asked))}. Rows of one company "
            "could reach another. Let OCCIRED_DATABASE_URL lead to PostgreSQL itself."
        )


def refuse_to_start() -> None:
    """Raises what would make the portal unsafe with this database; a database that is away may come back later."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        log.warning("the database could not be looked at: %s", error)
    finally:
        connection.close()
