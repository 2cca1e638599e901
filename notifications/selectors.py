from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from directory.models import User
from notifications.enums import Channel, DeliveryState, MessageKind
from notifications.models import AlertChoice, Delivery, Message
from notifications.rules import alert_key
from notifications.wording import EVERYWHERE, NoticeKind
from tenancy import context

SWEEP_ROWS = 500


def waiting_deliveries(among: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Mails that have not gone out and are in no worker's hands."""
    now = timezone.now()
    return among.filter(Q(leased_until=None) | Q(leased_until__lte=now), state=DeliveryState.PENDING)


def due_deliveries() -> list[UUID]:
    """Mails whose time has come, whatever became of the message that asked for them."""
    with context.bank():
        due = waiting_deliveries(Delivery.objects.all()).filter(next_attempt_at__lte=timezone.now())
        return list(due.order_by("next_attempt_at").values_list("id", flat=True)[:SWEEP_ROWS])


def last_delivery(*, viewer: User, kind: str, about_id: UUID) -> Delivery | None:
    """The newest mail of this kind about one thing of the viewer's company. Its secret stays sealed."""
    return (
        Delivery.objects.of(viewer).filter(kind=kind, about_id=about_id).defer("sealed").order_by("-created_at").first()
    )


def last_deliveries_at(*, viewer: User, kind: str, about_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When the newest mail of this kind about each of these was asked for; nobody who never got one. One query."""
    rows = Delivery.objects.of(viewer).filter(kind=kind, about_id__in=about_ids)
    return dict(rows.values_list("about_id").annotate(last=Max("created_at")).order_by())


def messages_of(viewer: User) -> QuerySet[Message]:
    return Message.objects.of(viewer).filter(user=viewer)


def inbox(viewer: User, kind: MessageKind, *, topic: str = "", is_unread: bool = False) -> QuerySet[Message]:
    """The viewer's lines of a kind, newest first; of one topic, or only those not read yet, where that is asked."""
    asked = {**({"topic": topic} if topic else {}), **({"read_at": None} if is_unread else {})}
    return messages_of(viewer).filter(kind=kind, **asked).order_by("-created_at")


def unread_counts(viewer: User) -> dict[str, int]:
    """How many unread messages and notifications the viewer has, in one query."""
    return (
        messages_of(viewer)
        .filter(read_at=None)
        .aggregate(
            messages=Count("id", filter=Q(kind=MessageKind.MESSAGE)),
            notifications=Count("id", filter=Q(kind=MessageKind.NOTIFICATION)),
        )
    )


def channels_of(user: User, kind: NoticeKind) -> tuple[Channel, ...]:
    """Where the user is told of it: for security always where its words say, else where alerts are allowed, once the
    user is more than prepared."""
    if not kind.is_optional:
        return kind.person.channels if kind.person else ()
    return _left(user, kind, silenced_for(user)) if _possible(user, kind) else ()


def channels_of_all(users: Collection[User], kind: NoticeKind) -> dict[UUID, tuple[Channel, ...]]:
    """The same of many users of one company, by user; at most one query."""
    if not kind.is_optional:
        always = kind.person.channels if kind.person else ()
        return {user.pk: always for user in users}
    of_both = alert_choices(next(iter(users))).filter(Q(user__in=users) | Q(user=None))
    silenced = {choice.user_id: frozenset(choice.silenced) for choice in of_both}
    by_company = silenced.get(None, frozenset())
    return {user.pk: _left(user, kind, silenced.get(user.pk, by_company)) for user in users}


def _possible(user: User, kind: NoticeKind) -> tuple[Channel, ...]:
    """The channels there are before the user's own choice."""
    if user.has_no_password:
        return ()
    if user.receives_alerts:
        return EVERYWHERE
    return (Channel.INBOX,) if kind.is_duty and user.is_administrator else ()


def _left(user: User, kind: NoticeKind, silenced: Collection[str]) -> tuple[Channel, ...]:
    return tuple(channel for channel in _possible(user, kind) if alert_key(kind.notice, channel) not in silenced)


def alert_choices(viewer: User) -> QuerySet[AlertChoice]:
    """What the viewer's company, and each of its users, has switched off."""
    return AlertChoice.objects.of(viewer)


def own_choice(user: User) -> AlertChoice | None:
    """What was chosen for this user; None where the company's choice counts."""
    return alert_choices(user).filter(user=user).first()


def silenced_by_company(viewer: User) -> frozenset[str]:
    choice = alert_choices(viewer).filter(user=None).first()
    return frozenset(choice.silenced if choice else ())


def silenced_for(user: User) -> frozenset[str]:
    """The optional alerts the user does not get, by their own choice, else by the company's; one query."""
    of_both = alert_choices(user).filter(Q(user=user) | Q(user=None))
    choice = of_both.order_by(F("user").asc(nulls_last=True)).first()
    return frozenset(choice.silenced if choice else ())
