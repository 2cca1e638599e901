"""From the request to the person, and whether the person may still be inside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.enums import SessionEnd
from accounts.sessions.rules import session_end_for
from accounts.sessions.services import end_own_session
from accounts.sessions.standing import STANDING, read, standing_of
from accounts.sign_in.services import must_change_password
from audit import origin
from directory.models import BACK_OFFICE, User
from directory.scope import scope_of
from directory.selectors.sign_in import portal_of_host
from pages.loaders import looked_in_first
from rights.rules.checks import Check
from rights.selectors import entry

Handler = Callable[[HttpRequest], HttpResponse]
OPEN_BEFORE_PASSWORD_CHANGE = {"own-password", "sign-out", "language", "still-here"}
SIGN_IN_STEPS = {"sign-in", "sign-in-password", "entry-image", "sign-in-cancel"}
OPEN_TO_ALL = {"public", "public-anywhere"}
PAGE = "document"  # what Sec-Fetch-Dest says of a page the person goes to
OPEN_BEFORE_IMAGE = OPEN_BEFORE_PASSWORD_CHANGE | {"own-image"}


def portal_of_request(get_response: Handler) -> Handler:
    """The portal is known by the host name, in which case means nothing (RFC 4343). The staff host has its own URLs and
    no portal of customers, and Django's admin shows and reads times in the bank's own zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        host, _ = split_domain_port(request.get_host())
        if host == settings.STAFF_HOST:
            request.urlconf = "occired.staff_urls"  # type: ignore[attr-defined]
            request.portal = BACK_OFFICE  # type: ignore[attr-defined]
            with timezone.override(BACK_OFFICE.time_zone):
                return _in_edition(request, get_response)
        request.portal = portal_of_host(host)  # type: ignore[attr-defined]
        return _in_edition(request, get_response)

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.portal is None and getattr(view, "access", None) != "public-anywhere":  # type: ignore[attr-defined]
            raise Http404("no portal has this host name")

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def _in_edition(request: HttpRequest, get_response: Handler) -> HttpResponse:
    """The portal's edition, once a request; where there is no portal, nothing asks for it."""
    portal = request.portal  # type: ignore[attr-defined]
    if portal is None:
        return get_response(request)
    request.edition = portal.edition  # type: ignore[attr-defined]
    with looked_in_first(request.edition.template_folder):  # type: ignore[attr-defined]
        return get_response(request)


class SignedInUser(AuthenticationMiddleware):
    """Loads the person inside the scope their session was opened with, which then holds for the whole request.

    A session that does not say with which, or says what is not so any more or not here, ends: whoever brings it is
    nobody, and nobody has no scope but where the sign-in itself enters one.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if auth.SESSION_KEY in request.session:
            standing = read(request.session.get(STANDING))
            if standing and standing.portal_id == getattr(request.portal, "pk", None):  # type: ignore[attr-defined]
                with scope_of(standing, at=request.portal):  # type: ignore[attr-defined]
                    user = auth.get_user(request)
                    if isinstance(user, User) and standing_of(user) == standing:
                        return self._as(user, request)
            request.session.flush()
        request.user = AnonymousUser()
        return self.get_response(request)  # type: ignore[no-any-return]

    def _as(self, user: User, request: HttpRequest) -> HttpResponse:
        request.user = user
        origin.current().session = request.session.audit_name  # type: ignore[attr-defined]
        origin.current().factors = request.session.get("factors", [])
        return self.get_response(request)  # type: ignore[no-any-return]


def entry_rights(get_response: Handler) -> Handler:
    """Asks at every request what was asked at the sign-in; a session that lost its right ends here, with the reason."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        refused = _over(request) or entry.first_refusal(request.user, timezone.now(), request.address)  # type: ignore[attr-defined]
        if refused:
            return _end(request, refused)
        return get_response(request)

    return middleware


def _over(request: HttpRequest) -> Check | None:
    """The session's own limits, and the token it was opened with."""
    user: Any = request.user
    over = request.session.over_because(timedelta(minutes=idle_minutes(user)))  # type: ignore[attr-defined]
    if not over and "token" in request.session.get("factors", []) and not user.is_verified():
        over = SessionEnd.TOKEN
    return Check(f"session.{over}", passed=False, text=str(SessionEnd(over).label), remedy="user") if over else None


def _end(request: HttpRequest, refused: Check) -> HttpResponse:
    """Ends the session and leads to the sign-in, which says which rule, until when and who can change it."""
    user: Any = request.user
    reason = session_end_for(refused.rule)
    number = end_own_session(actor=user, session_key=request.session.row.pk, reason=reason, rule=refused.rule)  # type: ignore[attr-defined]
    request.session.flush()
    request.session["refusal"] = {
        "reason": reason,
        "rule": refused.text,
        "until": refused.until.isoformat() if refused.until else "",
        "remedy": refused.remedy,
        "number": number,
    }
    return redirect(f"{reverse('sign-in')}?motivo={reason}")


def idle_minutes(user: Any) -> int:
    """The company's choice where it made one, never more than the portal's."""
    longest = user.portal.idle_minutes
    return min(user.company.idle_minutes or longest, longest) if user.company else longest


class DefaultDeny:
    """A view that says nothing about who may see it is closed; one that does is for signed-in people unless public."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        access = getattr(view, "access", None)
        refused = None if access in OPEN_TO_ALL else _refused(request, access)
        if refused is None and is_activity(request, access):
            request.session.touch()  # type: ignore[attr-defined]
        return refused


def _refused(request: HttpRequest, access: str | None) -> HttpResponse | None:
    if not request.user.is_authenticated:
        ended = getattr(request.session, "ended_because", "")
        return redirect(reverse("sign-in") + (f"?motivo={ended}" if ended else ""))
    if access is None and not request.user.is_staff:  # type: ignore[union-attr]
        raise PermissionDenied
    return first_duty(request)


def is_activity(request: HttpRequest, access: str | None) -> bool:
    """Whether this keeps a session from being idle: a page the person may see, asked for by them.

    Not what a page asks for of its own accord (a script's poll, an image, a prefetch), which browsers say in a header;
    nor a probe, nor the steps of another sign-in.
    """
    user: Any = request.user
    of_the_page = request.method in {"GET", "HEAD"} and request.headers.get("Sec-Fetch-Dest", PAGE) != PAGE
    if not user.is_authenticated or of_the_page or access == "public-anywhere" or _name(request) in SIGN_IN_STEPS:
        return False
    return access in {None, "public"} or access in user.permissions


def _name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def first_duty(request: HttpRequest) -> HttpResponse | None:
    """Who came with a generated or expired password changes it, and who has no image chooses one, before all else."""
    name = _name(request)
    user: Any = request.user
    if must_change_password(user):
        return None if name in OPEN_BEFORE_PASSWORD_CHANGE else redirect("own-password")
    if not user.security_image:
        return None if name in OPEN_BEFORE_IMAGE else redirect("own-image")
    return None
