from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.selectors.subjects import subject_or_404
from pages.breadcrumbs import crumbs
from tokens import selectors
from tokens.enums import LIVE
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


@requires(Permission.SEE_TOKENS)
@require_safe
def user_token(request: PortalRequest, user_id: UUID) -> HttpResponse:
    """Token of a user: in what state it is, since when, and who gives one (decision 26)."""
    subject = subject_or_404(request.user, user_id)
    held = selectors.tokens_held_by(request.user, subject)
    context = {
        "subject": subject,
        "active_tab": "token",
        "held": held,
        "works": any(each.token.state in LIVE for each in held),
        "pool": selectors.pool_of(request.user),
    }
    return render(request, "tokens/user.html", context)
