"""The clients of the bench, against a server that says what it was asked."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import visits
from bench.visits import ADDRESS, REQUESTS_A_CONNECTION, Answer, Connection, NoAnswer, Script, ask, drive, request

pytestmark = pytest.mark.long  # starts servers


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked, and notes from which port."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[int, str]]

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.asked.append((self.client_address[1], self.path))
        said = f"{self.command} {self.path} {self.headers['Cookie']} {body.decode()}".encode()
        self.send_response(302 if self.path == "/away/" else 200)
        self.send_header("Location", "/there/")
        self.send_header("Set-Cookie", "occired=abc; HttpOnly; Path=/")
        self.send_header("Set-Cookie", 'other="d"; Path=/')
        if self.path == "/last/":
            self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    Echo.asked = []
    with ThreadingHTTPServer((ADDRESS, 0), Echo) as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Takes connections, and answers nothing by itself."""
    with socket.create_server((ADDRESS, 0)) as listener:
        yield listener


def test_an_answer_is_whole_with_its_cookies_and_where_it_leads(server: ThreadingHTTPServer) -> None:
    message = request("/away/", {"a": "1", "b": "2"}, {"name": "Ñandú", "x": "&"})

    [answer] = ask(server.server_port, message)

    assert (answer.status, answer.location) == (302, "/there/")
    assert answer.cookies == {"occired": "abc", "other": '"d"'}
    assert answer.body == b"POST /away/ a=1; b=2 name=%C3%91and%C3%BA&x=%26"


def test_each_script_gets_its_own_answers_in_order(server: ThreadingHTTPServer) -> None:
    heard: dict[str, list[bytes]] = {"a": [], "b": []}

    def script(name: str) -> Script:
        for number in range(3):
            answer: Answer = yield request(f"/{name}/{number}/")
            heard[name].append(answer.body.split()[1])

    drive(server.server_port, [script("a"), script("b")])

    assert heard == {name: [f"/{name}/{number}/".encode() for number in range(3)] for name in "ab"}


def test_clients_side_by_side_connect_anew_after_some_requests(server: ThreadingHTTPServer) -> None:
    def script() -> Script:
        for _ in range(REQUESTS_A_CONNECTION + 1):
            yield request("/")

    drive(server.server_port, [script()])

    ports = [port for port, _ in Echo.asked]
    assert [ports.count(port) for port in dict.fromkeys(ports)] == [REQUESTS_A_CONNECTION, 1]


def test_a_connection_that_the_server_ends_is_opened_anew(server: ThreadingHTTPServer) -> None:
    ask(server.server_port, request("/last/"), request("/"))

    assert [path for _, path in Echo.asked] == ["/last/", "/"]
    assert len({port for port, _ in Echo.asked}) == 2


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "closed after"),
        (b"HTTP/1.1 200 OK\r\n\r\nall of it", "without a length"),
        (b"", "closed after 0 bytes"),
    ],
)
def test_half_an_answer_is_none(silent: socket.socket, said: bytes, reason: str) -> None:
    connection = Connection(silent.getsockname()[1])
    connection.send(request("/"))
    client, _ = silent.accept()
    client.sendall(said)
    client.shutdown(socket.SHUT_WR)

    with pytest.raises(NoAnswer, match=reason):
        connection.ask(request("/"))

    client.close()
    connection.close()


def test_nobody_waits_for_ever(silent: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "PATIENCE_SECONDS", 0.2)

    with pytest.raises(NoAnswer):
        ask(silent.getsockname()[1], request("/"))
    with pytest.raises(NoAnswer):
        drive(silent.getsockname()[1], [iter_of(request("/"))])


def iter_of(message: bytes) -> Script:
    yield message
