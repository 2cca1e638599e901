"""A WSGI application that says what reached it, for the tests of the web server."""

import json
import os
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs


def application(
    environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], None]
) -> Iterable[bytes]:
    """`/slow`: after `seconds`. `/big`: so many `bytes`. `/process`: its number. `/fails`, `/splits`, `/falls-short`:
    wrongly. Else: what came."""
    asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    headers = {"Content-Type": "text/plain ", "X-Empty": ""}
    match environ["PATH_INFO"]:
        case "/slow":
            time.sleep(float(asked["seconds"]))
            content = b"at last"
        case "/big":
            content = b"x" * int(asked["bytes"])
        case "/fails":
            raise RuntimeError("the application failed")
        case "/splits":
            content = b""
            headers["X-Split"] = "a\r\nX-Injected: b"
        case "/falls-short":
            content = b"half"
            headers["Content-Length"] = "8"
        case "/process":
            content = str(os.getpid()).encode()
        case _:
            content = _what_came(environ)
    headers.setdefault("Content-Length", str(len(content)))
    start_response("200 OK", list(headers.items()))
    return [content]


def _what_came(environ: dict[str, Any]) -> bytes:
    words = {name: value for name, value in environ.items() if isinstance(value, str)}
    return json.dumps(words | {"body": environ["wsgi.input"].read().decode()}).encode()
