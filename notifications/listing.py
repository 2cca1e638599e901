"""What an inbox shows."""

from functools import partial

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from directory.models import User
from directory.permissions import Permission
from notifications import selectors
from notifications.enums import MessageKind, Topic
from notifications.models import Message
from pages.criteria import Criterion
from pages.lists import Column, Listing

COLUMNS = (
    Column(key="fecha", label=_("Date"), reads=("created_at",), sort=(F("created_at"),), width=18),
    Column(
        key="asunto",
        label=_("Subject"),
        reads=("subject",),
        sort=(F("subject"),),
        search=("subject", "body"),
        width=50,
        is_head=True,
        template="notifications/_subject.html",
    ),
    Column(key="quien", label=_("Done by"), reads=("by_name",), sort=(F("by_name"),), search=("by_name",), width=28),
    Column(
        key="tema",
        label=_("About"),
        reads=("topic",),
        choices=Topic.choices,
        sort=(F("topic"),),
        width=24,
        is_default=False,
    ),
    Column(key="texto", label=_("Text"), reads=("body",), width=60, is_default=False),
)


def _inbox(kind: MessageKind, viewer: User, query: QueryDict) -> QuerySet[Message]:
    """`?tema=` what it is about, `?leidos=no` only what is not read yet; anything else is no filter."""
    return selectors.inbox(viewer, kind, topic=topic_of(query), is_unread=is_unread_asked(query))


def topic_of(query: QueryDict) -> str:
    asked = query.get("tema", "")
    return asked if asked in Topic.values else ""


def is_unread_asked(query: QueryDict) -> bool:
    return query.get("leidos") == "no"


def _criteria(viewer: User, query: QueryDict) -> list[Criterion]:
    topic = topic_of(query)
    about = [Criterion(_("About"), Topic(topic).label, ("tema",))] if topic else []
    return [*about, *([Criterion(_("Read"), _("Not yet"), ("leidos",))] if is_unread_asked(query) else [])]


MESSAGES = Listing(
    key="messages",
    title=_("Messages"),
    permission=Permission.OWN_ACCOUNT,
    columns=COLUMNS,
    rows=partial(_inbox, MessageKind.MESSAGE),
    criteria=_criteria,
    order="-fecha",
)
NOTIFICATIONS = Listing(
    key="notifications",
    title=_("Notifications"),
    permission=Permission.OWN_ACCOUNT,
    columns=COLUMNS,
    rows=partial(_inbox, MessageKind.NOTIFICATION),
    criteria=_criteria,
    order="-fecha",
)
