from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from directory.models import User
from notifications.enums import DeliveryState, MessageKind
from notifications.models import Delivery, Message
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


def last_deliveries(*, viewer: User, kind: str, about_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When the newest mail of this kind about each of these was written; what has none is left out. One query."""
    found = Delivery.objects.of(viewer).filter(kind=kind, about_id__in=about_ids).values("about_id")
    newest = found.annotate(last=Max("created_at")).values_list("about_id", "last")
    return {about_id: last for about_id, last in newest if about_id}


def messages_of(viewer: User) -> QuerySet[Message]:
    return Message.objects.of(viewer).filter(user=viewer)


def inbox(viewer: User, kind: MessageKind) -> QuerySet[Message]:
    return messages_of(viewer).filter(kind=kind).order_by("-created_at")


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
