"""The lines of the inbox."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from directory.models import User
from notifications import selectors
from notifications.enums import MessageKind, Topic
from notifications.models import Message


def notify(
    *,
    user_id: UUID,
    company_id: UUID,
    subject: str,
    body: str = "",
    kind: MessageKind = MessageKind.NOTIFICATION,
    topic: Topic | str = "",
    by_name: str = "",
    url: str = "",
) -> Message:
    """Puts a line into a user's inbox, in the caller's transaction. `by_name` is who did what it tells of, and `url`
    the path of the portal's page where that is seen."""
    line = line_of(
        user_id=user_id,
        company_id=company_id,
        subject=subject,
        body=body,
        kind=kind,
        topic=topic,
        by_name=by_name,
        url=url,
    )
    put([line])
    return line


def put(lines: Sequence[Message]) -> None:
    Message.objects.bulk_create(lines)


def line_of(
    *,
    user_id: UUID,
    company_id: UUID,
    subject: str,
    body: str = "",
    kind: MessageKind = MessageKind.NOTIFICATION,
    topic: Topic | str = "",
    by_name: str = "",
    url: str = "",
) -> Message:
    """The same, not yet written."""
    return Message(
        user_id=user_id,
        company_id=company_id,
        subject=subject[:200],
        body=body,
        kind=kind,
        topic=topic,
        by_name=by_name[:120],
        url=url,
        created_at=timezone.now(),
    )


def mark_all_read(*, user: User, kind: MessageKind) -> int:
    """Everything of one inbox. Returns how many were not read yet."""
    return selectors.inbox(user, kind, is_unread=True).update(read_at=timezone.now())


def mark_read(*, user: User, message_id: UUID) -> None:
    selectors.messages_of(user).filter(id=message_id, read_at=None).update(read_at=timezone.now())
