from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from pages.breadcrumbs import crumbs
from tokens import selectors
from tokens.listing import TOKENS


@requires(Permission.SEE_TOKENS)
@require_safe
def token_list(request: PortalRequest) -> HttpResponse:
    """Administración de Token / Token Virtual (S2-03, S2-16..22): who holds each token and in what state."""
    asked = TOKENS.asked(request.GET, request.user)
    context = {
        "pool": selectors.pool_of(request.user),
        "own": list(selectors.own_tokens_of(request.user)),
        "asked": asked,
        "page": asked.page,
        "crumbs": crumbs(_("Token administration"), _("Virtual token"), group=_("Security")),
    }
    return render(request, "tokens/list.html", context)
