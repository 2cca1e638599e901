"""How well time tells a name that exists from one that does not (ASVS 6.3.8), at both steps of the sign-in.

    .venv/bin/python -m tests.bench.sign_in_timing --samples 400

Starts the portal as in production on a database of its own, and asks it in shuffled order over one connection. For
every kind of user and step it prints the area under the curve (AUC) against unknown names: 0.5 is no difference, 1
tells them apart every time. Chance alone moves it by some 0.02 at 400 samples, other load on the machine by more.
"""

import argparse
import http.client
import os
import random
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import django

from devserver.processes import free_port
from tests.support import servers
from tests.support.portal import Portal

CSRF = "a" * 32
FORM = {"csrfmiddlewaretoken": CSRF, "conditions": "on"}
KINDS = ("unknown", "inactive", "holder", "no token")
CASES = ("step 1, no code", "step 1, wrong code", "step 2, wrong password")
ATTEMPTS = 3  # of each name at each step: fewer than lock it

Times = dict[tuple[str, str], list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=400, help="of every kind of user at every step")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first-step-only", action="store_true")
    options = parser.parse_args()
    random.seed(options.seed)
    with ExitStack() as at_end:
        portal = _portal(at_end)
        names = _people(options.samples // ATTEMPTS + 1)
        _show(_measure(portal, names, options.samples, second_step=not options.first_step_only))


def _portal(at_end: ExitStack) -> Portal:
    servers.prepare_working_tree()
    found = at_end.enter_context(servers.running())
    servers.hand_over(found)
    os.environ.update(servers.environment_for(found, database="bench", number=0), GUNICORN_CMD_ARGS="--max-requests 0")
    servers.prepare_template(found)
    found.postgres.copy_database(servers.TEMPLATE, "bench")
    django.setup()
    servers.gather_static_files()
    directory = at_end.enter_context(tempfile.TemporaryDirectory())
    portal = Portal(free_port(), Path(directory) / "portal.log")
    at_end.callback(portal.stop_all)
    portal.start_web()
    return portal


def _people(number: int) -> dict[str, list[str]]:
    """Names of each kind, all of equal length."""
    from directory.enums import UserState
    from tenancy import context
    from tests import factories
    from tests.tokens.factories import token

    names = {kind: [f"{kind[0]}{each:06}" for each in range(number)] for kind in KINDS}
    with context.bank():
        company = factories.company()
        for kind in KINDS[1:]:
            for name in names[kind]:
                state = UserState.INACTIVE if kind == "inactive" else UserState.ACTIVE
                user = factories.user(company, username=name, state=state)
                if kind == "holder":
                    token(user)
    return names


def _measure(portal: Portal, names: dict[str, list[str]], samples: int, *, second_step: bool) -> Times:
    times: Times = defaultdict(list)
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=30)
    order = [(kind, coded, number) for kind in KINDS for coded in (False, True) for number in range(samples)]
    random.shuffle(order)
    for kind, coded, number in [*order[:200], *order]:
        name = names[kind][number // ATTEMPTS]
        seconds, cookie = _post(connection, "/ingreso/", {"username": name, "code": "123456" if coded else ""})
        times[CASES[coded], kind].append(seconds)
        if cookie and second_step:
            seconds, _ = _post(connection, "/ingreso/clave/", {"password": "equivocada de nuevo"}, cookie)
            times[CASES[2], kind].append(seconds)
    return times


def _post(
    connection: http.client.HTTPConnection, path: str, fields: dict[str, str], cookie: str = ""
) -> tuple[float, str]:
    """Seconds until the whole answer is here, and the session's cookie if there is one."""
    headers = {
        "Host": "localhost",
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"occired-csrf={CSRF}; {cookie}",
    }
    body = urlencode({**FORM, **fields})
    began = time.perf_counter()
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    seconds = time.perf_counter() - began
    if answer.status not in {200, 302}:
        raise RuntimeError(f"{path} answered {answer.status}")
    cookies = [value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie", [])]
    return seconds, next((each for each in cookies if each.startswith("occired=")), "")


def auc(ones: list[float], others: list[float]) -> float:
    """The chance that one of `ones` took longer than one of `others`; below a half it is told by being shorter."""
    ranked = sorted(others)
    wins = sum(bisect_left(ranked, each) + bisect_right(ranked, each) for each in ones) / 2
    share = wins / (len(ones) * len(ranked))
    return max(share, 1 - share)


def _show(times: Times) -> None:
    for case in filter(lambda case: times[case, "unknown"], CASES):
        unknown = times[case, "unknown"]
        print(f"{case}: unknown names {median(unknown) * 1000:.2f} ms ({len(unknown)} samples)")
        for kind in KINDS[1:]:
            taken = times[case, kind]
            print(f"    {kind:<10} {median(taken) * 1000:8.2f} ms   AUC {auc(taken, unknown):.3f}")


if __name__ == "__main__":
    sys.exit(main())
