"""How long to wait for the database (security.md, 56).

A server that is frozen, or behind a line that swallows everything, never ends a wait: not by its own statement_timeout,
nor by a socket time-out, since its kernel keeps acknowledging what it is sent. So the driver counts. A request has one
purse for all its statements together; what runs outside a request has a long wait for each.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

REQUEST_SECONDS = 4.5  # of waiting in one request; with what a page needs besides, it stays under five
HEALTH_CHECK_SECONDS = 2.0  # for a connection that was idle: a live one answers in a millisecond
SILENCE_SECONDS = 1.0  # anything shorter may be the rest of a purse that slow answers had emptied
WAIT_SECONDS = 30.0  # for one statement of a task or a command; a live server ends it long before


class Purse:
    """The seconds that are left."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds


class Line:
    """What all threads of this process know about the database.

    Once a wait has ended in silence, with nothing heard since it began, requests are turned away at once, except one at
    a time that tries: they would hold every thread for seconds, and keep out whoever needs no database.
    """

    def __init__(self) -> None:
        self.is_silent = False
        self._heard_at = 0.0
        self._trial = threading.Lock()

    def heard(self) -> None:
        self._heard_at = time.monotonic()
        self.is_silent = False

    def missed(self, since: float) -> None:
        self.is_silent = self._heard_at < since < time.monotonic() - SILENCE_SECONDS

    @contextmanager
    def admission(self) -> Iterator[bool]:
        """Whether a request may try its luck."""
        is_trial = self.is_silent and self._trial.acquire(blocking=False)
        try:
            yield is_trial or not self.is_silent
        finally:
            if is_trial:
                self._trial.release()


line = Line()
_purse: ContextVar[Purse | None] = ContextVar("database_purse", default=None)
_longest: ContextVar[float] = ContextVar("database_longest_wait", default=float("inf"))


def left() -> float:
    """Seconds the next wait may take."""
    purse = _purse.get()
    return min(WAIT_SECONDS if purse is None else purse.left, _longest.get())


@contextmanager
def for_a_request() -> Iterator[None]:
    token = _purse.set(Purse(REQUEST_SECONDS))
    try:
        yield
    finally:
        _purse.reset(token)


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    token = _longest.set(seconds)
    try:
        yield
    finally:
        _longest.reset(token)


@contextmanager
def counted() -> Iterator[float]:
    """A wait: yields the moment it began, and takes its cost from the purse."""
    began = time.monotonic()
    try:
        yield began
    finally:
        purse = _purse.get()
        if purse is not None:
            purse.left -= time.monotonic() - began
