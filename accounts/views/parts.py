"""What the pages of this app have in common: the page of a list, the path at the top, what a person comes back to."""

import re
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors.users import secondary_users_of
from changes.selectors import params_to_correct

PAGE_SIZES = (10, 25, 50, 100)


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """`?pagina=` of `?ver=` rows (S1-060); what means nothing shows the first ten."""
    wanted = request.GET.get("ver", "")
    size = int(wanted) if wanted in map(str, PAGE_SIZES) else PAGE_SIZES[0]
    return Paginator(rows, size).get_page(request.GET.get("pagina"))


def crumbs(*steps: tuple[str, str | None] | str, group: str = "") -> list[tuple[str, str | None]]:
    """The Ruta of the guides (S1-049): Administración / Usuarios / ..."""
    path = [_("Administration"), group or _("Users"), *steps]
    return [step if isinstance(step, tuple) else (step, None) for step in path]


def subject_or_404(request: HttpRequest, user_id: UUID) -> User:
    return get_object_or_404(secondary_users_of(request.user), pk=user_id)


def to_correct(request: HttpRequest, service: str, **about: str) -> dict[str, Any] | None:
    """What the person proposed and goes back to (`?cambio=`), when it is about the same thing."""
    params = params_to_correct(request.user, request.GET.get("cambio"), service)
    return params if params and all(params.get(name) == value for name, value in about.items()) else None


def why_not_delivered(problem: str) -> str:
    """The outbox's note about a mail, in words for the administrator who waits for it."""
    if not problem:
        return ""
    if code := re.search(r"answered (\d{3})", problem):
        return _("The mail server refused it (code %(code)s).") % {"code": code[1]}
    if problem.startswith("expired"):
        return _("The password expired before the mail server took it.")
    return _("The mail server could not be reached.")


def posted(request: HttpRequest) -> Any:
    """The data a form is bound to: an empty POST is a POST."""
    return request.POST if request.method == "POST" else None
