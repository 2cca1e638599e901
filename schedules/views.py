from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from changes.proposing import propose, to_correct
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.selectors.subjects import subject_or_404
from pages.posting import posted
from schedules import presentation
from schedules.changes import SetCompanySchedule, SetUserSchedule
from schedules.forms import ScheduleForm, filled
from schedules.rules import Week
from schedules.selectors import EffectiveSchedule, moment_of, schedule_of


@requires(Permission.EDIT_SCHEDULES)
@require_safe
def user_schedule(request: PortalRequest, user_id: UUID) -> HttpResponse:
    """Días y Horarios: what applies to the user, for review before the password is generated (S0-06)."""
    subject = subject_or_404(request.user, user_id)
    schedule = schedule_of(request.user, subject)
    context = {"subject": subject, "active_tab": "schedule", **_shown(request, schedule)}
    return render(request, "schedules/user.html", context)


@requires(Permission.EDIT_SCHEDULES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_user(request: PortalRequest, user_id: UUID) -> HttpResponse:
    """Modificar Horarios of a user (S1-098..102); `?empresa=1` fills in the company's hours."""
    subject = subject_or_404(request.user, user_id)
    schedule = schedule_of(request.user, subject)
    start = schedule.company if "empresa" in request.GET else schedule.effective
    proposed = to_correct(request, SetUserSchedule, user=user_id)
    week = proposed.week if proposed else start
    form = ScheduleForm(_typed(request, schedule.company), week=week, company=schedule.company)
    if not _is_filling(request) and (
        answer := propose(request, form, lambda: SetUserSchedule(user=user_id, week=form.week()))
    ):
        return answer
    context = {"subject": subject, "active_tab": "schedule", "form": form, **_shown(request, schedule)}
    return render(request, "schedules/edit_user.html", context)


@requires(Permission.EDIT_SCHEDULES)
@require_safe
def company_schedule(request: PortalRequest) -> HttpResponse:
    """The company's own days and hours, within which every user's lie."""
    schedule = schedule_of(request.user, None)
    context = {"crumbs": _crumbs(), **_shown(request, schedule)}
    return render(request, "schedules/company.html", context)


@requires(Permission.EDIT_SCHEDULES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_company(request: PortalRequest) -> HttpResponse:
    schedule = schedule_of(request.user, None)
    proposed = to_correct(request, SetCompanySchedule)
    form = ScheduleForm(_typed(request, None), week=proposed.week if proposed else schedule.company)
    if not _is_filling(request) and (answer := propose(request, form, lambda: SetCompanySchedule(week=form.week()))):
        return answer
    crumbs = [
        *_crumbs()[:-1],
        (_crumbs()[-1][0], reverse("schedules:company")),
        (_("Modify schedule"), None),
    ]
    context = {"form": form, "crumbs": crumbs, **_shown(request, schedule)}
    return render(request, "schedules/edit_company.html", context)


def _is_filling(request: PortalRequest) -> bool:
    """Whether a button fills in hours, which saves nothing."""
    return "fill" in request.POST


def _typed(request: PortalRequest, company: Week | None) -> Any:
    return filled(request.POST, company) if _is_filling(request) else posted(request)


def _shown(request: PortalRequest, schedule: EffectiveSchedule) -> dict[str, Any]:
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
