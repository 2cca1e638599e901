"""The whole way in beside a bare one: the same five requests, and a hash of the password that costs the same.

A second time with a hash that costs next to nothing, so that all else shows.
"""

import base64
import hmac
import math
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

from bench.figures import Figures, Slice, beside, in_turns
from bench.sites import Site
from bench.visits import Answer, Script, drive, request

CSRF_COOKIE = "__Host-occired-csrf"
CSRF = "a" * 32  # the client's own choice: a form is good when it says what its cookie says
FORM = {"csrfmiddlewaretoken": CSRF, "conditions": "on"}
NAME_STEP, IMAGE, PASSWORD_STEP = "/ingreso/", "/ingreso/imagen/", "/ingreso/clave/"
CODE_STEP_SECONDS = 30
FOUND = 302
COUNTED = 3
People = Iterator[Mapping[str, str]]


@dataclass(frozen=True)
class Effort:
    """One kind of people that `bench.people` makes, and how they are measured in each round."""

    kind: str
    alone: Slice
    together: Slice

    def people(self, rounds: int) -> int:
        """How many are needed: nobody's code is good twice."""
        return COUNTED + rounds * (self.alone.most + self.together.most)

    @property
    def quick(self) -> "Effort":
        """Enough to see that it works."""
        return replace(self, alone=replace(self.alone, most=1), together=replace(self.together, most=2))


USUAL = Effort("holder", Slice(clients=1, seconds=2, most=8), Slice(clients=8, seconds=3, most=40))
CHEAP = Effort("cheap", Slice(clients=1, seconds=1.5, most=10), Slice(clients=8, seconds=1.2, most=70))


def code(secret: str, seconds: float) -> str:
    """RFC 6238 with SHA-1 and six digits."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(seconds) // CODE_STEP_SECONDS), "sha1")
    number: int = struct.unpack_from(">I", digest, digest[-1] & 0xF)[0]
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def way_in(person: Mapping[str, str], cookies: dict[str, str], lines: int = 0) -> Script:
    """Both pages, both forms, the image between them. In `cookies` is the session afterwards.

    `lines` makes the bare site's pages as long as the portal's, which does not know it.
    """
    cookies[CSRF_COOKIE] = CSRF
    yield request(f"{NAME_STEP}?lines={lines}", cookies)
    typed = code(person["secret"], time.time()) if person["secret"] else ""
    name = FORM | {"username": person["username"], "code": typed}
    _follow((yield request(NAME_STEP, cookies, name)), PASSWORD_STEP, cookies)
    yield request(f"{PASSWORD_STEP}?lines={lines}", cookies)
    yield request(IMAGE, cookies)
    _follow((yield request(PASSWORD_STEP, cookies, FORM | {"password": person["password"]})), "/", cookies)


def _follow(answer: Answer, to: str, cookies: dict[str, str]) -> None:
    if (answer.status, answer.location) != (FOUND, to):
        raise RuntimeError(f"{answer.status} {answer.location!r} instead of the way to {to}")
    cookies |= answer.cookies | {CSRF_COOKIE: CSRF}  # which is another after the sign-in


def enter(site: Site, person: Mapping[str, str]) -> dict[str, str]:
    """The cookies of a session."""
    cookies: dict[str, str] = {}
    drive(site.port, [way_in(person, cookies)])
    return cookies


def measure(sites: Sequence[Site], effort: Effort, rounds: int, lines: int) -> dict[str, Any]:
    """`sites` are the portal and the bare one."""
    people = {site.name: iter(site.made["people"][effort.kind]) for site in sites}
    counted = {site.name: _statements(site, people[site.name]) for site in sites}
    one, many = ({site.name: Figures() for site in sites} for _ in range(2))
    for number in range(rounds):
        # The order changes: what comes second may find the machine warmer.
        order = sites if number % 2 else sites[::-1]
        with ExitStack() as at_end:
            for site in order:
                at_end.enter_context(one[site.name].metered(site))
            once = [partial(_entry, site, people[site.name], lines) for site in order]
            in_turns([one[site.name] for site in order], once, effort.alone)
        for site in order:
            many[site.name].add(site, partial(_entries, site, people[site.name], effort.together, lines))
    return {
        "sign_in": effort.kind,
        "statements": counted,
        "alone": beside(one["portal"], one["bare"]),
        "together": beside(many["portal"], many["bare"]),
    }


def _statements(site: Site, people: People) -> int:
    """Of one whole sign-in; of several, since a thread of the web server may open its connection in one of them."""
    counts = []
    for person in islice(people, COUNTED):
        before = site.statements.number()
        enter(site, person)
        counts.append(site.statements.number() - before)
    return min(counts)


def _entry(site: Site, people: People, lines: int) -> float:
    """Seconds of a whole sign-in."""
    taken: list[float] = []
    drive(site.port, [_one_after_another(islice(people, 1), math.inf, lines, taken)])
    return taken[0]


def _entries(site: Site, people: People, slice_: Slice, lines: int) -> list[float]:
    """Seconds of each whole sign-in, of clients side by side."""
    taken: list[float] = []
    give_up = time.perf_counter() + slice_.seconds
    invited = islice(people, slice_.most)
    drive(site.port, [_one_after_another(invited, give_up, lines, taken) for _ in range(slice_.clients)])
    return taken


def _one_after_another(people: People, give_up: float, lines: int, taken: list[float]) -> Script:
    while (began := time.perf_counter()) < give_up and (person := next(people, None)):
        yield from way_in(person, {}, lines)
        taken.append(time.perf_counter() - began)
