from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.states.forms import StateFilterForm
from accounts.states.listing import STATES
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from pages.breadcrumbs import crumbs


@requires(Permission.CHANGE_USER_STATE)
@require_safe
def states(request: PortalRequest) -> HttpResponse:
    """Activación/Inactivación (S1-035): each user with what their state can be changed to."""
    form = StateFilterForm(request.GET)
    asked = STATES.asked(request.GET, request.user)
    context = {"form": form, "asked": asked, "page": asked.page, "now": timezone.now()}
    return render(request, "accounts/users/states.html", {**context, "crumbs": crumbs(_("Activation/Deactivation"))})
