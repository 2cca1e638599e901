"""Clients of one process: each a script that yields requests and gets their answers, on a connection of its own.

One thread drives them all, so that it costs little of the machine that it measures.
"""

import math
import re
import socket
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, closing
from selectors import EVENT_READ, DefaultSelector
from typing import NamedTuple
from urllib.parse import urlencode

ADDRESS = "127.0.0.1"
PATIENCE_SECONDS = 20
# Of clients side by side: whoever connects anew meets each process of the web server in turn.
REQUESTS_A_CONNECTION = 8
CHUNK = 256 * 1024
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: *([^=;\s]+)=([^;\r]*)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]*)", re.IGNORECASE)
HEAD = (
    "Host: localhost\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 203.0.113.7\r\nOrigin: https://localhost\r\n"
    "Accept-Language: es\r\n"
)


class Answer(NamedTuple):
    status: int
    head: bytes
    body: bytes

    @property
    def cookies(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in COOKIE.findall(self.head)}

    @property
    def location(self) -> str:
        found = LOCATION.search(self.head)
        return found[1].decode() if found else ""


class NoAnswer(Exception):
    """Nothing came for PATIENCE_SECONDS, or the connection was closed before the answer was whole."""


Script = Generator[bytes, Answer, None]


def request(path: str, cookies: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None) -> bytes:
    """A GET, or a POST of `form`."""
    jar = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    cookie = f"Cookie: {jar}\r\n" if jar else ""
    if form is None:
        return f"GET {path} HTTP/1.1\r\n{HEAD}{cookie}\r\n".encode()
    body = urlencode(form)
    length = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return f"POST {path} HTTP/1.1\r\n{HEAD}{cookie}{length}\r\n{body}".encode()


class Connection:
    """To a site; opened when it is needed, and anew after so many requests."""

    def __init__(self, port: int, requests: float = math.inf) -> None:
        self.port = port
        self.requests = requests
        self.socket: socket.socket | None = None
        self.asked = 0
        self.is_over = False
        self.received = b""

    def send(self, message: bytes) -> socket.socket:
        if self.is_over or self.asked >= self.requests:
            self.close()
        if self.socket is None:
            self.socket = socket.create_connection((ADDRESS, self.port), timeout=PATIENCE_SECONDS)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(message)
        self.asked += 1
        return self.socket

    def receive(self) -> Answer | None:
        """What has come; None while something is missing. Raises NoAnswer when nothing more will come."""
        chunk = self.socket.recv(CHUNK) if self.socket else b""
        self.received += chunk
        answer = parse(self.received)
        if answer is None and not chunk:
            raise NoAnswer(f"closed after {len(self.received)} bytes")
        if answer is not None:
            self.received, self.is_over = b"", b"\r\nConnection: close" in answer.head
        return answer

    def ask(self, message: bytes) -> Answer:
        self.send(message)
        while True:
            try:
                answer = self.receive()
            except TimeoutError as error:
                raise NoAnswer(f"nothing in {PATIENCE_SECONDS} s") from error
            if answer is not None:
                return answer

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket, self.asked, self.is_over = None, 0, False


def ask(port: int, *messages: bytes) -> list[Answer]:
    """The answers to requests that are sent one after another."""
    with closing(Connection(port)) as connection:
        return [connection.ask(message) for message in messages]


def drive(port: int, scripts: Iterable[Script]) -> None:
    """Side by side, until every script has ended. Raises NoAnswer."""
    with DefaultSelector() as selector, ExitStack() as at_end:
        for script in scripts:
            connection = at_end.enter_context(closing(Connection(port, REQUESTS_A_CONNECTION)))
            _go_on(selector, connection, script, None)
        while selector.get_map():
            ready = selector.select(PATIENCE_SECONDS)
            if not ready:
                raise NoAnswer(f"nothing in {PATIENCE_SECONDS} s")
            for key, _ in ready:
                connection, script = key.data
                answer = connection.receive()
                if answer is not None:
                    selector.unregister(key.fileobj)
                    _go_on(selector, connection, script, answer)


def _go_on(selector: DefaultSelector, connection: Connection, script: Script, answer: Answer | None) -> None:
    try:
        message = next(script) if answer is None else script.send(answer)
    except StopIteration:
        return
    selector.register(connection.send(message), EVENT_READ, (connection, script))


def parse(received: bytes) -> Answer | None:
    """None while something is missing. Raises NoAnswer for an answer that does not say its length."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return None
    found = LENGTH.search(head)
    if found is None:
        raise NoAnswer(f"an answer without a length: {head[:80]!r}")
    return Answer(int(head[9:12]), head, body) if len(body) >= int(found[1]) else None
