from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from notifications.enums import DeliveryState, MessageKind
from notifications.models import Delivery, Message
from tenancy import context

SWEEP_ROWS = 500


def waiting_deliveries() -> QuerySet[Delivery]:
    """Mails that have not left and are in no worker's hands."""
    now = timezone.now()
    return Delivery.objects.filter(Q(leased_until=None) | Q(leased_until__lte=now), state=DeliveryState.PENDING)


def due_deliveries() -> list[UUID]:
    """Mails whose time has come, whatever became of the message that asked for them."""
    with context.bank():
        due = waiting_deliveries().filter(next_attempt_at__lte=timezone.now())
        return list(due.order_by("next_attempt_at").values_list("id", flat=True)[:SWEEP_ROWS])


def last_delivery(*, viewer: Any, kind: str, about_id: UUID) -> Delivery | None:
    """The newest mail of this kind about one thing of the viewer's company. Its secret stays sealed."""
    return (
        Delivery.objects.filter(company_id=viewer.company_id, kind=kind, about_id=about_id)
        .defer("sealed")
        .order_by("-created_at")
        .first()
    )


def messages_of(viewer: Any) -> QuerySet[Message]:
    return Message.objects.filter(company_id=viewer.company_id, user=viewer)


def inbox(viewer: Any, kind: MessageKind) -> QuerySet[Message]:
    return messages_of(viewer).filter(kind=kind).order_by("-created_at")


def unread_counts(viewer: Any) -> dict[str, int]:
    """How many unread messages and notifications the viewer has, in one query."""
    return Message.objects.filter(company_id=viewer.company_id, user=viewer, read_at=None).aggregate(
        messages=Count("id", filter=Q(kind=MessageKind.MESSAGE)),
        notifications=Count("id", filter=Q(kind=MessageKind.NOTIFICATION)),
    )
