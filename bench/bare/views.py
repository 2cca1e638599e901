"""What a sign-in and a page are at the least. `?lines=` makes a page as long as the one it is compared with."""

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bench.bare.models import Row

IMAGE = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>'


class NameForm(forms.Form):
    username = forms.CharField(max_length=40)


class PasswordForm(forms.Form):
    password = forms.CharField(widget=forms.PasswordInput)


@login_required
def page(request: HttpRequest) -> HttpResponse:
    rows = Row.objects.order_by("pk")[: _lines(request)]
    return render(request, "bare/page.html", {"rows": rows})


def username_step(request: HttpRequest) -> HttpResponse:
    form = NameForm(request.POST or None)
    if form.is_valid():
        request.session["username"] = form.cleaned_data["username"]
        return redirect("sign-in-password")
    return render(request, "bare/form.html", {"form": form, "lines": range(_lines(request))})


def password_step(request: HttpRequest) -> HttpResponse:
    """Without Django's `authenticate`, which would hash a cheap password anew."""
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        user = User.objects.get(username=request.session["username"])
        if check_password(form.cleaned_data["password"], user.password):
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect("page")
    return render(request, "bare/form.html", {"form": form, "lines": range(_lines(request))})


def image(request: HttpRequest) -> HttpResponse:
    return HttpResponse(IMAGE, content_type="image/svg+xml")


def _lines(request: HttpRequest) -> int:
    return int(request.GET.get("lines", "0"))
