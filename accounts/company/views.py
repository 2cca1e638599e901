from dataclasses import asdict

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.company.changes import SetParameters
from accounts.company.forms import ParametersForm
from accounts.company.selectors import can_be_run_by_two
from changes.proposing import propose, to_correct
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from pages.breadcrumbs import crumbs
from pages.posting import posted


@requires(Permission.EDIT_COMPANY_PARAMETERS)
@require_http_methods(["GET", "HEAD", "POST"])
def parameters(request: PortalRequest) -> HttpResponse:
    """Parámetros Generales y de Seguridad (S1-036)."""
    company = request.user.company
    present = {
        "idle_minutes": company.idle_minutes or company.portal.idle_minutes,
        "password_days": company.password_days or company.portal.password_days,
        "dual_control": company.has_dual_control,
    }
    proposed = to_correct(request, SetParameters)
    can_be_two = can_be_run_by_two(company)
    form = ParametersForm(posted(request), initial=asdict(proposed) if proposed else present)
    if company.dual_control_by_bank:
        form.keep_dual_control()
    if answer := propose(request, form, form.wanted):
        return answer
    context = {
        "form": form,
        "company": company,
        "can_be_two": can_be_two,
        "crumbs": crumbs(_("General and security parameters"), group=_("Security")),
    }
    return render(request, "accounts/users/parameters.html", context)
