from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel
from psycopg import errors
from psycopg.abc import PQGen

from occired.postgresql import patience

SHORTEST_CONNECT_SECONDS = 2  # libpq's rule: less counts as two
RV = TypeVar("RV")


class Silence(psycopg.OperationalError):
    """The database did not answer in time. What was asked of it may have happened all the same."""


class PatientConnection(psycopg.Connection[Any]):
    """Waits as long as `patience` allows. After a silence the connection is closed without another word, so that a late
    answer is never taken for the next statement's."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        allowed = patience.left() if timeout is None else timeout
        if timeout is None and allowed <= 0:
            self.close()  # before asking it anything: what it did with that would stay unknown
            raise Silence("no time left")
        with patience.counted() as began:
            try:
                answer = super().wait(gen, interval, allowed)
            except errors._WaitTimeout as error:
                self.close()
                patience.line.missed(since=began)
                raise Silence(f"no answer in {allowed:.1f} s") from error
        patience.line.heard()
        return answer

    @classmethod
    def connect(cls, conninfo: str = "", **options: Any) -> "PatientConnection":
        """At most `connect_timeout`; less if less is left."""
        seconds = int(min(options["connect_timeout"], patience.left()))
        if seconds < SHORTEST_CONNECT_SECONDS:
            raise Silence("no time left to connect")
        with patience.counted() as began:
            try:
                return super().connect(conninfo, **options | {"connect_timeout": seconds})
            except errors.ConnectionTimeout:
                patience.line.missed(since=began)
                raise


class DatabaseWrapper(base.DatabaseWrapper):
    """The settings name neither an isolation level nor a pool, which Django's own would look for."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> PatientConnection:
        self.isolation_level = IsolationLevel.READ_COMMITTED
        return PatientConnection.connect(**conn_params)

    def is_usable(self) -> bool:
        with patience.no_longer_than(patience.HEALTH_CHECK_SECONDS):
            return bool(super().is_usable())
