"""Which statements were sent to a database, as PostgreSQL counts them (pg_stat_statements, which is in the wheel).

Django's own list has neither what bypasses its cursors (the tenancy's scope, the check of a kept connection) nor the
beginning and end of a transaction.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from devserver.postgres import Postgres

# Nothing is counted until asked for: for a server that others use too.
OPTIONS = {
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.save": "off",
    "pg_stat_statements.track": "none",
}
FOREIGN_KEY = "SELECT $% FROM ONLY % FOR KEY SHARE OF x"


class Statements:
    """What was sent to one database since `counted`; constants are written $1, $2 and so on."""

    def __init__(self, connection: psycopg.Connection, database: str) -> None:
        self.connection = connection
        self.database = database

    def seen(self) -> Counter[str]:
        """How often each statement was sent, in one line. Subtract an earlier answer to know what came in between."""
        return Counter(dict(self._read(r"regexp_replace(query, '\s+', ' ', 'g'), sum(calls)::int", "GROUP BY 1")))

    def number(self) -> int:
        return int(self._read("coalesce(sum(calls), 0)")[0][0])

    def milliseconds(self) -> float:
        """What the server needed to execute them, planning aside."""
        return float(self._read("coalesce(sum(total_exec_time), 0)")[0][0])

    def _read(self, columns: LiteralString, grouped: LiteralString = "") -> list[tuple[Any, ...]]:
        """Without what nobody sent: a deferred foreign key is checked at commit, as if from outside."""
        counted = "FROM pg_stat_statements JOIN pg_database ON oid = dbid WHERE datname = %s AND query NOT LIKE %s"
        statement = sql.SQL(" ").join(map(sql.SQL, ("SELECT", columns, counted, grouped)))
        return self.connection.execute(statement, [self.database, FOREIGN_KEY]).fetchall()


@contextmanager
def counted(server: Postgres, database: str) -> Iterator[Statements]:
    """Counts on the connections that are opened to `database` from now on. `server` was started with OPTIONS."""
    with server.connect() as connection:
        track = "ALTER DATABASE {} SET pg_stat_statements.track = {}"
        connection.execute(sql.SQL(track).format(sql.Identifier(database), sql.Literal("top")))
        yield Statements(connection, database)


def provide(server: Postgres) -> None:
    """Once, before anything is counted on `server`."""
    with server.connect() as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
