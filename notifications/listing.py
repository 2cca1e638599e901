"""What an inbox shows."""

from functools import partial

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from directory.models import User
from directory.permissions import Permission
from notifications import selectors
from notifications.enums import MessageKind
from notifications.models import Message
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
    Column(key="texto", label=_("Text"), reads=("body",), width=60, is_default=False),
)


def _inbox(kind: MessageKind, viewer: User, query: QueryDict) -> QuerySet[Message]:
    return selectors.inbox(viewer, kind)


MESSAGES = Listing(
    key="messages",
    title=_("Messages"),
    permission=Permission.OWN_ACCOUNT,
    columns=COLUMNS,
    rows=partial(_inbox, MessageKind.MESSAGE),
    order="-fecha",
)
NOTIFICATIONS = Listing(
    key="notifications",
    title=_("Notifications"),
    permission=Permission.OWN_ACCOUNT,
    columns=COLUMNS,
    rows=partial(_inbox, MessageKind.NOTIFICATION),
    order="-fecha",
)
