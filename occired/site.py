"""The bank's back office: Django admin behind django-otp, on a host of its own, entered by the portal's own sign-in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django_otp.admin import OTPAdminSite

from accounts.views import sign_in


class BackOffice(OTPAdminSite):
    """Active bank staff with a verified token, and nobody else (security.md, 42)."""

    site_header = _("Bank's back office")
    site_title = _("Back office")
    index_title = _("What do you want to work on?")
    site_url = None

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one way to sign in: the two steps, which no form of Django's may shorten."""
        return redirect("sign-in")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return sign_in.sign_out(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("own-password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:index")
