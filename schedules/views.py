from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from changes.selectors import params_to_correct
from directory.permissions import Permission, requires
from directory.selectors.subjects import subject_or_404
from schedules import presentation
from schedules.forms import ScheduleForm
from schedules.params import from_params
from schedules.selectors import EffectiveSchedule, moment_of, schedule_of

FOR_USER = "schedules.set_for_user"
FOR_COMPANY = "schedules.set_for_company"


@requires(Permission.EDIT_SCHEDULES)
@require_safe
def user_schedule(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Días y Horarios: what holds for the user, to be looked over before the password is generated (S0-06)."""
    subject = subject_or_404(request.user, user_id)
    schedule = schedule_of(subject.company_id, subject.pk)
    context = {"subject": subject, "active_tab": "schedule", **_shown(request, schedule)}
    return render(request, "schedules/user.html", context)


@requires(Permission.EDIT_SCHEDULES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_user(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Modificar Horarios of a user (S1-098..102); `?empresa=1` fills in the company's hours."""
    subject = subject_or_404(request.user, user_id)
    schedule = schedule_of(subject.company_id, subject.pk)
    start = schedule.company if "empresa" in request.GET else schedule.effective
    form = ScheduleForm(_sent(request), week=_typed(request, FOR_USER) or start, company=schedule.company)
    if form.is_valid():
        params = {"user": str(subject.pk), **form.params()}
        change = form.propose(actor=request.user, service=FOR_USER, params=params, back_url=request.path)
        if change:
            return redirect("changes:confirm", change.pk)
    context = {"subject": subject, "active_tab": "schedule", "form": form, **_shown(request, schedule)}
    return render(request, "schedules/edit_user.html", context)


@requires(Permission.EDIT_SCHEDULES)
@require_safe
def company_schedule(request: HttpRequest) -> HttpResponse:
    """The company's own days and hours, inside which every user's lie."""
    schedule = schedule_of(request.user.company_id, None)
    context = {"crumbs": _crumbs(), **_shown(request, schedule)}
    return render(request, "schedules/company.html", context)


@requires(Permission.EDIT_SCHEDULES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_company(request: HttpRequest) -> HttpResponse:
    schedule = schedule_of(request.user.company_id, None)
    form = ScheduleForm(_sent(request), week=_typed(request, FOR_COMPANY) or schedule.company)
    if form.is_valid():
        change = form.propose(actor=request.user, service=FOR_COMPANY, params=form.params(), back_url=request.path)
        if change:
            return redirect("changes:confirm", change.pk)
    crumbs = [
        *_crumbs()[:-1],
        (_crumbs()[-1][0], reverse("schedules:company")),
        (_("Modify schedules"), None),
    ]
    context = {"form": form, "crumbs": crumbs, **_shown(request, schedule)}
    return render(request, "schedules/edit_company.html", context)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _typed(request: HttpRequest, service: str) -> Any:
    """The week of the change that the person goes back to correct, or None."""
    params = params_to_correct(request.user, request.GET.get("cambio"), service)
    return from_params(params) if params else None


def _shown(request: HttpRequest, schedule: EffectiveSchedule) -> dict[str, Any]:
    moment = moment_of(request.portal, timezone.now())
    return {
        "schedule": schedule,
        "rows": presentation.day_rows(schedule),
        "ticks": presentation.ticks_in_words(schedule.effective),
        "holiday_access": schedule.effective.holiday_access,
        "cut_ticks": presentation.cut_ticks(schedule),
        "days": presentation.week_rows(schedule, moment),
        "holidays": presentation.next_holidays(schedule.effective, moment),
        "now": moment.local,
    }


def _crumbs() -> list[tuple[str, str | None]]:
    return [(_("Administration"), None), (_("Security"), None), (_("Company days and hours"), None)]
