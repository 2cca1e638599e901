"""How well time tells a name that exists from one that does not (ASVS 6.3.8), at both steps of the sign-in.

    .venv/bin/python -m bench.sign_in_timing --samples 400

Starts the portal as in production on a database of its own, and asks it in shuffled order over one connection. For
every kind of user and step it prints the area under the curve (AUC) against unknown names: 0.5 is no difference, 1
tells them apart every time. Chance alone moves it by some 0.02 at 400 samples, other load on the machine by more.
"""

import argparse
import random
import sys
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from statistics import median

from bench import sites
from bench.sign_in import CSRF, CSRF_COOKIE, FORM, NAME_STEP, PASSWORD_STEP
from bench.visits import Connection, request

UNKNOWN = "unknown"
KINDS = ("inactive", "holder", "no token")  # of bench.people
CASES = ("step 1, no code", "step 1, wrong code", "step 2, wrong password")
ATTEMPTS = 3  # of each name at each step: fewer than lock it
WARM_UP = 200

Times = dict[tuple[str, str], list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=400, help="of every kind of user at every step")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first-step-only", action="store_true")
    options = parser.parse_args()
    random.seed(options.seed)
    number = options.samples // ATTEMPTS + 1
    with sites.running() as servers, sites.portal(servers, dict.fromkeys(KINDS, number)) as portal:
        names = {kind: [person["username"] for person in people] for kind, people in portal.made["people"].items()}
        names[UNKNOWN] = [f"u{each:06}" for each in range(number)]
        _show(_measure(portal.port, names, options.samples, second_step=not options.first_step_only))


def _measure(port: int, names: Mapping[str, Sequence[str]], samples: int, *, second_step: bool) -> Times:
    times: Times = defaultdict(list)
    order = [(kind, coded, number) for kind in names for coded in (False, True) for number in range(samples)]
    random.shuffle(order)
    with closing(Connection(port)) as connection:
        for kind, coded, number in [*order[:WARM_UP], *order]:
            name = names[kind][number // ATTEMPTS]
            fields = {"username": name, "code": "123456" if coded else ""}
            seconds, cookies = _post(connection, NAME_STEP, fields, {})
            times[CASES[coded], kind].append(seconds)
            if cookies and second_step:
                seconds, _ = _post(connection, PASSWORD_STEP, {"password": "equivocada de nuevo"}, cookies)
                times[CASES[2], kind].append(seconds)
    return times


def _post(
    connection: Connection, path: str, fields: Mapping[str, str], cookies: Mapping[str, str]
) -> tuple[float, dict[str, str]]:
    """Seconds until the whole answer is here, and the session's cookie if there is one."""
    message = request(path, {CSRF_COOKIE: CSRF, **cookies}, {**FORM, **fields})
    began = time.perf_counter()
    answer = connection.ask(message)
    seconds = time.perf_counter() - began
    if answer.status not in {200, 302}:
        raise RuntimeError(f"{path} answered {answer.status}")
    return seconds, {name: value for name, value in answer.cookies.items() if name != CSRF_COOKIE}


def auc(ones: list[float], others: list[float]) -> float:
    """The chance that one of `ones` took longer than one of `others`; below a half it is told by being shorter."""
    ranked = sorted(others)
    wins = sum(bisect_left(ranked, each) + bisect_right(ranked, each) for each in ones) / 2
    share = wins / (len(ones) * len(ranked))
    return max(share, 1 - share)


def _show(times: Times) -> None:
    for case in filter(lambda case: times[case, UNKNOWN], CASES):
        unknown = times[case, UNKNOWN]
        lines = [f"{case}: unknown names {median(unknown) * 1000:.2f} ms ({len(unknown)} samples)"]
        for kind in KINDS:
            taken = times[case, kind]
            lines.append(f"    {kind:<10} {median(taken) * 1000:8.2f} ms   AUC {auc(taken, unknown):.3f}")
        sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
