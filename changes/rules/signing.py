"""Who has to sign a change, and until when it may be signed. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from changes.enums import ChangeState, SignerRole

CONFIRMATION_MINUTES = 10
MAX_OPEN_CHANGES = 20


def confirmable_until(created_at: datetime) -> datetime:
    return created_at + timedelta(minutes=CONFIRMATION_MINUTES)


def can_be_confirmed(state: str, created_at: datetime, now: datetime) -> bool:
    return state == ChangeState.PROPOSED and now < confirmable_until(created_at)


def required_signatures(*, needs_approver: bool) -> tuple[SignerRole, ...]:
    """The signatures without which a change is not applied: its maker's, and an approver's where two must answer."""
    return (SignerRole.MAKER, SignerRole.APPROVER) if needs_approver else (SignerRole.MAKER,)


def is_complete(required: Collection[str], given: Collection[str]) -> bool:
    return set(required) <= set(given)


@dataclass(frozen=True)
class Person:
    """Who somebody is, whichever user they sign in as."""

    user_id: UUID
    id_number: str


def are_two_persons(one: Person, other: Person) -> bool:
    """Not the same user, nor the same identification number, however it is written (decisions 23 and 45).

    A number that is missing proves nothing, so whoever has none is never another person.
    """
    numbers = [_plain_number(person.id_number) for person in (one, other)]
    return one.user_id != other.user_id and all(numbers) and numbers[0] != numbers[1]


def _plain_number(number: str) -> str:
    return re.sub(r"[\W_]", "", number).casefold()
