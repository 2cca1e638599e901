"""From the request to the person, and whether the person may still be inside."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
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
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.sessions.rules import session_end_for
from accounts.sessions.services import end_own_session
from accounts.sessions.standing import STANDING, read, standing_of
from audit import origin
from directory.models import BACK_OFFICE, User
from directory.scope import scope_of
from directory.selectors.sign_in import portal_of_host
from pages.loaders import looked_in_first
from rights.presentation import text_of
from rights.rules.checks import Check
from rights.rules.decisions import Decision, decide
from rights.selectors.entry import entry_facts

Handler = Callable[[HttpRequest], HttpResponse]
ALWAYS_OPEN = ("sign-out", "language", "still-here")
# Where each duty is done, and what else is open meanwhile.
PAGES_OF_DUTY = {
    "credential.permanent": ("own-password", ()),
    "image.chosen": ("own-image", ("own-password",)),
    "token.administration": ("home", ("own-account", "own-password", "own-image")),
}
SIGN_IN_STEPS = {"sign-in", "sign-in-password", "entry-image", "sign-in-cancel"}
OPEN_TO_ALL = {"public", "public-anywhere"}
PAGE = "document"  # what Sec-Fetch-Dest says of a page the person goes to


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
        if refused := _over(request) or _decided(request).bar:
            return _end(request, refused)
        return get_response(request)

    return middleware


def _over(request: HttpRequest) -> Check | None:
    """The session's own limits."""
    limits = request.session.limits(timedelta(minutes=idle_minutes(request.user)))  # type: ignore[attr-defined]
    return next((check for check in limits if not check.passed), None)


def _decided(request: HttpRequest) -> Decision:
    """May the person still be inside, and work there: kept for the pages that say it. It stands in for django-otp's
    middleware, too, which would read the token of the session once more."""
    user: Any = request.user
    brought = request.session.get(DEVICE_ID_SESSION_KEY, "")
    facts = entry_facts(user, timezone.now(), request.address, brought=brought, to_work=True)  # type: ignore[attr-defined]
    request.decision = decide(facts)  # type: ignore[attr-defined]
    user.is_verified = partial(bool, brought and brought == facts.token.active)
    return request.decision  # type: ignore[attr-defined]


def _end(request: HttpRequest, refused: Check) -> HttpResponse:
    """Ends the session and leads to the sign-in, which says which rule, until when and who can change it."""
    user: Any = request.user
    reason = session_end_for(refused)
    number = end_own_session(actor=user, session_key=request.session.row.pk, reason=reason, rule=refused.rule)  # type: ignore[attr-defined]
    request.session.flush()
    request.session["refusal"] = {
        "reason": reason,
        "rule": text_of(refused, user.portal),
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
    """Leads whoever has a duty left to the page where it is done; until then nothing else opens."""
    duty = request.decision.duty  # type: ignore[attr-defined]
    if duty is None:
        return None
    page, others = PAGES_OF_DUTY[duty.rule]
    name = _name(request)
    return None if name in {page, *others, *ALWAYS_OPEN} else redirect(page)
