"""gunicorn's threaded worker, in which no thread waits for a client.

As it comes, a thread reads the request from the socket, and the event loop itself waits up to two seconds for the
client to close: a dozen slow clients keep everybody else out. Here the event loop collects requests and closes
connections, for any number of clients at once; a thread gets a request that is there in whole.
"""

import re
import selectors
import socket
import struct
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

READ_SECONDS = 10  # from a connection's first moment, or a request's first byte, to the request's last
WRITE_SECONDS = 10  # in which a client takes nothing of its answer
CLOSE_SECONDS = 2  # for the client to close its side, so that it gets the whole answer
CHUNK = 64 * 1024
# More than Django reads into memory (DATA_UPLOAD_MAX_MEMORY_SIZE): what is longer it refuses by its announced length.
MOST_BYTES = 3 * 1024 * 1024
# Holds an answer of the portal's usual size, so that the thread does not wait for the client to take it.
SEND_BUFFER = 1024 * 1024
FRAMING = re.compile(rb"\r\n(content-length|transfer-encoding):[ \t]*([^\r\n]*)", re.IGNORECASE)
SENSIBLE = re.compile(rb"\d{1,15}[ \t]*")


def request_length(received: bytes | bytearray) -> float | None:
    """Bytes of head and body; None while the head is not complete, infinite where only its sender knows the end."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None if len(received) <= MOST_BYTES else float("inf")
    match FRAMING.findall(received, 0, end + 2):
        case []:
            return end + 4
        case [(name, length)] if name.lower() == b"content-length" and SENSIBLE.fullmatch(length):
            return end + 4 + int(length)
    return float("inf")


class BufferingWorker(ThreadWorker):
    """`pending_conns` are the connections of which a request, or the closing, is awaited."""

    def enqueue_req(self, conn: Any) -> None:
        """A new connection, or a kept one that turned readable: its next request is awaited."""
        conn.received = bytearray(conn.parser.unreader.take_buffered() if conn.initialized else b"")
        self._await(conn, READ_SECONDS, self._receive)
        self._receive(conn)

    def _receive(self, conn: Any, _: Any = None) -> None:
        """Gives the request to a thread, with what is to be read of it if its end is unknown or too far away."""
        more = _read(conn.sock)
        conn.received += more or b""
        length = request_length(conn.received)
        unbounded = length is not None and length > MOST_BYTES
        if not (more == b"" or unbounded or (length is not None and len(conn.received) >= length)):
            return
        self._forget(conn)
        conn.init()
        conn.parser.unreader.unread(bytes(conn.received))
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", WRITE_SECONDS, 0))
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if unbounded:
            _stop_reading(conn.sock)
        super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Keeps the connection as gunicorn does, or closes it without waiting."""
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            self._await(conn, CLOSE_SECONDS, self._discard)
        except (OSError, ValueError):  # the client, or gunicorn in the thread, has closed it
            self.nr_conns -= 1
            conn.close()

    def _discard(self, conn: Any, _: Any) -> None:
        if _read(conn.sock) == b"":
            self._drop(conn)

    def murder_pending(self) -> None:
        now = time.monotonic()
        for conn in [each for each in self.pending_conns if each.timeout <= now]:
            self._drop(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """A stopping worker waits as long for half a request as it does for the next one on a kept connection."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def _await(self, conn: Any, seconds: float, callback: Any) -> None:
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + seconds
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(callback, conn))
        self.pending_conns.append(conn)

    def _forget(self, conn: Any) -> None:
        self.pending_conns.remove(conn)
        self.poller.unregister(conn.sock)

    def _drop(self, conn: Any) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()


def _read(sock: socket.socket) -> bytes | None:
    """What has come; nothing at the end, None while there is nothing new."""
    try:
        return sock.recv(CHUNK)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _stop_reading(sock: socket.socket) -> None:
    """What has come stays readable; behind it is the end."""
    try:
        sock.shutdown(socket.SHUT_RD)
    except OSError:
        return  # closed by the client
