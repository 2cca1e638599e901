"""A connection pooler as small as one can be: it speaks enough of PostgreSQL's protocol to share sessions.

In transaction mode every transaction takes the session that waited longest, whoever opened it, as pgbouncer's
`pool_mode = transaction` does; in session mode each client keeps its own.
"""

import socket
import socketserver
import threading
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Self

LENGTH_BYTES = 4
ENCRYPTION_REQUESTS = {80877103, 80877104}  # SSL, GSSAPI: answered with no, as by a server without
AUTHENTICATION, READY = b"R", b"Z"
WANTS_ANSWER = {3, 5, 10, 11}  # kinds of authentication request: password, MD5, SASL begins and goes on
ENDS_BATCH = {b"Q", b"S"}  # simple query, sync
TERMINATE = b"X"
IDLE = b"I"


class Lines:
    """One side's messages: a kind of one byte, a length of four, the rest."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.stream = line.makefile("rb")

    def read(self, *, has_kind: bool = True) -> tuple[bytes, bytes, bytes]:
        """Kind, content, and the whole message as it came. Raises EOFError when the other side is gone."""
        kind = self._exactly(1) if has_kind else b""
        length = self._exactly(LENGTH_BYTES)
        content = self._exactly(int.from_bytes(length) - LENGTH_BYTES)
        return kind, content, kind + length + content

    def write(self, message: bytes) -> None:
        self.line.sendall(message)

    def close(self) -> None:
        self.stream.close()
        self.line.close()

    def _exactly(self, size: int) -> bytes:
        found = self.stream.read(size)
        if len(found) < size:
            raise EOFError
        return found


class Pooler:
    """`with Pooler(port, mixes=True) as pooler:` listens on `pooler.port` of this machine."""

    def __init__(self, server_port: int, *, mixes: bool) -> None:
        self.server_port = server_port
        self.mixes = mixes
        self.waiting: deque[Lines] = deque()
        self.sessions: list[Lines] = []
        pooler = self

        class Client(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                client = Lines(self.request)
                with suppress(EOFError, OSError):
                    pooler._serve(client)
                client.close()

        self.listener = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Client)
        self.listener.daemon_threads = True
        self.port: int = self.listener.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.listener.shutdown()
        self.listener.server_close()
        for session in self.sessions:
            session.close()

    def _serve(self, client: Lines) -> None:
        session = self._opened_for(client)
        while True:
            self.waiting.append(session)
            batch = self._batch(client)
            session = self._next(session)
            session.write(batch)
            while self._answered(session, client) != IDLE:
                session.write(self._batch(client))

    def _next(self, own: Lines) -> Lines:
        if self.mixes:
            return self.waiting.popleft()
        self.waiting.remove(own)
        return own

    def _opened_for(self, client: Lines) -> Lines:
        _, content, start = client.read(has_kind=False)
        while int.from_bytes(content[:4]) in ENCRYPTION_REQUESTS:
            client.write(b"N")
            _, content, start = client.read(has_kind=False)
        session = Lines(socket.create_connection(("127.0.0.1", self.server_port)))
        self.sessions.append(session)
        session.write(start)
        while True:
            kind, content, message = session.read()
            client.write(message)
            if kind == READY:
                return session
            if kind == AUTHENTICATION and int.from_bytes(content[:4]) in WANTS_ANSWER:
                session.write(client.read()[2])

    def _batch(self, client: Lines) -> bytes:
        batch = b""
        while True:
            kind, _, message = client.read()
            batch += message
            if kind in ENDS_BATCH:
                return batch
            if kind == TERMINATE:  # of the client alone: the session serves others
                raise EOFError

    def _answered(self, session: Lines, client: Lines) -> bytes:
        """Hands the answer on to its end; the state of the transaction after it."""
        while True:
            kind, content, message = session.read()
            client.write(message)
            if kind == READY:
                return content
