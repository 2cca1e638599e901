"""Where the current work comes from: set once for a request or a task, read by every audit row."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class RequestContext:
    """`address` is the client's as the socket (or a trusted proxy) gave it; `session` the digest of the session key;
    `factors` what the person has proved in this session, such as password and token; `token` what the session calls the
    token whose code they gave, empty for none and None where there is no session."""

    address: str | None = None
    session: str = ""
    channel: str = "system"
    factors: list[str] = field(default_factory=list)
    token: str | None = None


_context: ContextVar[RequestContext] = ContextVar("request_context")


def current() -> RequestContext:
    return _context.get(RequestContext())


@contextmanager
def entered(context: RequestContext) -> Iterator[RequestContext]:
    token = _context.set(context)
    try:
        yield context
    finally:
        _context.reset(token)
