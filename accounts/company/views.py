from dataclasses import asdict

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.company.changes import SetParameters
from accounts.company.forms import ParametersForm
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
    }
    proposed = to_correct(request, SetParameters)
    form = ParametersForm(posted(request), initial=asdict(proposed) if proposed else present)
    if answer := propose(request, form, form.wanted):
        return answer
    path = crumbs(_("General and security parameters"), group=_("Security"))
    return render(request, "accounts/users/parameters.html", {"form": form, "crumbs": path})
