"""The demo's mail catcher, run as its own process and spoken to over SMTP and HTTP."""

import http.client
import smtplib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from devserver.mail.store import Store
from devserver.processes import answers, free_port, spawn, stop
from tests.support.servers import ROOT

pytestmark = pytest.mark.long
NASTY = "<script>alert('ñ')</script>"


@dataclass
class Catcher:
    directory: Path
    smtp_port: int
    web_port: int

    def send(self, subject: str = "Su clave", text: str = "Clave: x9\n") -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "banco@example.com", "felipe@example.com", subject
        message.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as client:
            client.send_message(message)

    def get(self, path: str, host: str | None = None) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.web_port, timeout=10)
        connection.request("GET", path, headers={"Host": host or f"localhost:{self.web_port}"})
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, dict(response.getheaders()), body


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Catcher]:
    running = Catcher(tmp_path / "mail with space", free_port(), free_port())
    ports = ["--smtp-port", str(running.smtp_port), "--web-port", str(running.web_port)]
    with (tmp_path / "log").open("wb") as log:
        process = spawn(
            [sys.executable, "-m", "devserver.mail", "--directory", running.directory, *ports],
            output=log,
            cwd=ROOT,
        )
    give_up = time.monotonic() + 20
    while not (answers(running.smtp_port) and answers(running.web_port)) and time.monotonic() < give_up:
        time.sleep(0.05)
    yield running
    stop(process)
    assert process.returncode == 0, (tmp_path / "log").read_text()


def test_a_message_is_a_whole_file_before_the_sender_is_told_so(catcher: Catcher) -> None:
    catcher.send(text="Clave: x9\n")

    kept = list(catcher.directory.iterdir())
    assert [path.suffix for path in kept] == [".eml"]
    assert "Clave: x9" in kept[0].read_text()
    assert kept[0].stat().st_mode & 0o077 == 0


def test_a_message_that_cannot_be_kept_is_not_accepted(catcher: Catcher) -> None:
    catcher.directory.rmdir()

    with pytest.raises(smtplib.SMTPDataError) as refusal:
        catcher.send()

    assert refusal.value.smtp_code == 452


def test_the_list_shows_the_newest_first(catcher: Catcher) -> None:
    catcher.send("Primero")
    catcher.send("Segundo")

    status, _, page = catcher.get("/")

    assert status == 200
    assert page.index("Segundo") < page.index("Primero")


def test_a_message_is_shown_with_its_headers_and_text(catcher: Catcher) -> None:
    catcher.send("Su clave", "Clave: ñandú-9\n")
    name = next(catcher.directory.glob("*.eml")).stem

    status, headers, page = catcher.get(f"/{name}")

    assert status == 200
    assert "<dd>felipe@example.com</dd>" in page
    assert "<pre>Clave: ñandú-9\n</pre>" in page
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert headers["Cache-Control"] == "no-store"


def test_whatever_a_message_holds_is_text_on_the_page(catcher: Catcher) -> None:
    catcher.send(NASTY, NASTY)
    name = next(catcher.directory.glob("*.eml")).stem

    pages = catcher.get("/")[2] + catcher.get(f"/{name}")[2]

    assert "<script" not in pages
    assert pages.count("&lt;script&gt;alert(&#x27;ñ&#x27;)&lt;/script&gt;") == 5


@pytest.mark.parametrize("path", ["/../secrets/demo.json", "/%2e%2e/x", "/20260101T000000000000Z-00000000", "/x.eml"])
def test_no_other_file_can_be_read(catcher: Catcher, path: str) -> None:
    assert catcher.get(path)[0] == 404


def test_a_foreign_name_for_this_machine_reads_nothing(catcher: Catcher) -> None:
    catcher.send()

    assert catcher.get("/", host="evil.example")[::2] == (403, "")


def test_names_sort_by_arrival(tmp_path: Path) -> None:
    store = Store(tmp_path)
    names = [store.save(b"Subject: x\r\n\r\n") for _ in range(20)]

    assert [name for name, _ in store.newest()] == names[::-1]
