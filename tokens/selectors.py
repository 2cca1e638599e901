from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.enums import Event
from audit.models import AuditEvent
from audit.selectors import events_about
from directory.enums import Role, UserState
from directory.models import User
from directory.selectors.sign_in import NOBODY
from tokens.enums import LIVE, TokenKind, TokenState
from tokens.models import Token

MOST_EVENTS = 20


def active_token_of(user: User | None) -> Token | None:
    """The token whose codes open something for this person, or None. One query, even for nobody."""
    return Token.objects.filter(user_id=user.pk if user else NOBODY, state=TokenState.ACTIVE).first()


def locked_until(user: User) -> datetime | None:
    """Until when wrong codes keep this person's active token locked, or None. One query."""
    active = Token.objects.filter(user_id=user.pk, state=TokenState.ACTIVE, locked_until__gt=timezone.now())
    return active.values_list("locked_until", flat=True).first()


def who_gave_token(user: User) -> set[UUID]:
    """Who handed over or activated the tokens this person has."""
    held = Token.objects.of(user).filter(user=user, state__in=LIVE).values_list("public_id", flat=True)
    given = events_about(user, "token", [str(public_id) for public_id in held]).filter(
        event__in=(Event.TOKEN_ASSIGNED, Event.TOKEN_ACTIVATED), after__holder=user.username
    )
    return {actor for actor in given.order_by().values_list("actor_id", flat=True).distinct() if actor}


@dataclass(frozen=True)
class Pool:
    """How many virtual tokens a company has, and how many of them nobody holds (S2-16, S2-17; decision 1)."""

    total: int
    available: int


def pool_of(viewer: User) -> Pool:
    """The counters of the viewer's company; the viewer's own token is one of them."""
    counted = (
        Token.objects.of(viewer)
        .filter(kind=TokenKind.VIRTUAL)
        .aggregate(total=Count("id"), available=Count("id", filter=Q(state=TokenState.AVAILABLE)))
    )
    return Pool(**counted)


def held_tokens_of(viewer: User) -> QuerySet[Token]:
    """The virtual tokens held in the viewer's company, by serial, without the viewer's own (decision 1)."""
    return (
        Token.objects.of(viewer)
        .filter(kind=TokenKind.VIRTUAL)
        .exclude(state=TokenState.AVAILABLE)
        .exclude(user_id=viewer.pk)
        .select_related("user")
        .order_by("serial")
    )


def own_tokens_of(viewer: User) -> QuerySet[Token]:
    """What `held_tokens_of` leaves out: the viewer's own, in practice one."""
    return Token.objects.of(viewer).filter(kind=TokenKind.VIRTUAL, user=viewer).order_by("serial")


def active_tokens_by_username(username: str) -> list[Token]:
    """Active tokens of everybody with that user name, in any company; needs the bank's scope."""
    return list(
        Token.objects.filter(user__username__iexact=username, state=TokenState.ACTIVE)
        .select_related("user")
        .order_by("user__sign_in_key")
    )


def tab_mark(viewer: User, subject: User) -> tuple[str, str]:
    """The mark on the tab Token of somebody who lacks none. No query."""
    return "ok", _("complete")


@dataclass(frozen=True)
class Step:
    """One row of the trail about a token: the state it came to, or else what happened."""

    at: datetime
    words: str
    who: str


@dataclass(frozen=True)
class Held:
    """A token of somebody's, and what was done with it, newest first."""

    token: Token
    steps: list[Step]


def tokens_held_by(viewer: User, subject: User) -> list[Held]:
    """The tokens of a user of the viewer's company, the working one first, each with its latest rows of the trail. Two
    queries."""
    tokens = sorted(
        Token.objects.of(viewer).filter(user=subject).order_by("-updated_at"),
        key=lambda token: token.state not in LIVE,
    )
    steps: dict[str, list[Step]] = {str(token.public_id): [] for token in tokens}
    for event in events_about(viewer, "token", list(steps))[:MOST_EVENTS]:
        steps[event.target_id].append(_step(event))
    return [Held(token, steps[str(token.public_id)]) for token in tokens]


def _step(event: AuditEvent) -> Step:
    state = (event.after or {}).get("state")
    return Step(event.at, str(TokenState(state).label if state else event.get_event_display()), event.actor_name)


def possible_holders(token: Token) -> QuerySet[User]:
    """Whom the bank may give this token: people of its company, or staff, who have none of its kind and may have one
    (`rules.check_holder`)."""
    reachable = Q(role=Role.SECONDARY, state=UserState.ACTIVE) & ~Q(email="") & ~Q(mobile="")
    others = ~Q(role=Role.SECONDARY) & Q(state__in=(UserState.ACTIVE, UserState.PENDING))
    return (
        User.objects.of(token)
        .filter(reachable | others)
        .exclude(tokens__in=Token.objects.filter(kind=token.kind, state__in=LIVE))
        .order_by("username")
    )
