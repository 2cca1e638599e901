"""The web server: Tornado speaks HTTP, in processes supervised by gunicorn.

Tornado's event loop takes a request in and sends its answer out, for any number of clients at once. A thread is taken
only for the portal's own work in between: a slow client holds none. gunicorn gives its processes one listening socket,
replaces the one that dies, hangs or grows old, and restarts them without losing a request.
"""

import asyncio
import logging
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, cast

from gunicorn.workers.base import Worker
from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters, HTTP1ServerConnection
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPInputError,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    HTTPServerRequest,
    ResponseStartLine,
    format_timestamp,
)
from tornado.iostream import IOStream
from tornado.wsgi import WSGIContainer

READ_SECONDS = 10  # for a request's head, then for its body; a kept connection may stay silent as long
WRITE_SECONDS = 20  # for a client to read its answer
LINGER_SECONDS = 2  # in which a stopping process still takes a request on an open connection
LOOK_EVERY_SECONDS = 0.5
HEAD_BYTES = 16 * 1024
# More than Django reads into memory (DATA_UPLOAD_MAX_MEMORY_SIZE): anything between the two is refused with a page.
BODY_BYTES = 3 * 1024 * 1024
# Where a workbook is sent (accounts.bulk): more than it may have there, so that a larger one is refused with a page.
UPLOAD_PATH = "/administracion/usuarios/configuracion/archivo/"
UPLOAD_BYTES = 8 * 1024 * 1024
UPLOAD_SECONDS = 60

log = logging.getLogger(__name__)
Answer = tuple[str, list[tuple[str, str]], bytes]


class Exchange(HTTPMessageDelegate):
    """One request, collected until it is complete, and its answer."""

    def __init__(self, worker: "TornadoWorker", connection: HTTP1Connection) -> None:
        self.worker = worker
        self.connection = connection
        self.body = bytearray()

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> None:
        """Raises HTTPInputError, answered with 400, if a proxy before us could see the request end elsewhere."""
        if len(headers.get_list("Content-Length")) > 1:
            raise HTTPInputError("Content-Length is given twice")
        for name in [each for each in headers if "_" in each]:
            del headers[name]  # in WSGI it would pass for the one with a hyphen, which a proxy may have written
        self.request = HTTPServerRequest(connection=self.connection, start_line=start_line, headers=headers)
        if self.request.path == UPLOAD_PATH:
            self.connection.set_max_body_size(UPLOAD_BYTES)
            self.connection.set_body_timeout(UPLOAD_SECONDS)
        if len(start_line.path) + len(str(headers)) > HEAD_BYTES:
            self._send("431 Request Header Fields Too Large", [("Connection", "close"), ("Content-Length", "0")], b"")
        else:
            self.worker.under_way.add(self)

    def data_received(self, chunk: bytes) -> None:
        self.body += chunk

    def finish(self) -> None:
        """Raises HTTPInputError for a Host whose port is not a number."""
        self.request.body = bytes(self.body)
        self.request.headers["Content-Length"] = str(len(self.body))
        try:
            environ = self.worker.container.environ(self.request)
        except ValueError as error:
            raise HTTPInputError(str(error)) from error
        self.task = asyncio.create_task(self._answer(environ))

    def on_connection_close(self) -> None:
        """The client left, or was sent away, before its request was complete."""
        self.worker.under_way.discard(self)

    async def _answer(self, environ: dict[str, Any]) -> None:
        try:
            self._send(
                *await asyncio.get_running_loop().run_in_executor(self.worker.threads, self._ask_portal, environ)
            )
        except Exception:
            log.exception("a request was not answered")
            self._send("500 Internal Server Error", [("Content-Length", "0")], b"")
        self.worker.answered(self)

    def _ask_portal(self, environ: dict[str, Any]) -> Answer:
        """Runs in a thread to the last byte and the closing, so that all of it uses one database connection."""
        start: list[Any] = []
        parts = self.worker.wsgi(environ, lambda *given: start.extend(given))
        try:
            return start[0], start[1], b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        """Hands the answer to the event loop. It has no Server header: nobody needs to know."""
        code, _, reason = status.partition(" ")
        sent = HTTPHeaders({"Date": format_timestamp(time.time())})
        for name, value in headers:
            sent.add(name, value.strip())
        if not self.worker.alive:
            sent["Connection"] = "close"
        start_line = ResponseStartLine("HTTP/1.1", int(code), reason)
        self.connection.write_headers(start_line, sent, b"" if self.request.method == "HEAD" else body)
        self.connection.finish()


class Connections(HTTPServerConnectionDelegate):
    """The open connections of a process, up to a limit, watching for clients that do not read their answer."""

    def __init__(self, worker: "TornadoWorker") -> None:
        self.worker = worker
        self.reading = HTTP1ConnectionParameters(
            max_header_size=4 * HEAD_BYTES,  # up to here it is read, for an answer that says why it is refused
            max_body_size=BODY_BYTES,
            header_timeout=READ_SECONDS,
            body_timeout=READ_SECONDS,
        )
        self.listeners = list(worker.sockets)
        self.nothing_to_send: dict[Any, float] = {}  # when a connection was last seen like this

    def listen(self) -> None:
        for listener in self.listeners:
            asyncio.get_running_loop().add_reader(listener, self._accept, listener)

    def pause(self) -> None:
        """New clients wait in the system's queue, or go to another process."""
        for listener in self.listeners:
            asyncio.get_running_loop().remove_reader(listener)

    def stop(self) -> None:
        self.pause()
        while self.listeners:
            self.listeners.pop().close()

    def _accept(self, listener: socket.socket) -> None:
        """One at a time, so that the other processes get theirs."""
        try:
            client, address = listener.accept()
        except OSError:  # another process was quicker, or the client has gone
            return
        context = SimpleNamespace(remote_ip=address[0], protocol="http")
        connection = HTTP1ServerConnection(IOStream(client), self.reading, context)
        self.nothing_to_send[connection] = time.monotonic()
        connection.start_serving(self)
        if len(self.nothing_to_send) >= self.worker.cfg.worker_connections:
            self.pause()

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> Exchange:
        return Exchange(self.worker, cast(HTTP1Connection, request_conn))

    def on_close(self, server_conn: object) -> None:
        del self.nothing_to_send[server_conn]
        self.listen()

    def look(self) -> None:
        """Closes the connections whose client has not read its answer in time."""
        now = time.monotonic()
        for connection, since in list(self.nothing_to_send.items()):
            if not connection.stream.writing():
                self.nothing_to_send[connection] = now
            elif now - since > WRITE_SECONDS:
                connection.stream.close()


class TornadoWorker(Worker):
    """One of gunicorn's processes."""

    def run(self) -> None:
        self.threads = ThreadPoolExecutor(self.cfg.threads, thread_name_prefix="request")
        self.container = WSGIContainer(cast(Any, self.wsgi), self.threads)
        self.under_way: set[Exchange] = set()
        asyncio.run(self._serve())

    def answered(self, exchange: Exchange) -> None:
        self.under_way.discard(exchange)
        self.nr += 1
        if self.nr == self.max_requests:
            self.log.info("Restarting after %d requests", self.nr)
            self.alive = False

    async def _serve(self) -> None:
        connections = Connections(self)
        connections.listen()
        while self.alive and self.ppid == os.getppid():
            await self._look(connections)
        connections.stop()
        await self._finish(connections)

    async def _finish(self, connections: Connections) -> None:
        """Answers what is under way; a client with a kept connection may make one more request, and is told that it
        closes."""
        began = time.monotonic()
        while connections.nothing_to_send:
            seconds = time.monotonic() - began
            answering = self.under_way or any(each.stream.writing() for each in connections.nothing_to_send)
            if seconds > self.cfg.graceful_timeout or (seconds > LINGER_SECONDS and not answering):
                break
            await self._look(connections)

    async def _look(self, connections: Connections) -> None:
        self.notify()
        connections.look()
        await asyncio.sleep(LOOK_EVERY_SECONDS)
