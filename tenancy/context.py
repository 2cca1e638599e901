"""Whose rows this connection may see.

A scope is entered for the request, the task or the command, and left again when the connection is handed on. It
is told to PostgreSQL in two session settings which the row-level security policies read (`tenancy.operations`).
Outside every scope no company-owned row is visible: a forgotten scope shows nothing instead of a neighbour's data.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import InternalError, connection
from psycopg.pq import TransactionStatus


@dataclass(frozen=True)
class Scope:
    """`kind` is one of none, sign_in, company, bank; `company_id` is set for company alone."""

    kind: str
    company_id: UUID | None = None


NOTHING = Scope("none")
_current: ContextVar[Scope] = ContextVar("tenancy_scope", default=NOTHING)


def current() -> Scope:
    return _current.get()


@contextmanager
def company(company_id: UUID) -> Iterator[None]:
    """The rows of one company, read and written."""
    with entered(Scope("company", company_id)):
        yield


@contextmanager
def sign_in() -> Iterator[None]:
    """Before anybody is known: only what finding the person needs is readable (policies with `sign_in_reads`)."""
    with entered(Scope("sign_in")):
        yield


@contextmanager
def bank() -> Iterator[None]:
    """Bank staff, maintenance commands and sweeps over all companies."""
    with entered(Scope("bank")):
        yield


@contextmanager
def of(company_id: UUID | None) -> Iterator[None]:
    """The company's rows, or the bank's when there is no company (bank staff have none)."""
    with entered(Scope("company", company_id) if company_id else Scope("bank")):
        yield


@contextmanager
def entered(scope: Scope) -> Iterator[None]:
    """`scope`, until the block is left.

    Leaving inside a failed transaction says nothing: its rollback restores what held before the scope."""
    if _in_failed_transaction():
        raise InternalError("no scope can be entered in a failed transaction: roll back first")
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
    """A connection found dead is closed; the next query opens another, which `apply_to_new_connection` tells."""
    raw = connection.connection
    if raw is None or raw.closed:
        return
    try:
        with raw.cursor() as cursor:
            cursor.execute(*_settings(_current.get()))
    except psycopg.OperationalError:
        connection.close()


def _settings(scope: Scope) -> tuple[str, list[str]]:
    return (
        "SELECT set_config('occired.scope', %s, false), set_config('occired.company_id', %s, false)",
        [scope.kind, str(scope.company_id or "")],
    )


def apply_to_new_connection(connection: Any, **_: object) -> None:
    """A connection opened, or opened again, in the middle of a scope."""
    if connection.alias == "default" and _current.get() is not NOTHING:
        with connection.connection.cursor() as cursor:
            cursor.execute(*_settings(_current.get()))
