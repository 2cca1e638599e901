"""Clients that hold their connection keep nobody else out (security.md, 63)."""

import http.client
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import psutil
import pytest

from occired.web_server import HEAD_BYTES, READ_SECONDS
from tests.support.portal import Portal

POST = b"POST /ingreso/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SLOW = {
    "nothing": b"",
    "half a head": b"GET /healthz HTTP/1.1\r\nHost: loc",
    "half a body": POST + b"Content-Length: 10\r\n\r\na=b",
    "endless chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n",
    "an enormous body": POST + b"Content-Length: 99999999999\r\n\r\na=b",
    "an absurd length": POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\na=b",
    "the side left open": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
}
CLIENTS = 20


@pytest.fixture
def held() -> Iterator[ExitStack]:
    """What a test opens, closed after it."""
    with ExitStack() as stack:
        yield stack


def connect(portal: Portal, held: ExitStack, first: bytes = b"") -> socket.socket:
    client = held.enter_context(socket.create_connection(("127.0.0.1", portal.port), timeout=READ_SECONDS + 5))
    client.sendall(first)
    return client


def seconds_of(portal: Portal, method: str = "GET", path: str = "/healthz") -> float:
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=10)
    connection.request(method, path, body="a=b" if method == "POST" else None, headers={"Host": "localhost"})
    assert connection.getresponse().read()
    connection.close()
    return time.monotonic() - began


@pytest.mark.parametrize("kind", SLOW)
def test_slow_clients_of_one_kind_keep_nobody_waiting(portal: Portal, held: ExitStack, kind: str) -> None:
    for _ in range(CLIENTS):
        seconds_of(portal)  # both processes have loaded what the page needs
    for _ in range(CLIENTS):
        connect(portal, held, SLOW[kind])

    waits = [seconds_of(portal) for _ in range(CLIENTS)]

    print(f"slowest answer beside {CLIENTS} clients with {kind}: {max(waits):.3f} s")
    assert max(waits) < 2


def test_answers_to_posts_come_one_after_another_without_a_pause(portal: Portal, held: ExitStack) -> None:
    whole = POST + b"Content-Length: 3\r\nConnection: close\r\n\r\na=b"
    clients = [connect(portal, held, whole) for _ in range(50)]

    began = time.monotonic()
    statuses = {client.recv(100).split(b" ", 2)[1] for client in clients}

    print(f"50 answers: {time.monotonic() - began:.3f} s")
    assert len(statuses) == 1
    assert time.monotonic() - began < 5


def test_a_body_that_comes_in_pieces_is_answered(portal: Portal, held: ExitStack) -> None:
    client = connect(portal, held)
    for piece in (POST[:30], POST[30:] + b"Content-Length: 10\r\n", b"\r\na=", b"b&c=", b"defg"):
        client.sendall(piece)
        time.sleep(0.05)

    assert client.recv(100).startswith(b"HTTP/1.1 4")  # no portal has been made: the answer is the application's


def test_two_requests_sent_at_once_get_two_answers(portal: Portal, held: ExitStack) -> None:
    ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
    client = connect(portal, held, ask + b"\r\n" + ask + b"Connection: close\r\n\r\n")

    assert b"".join(iter(lambda: client.recv(65536), b"")).count(b"HTTP/1.1 200 OK") == 2


def test_a_head_beyond_the_limits_is_refused(portal: Portal, held: ExitStack) -> None:
    client = connect(
        portal, held, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * HEAD_BYTES + b"\r\n\r\n"
    )

    assert client.recv(100).startswith(b"HTTP/1.1 431 ")


def test_a_restart_waits_for_the_rest_of_a_request_and_not_for_clients_that_say_nothing(
    portal: Portal, held: ExitStack
) -> None:
    master = psutil.Process(portal.processes[0].pid)
    old = master.children()
    asking = [connect(portal, held, POST + b"Content-Length: 10\r\n\r\na=b") for _ in range(CLIENTS)]
    _silent = [connect(portal, held) for _ in range(CLIENTS)]
    seconds_of(portal)

    master.send_signal(signal.SIGHUP)
    began = time.monotonic()
    while len(set(master.children()) - set(old)) < len(old):
        time.sleep(0.05)
    for client in asking:
        client.sendall(b"&c=defg")

    assert {client.recv(8) for client in asking} == {b"HTTP/1.1"}
    assert psutil.wait_procs(old, timeout=READ_SECONDS)[1] == []
    print(f"restarted in {time.monotonic() - began:.1f} s")


@pytest.mark.parametrize(
    "first", [b"GET /healthz HTTP/1.1\r\nX-A: ", POST + b"Content-Length: 1000\r\n\r\n"], ids=["a head", "a body"]
)
def test_a_client_that_trickles_is_cut_off(portal: Portal, held: ExitStack, first: bytes) -> None:
    client = connect(portal, held, first)
    client.settimeout(0.5)
    began = time.monotonic()
    while time.monotonic() - began < READ_SECONDS + 5:
        try:
            client.sendall(b"a")
            if client.recv(1) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break

    assert READ_SECONDS - 1 < time.monotonic() - began < READ_SECONDS + 3
