"""Makes the people whom the measurements sign in as, over the demo's data:

    python -m bench.people FILE visitor=8 holder=100

writes to FILE what signs them in. The one module of the bench that imports the portal's own code. Everybody has the
same password. Its hash costs what the portal wants, or nearly nothing for `cheap`, so that the rest can be seen.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from copy import copy
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import argon2
import django
from django.contrib.auth.hashers import make_password
from django.db import transaction

PASSWORD = "Medir-OcciRed-2026"  # noqa: S105 - of nobody who exists anywhere else
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
FIRST_SERIAL = 7_000_001
SUBJECT = "VictorP1"


class Kind(NamedTuple):
    """`hash` is the usual one or a cheap one; a `state` other than active may not enter."""

    is_administrator: bool = False
    has_token: bool = True
    hash: str = "usual"
    state: str = "active"


KINDS = {
    "visitor": Kind(is_administrator=True),
    "holder": Kind(),
    "cheap": Kind(hash="cheap"),
    "no token": Kind(has_token=False),
    "inactive": Kind(has_token=False, state="inactive"),
}


def make(wanted: Mapping[str, int]) -> dict[str, Any]:
    """As many of each kind as `wanted`. `ids` are those of a user with products and limits, whose pages are asked."""
    from directory.models import User
    from tenancy import context

    with context.bank(), transaction.atomic():
        maker = Maker({"usual": make_password(PASSWORD), "cheap": "argon2" + CHEAP.hash(PASSWORD)})
        people = {
            kind: [maker.person(name, KINDS[kind]) for name in names(kind, number)] for kind, number in wanted.items()
        }
        subject = User.objects.get(username=SUBJECT)
    ids = {"user": str(subject.pk), "profile": str(subject.profile_id)}
    return {"people": people, "ids": ids}


def names(kind: str, number: int) -> Iterator[str]:
    """All of equal length."""
    return (f"{kind[0]}{each:06}" for each in range(number))


class Maker:
    """Copies people of the demo, so that nothing here need know which fields a person has."""

    def __init__(self, hashes: dict[str, str]) -> None:
        from directory.models import User

        self.hashes = hashes
        self.serials = (f"FEF{number}" for number in count(FIRST_SERIAL))
        self.administrator = User.objects.get(username="adelgado")
        self.secondary = User.objects.get(username=SUBJECT)
        self.staff = User.objects.get(username="banco")

    def person(self, name: str, kind: Kind) -> dict[str, str]:
        user = copy(self.administrator)
        user.pk, user._state.adding = uuid4(), True
        user.username, user.sign_in_key = name, user.sign_in_key.replace(user.username, name)
        user.password, user.state = self.hashes[kind.hash], kind.state
        if not kind.is_administrator:
            user.role, user.profile = self.secondary.role, self.secondary.profile
        user.save(force_insert=True)
        secret = self._token(user) if kind.has_token else ""
        return {"username": name, "password": PASSWORD, "hash": user.password, "secret": secret}

    def _token(self, user: Any) -> str:
        from demo.builders import give_token

        secret = hashlib.sha1(user.username.encode(), usedforsecurity=False).digest()
        give_token(actor=self.staff, user=user, serial=next(self.serials), secret=secret)
        return base64.b32encode(secret).decode()


if __name__ == "__main__":
    django.setup()
    numbers = {kind: int(number) for kind, _, number in (each.partition("=") for each in sys.argv[2:])}
    Path(sys.argv[1]).write_text(json.dumps(make(numbers)))
