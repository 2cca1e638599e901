"""Who has to sign a change, and until when it may be signed. Pure (decisions 23 and 45)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from uuid import UUID

from changes.enums import ChangeState, SignerRole

CONFIRMATION_MINUTES = 10
APPROVAL_DAYS = 7
MAX_OPEN_CHANGES = 20


def confirmable_until(created_at: datetime, signed_at: datetime | None = None) -> datetime:
    """Its maker has minutes; from their signature on (`signed_at`) the second person has days."""
    if signed_at:
        return signed_at + timedelta(days=APPROVAL_DAYS)
    return created_at + timedelta(minutes=CONFIRMATION_MINUTES)


def can_be_confirmed(state: str, until: datetime, now: datetime) -> bool:
    return state == ChangeState.PROPOSED and now < until


def needs_two(*, always: bool, never_waits: bool, dual_control: bool) -> bool:
    """Whether a second person has to approve one part of a change: always what asks for it itself; under dual control
    everything but what must not be held up, such as a deactivation (decision 45)."""
    return always or (dual_control and not never_waits)


def required_signatures(*, needs_approver: bool) -> tuple[SignerRole, ...]:
    """The signatures without which a change is not applied: its maker's, and an approver's where two must answer."""
    return (SignerRole.MAKER, SignerRole.APPROVER) if needs_approver else (SignerRole.MAKER,)


def is_complete(required: Collection[str], given: Collection[str]) -> bool:
    """The bank's signature stands for the second person's."""
    return set(required) <= {SignerRole.APPROVER.value if role == SignerRole.BANK else role for role in given}


@dataclass(frozen=True)
class Person:
    """Who somebody is, whichever user they sign in as."""

    user_id: UUID
    id_number: str


def are_two_persons(one: Person, other: Person) -> bool:
    """Not the same user, nor the same identification number, however it is written (decisions 23 and 45).

    A number that is missing proves nothing, so whoever has none is never another person.
    """
    numbers = [plain_number(person.id_number) for person in (one, other)]
    return one.user_id != other.user_id and all(numbers) and numbers[0] != numbers[1]


def some_two_persons(people: Sequence[Person]) -> bool:
    """Whether one of them could approve what another one requests."""
    return any(are_two_persons(one, other) for one, other in combinations(people, 2))


def plain_number(number: str) -> str:
    """An identification number without punctuation and case."""
    return re.sub(r"[\W_]", "", number).casefold()
