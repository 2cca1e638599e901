"""Home, help and the pages that belong to no app."""

import sys
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import PersonRequest
from accounts.sessions.services import note_refused_access
from directory.permissions import Permission, public, public_on_every_host, requires
from occired import availability, finder
from occired import home as home_content
from pages.posting import back_from
from rights.presentation import remedy_of, text_of
from rights.rules.entry import permission_check


@requires(Permission.OWN_ACCOUNT)
@require_GET
def home(request: PersonRequest) -> HttpResponse:
    return render(request, "occired/home.html", home_content.of(request.user, request.decision))


@requires(Permission.OWN_ACCOUNT)
@require_GET
def find(request: PersonRequest) -> HttpResponse:
    """The quick finder. `?solo=resultados` answers with what was found alone, for the dialog that `/` opens."""
    text = " ".join(request.GET.get("q", "").split())
    context = {"text": text[: finder.LONGEST_TEXT], "kinds": finder.find(request.user, text)}
    template = "_found" if request.GET.get("solo") == "resultados" else "find"
    return render(request, f"occired/{template}.html", {**context, "crumbs": [(_("Find"), None)]})


@public
@require_POST
def language(request: PersonRequest) -> HttpResponse:
    """In English / En español (S1-002): remembered in a cookie of this host."""
    code, response = request.POST.get("language", ""), back_from(request, otherwise="home")
    if translation.check_for_language(code) and code in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 24 * 60 * 60,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return response


@public
@require_GET
def conditions(request: PersonRequest) -> HttpResponse:
    return render(request, "occired/help/conditions.html", _crumbs(_("Help"), _("Security Conditions")))


@public
@require_GET
def recommendations(request: PersonRequest) -> HttpResponse:
    return render(request, "occired/help/recommendations.html", _crumbs(_("Help"), _("Browsing recommendations")))


@public
@require_GET
def contact(request: PersonRequest) -> HttpResponse:
    return render(request, "occired/help/contact.html", _crumbs(_("Customer service"), _("Contact us")))


@public
@require_GET
def forgotten_password(request: PersonRequest) -> HttpResponse:
    return render(request, "occired/help/forgotten_password.html")


@requires(Permission.OWN_ACCOUNT)
@require_GET
def tutorials(request: PersonRequest) -> HttpResponse:
    return render(request, "occired/help/tutorials.html", _crumbs(_("Help"), _("OcciRed tutorials")))


def _crumbs(*path: str) -> dict[str, list[tuple[str, None]]]:
    return {"crumbs": [(step, None) for step in path]}


@public_on_every_host
def readyz(request: PersonRequest) -> HttpResponse:
    """Whether this process can serve: the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def csrf_failure(request: PersonRequest, reason: str = "") -> HttpResponse:
    """A form from an earlier session or another site. Nothing was done; signing in again is the way forward."""
    return render(request, "403.html", {"stale_form": True}, status=403)


def forbidden(request: PersonRequest, exception: Exception) -> HttpResponse:
    """A missing permission inside the company (another company's object is 404), noted in the trail by number."""
    user: Any = getattr(request, "user", None)
    if not (user and user.is_authenticated):
        return render(request, "403.html", status=403)
    check = permission_check(user.role)
    shown = {
        "rule": text_of(check, user.portal),
        "who": remedy_of(check),
        "decision": note_refused_access(actor=user, what=request.path),
    }
    return render(request, "403.html", shown, status=403)


def failed(request: PersonRequest) -> HttpResponse:
    """Whatever broke, in a view or a middleware, in rendering another error's page or in saving the session: Django
    turns an exception into a response at the next middleware, so no middleware of ours could catch them all."""
    if availability.is_outage(sys.exception()):
        return availability.unavailable()
    return HttpResponse(render_to_string("500.html"), status=500)
