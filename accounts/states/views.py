from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.states.forms import StateFilterForm, StateForm
from accounts.states.listing import STATES
from changes.proposing import propose
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.rules.people import can_become
from directory.selectors.subjects import subject_or_404
from pages.breadcrumbs import crumbs


@requires(Permission.CHANGE_USER_STATE)
@require_safe
def states(request: PortalRequest) -> HttpResponse:
    """Activación/Inactivación (S1-035): each user with the states they can be moved to."""
    form = StateFilterForm(request.GET)
    asked = STATES.asked(request.GET, request.user)
    rows = [
        {
            "user": user,
            "form_key": uuid4(),
            "can_activate": can_become(user.state, "active"),
            "can_inactivate": can_become(user.state, "inactive"),
        }
        for user in asked.page
    ]
    context = {
        "form": form,
        "asked": asked,
        "page": asked.page,
        "rows": rows,
        "now": timezone.now(),
        "crumbs": crumbs(_title()),
    }
    return render(request, "accounts/users/states.html", context)


def _title() -> str:
    return _("Activation/Deactivation")


@requires(Permission.CHANGE_USER_STATE)
@require_POST
def set_state(request: PortalRequest, user_id: UUID) -> HttpResponse:
    subject = subject_or_404(request.user, user_id)
    form = StateForm(request.POST)
    if answer := propose(request, form, lambda: form.wanted(subject.pk), back_url=reverse("users:states")):
        return answer
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return redirect("users:states")
