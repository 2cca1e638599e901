"""A mail server that speaks SMTP on a loopback port, and can be absent for a while."""

import email
import os
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings


def part_of(message: EmailMessage, kind: str = "plain") -> str:
    """What a mail says as plain text, or as `html`."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


class MailServer:
    """`messages` are those it has answered 250 for. `answer` is said after DATA instead of accepting, when set."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.messages: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.answer: str | None = None
        self._controller: Controller | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        if self.answer is not None:
            return self.answer
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.envelopes.append(envelope)
        return "250 OK"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


@pytest.fixture
def smtp(settings: Settings) -> Iterator[MailServer]:
    """Runs on the port every process of this session has in its settings; `stop()` and `start()` as often as wanted."""
    server = MailServer(int(os.environ["OCCIRED_SMTP_PORT"]))
    settings.EMAIL_BACKEND = "notifications.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    server.start()
    yield server
    server.stop()
