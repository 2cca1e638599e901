from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.alerts import services
from accounts.alerts.changes import SetAlertChoice, SetAlerts
from accounts.alerts.forms import AlertChoiceForm, AlertsForm, OwnAlertsForm
from accounts.requests import PersonRequest
from changes.proposing import propose, to_correct
from directory.models import User
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.selectors.subjects import subject_or_404
from directory.selectors.users import search_users, secondary_users_of
from notifications.kinds import ALERTS
from notifications.selectors import own_choice, silenced_by_company, silenced_for
from pages.breadcrumbs import crumbs
from pages.lists import page_of
from pages.posting import posted


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: PortalRequest) -> HttpResponse:
    """Inscripción de Alertas (S1-035): who receives alerts by e-mail."""
    form = AlertsForm(posted(request), users=secondary_users_of(request.user))
    if answer := propose(request, form, form.wanted):
        return answer
    page = page_of(request, search_users(request.user))
    answers = _answers(request)
    rows = [(user, answers.get(str(user.pk), user.receives_alerts)) for user in page]
    context = {"form": form, "page": page, "rows": rows, "crumbs": crumbs(_("Alert subscriptions"))}
    return render(request, "accounts/users/alerts.html", context)


def _answers(request: PortalRequest) -> dict[str, bool]:
    """What was sent, or proposed and is being corrected, by user."""
    if request.method == "POST":
        ticked = set(request.POST.getlist("ticked"))
        return {key: key in ticked for key in request.POST.getlist("shown")}
    proposed = to_correct(request, SetAlerts)
    return {str(key): key in proposed.ticked for key in proposed.shown} if proposed else {}


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def company_alerts(request: PortalRequest) -> HttpResponse:
    """Which alerts the company's users get who have no choice of their own."""
    return _alert_choice(request, None, silenced_by_company(request.user))


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def user_alerts(request: PortalRequest, user_id: UUID) -> HttpResponse:
    """Which alerts one user gets."""
    subject = subject_or_404(request.user, user_id)
    own = own_choice(subject)
    silenced = frozenset(own.silenced) if own else silenced_by_company(request.user)
    return _alert_choice(request, subject, silenced, follows=own is None)


def _alert_choice(
    request: PortalRequest, subject: User | None, silenced: frozenset[str], *, follows: bool = False
) -> HttpResponse:
    user_id = subject.pk if subject else None
    if proposed := to_correct(request, SetAlertChoice, user=user_id):
        silenced, follows = proposed.silenced, proposed.follows
    now = {"sent": sorted(ALERTS - silenced), "follows": follows}
    form = AlertChoiceForm(posted(request), initial=now, is_of_company=subject is None)
    if answer := propose(request, form, lambda: form.wanted(user_id)):
        return answer
    title = _("Alerts of %(name)s") % {"name": subject.username} if subject else _("Alerts of the company")
    path = crumbs((_("Alert subscriptions"), reverse("users:alerts")), title)
    shown = {
        "form": form,
        "optional": form.optional(),
        "always": form.always(),
        "person": subject,
        "title": title,
        "crumbs": path,
    }
    return render(request, "accounts/users/alert_choice.html", shown)


@requires(Permission.OWN_ACCOUNT)
@require_http_methods(["GET", "HEAD", "POST"])
def own_alerts(request: PersonRequest) -> HttpResponse:
    """In which language one is written to, and which alerts one gets."""
    user = request.user
    own = own_choice(user) if user.company_id else None
    silenced = silenced_for(user) if user.company_id else frozenset()
    now = {
        "language": user.language,
        "receives_alerts": user.receives_alerts,
        "follows": own is None,
        "sent": sorted(ALERTS - silenced),
    }
    form = OwnAlertsForm(request.POST or None, initial=now, user=user)
    if request.method == "POST" and form.is_valid():
        services.set_own_alerts(
            actor=user,
            language=form.cleaned_data["language"],
            receives_alerts=form.cleaned_data.get("receives_alerts", False),
            follows=form.cleaned_data["follows"],
            silenced=form.silenced,
        )
        messages.success(request, _("Your language and your alerts were saved."))
        return redirect("own-alerts")
    may_choose = user.receives_alerts or user.is_administrator
    shown = {
        "form": form,
        "optional": form.optional(),
        "always": form.always(),
        "may_choose": may_choose,
        "crumbs": crumbs(_("My alerts")),
    }
    return render(request, "accounts/own/alerts.html", shown)
