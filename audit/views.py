from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from audit.presentation import by_day
from audit.selectors import CHANGES, SIGN_INS, history_of
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.selectors.subjects import subject_or_404
from pages.lists import page_of

MOST_ROWS = 25
PARTS = (("", _("Everything")), (CHANGES, _("Changes")), (SIGN_INS, _("Sign-ins")))


@requires(Permission.SEE_USERS)
@require_safe
def history(request: PortalRequest, user_id: UUID) -> HttpResponse:
    """What was done to a user and what they did at the door, from the trail, the latest first (U19)."""
    subject = subject_or_404(request.user, user_id)
    page = page_of(request, history_of(request.user, subject, request.GET.get("ver_solo", "")), size=MOST_ROWS)
    context = {"subject": subject, "active_tab": "", "page": page, "days": by_day(page, request.portal)}
    return render(request, "audit/history.html", {**context, "parts": PARTS})
