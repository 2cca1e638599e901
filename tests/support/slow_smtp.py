"""A mail server that can be made to wait, refuse or crawl at any point of the conversation (RFC 5321)."""

import email
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage

POINTS = ("banner", "MAIL", "RCPT", "DATA", "accept", "QUIT")
LONGEST_HOLD_SECONDS = 60


class SlowSmtp:
    """`messages` are those it said 250 for, `recipients` everyone a RCPT named.

    `hold_at` names a point of `POINTS` at which it says nothing until `let_go`, to anybody or in mails to a recipient;
    "accept" is the answer to the text of the mail. `answers` maps a point to what is said there instead, `delays` to
    the seconds waited before, and at `dies_at` it hangs up without a word.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: dict[str, str] = {}
        self.delays: dict[str, float] = {}
        self.dies_at = ""
        self.reached, self.accepted, self._go = threading.Event(), threading.Event(), threading.Event()
        self._hold_at = self._held_recipient = ""
        self._server: socketserver.ThreadingTCPServer | None = None

    def hold_at(self, point: str, recipient: str = "") -> None:
        assert point in POINTS
        for event in (self.reached, self.accepted, self._go):
            event.clear()
        self._hold_at, self._held_recipient = point, recipient

    def let_go(self) -> None:
        self._hold_at = ""
        self._go.set()

    def wait_at(self, point: str, recipient: str) -> None:
        """Called by the conversation when it comes to `point`."""
        time.sleep(self.delays.get(point, 0))
        if point == self.dies_at:
            raise ConnectionAbortedError(f"died at {point}")
        if point == self._hold_at and self._held_recipient in recipient:
            self.reached.set()
            self._go.wait(LONGEST_HOLD_SECONDS)

    def start(self) -> None:
        mail_server = self

        class Conversation(_Conversation):
            server_state = mail_server

        self._server = _Server(("127.0.0.1", self.port), Conversation)
        threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()

    def stop(self) -> None:
        self.let_go()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@contextmanager
def running(port: int) -> Iterator[SlowSmtp]:
    server = SlowSmtp(port)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


class _Conversation(socketserver.StreamRequestHandler):
    server_state: SlowSmtp
    recipient = ""

    def handle(self) -> None:
        try:
            self._say("banner", "220 slow.example ready")
            while line := self.rfile.readline().decode():
                command, _, rest = line.strip().partition(" ")
                if not self._answer(command.upper(), rest):
                    return
        except ConnectionError:
            return  # the other side was killed

    def _answer(self, command: str, rest: str) -> bool:
        if command == "RCPT":
            self.server_state.recipients.append(rest)
            self.recipient = rest
        if command == "DATA" and self._say("DATA", "354 go on").startswith("354"):
            self._take_message()
        elif command == "QUIT":
            self._say("QUIT", "221 bye")
        elif command != "DATA":
            self._say(command, "250 OK")
        return command != "QUIT"

    def _take_message(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if self._say("accept", "250 taken").startswith("250"):
            message = email.message_from_bytes(b"".join(lines), policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.server_state.messages.append(message)
            self.server_state.accepted.set()

    def _say(self, point: str, usual: str) -> str:
        self.server_state.wait_at(point, self.recipient)
        answer = self.server_state.answers.get(point, usual)
        self.wfile.write(f"{answer}\r\n".encode())
        return answer
