"""Every state somebody can be in who stands at the door, and rows for it. Call it inside the bank's scope."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import Any

from django.utils import timezone

from directory.models import Company, IpRule, User
from rights.rules.decisions import Decision, decide
from rights.selectors.entry import entry_facts, person
from schedules.models import AccessSchedule
from schedules.rules import CLOSED, EVERY_HOUR
from tests.tokens.factories import token
from tokens.models import Token
from tokens.rules import NEVER_USED

HERE, ELSEWHERE = "127.0.0.0/8", "10.0.0.0/8"
A_DAY = timedelta(days=1)
USERS = ("active", "pending", "inactive", "locked")
COMPANIES = ("active", "suspended")
CREDENTIALS: dict[str, tuple[str, timedelta | None]] = {
    "good": ("permanent", A_DAY),
    "expired": ("permanent", -A_DAY),
    "without a date": ("permanent", None),
    "generated": ("generated", A_DAY),
    "generated, past its end": ("generated", -A_DAY),
    "generated, without an end": ("generated", None),
    "none": ("none", None),
}


@dataclass(frozen=True)
class Holding:
    """The tokens somebody has and had: the state of the last one, empty for none, and whether one is required."""

    state: str = ""
    required: bool = True
    is_locked: bool = False


TOKENS = {
    "never had one": Holding(required=False),
    "first one assigned": Holding("assigned", required=False),
    "first one waiting for its activation": Holding("pending_activation", required=False),
    "active": Holding("active"),
    "active, locked by wrong codes": Holding("active", is_locked=True),
    "blocked": Holding("blocked"),
    "lost": Holding("lost"),
    "disabled": Holding("disabled"),
    "taken back": Holding(),
    "the next one assigned": Holding("assigned"),
    "the next one waiting for its activation": Holding("pending_activation"),
    "blocked, and the requirement lifted": Holding("blocked", required=False),
}


@dataclass(frozen=True)
class State:
    """`brings_code` is whether the person types the code of an active token, if there is one."""

    user: str = "active"
    company: str = "active"
    credential: str = "good"
    token: str = "active"
    is_open: bool = True
    is_here: bool = True
    has_image: bool = True
    brings_code: bool = True


def every(base: State, **choices: tuple[Any, ...]) -> Iterator[State]:
    """`base` with every combination of the choices."""
    for values in product(*choices.values()):
        yield replace(base, **dict(zip(choices, values, strict=True)))


def take_on(user: User, state: State) -> Token | None:
    """Makes the user somebody in that state. Returns the token whose codes count, if there is one."""
    now, holding = timezone.now(), TOKENS[state.token]
    credential, lasts = CREDENTIALS[state.credential]
    held = _held(user, holding)
    User.objects.filter(pk=user.pk).update(
        state=state.user,
        locked_at=now if state.user == "locked" else None,
        failed_attempts=0,
        credential_state=credential,
        password_expires_at=lasts and now + lasts,
        security_image="faro" if state.has_image else "",
        token_required_since=now if holding.required else None,
    )
    Company.objects.filter(pk=user.company_id).update(state=state.company)
    schedule = AccessSchedule.objects.get(company_id=user.company_id, user=None)
    schedule.week = EVERY_HOUR if state.is_open else CLOSED
    schedule.save()
    IpRule.objects.filter(company_id=user.company_id).delete()
    IpRule.objects.create(company_id=user.company_id, network=HERE if state.is_here else ELSEWHERE)
    return held if held.state == "active" else None


def _held(user: User, holding: Holding) -> Token:
    """The one token of the company, in the hands of the user and used by nobody yet, or in the stock."""
    held = Token.objects.filter(company_id=user.company_id).first() or token(user)
    held.state, held.user = holding.state or "available", user if holding.state else None
    held.last_step, held.failed_attempts = NEVER_USED, 0
    held.locked_until = timezone.now() + A_DAY if holding.is_locked else None
    held.save()
    return held


def decided(user: User, *, brought: str | None) -> Decision:
    known = person(user.pk)
    assert known is not None
    return decide(entry_facts(known, timezone.now(), "127.0.0.1", brought=brought, to_work=True))
