"""The caught messages in the browser: a list, and each message with its headers and text."""

from email.message import EmailMessage
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from devserver.mail.store import Store, received_at

HEADERS = {"Date": "Fecha", "From": "De", "To": "Para", "Subject": "Asunto", "Message-ID": "Message-ID"}
PAGE = Template((Path(__file__).parent / "page.html").read_text(encoding="utf-8"))
STYLE = (Path(__file__).parent / "style.css").read_bytes()
LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}
SAFETY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Handler(BaseHTTPRequestHandler):
    """Answers only GET, and only under a local name: a foreign page whose name is rebound to 127.0.0.1 reads
    nothing."""

    store: Store
    timeout = 10
    server_version, sys_version = "Occired-mail", ""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        if host not in LOCAL_NAMES:
            self._answer(HTTPStatus.FORBIDDEN, b"", "text/plain")
        elif path == "/style.css":
            self._answer(HTTPStatus.OK, STYLE, "text/css; charset=utf-8")
        elif path == "/favicon.ico":
            self._answer(HTTPStatus.NO_CONTENT, b"", "image/x-icon")
        elif path == "/":
            self._page("Correos", _list(self.store))
        elif message := self.store.find(path.strip("/")):
            self._page(str(message["Subject"] or "(sin asunto)"), _message(message))
        else:
            self._page("No existe ese correo", "", HTTPStatus.NOT_FOUND)

    def _page(self, title: str, content: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        page = PAGE.substitute(title=escape(title), content=content)
        self._answer(status, page.encode(errors="replace"), "text/html; charset=utf-8")

    def _answer(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        self.send_response(status)
        for name, value in {**SAFETY, "Content-Type": content_type, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Who reads which mail is nobody's business."""


def web_server(store: Store, address: tuple[str, int]) -> ThreadingHTTPServer:
    return ThreadingHTTPServer(address, type("StoreHandler", (Handler,), {"store": store}))


def _list(store: Store) -> str:
    rows = [
        f"<tr><td>{received_at(name):%Y-%m-%d %H:%M:%S}</td><td>{escape(str(message['To']))}</td>"
        f'<td><a href="/{name}">{escape(str(message["Subject"] or "(sin asunto)"))}</a></td></tr>'
        for name, message in store.newest()
    ]
    if not rows:
        return "<p>No ha llegado ningún correo.</p>"
    return (
        '<table><thead><tr><th scope="col">Recibido (UTC)</th><th scope="col">Para</th><th scope="col">Asunto</th></tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _message(message: EmailMessage) -> str:
    headers = "".join(
        f"<dt>{label}</dt><dd>{escape(str(message[name]))}</dd>" for name, label in HEADERS.items() if message[name]
    )
    text = message.get_body(preferencelist=("plain", "html"))
    shown = text.get_content() if text is not None else "(sin texto)"
    lines = escape(shown).replace("\r\n", "\n")
    return f"<dl>{headers}</dl><pre>{lines}</pre>"
