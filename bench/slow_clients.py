"""Ordinary requests beside clients that hold their connections: what a web server with few threads must stand."""

import re
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from statistics import median
from typing import Any

from bench.sites import Site
from bench.visits import ADDRESS, HEAD, PATIENCE_SECONDS, NoAnswer, ask, request

OK = 200
CLIENTS = 60
REQUESTS = 30
POST = f"POST /ingreso/ HTTP/1.1\r\n{HEAD}Content-Type: application/x-www-form-urlencoded\r\n".encode()
TRICKLE, LONG_ANSWER = "trickle a body", "take nothing of a long answer"
KINDS = {
    "connect and say nothing": b"",
    "send half a head": b"GET / HTTP/1.1\r\nHost: loc",
    "send half a body": POST + b"Content-Length: 10\r\n\r\na=b",
    "send endless chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n",
    TRICKLE: POST + b"Content-Length: 100000\r\n\r\n",
    "linger after the answer": f"GET /healthz HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n".encode(),
    LONG_ANSWER: b"",
}
STYLES = re.compile(rb'href="(/static/[^"]+\.css)"')


def measure(site: Site, cookies: Mapping[str, str]) -> list[dict[str, Any]]:
    """Home, asked by one visitor, without and with CLIENTS slow ones of each kind."""
    home = request("/", cookies)
    first = KINDS | {LONG_ANSWER: request(_longest_style(site, home))}
    found = []
    for kind, message in first.items():
        quiet = _waits(site, home)
        with _held(site, message) as clients:
            beside = _waits(site, home, trickling=clients if kind == TRICKLE else ())
        found.append({"slow_clients": kind, "clients": CLIENTS, "quiet": _said(quiet), "beside": _said(beside)})
    return found


def _longest_style(site: Site, home: bytes) -> str:
    [page] = ask(site.port, home)
    paths = sorted({path.decode() for path in STYLES.findall(page.body)})
    lengths = [len(answer.body) for answer in ask(site.port, *map(request, paths))]
    return max(zip(lengths, paths, strict=True))[1]


@contextmanager
def _held(site: Site, message: bytes) -> Iterator[list[socket.socket]]:
    with ExitStack() as at_end:
        clients = [at_end.enter_context(socket.socket()) for _ in range(CLIENTS)]
        for client in clients:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(PATIENCE_SECONDS)
            client.connect((ADDRESS, site.port))
            client.sendall(message)
        yield clients


def _waits(site: Site, message: bytes, trickling: Sequence[socket.socket] = ()) -> list[float]:
    """Seconds of each answer; what does not come counts as long as it was waited for, and ends it."""
    taken: list[float] = []
    for _ in range(REQUESTS):
        for client in trickling:
            with suppress(OSError):
                client.sendall(b"a")
        began = time.perf_counter()
        try:
            [answer] = ask(site.port, message)
        except (NoAnswer, OSError):
            return [*taken, float(PATIENCE_SECONDS)]
        taken.append(time.perf_counter() - began)
        if answer.status != OK:
            raise RuntimeError(f"{answer.status} instead of home")
    return taken


def _said(taken: list[float]) -> dict[str, float]:
    """Milliseconds."""
    return {"p50": round(1000 * median(taken), 2), "worst": round(1000 * max(taken), 2), "answers": len(taken)}
