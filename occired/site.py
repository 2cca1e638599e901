"""The bank's back office: Django admin behind django-otp, on its own host, entered by the portal's own sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _
from django_otp.admin import OTPAdminSite

from accounts.sign_in import views as sign_in

NUL = "\0"
UNUSED_VIEWS = {"autocomplete", "view_on_site"}


class BackOffice(OTPAdminSite):
    """Active bank staff with a verified token, and nobody else (security.md, 42)."""

    site_header = _("Bank's back office")
    site_title = _("Back office")
    index_title = _("What do you want to work on?")
    site_url = None

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without two views no page leads to: one searches any list, one opens rows by type and key."""
        return [url for url in super().get_urls() if getattr(url, "name", None) not in UNUSED_VIEWS]

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Every page of the back office; PostgreSQL's texts have no NUL, so a request with one is none."""

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            sent = [*request.GET.lists(), *request.POST.lists()]
            if any(NUL in text for name, texts in sent for text in (name, *texts)):
                raise BadRequest("NUL in a request")
            return view(request, *args, **kwargs)

        return super().admin_view(guarded, cacheable)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is only one way to sign in: the two steps, which no form of Django's may shorten."""
        return redirect("sign-in")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return sign_in.sign_out(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("own-password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:index")
