"""From the request to the person, and whether they may still be signed in."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.requests import PersonRequest
from accounts.sessions.rules import session_end_for
from accounts.sessions.services import end_own_session
from accounts.sessions.standing import STANDING, read, standing_of
from audit import request_context
from directory.models import BACK_OFFICE, Portal, User
from directory.scope import scope_of
from directory.selectors.sign_in import portal_of_host
from pages.loaders import looked_in_first
from rights.presentation import text_of
from rights.rules.checks import Check
from rights.rules.decisions import Decision, decide
from rights.selectors.entry import entry_facts

Handler = Callable[[PersonRequest], HttpResponse]
SIGN_IN_STEPS = {"sign-in", "sign-in-password", "sign-in-image", "sign-in-cancel"}
OPEN_TO_ALL = {"public", "public-anywhere"}
PAGE = "document"  # what Sec-Fetch-Dest says for a page the person opens
ALWAYS_OPEN = ("sign-out", "language", "still-here")
# Where each duty is done, and what else is open until then.
PAGES_OF_DUTY = {
    "credential.permanent": ("own-password", ()),
    "image.chosen": ("own-image", ()),
    "token.administration": ("home", ("own-account", "own-password", "own-image")),
}


class PortalOfRequest:
    """The portal is known by the host name, which ignores case (RFC 4343). The staff host has its own URLs and no
    portal of customers, and Django's admin shows and reads times in the bank's own zone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: PersonRequest) -> HttpResponse:
        host, _ = split_domain_port(request.get_host())
        if host != settings.STAFF_HOST:
            return self._in(portal_of_host(host), request)
        request.urlconf = "occired.staff_urls"
        with timezone.override(BACK_OFFICE.time_zone):
            return self._in(BACK_OFFICE, request)

    def _in(self, portal: Portal | None, request: PersonRequest) -> HttpResponse:
        """Portal and edition, once per request; nothing asks for them where there is no portal."""
        if portal is None:
            return self.get_response(request)
        request.portal, request.edition = portal, portal.edition
        with looked_in_first(request.edition.template_folder):
            return self.get_response(request)

    def process_view(self, request: PersonRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not hasattr(request, "portal") and getattr(view, "access", None) != "public-anywhere":
            raise Http404("no portal has this host name")


class SignedInUser(AuthenticationMiddleware):
    """Loads the person inside the scope their session was opened with, which then applies to the whole request.

    A session that does not name one, or names one no longer valid or not valid here, ends: whoever brings it is nobody,
    with no scope unless the sign-in itself enters one.
    """

    def __call__(self, request: Any) -> Any:
        if auth.SESSION_KEY in request.session:
            standing = read(request.session.get(STANDING))
            portal = getattr(request, "portal", None)
            if portal and standing and standing.portal_id == portal.pk:
                with scope_of(standing, at=portal):
                    user = auth.get_user(request)
                    if isinstance(user, User) and standing_of(user) == standing:
                        return self._as(user, request)
            request.session.flush()
        request.user = AnonymousUser()
        return self.get_response(request)

    def _as(self, user: User, request: PersonRequest) -> Any:
        request.user = user
        request_context.current().session = request.session.audit_name
        request_context.current().factors = request.session.get("factors", [])
        request_context.current().token = request.session.get(DEVICE_ID_SESSION_KEY, "")
        return self.get_response(request)


def entry_rights(get_response: Handler) -> Handler:
    """Asks at every request what was asked at sign-in; a session that has lost its right ends here, with the reason."""

    def middleware(request: PersonRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        if refused := _over(request) or _decided(request).bar:
            return _end(request, refused)
        return get_response(request)

    return middleware


def _over(request: PersonRequest) -> Check | None:
    """The session's own limits."""
    limits = request.session.limits(timedelta(minutes=idle_minutes(request.user)))
    return next((check for check in limits if not check.passed), None)


def _decided(request: PersonRequest) -> Decision:
    """May the person still be signed in, and work: kept for the pages that say so. It also replaces django-otp's
    middleware, which would read the session's token once more."""
    user: Any = request.user
    brought = request.session.get(DEVICE_ID_SESSION_KEY, "")
    facts = entry_facts(user, timezone.now(), request.address, brought=brought, to_work=True)
    request.decision = decide(facts)
    user.is_verified = partial(bool, brought and brought == facts.token.active)
    return request.decision


def _end(request: PersonRequest, refused: Check) -> HttpResponse:
    """Ends the session and leads to the sign-in, which says which rule, until when and who can change it."""
    user, reason = request.user, session_end_for(refused)
    number = end_own_session(actor=user, session_key=request.session.audit_name, reason=reason, rule=refused.rule)
    request.session.flush()
    request.session["refusal"] = {
        "reason": reason,
        "rule": text_of(refused, user.portal),
        "until": refused.until.isoformat() if refused.until else "",
        "remedy": refused.remedy,
        "number": number,
    }
    return redirect(f"{reverse('sign-in')}?motivo={reason}")


def idle_minutes(user: User) -> int:
    """The company's choice if it made one, never more than the portal's."""
    longest = user.portal.idle_minutes
    return min(user.company.idle_minutes or longest, longest) if user.company else longest


class DefaultDeny:
    """A view that does not say who may see it is closed; one that does is for signed-in people unless public."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: PersonRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: PersonRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        access = getattr(view, "access", None)
        refused = None if access in OPEN_TO_ALL else _refused(request, access)
        if refused is None and is_activity(request, access):
            request.session.touch()
        return refused


def _refused(request: PersonRequest, access: str | None) -> HttpResponse | None:
    if not request.user.is_authenticated:
        ended = getattr(request.session, "ended_because", "")
        return redirect(reverse("sign-in") + (f"?motivo={ended}" if ended else ""))
    if access is None and not request.user.is_staff:
        raise PermissionDenied
    return first_duty(request)


def is_activity(request: PersonRequest, access: str | None) -> bool:
    """Whether this keeps a session from being idle: a page the person asked for and may see.

    Not what a page requests by itself (a script's poll, an image, a prefetch), which browsers mark in a header; nor a
    probe, nor the steps of another sign-in.
    """
    user = request.user
    of_the_page = request.method in {"GET", "HEAD"} and request.headers.get("Sec-Fetch-Dest", PAGE) != PAGE
    if not user.is_authenticated or of_the_page or access == "public-anywhere" or _name(request) in SIGN_IN_STEPS:
        return False
    return access in {None, "public"} or access in user.permissions


def _name(request: PersonRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def first_duty(request: PersonRequest) -> HttpResponse | None:
    """Takes whoever has a duty left to the page where it is done; until then nothing else opens."""
    duty = request.decision.duty
    if duty is None:
        return None
    page, others = PAGES_OF_DUTY[duty.rule]
    return None if _name(request) in {page, *others, *ALWAYS_OPEN} else redirect(page)
