"""The bank's back office: the same two-step sign-in, then Django admin. Nothing of the customers' portal is here."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

import accounts.urls
from directory.permissions import Permission, requires
from occired import views


@requires(Permission.OWN_ACCOUNT)
def home(request: HttpRequest) -> HttpResponse:
    return redirect("admin:index")


urlpatterns = [
    path("readyz", views.readyz, name="readyz"),
    path("", home, name="home"),
    path("idioma/", views.language, name="language"),
    *accounts.urls.sign_in_urls,
    path("oficina/", admin.site.urls),
]

handler403 = "occired.views.forbidden"
handler500 = "occired.views.failed"
