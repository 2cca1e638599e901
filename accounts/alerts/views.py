from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.alerts.changes import SetAlerts
from accounts.alerts.forms import AlertsForm
from changes.proposing import propose, to_correct
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.selectors.users import search_users, secondary_users_of
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
