from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_otp import DEVICE_ID_SESSION_KEY

from audit import request_context
from directory.clock import local_now
from directory.models import User
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.selectors.subjects import subject_or_404
from limits.forms import UsageFilter
from limits.listing import USAGE
from pages.breadcrumbs import crumbs
from rights.forms import QuestionForm
from rights.listing import Matrix
from rights.presentation import answer_of, shown
from rights.selectors.rights import Rights, rights_of
from schedules.presentation import next_holidays, week_rows


@requires(Permission.SEE_OWN_RIGHTS)
@require_safe
def own_rights(request: PortalRequest) -> HttpResponse:
    """Qué puedo hacer: what applies to the viewer, now and from here."""
    brought = request.session.get(DEVICE_ID_SESSION_KEY, "")
    context = _context(request, request.user, request_context.current().address, brought)
    context["crumbs"] = [(_("Transactions"), None), (_("What I can do"), None)]
    return render(request, "rights/own.html", context)


@requires(Permission.SEE_USERS)
@require_safe
def user_rights(request: PortalRequest, user_id: UUID) -> HttpResponse:
    """The same for a secondary user, from the same checks, as if they signed in with their token from the address of
    their last sign-in."""
    subject = subject_or_404(request.user, user_id)
    context = _context(request, subject, subject.signed_in_address or request_context.current().address, None)
    context["crumbs"] = [
        (_("Administration"), None),
        (_("User configuration"), reverse("users:search")),
        (subject.username, reverse("users:main", args=[subject.pk])),
        (_("What this user can do"), None),
    ]
    return render(request, "rights/of_user.html", context)


@requires(Permission.SEE_USAGE)
@require_safe
def usage(request: PortalRequest) -> HttpResponse:
    """Consulta Montos Acumulados (S1-035): each limit in force with what has been used of it today and this month."""
    now = local_now(request.portal)
    asked = USAGE.asked(request.GET, request.user)
    path = crumbs(_("Accumulated amounts"))
    context = {"asked": asked, "rows": asked.page, "search": UsageFilter(request.GET), "now": now, "crumbs": path}
    return render(request, "rights/usage.html", context)


@requires(Permission.SEE_USAGE)
@require_safe
def matrix(request: PortalRequest) -> HttpResponse:
    """Every user beside what they may move, and what that amounts to for the company (U19)."""
    request.place = "rights:usage"
    matrix = Matrix(request.user, request.GET)
    path = [*crumbs((_("Accumulated amounts"), reverse("rights:usage"))), (_("Matrix"), None)]
    context = {"matrix": matrix, "asked": matrix.listing.asked(request.GET, request.user), "crumbs": path}
    if matrix.period != "transaction":
        context["exposures"] = matrix.exposures
    return render(request, "rights/matrix.html", context)


def _context(request: PortalRequest, subject: User, address: str | None, brought: str | None) -> dict[str, object]:
    """What may be done now, and the answer to the question, if one was asked."""
    now, portal = timezone.now(), request.portal

    def rights_at(instant: datetime) -> Rights:
        return rights_of(subject.pk, instant, address, viewer=request.user, brought=brought)

    rights = rights_at(now)
    data = request.GET if "valor" in request.GET else None
    form = QuestionForm(data, services=rights.table.services, products=rights.products, portal=portal)
    answer = None
    if form.is_bound and form.is_valid():
        instant = form.instant(now)
        answer = answer_of(rights if instant == now else rights_at(instant), *form.asked())
    return {
        "subject": subject,
        "rights": rights,
        "address": address,
        "form": form,
        "answer": answer,
        "days": week_rows(rights.schedule, rights.moment),
        "now": rights.moment.local,
        "holidays": next_holidays(rights.schedule.effective, rights.moment),
        "entry_checks": shown(rights.entry.checks, portal),
        "money_checks": shown(rights.money.checks, portal),
    }
