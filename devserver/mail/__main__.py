"""Runs the catcher alone: `python -m devserver.mail --directory var/mail --smtp-port 2525 --web-port 8025`."""

import argparse
import asyncio
import signal
import sys
import threading
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from devserver.mail.store import Store
from devserver.mail.web import web_server

MAX_MESSAGE_BYTES = 10 * 1024 * 1024


class Keeper:
    """Stores first, then answers: whoever got a 250 may forget the message."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        assert isinstance(envelope.content, bytes)
        try:
            name = self.store.save(envelope.content)
        except OSError as error:
            return f"452 Cannot keep it now: {error.strerror}"
        sys.stdout.write(f"kept {name}.eml for {len(envelope.rcpt_tos)} recipient(s)\n")
        sys.stdout.flush()
        return "250 OK"


async def serve(store: Store, host: str, smtp_port: int, web_port: int) -> None:
    """Until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    web = web_server(store, (host, web_port))
    threading.Thread(target=web.serve_forever, daemon=True).start()
    keeper = Keeper(store)
    smtp = await loop.create_server(
        lambda: SMTP(keeper, hostname="localhost", data_size_limit=MAX_MESSAGE_BYTES, loop=loop), host, smtp_port
    )
    await end.wait()
    smtp.close()
    web.shutdown()
    web.server_close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="devserver.mail", description=__doc__)
    parser.add_argument("--directory", type=Path, default=Path("var/mail"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--smtp-port", type=int, default=2525)
    parser.add_argument("--web-port", type=int, default=8025)
    options = parser.parse_args()
    asyncio.run(serve(Store(options.directory), options.host, options.smtp_port, options.web_port))


if __name__ == "__main__":
    main()
