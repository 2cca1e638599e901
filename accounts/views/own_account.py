from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.own_account import OwnImageForm, OwnPasswordForm
from accounts.permissions import Permission, requires
from accounts.services import own_account
from accounts.services.sign_in import must_change_password
from accounts.views.parts import crumbs


@requires(Permission.OWN_ACCOUNT)
@require_GET
def own_account_page(request: HttpRequest) -> HttpResponse:
    """Cambio de Clave e Imagen Propia (S1-035)."""
    return render(request, "accounts/own/account.html", {"crumbs": crumbs(_title())})


def _title() -> str:
    return _("Change of own password and image")


@requires(Permission.OWN_ACCOUNT)
@require_http_methods(["GET", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    must_change = must_change_password(request.user)
    form = OwnPasswordForm(request.POST or None, user=request.user, must_change=must_change)
    if request.method == "POST" and form.is_valid() and _changed(request, form):
        messages.success(request, _("Your password was changed."))
        return redirect("home")
    path = crumbs((_title(), None if must_change else reverse("own-account")), _("Change password"))
    return render(request, "accounts/own/password.html", {"form": form, "must_change": must_change, "crumbs": path})


def _changed(request: HttpRequest, form: OwnPasswordForm) -> bool:
    try:
        user = own_account.change_own_password(
            actor=request.user, present=form.cleaned_data.get("present", ""), new=form.cleaned_data["new"]
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    update_session_auth_hash(request, user)
    return True


@requires(Permission.OWN_ACCOUNT)
@require_http_methods(["GET", "POST"])
def own_image(request: HttpRequest) -> HttpResponse:
    form = OwnImageForm(request.POST or None, initial={"image": request.user.security_image})
    if request.method == "POST" and form.is_valid():
        own_account.choose_own_image(actor=request.user, image=form.cleaned_data["image"])
        messages.success(request, _("Your security image was saved. You will see it at every sign-in."))
        return redirect("home")
    path = crumbs((_title(), reverse("own-account")), _("Security image"))
    return render(request, "accounts/own/image.html", {"form": form, "crumbs": path})


@requires(Permission.OWN_ACCOUNT)
@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """Continuar en el portal: the middleware has noted the request, which is all there is to do."""
    return JsonResponse({"ok": True})
