from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from notifications import selectors, services
from notifications.enums import MessageKind, Topic
from notifications.listing import MESSAGES, NOTIFICATIONS, is_unread_asked, topic_of
from pages.lists import Listing
from pages.posting import back_from


@requires(Permission.OWN_ACCOUNT)
@require_GET
def messages(request: PortalRequest) -> HttpResponse:
    return _inbox(request, MESSAGES)


@requires(Permission.OWN_ACCOUNT)
@require_GET
def notifications(request: PortalRequest) -> HttpResponse:
    return _inbox(request, NOTIFICATIONS)


def _inbox(request: PortalRequest, inbox: Listing) -> HttpResponse:
    asked, title = inbox.asked(request.GET, request.user), str(inbox.title)
    path = [(_("Customer service"), None), (title, None)]
    is_messages = inbox is MESSAGES
    kind = MessageKind.MESSAGE if is_messages else MessageKind.NOTIFICATION
    shown = {
        "asked": asked,
        "page": asked.page,
        "title": title,
        "shows_messages": is_messages,
        "kind": kind,
        "filters": _filters(request),
        "crumbs": path,
    }
    return render(request, "notifications/inbox.html", shown)


def _filters(request: PortalRequest) -> list[tuple[str, str, bool]]:
    """Each way to narrow the inbox: its words, its address, and whether it is the present one."""
    topic, is_unread = topic_of(request.GET), is_unread_asked(request.GET)
    everything, unread = (_("All"), "?", not topic and not is_unread), (_("Not read yet"), "?leidos=no", is_unread)
    return [everything, unread, *((str(each.label), f"?tema={each}", each == topic) for each in Topic)]


@requires(Permission.OWN_ACCOUNT)
@require_POST
def mark_all_read(request: PortalRequest) -> HttpResponse:
    """Everything in one of the two inboxes, whatever the filter shows."""
    kind = request.POST.get("kind", "")
    if kind not in MessageKind.values:
        raise Http404
    services.mark_all_read(user=request.user, kind=MessageKind(kind))
    return back_from(request, otherwise="inbox:notifications")


@requires(Permission.OWN_ACCOUNT)
@require_POST
def open_message(request: PortalRequest, message_id: UUID) -> HttpResponse:
    """The page a message is about; it is read then."""
    message = get_object_or_404(selectors.messages_of(request.user), pk=message_id)
    services.mark_read(user=request.user, message_id=message.pk)
    if url_has_allowed_host_and_scheme(message.url, allowed_hosts=None):
        return redirect(message.url)
    return back_from(request, otherwise="inbox:notifications")


@requires(Permission.OWN_ACCOUNT)
@require_POST
def mark_read(request: PortalRequest, message_id: UUID) -> HttpResponse:
    message = get_object_or_404(selectors.messages_of(request.user), pk=message_id)
    services.mark_read(user=request.user, message_id=message.pk)
    return back_from(request, otherwise="inbox:notifications")
