"""Where the current work comes from: set once for a request or a task, read by every audit row."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Origin:
    """`address` is the client's as the socket (or a trusted proxy) gave it; `session` the digest of the session key;
    `factors` what the person has proved in this session, such as password and token; `token` what the session calls the
    token whose code they gave, empty for none and None where there is no session."""

    address: str | None = None
    session: str = ""
    channel: str = "system"
    factors: list[str] = field(default_factory=list)
    token: str | None = None


_origin: ContextVar[Origin] = ContextVar("audit_origin")


def current() -> Origin:
    return _origin.get(Origin())


@contextmanager
def entered(origin: Origin) -> Iterator[Origin]:
    token = _origin.set(origin)
    try:
        yield origin
    finally:
        _origin.reset(token)
