import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.passwords import services as own_account
from accounts.passwords.changes import GeneratePassword
from accounts.passwords.forms import GenerateForm, OwnImageForm, OwnPasswordForm
from accounts.passwords.generation import KIND
from accounts.requests import PersonRequest
from changes.proposing import propose, to_correct
from directory.permissions import Permission, requires
from directory.rules.passwords import policy_called
from directory.selectors.subjects import subject_or_404
from notifications.selectors import last_delivery
from pages.breadcrumbs import crumbs
from pages.posting import posted
from rights.presentation import text_of
from rights.selectors.entry import password_check_of

FRAME_OF_FIRST_STEPS = "first_steps.html"
PAGE_OF_FIRST_STEP = {"credential.permanent": "own-password", "image.chosen": "own-image"}


@requires(Permission.OWN_ACCOUNT)
@require_GET
def own_account_page(request: PersonRequest) -> HttpResponse:
    """Cambio de Clave e Imagen Propia (S1-035)."""
    return render(request, "accounts/own/account.html", {"crumbs": crumbs(_title())})


def _title() -> str:
    return _("Change your password and image")


@requires(Permission.OWN_ACCOUNT)
@require_http_methods(["GET", "POST"])
def own_password(request: PersonRequest) -> HttpResponse:
    duty = request.decision.duty
    must_change = duty is not None and duty.rule == "credential.permanent"
    asks_present = own_account.is_present_asked(request.user, _entered_at(request))
    form = OwnPasswordForm(request.POST or None, user=request.user, asks_present=asks_present)
    if request.method == "POST" and form.is_valid() and _changed(request, form):
        messages.success(request, _("Your password was changed."))
        return redirect("home")
    path = crumbs((_title(), None if must_change else reverse("own-account")), _("Change password"))
    hints = policy_called(request.user.portal.policy).hints
    rule = text_of(duty, request.portal) if duty and must_change else ""
    shown = {"form": form, "duty": rule, "hints": hints, "crumbs": path, **_first_steps(request, "own-password")}
    return render(request, "accounts/own/password.html", shown)


def _changed(request: PersonRequest, form: OwnPasswordForm) -> bool:
    try:
        user = own_account.change_own_password(
            actor=request.user,
            entered_at=_entered_at(request),
            present=form.cleaned_data.get("present", ""),
            new=form.cleaned_data["new"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    update_session_auth_hash(request, user)
    return True


def _entered_at(request: PersonRequest) -> datetime | None:
    """When the person signed in with the password, as the sign-in noted it."""
    noted = request.session.get("entered_at")
    return datetime.fromisoformat(noted) if noted else None


@requires(Permission.OWN_ACCOUNT)
@require_http_methods(["GET", "POST"])
def own_image(request: PersonRequest) -> HttpResponse:
    form = OwnImageForm(request.POST or None, initial={"image": request.user.security_image})
    if request.method == "POST" and form.is_valid():
        own_account.choose_own_image(actor=request.user, image=form.cleaned_data["image"])
        messages.success(request, _("Your security image was saved. You will see it every time you sign in."))
        return redirect("home")
    path = crumbs((_title(), reverse("own-account")), _("Security image"))
    shown = {"form": form, "crumbs": path, **_first_steps(request, "own-image")}
    return render(request, "accounts/own/image.html", shown)


def _first_steps(request: PersonRequest, page: str) -> dict[str, Any]:
    """The frame of what must be done before anything else opens, and how far the person is: a password of their own,
    then an image where they have none. Empty where they came by themselves."""
    duty = request.decision.duty
    if duty is None or PAGE_OF_FIRST_STEP.get(duty.rule) != page:
        return {}
    is_second = page == "own-image"
    if not is_second and request.user.security_image:
        return {"frame_of_duty": FRAME_OF_FIRST_STEPS}
    steps = [
        {"label": _("Your password"), "is_present": not is_second, "is_done": is_second},
        {"label": _("Your security image"), "is_present": is_second, "is_done": False},
    ]
    return {"frame_of_duty": FRAME_OF_FIRST_STEPS, "steps": steps, "step_number": 2 if is_second else 1}


@requires(Permission.OWN_ACCOUNT)
@require_POST
def still_here(request: PersonRequest) -> HttpResponse:
    """Continuar en el portal: the middleware has noted the request, and nothing else is needed."""
    return JsonResponse({"ok": True})


@requires(Permission.GENERATE_PASSWORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: PersonRequest, user_id: UUID) -> HttpResponse:
    """Contraseña (S1-103..105), with what became of the last mail."""
    subject = subject_or_404(request.user, user_id)
    proposed = to_correct(request, GeneratePassword, user=user_id)
    form = GenerateForm(posted(request), initial={"activate": proposed.activate} if proposed else None)
    if answer := propose(request, form, lambda: form.wanted(user_id)):
        return answer
    delivery = last_delivery(viewer=request.user, kind=KIND, about_id=subject.pk)
    context = {
        "form": form,
        "subject": subject,
        "active_tab": "password",
        "delivery": delivery,
        "problem": why_not_delivered(delivery.problem) if delivery else "",
        "is_usable": password_check_of(subject, timezone.now()).outcome in {"good", "generated"},
    }
    return render(request, "accounts/users/password.html", context)


def why_not_delivered(problem: str) -> str:
    """The outbox's note about a mail, in words for the administrator waiting for it."""
    if not problem:
        return ""
    if code := re.search(r"answered (\d{3})", problem):
        return _("The mail server rejected it (code %(code)s).") % {"code": code[1]}
    if problem.startswith("expired"):
        return _("The password expired before the mail server accepted it.")
    return _("The mail server could not be reached.")
