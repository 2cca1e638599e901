"""`make run`: everything the portal needs, on this machine alone, until Ctrl-C."""

import argparse
import http.client
import os
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import psycopg

from devserver.installation import DATABASE, Installation, about_the_disk
from devserver.processes import LOOPBACK, CannotStart, free_port, port_of, refuse_taken_port, spawn, stop
from devserver.supervisor import Orphaned, Program, Supervisor, say
from occired.catalogs import compile_catalogs

ROOT = Path(__file__).resolve().parent.parent
WEB_START_SECONDS = 60
BANNER = """
Occired is ready ({seconds:.0f} s).

  http://localhost:{port}/          the portal, for companies
  http://banco.localhost:{port}/    the back office, for bank staff
  http://localhost:{mail_port}/          every mail it sends (also in var/mail/)

  company ANDINA     adelgado   Demo-OcciRed-2026     administrator
                     mguerrero  Demo-OcciRed-2027     administrator
                     Felipe20   (inactive, no password yet)
  company PACIFICO   cmora      Demo-OcciRed-2028     administrator
  bank staff         banco      Demo-OcciRed-2029

The code of a token, in another window: make code USER=adelgado
Ctrl-C stops everything.
"""


class Stopped(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", default="8000")
    parser.add_argument("--mail-port", default="8025")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop_once)
    try:
        run(ROOT, port_of(options.port, "PORT"), port_of(options.mail_port, "MAIL_PORT"))
    except (Stopped, Orphaned):
        say("demo", "stopped")
    except CannotStart as problem:
        sys.exit(f"\n{problem}")
    except psycopg.Error as error:
        sys.exit(f"\nPostgreSQL refused: {str(error).splitlines()[0]}")
    except OSError as error:
        sys.exit(f"\n{about_the_disk(error, ROOT)}")


def run(root: Path, port: int, mail_port: int) -> None:
    """Never returns: ends by Stopped, by Orphaned, or by CannotStart with the reason."""
    began, parent = time.monotonic(), os.getppid()
    installation = Installation(root)
    with ExitStack() as at_end:
        at_end.enter_context(installation.alone())
        refuse_taken_port(port, "PORT")
        refuse_taken_port(mail_port, "MAIL_PORT")
        if port == mail_port:
            raise CannotStart(f"PORT and MAIL_PORT are both {port}. Choose another one: make run MAIL_PORT={port + 1}")
        compile_catalogs(root)
        postgres, valkey = installation.servers()
        for name, server in (("postgres", postgres), ("valkey", valkey)):
            at_end.callback(server.stop)
            server.start()
            say(name, f"listening on {LOOPBACK}:{server.port}")
        postgres.provide(DATABASE)
        smtp_port = free_port()
        environment = installation.environment(postgres, valkey, smtp_port)
        _prepare(root, environment)
        supervisor = Supervisor(root, {**environment, "PYTHONUNBUFFERED": "1", "WEB_CONCURRENCY": "2"}, parent)
        supervisor.servers = {"PostgreSQL": postgres, "Valkey": valkey}
        at_end.callback(supervisor.stop)
        at_end.callback(_no_more_signals)
        for program in _programs(installation, port, mail_port, smtp_port):
            supervisor.start(program)
        _wait_for_web(supervisor, port)
        at_end.enter_context(installation.announced(environment))
        sys.stdout.write(BANNER.format(port=port, mail_port=mail_port, seconds=time.monotonic() - began) + "\n")
        sys.stdout.flush()
        supervisor.watch()


def _programs(installation: Installation, port: int, mail_port: int, smtp_port: int) -> list[Program]:
    python, var = sys.executable, installation.var
    as_root = "ignore:You're running the worker with superuser privileges"  # the demo may; production has a user
    celery = [python, "-W", as_root, "-m", "celery", "--app", "occired", "--quiet"]
    quick = ["--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    deliveries = ["--queues", "deliveries", "--hostname", "deliveries@%h", "--concurrency", "4"]
    web = ["--config", "occired/gunicorn_conf.py", "--bind", f"{LOOPBACK}:{port}", "--graceful-timeout", "3"]
    mail = ["--directory", str(var / "mail"), "--smtp-port", str(smtp_port), "--web-port", str(mail_port)]
    return [
        Program("mail", [python, "-m", "devserver.mail", *mail], restart=True),
        Program("web", [python, "-m", "gunicorn", *web, "occired.wsgi"], restart=False),
        Program("worker", [*celery, "worker", "--queues", "celery", "--concurrency", "2", *quick], restart=True),
        Program("delivery", [*celery, "worker", *deliveries, *quick], restart=True),
        Program("beat", [*celery, "beat", "--loglevel", "WARNING", "--schedule", str(var / "beat")], restart=True),
    ]


def _prepare(root: Path, environment: dict[str, str]) -> None:
    process = spawn([sys.executable, "-m", "devserver.prepare"], cwd=root, env=os.environ | environment, output=None)
    try:
        code = process.wait()
    finally:
        stop(process)
    if code:
        raise CannotStart("The demo could not be prepared; the line above says why.")


def _wait_for_web(supervisor: Supervisor, port: int) -> None:
    """gunicorn opens the port before it can answer."""
    give_up = time.monotonic() + WEB_START_SECONDS
    while not _web_answers(port):
        web = next(program.process for program in supervisor.programs if program.name == "web")
        if (web is not None and web.poll() is not None) or time.monotonic() > give_up:
            raise CannotStart("The web server did not start; the lines above say why.")
        time.sleep(0.1)


def _web_answers(port: int) -> bool:
    connection = http.client.HTTPConnection("localhost", port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()


def _stop_once(number: int, frame: FrameType | None) -> None:
    _no_more_signals()
    raise Stopped


def _no_more_signals() -> None:
    """A second Ctrl-C must not interrupt stopping, which takes seconds."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
