"""Messages as files, one each, newest last by name."""

import email
import os
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

NAME = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{8}")
SHOWN = 200


class Store:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)

    def save(self, content: bytes) -> str:
        """Returns the message's name once all of it is on disk, and never shows half of it."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(4)}"
        unfinished = self.directory / f"{name}.unfinished"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.directory / f"{name}.eml")
        return name

    def newest(self) -> Iterator[tuple[str, EmailMessage]]:
        for path in sorted(self.directory.glob("*.eml"), reverse=True)[:SHOWN]:
            if NAME.fullmatch(path.stem):
                yield path.stem, _read(path)

    def find(self, name: str) -> EmailMessage | None:
        path = self.directory / f"{name}.eml"
        return _read(path) if NAME.fullmatch(name) and path.exists() else None


def received_at(name: str) -> datetime:
    """When the message with this name arrived (UTC)."""
    return datetime.strptime(name.split("Z-", maxsplit=1)[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def _read(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message
