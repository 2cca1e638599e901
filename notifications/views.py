from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from notifications import selectors, services
from notifications.listing import MESSAGES, NOTIFICATIONS
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
    shown = {"asked": asked, "page": asked.page, "title": title, "shows_messages": inbox is MESSAGES, "crumbs": path}
    return render(request, "notifications/inbox.html", shown)


@requires(Permission.OWN_ACCOUNT)
@require_POST
def mark_read(request: PortalRequest, message_id: UUID) -> HttpResponse:
    message = get_object_or_404(selectors.messages_of(request.user), pk=message_id)
    services.mark_read(user=request.user, message_id=message.pk)
    return back_from(request, otherwise="inbox:notifications")
