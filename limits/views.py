from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from changes.proposing import propose, to_correct
from directory.clock import local_now
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.selectors.subjects import subject_or_404
from limits import selectors
from limits.changes import SetCeilings, SetUserLimits
from limits.forms import CeilingsForm, LimitsForm, ReplicateForm
from limits.selectors import LimitsTable
from pages.breadcrumbs import crumbs
from pages.posting import posted


@requires(Permission.ASSIGN_LIMITS)
@require_http_methods(["GET", "HEAD", "POST"])
def user_limits(request: PortalRequest, user_id: UUID) -> HttpResponse:
    """Asignar Topes (S1-083..094). The button "Asignar" of the box fills the grid and saves nothing."""
    subject = subject_or_404(request.user, user_id)
    table = selectors.limits_table(request.user, subject, local_now(request.portal))
    box, form = _box_and_grid(request, table, user_id)
    if not box.is_bound and (answer := propose(request, form, lambda: form.wanted(user_id))):
        return answer
    context = {"subject": subject, "active_tab": "limits", "form": form, "box": box, "table": table}
    return render(request, "limits/user.html", context)


def _box_and_grid(request: PortalRequest, table: LimitsTable, user_id: UUID) -> tuple[ReplicateForm, LimitsForm]:
    shown: Any = {"table": table, "portal": request.portal}
    if request.method != "POST":
        typed = to_correct(request, SetUserLimits, user=user_id)
        return ReplicateForm(**shown), LimitsForm(None, typed=typed, **shown)
    if "replicate" not in request.POST:
        return ReplicateForm(initial=request.POST, **shown), LimitsForm(request.POST, **shown)
    box = ReplicateForm(request.POST, **shown)
    return box, LimitsForm(box.filled(), **shown)


@requires(Permission.EDIT_CEILINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def ceilings(request: PortalRequest) -> HttpResponse:
    """Configuración de Montos por Servicio (S1-036)."""
    rows = list(selectors.company_ceilings(request.user))
    typed = to_correct(request, SetCeilings)
    form = CeilingsForm(posted(request), ceilings=rows, portal=request.portal, typed=typed)
    if answer := propose(request, form, form.wanted):
        return answer
    cut = selectors.users_cut_by(request.user, {row.service_id: row.amounts for row in rows})
    path = crumbs(_("Service ceiling settings"), group=_("Security"))
    return render(request, "limits/ceilings.html", {"form": form, "rows": form.rows(cut), "crumbs": path})
