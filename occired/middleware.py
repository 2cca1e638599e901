"""What applies to every request and response, whoever sends it."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from audit import request_context as audit_context
from directory.requests import PortalRequest
from occired.addresses import client_address, is_trusted
from occired.availability import unavailable
from occired.postgresql import patience

Handler = Callable[[PortalRequest], HttpResponse]
LIVENESS_PATH = "/healthz"


def request_context(get_response: Handler) -> Handler:
    """Notes where the request comes from for the audit trail and the page.

    That a request came over TLS is believed only from the socket of a trusted proxy: Django believes the header whoever
    sends it.
    """

    def middleware(request: PortalRequest) -> HttpResponse:
        socket, forwarded = request.META["REMOTE_ADDR"], request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.address = client_address(socket, forwarded, settings.TRUSTED_PROXIES)
        if not is_trusted(socket, settings.TRUSTED_PROXIES):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        with audit_context.entered(audit_context.RequestContext(address=request.address, channel="portal")):
            return get_response(request)

    return middleware


OF_PAGES = ("X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")
VALIDATORS = ("ETag", "Last-Modified")


def response_headers(get_response: Handler) -> Handler:
    """Pages are for one person: never stored, no device access. Static files are not pages, and go without; nobody asks
    again whether one changed that never does."""

    def middleware(request: PortalRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(settings.STATIC_URL):
            for name in (*OF_PAGES, *(VALIDATORS if "immutable" in response.get("Cache-Control", "") else ())):
                response.headers.pop(name, None)
        else:
            response.headers["Cache-Control"] = "no-store"
            response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        return response

    return middleware


def language(get_response: Handler) -> Handler:
    """The person's choice from the cookie, else the portal's language; the browser's preference is ignored."""

    def middleware(request: PortalRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        portal = getattr(request, "portal", None)
        known = dict(settings.LANGUAGES)
        code = chosen if chosen in known else (portal.language if portal else settings.LANGUAGE_CODE)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def explained_method(get_response: Handler) -> Handler:
    """Whoever opens by its address what only receives forms is told so: Django would send them an empty page."""

    def middleware(request: PortalRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            response.content = render_to_string("405.html").encode()
        return response

    return middleware


def utf8_only(get_response: Handler) -> Handler:
    """The portal's forms are UTF-8; a body that claims another encoding is refused before anything decodes it."""

    def middleware(request: PortalRequest) -> HttpResponse:
        if (request.encoding or "utf-8").lower() not in {"utf-8", "utf8"}:
            return HttpResponse(render_to_string("400.html"), status=400)
        return get_response(request)

    return middleware


def without_database(get_response: Handler) -> Handler:
    """Answers what is the same for everybody before anything asks the database: whether this process is alive, so that
    a probe does not kill one that is only waiting, and that there is no such static file (whitenoise has answered the
    others)."""

    def middleware(request: PortalRequest) -> HttpResponse:
        request.get_host()  # an unknown host is refused whatever it asks for
        if request.path_info == LIVENESS_PATH:
            return HttpResponse("ok", content_type="text/plain")
        if request.path_info.startswith(settings.STATIC_URL):
            return HttpResponse(render_to_string("404.html"), status=404)
        return get_response(request)

    return middleware


def patience_with_database(get_response: Handler) -> Handler:
    """A silent database costs a request five seconds at most, and most requests nothing."""

    def middleware(request: PortalRequest) -> HttpResponse:
        with patience.line.admission() as admitted, patience.for_a_request():
            return get_response(request) if admitted else unavailable()

    return middleware
