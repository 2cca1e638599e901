from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme


def posted(request: HttpRequest) -> Any:
    """The data a form is bound to: an empty POST is still a POST."""
    return request.POST if request.method == "POST" else None


def came_from(address: str) -> str:
    """The name of the view at an address of this portal; empty if there is none."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def back_from(request: HttpRequest, *, otherwise: str) -> HttpResponse:
    """To the address the form names as where it was sent from, as long as it is on this host; else to a view."""
    back = request.POST.get("next", "")
    is_here = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=settings.HTTPS)
    return HttpResponseRedirect(back) if is_here else redirect(otherwise)
