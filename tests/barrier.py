"""A client for races: opens many connections, sends every request but its last byte, then lets all go together.

An ordinary load tool spreads its requests over milliseconds and rarely finds a race that this one finds often.
"""

import re
import selectors
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode, urlsplit

SETTLE_SECONDS = 0.02
TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


def get(url: str, *, cookies: Mapping[str, str] | None = None) -> Answer:
    """One ordinary request."""
    return fire(url, [request("GET", url, cookies=cookies)])[0]


def post(url: str, fields: Mapping[str, str], *, cookies: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a form sent by POST."""
    return request("POST", url, urlencode(fields).encode(), cookies=cookies)


def request(method: str, url: str, body: bytes = b"", *, cookies: Mapping[str, str] | None = None) -> bytes:
    """The bytes of an HTTP/1.1 request whose connection closes after the answer."""
    parts = urlsplit(url)
    lines = [
        f"{method} {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Cookie: {'; '.join(f'{name}={value}' for name, value in (cookies or {}).items())}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def fire(url: str, requests: Sequence[bytes]) -> list[Answer]:
    """Sends all requests at once and returns their answers in the same order. The address is always this machine's."""
    port = urlsplit(url).port or 80
    with ExitStack() as at_end:
        sockets = [at_end.enter_context(_connected(port)) for _ in requests]
        for connection, content in zip(sockets, requests, strict=True):
            connection.sendall(content[:-1])
        time.sleep(SETTLE_SECONDS)
        for connection, content in zip(sockets, requests, strict=True):
            connection.sendall(content[-1:])
        received = _read(sockets)
        return [_answer(received[connection]) for connection in sockets]


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _read(sockets: Sequence[socket.socket]) -> dict[socket.socket, bytes]:
    """Reads from all at once and hangs up on each as it ends: a server that waits for the hang-up holds a thread."""
    received = dict.fromkeys(sockets, b"")
    with selectors.DefaultSelector() as selector:
        for connection in sockets:
            selector.register(connection, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(TIMEOUT_SECONDS)
            if not ready:
                raise TimeoutError(f"{len(selector.get_map())} requests got no answer in {TIMEOUT_SECONDS} s")
            for key, _ in ready:
                connection = cast(socket.socket, key.fileobj)
                part = connection.recv(65536)
                received[connection] += part
                if not part:
                    selector.unregister(connection)
                    connection.close()
    return received


def _answer(received: bytes) -> Answer:
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(first.split()[1]), headers, body.decode(errors="replace"))


def form_of(url: str) -> tuple[dict[str, str], dict[str, str]]:
    """The cookies and the hidden CSRF field of a page's form, for requests built by hand."""
    answer = get(url)
    name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.body)
    if found is None:
        raise LookupError(f"{url} shows no form: {answer.status}")
    return {name: value}, {"csrfmiddlewaretoken": found[1]}
