"""The lines of the inbox."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict, Unpack
from uuid import UUID

from django.utils import timezone

from directory.models import User
from notifications import selectors
from notifications.enums import MessageKind, Topic
from notifications.models import Message


class Line(TypedDict):
    """What a line of the inbox says: `by_name` is who did what it tells of, and `url` the path of the portal's page
    where that is seen."""

    user_id: UUID
    company_id: UUID
    subject: str
    body: NotRequired[str]
    kind: NotRequired[MessageKind]
    topic: NotRequired[Topic | str]
    by_name: NotRequired[str]
    url: NotRequired[str]


def notify(**line: Unpack[Line]) -> Message:
    """Puts a line into a user's inbox, in the caller's transaction."""
    message = line_of(**line)
    put([message])
    return message


def line_of(**line: Unpack[Line]) -> Message:
    """The same, not yet written."""
    return Message(
        user_id=line["user_id"],
        company_id=line["company_id"],
        subject=line["subject"][:200],
        body=line.get("body", ""),
        kind=line.get("kind", MessageKind.NOTIFICATION),
        topic=line.get("topic", ""),
        by_name=line.get("by_name", "")[:120],
        url=line.get("url", ""),
        created_at=timezone.now(),
    )


def put(lines: Sequence[Message]) -> None:
    Message.objects.bulk_create(lines)


def mark_all_read(*, user: User, kind: MessageKind) -> int:
    """Everything of one inbox. Returns how many were not read yet."""
    return selectors.inbox(user, kind, is_unread=True).update(read_at=timezone.now())


def mark_read(*, user: User, message_id: UUID) -> None:
    selectors.messages_of(user).filter(id=message_id, read_at=None).update(read_at=timezone.now())
