from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.enums import CredentialState, UserState
from accounts.models import User
from accounts.selectors.users import secondary_users_of

UNFINISHED = ~Q(state=UserState.ACTIVE) | Q(credential_state=CredentialState.NONE)


@dataclass(frozen=True)
class Tally:
    """How many secondary users a company has, and how many of them cannot work yet."""

    total: int
    unfinished: int


def tally_of(viewer: User) -> Tally:
    """One query."""
    counted = secondary_users_of(viewer).aggregate(total=Count("id"), unfinished=Count("id", filter=UNFINISHED))
    return Tally(**counted)


def unfinished_users(viewer: User) -> QuerySet[User]:
    """Secondary users who cannot work yet: not active, or without a password."""
    return secondary_users_of(viewer).filter(UNFINISHED).order_by("-created_at")
