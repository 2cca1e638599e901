"""Whose rows this connection may see.

A scope is entered for the request, the task or the command, and left when the connection is handed on. PostgreSQL is
told in session settings, with a proof (`tenancy.proof`), and the row-level security policies check it
(`tenancy.operations`). Outside every scope no company-owned row is visible: a forgotten scope shows nothing instead of
a neighbour's data.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import InternalError, connection
from psycopg.pq import TransactionStatus

from tenancy.proof import proof_of


@dataclass(frozen=True)
class Scope:
    """`kind` is one of none, sign_in, company, bank. `whose` is the company's id for company, for sign_in the sign-in
    key of the one person looked for, and empty otherwise."""

    kind: str
    whose: str = ""


NOTHING = Scope("none")
TELL = """
    SELECT set_config('occired.scope', %s, false), set_config('occired.whose', %s, false),
        set_config('occired.proof', %s, false)
"""
_current: ContextVar[Scope] = ContextVar("tenancy_scope", default=NOTHING)


def current() -> Scope:
    return _current.get()


def nothing() -> AbstractContextManager[None]:
    """No row of any company, as outside every scope."""
    return _entered(NOTHING)


def company(company_id: UUID) -> AbstractContextManager[None]:
    """The rows of one company, read and written."""
    return _entered(Scope("company", str(company_id)))


def sign_in(key: str = "") -> AbstractContextManager[None]:
    """Before anybody is known: only the person with this sign-in key can be read, and a refusal can be added to the
    trail (`ProtectRows`)."""
    return _entered(Scope("sign_in", key))


def bank() -> AbstractContextManager[None]:
    """All rows of all companies: bank staff on their own host, maintenance commands and sweeps."""
    return _entered(Scope("bank"))


@contextmanager
def _entered(scope: Scope) -> Iterator[None]:
    """Leaving in a failed transaction sends nothing: its rollback restores what was set before the scope."""
    if _in_failed_transaction():
        raise InternalError("no scope can be entered in a failed transaction: roll back first")
    if scope == _current.get():
        yield  # PostgreSQL has been told
        return
    token = _current.set(scope)
    try:
        _tell_postgresql()
        yield
    finally:
        _current.reset(token)
        if not _in_failed_transaction():
            _tell_postgresql()


def _in_failed_transaction() -> bool:
    raw = connection.connection
    return raw is not None and not raw.closed and raw.info.transaction_status == TransactionStatus.INERROR


def _tell_postgresql() -> None:
    """A dead connection is closed; the next query opens another, which `apply_to_new_connection` tells."""
    raw = connection.connection
    if raw is None or raw.closed:
        return
    try:
        tell(raw, _current.get())
    except psycopg.OperationalError:
        connection.close()


def tell(raw: psycopg.Connection[Any], scope: Scope) -> None:
    """The server binds the values: the statement's text, which the role's other sessions can read in pg_stat_activity,
    contains no proof."""
    proof = proof_of(scope.kind, scope.whose, raw.info.backend_pid)
    with psycopg.Cursor(raw) as cursor:
        cursor.execute(TELL, [scope.kind, scope.whose, proof])


def apply_to_new_connection(connection: Any, **_: object) -> None:
    """A connection opened or reopened, perhaps in the middle of a scope."""
    if connection.alias == "default":
        tell(connection.connection, _current.get())
