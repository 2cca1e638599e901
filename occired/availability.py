"""While the database is away every page says so with 503 and when to come back (security.md, 55)."""

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

RETRY_AFTER_SECONDS = 5
# Gone, unreachable, full, shutting down, or a standby that takes no writes: none of it is the request's fault.
AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction)


def is_outage(error: BaseException | None) -> bool:
    """Whether `error` is the database's failure, or was caused by one."""
    while error is not None and not isinstance(error, AWAY):
        error = error.__cause__ or error.__context__
    return error is not None


def unavailable() -> HttpResponse:
    response = HttpResponse(render_to_string("503.html"), status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response
