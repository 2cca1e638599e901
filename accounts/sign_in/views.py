import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.contrib.staticfiles import finders
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.enums import SessionEnd
from accounts.requests import PersonRequest
from accounts.sessions import services as sessions
from accounts.sessions.standing import STANDING, standing_of
from accounts.sign_in import services as sign_in
from accounts.sign_in.forms import PasswordForm, UsernameForm
from accounts.sign_in.services import PENDING_SECONDS, PendingSignIn, SignedIn
from accounts.sign_in.tries import Tries, counted, forget, remember
from directory.permissions import public
from rights.enums import Remedy

PENDING = "pending_sign_in"


@public
@require_http_methods(["GET", "POST"])
def username_step(request: PersonRequest) -> HttpResponse:
    """Step 1: user, code, conditions. An open session stays open until the new one is complete."""
    form = UsernameForm(request.POST or None, edition=request.edition)
    if request.method == "POST" and form.is_valid():
        pending = sign_in.begin(
            portal=request.portal,
            username=form.cleaned_data["username"],
            company_code=form.cleaned_data.get("company_code", ""),
            code=form.cleaned_data["code"],
            address=request.address,
        )
        if pending:
            _keep(request, pending)
            return redirect("sign-in-password")
        return _refused(request, form, "accounts/sign_in/username.html")
    reason = _reason(request)
    reason_kind = "success" if reason == SessionEnd.SIGNED_OUT else "warning"
    shown = {"form": form, "reason": reason, "reason_kind": reason_kind, "refusal": _refusal(request)}
    return render(request, "accounts/sign_in/username.html", shown)


def _refused(request: PersonRequest, form: Form, template: str, **shown: Any) -> HttpResponse:
    """The same sentence to everybody whatever the reason, and the same way out (decision 35). The warning goes by what
    this browser has tried, which says nothing about any user."""
    form.add_error(None, _("The details you entered are incorrect, or you cannot sign in at the moment."))
    found = Tries(counted(request) + 1, request.portal.max_failed_attempts)
    response = render(request, template, {"form": form, "tries": found, **shown})
    remember(response, found.count)
    return response


def _refusal(request: PersonRequest) -> dict[str, Any] | None:
    """Which rule ended the session of this browser, shown once."""
    refusal: dict[str, Any] | None = request.session.pop("refusal", None)
    if refusal is None:
        return None
    return {
        **refusal,
        "what": SessionEnd(refusal["reason"]).label,
        "until": datetime.fromisoformat(refusal["until"]) if refusal["until"] else None,
        "who": Remedy(refusal["remedy"]).label,
    }


def _reason(request: PersonRequest) -> SessionEnd | None:
    """Why the session that brought the person here is over; only known words are shown."""
    motive = request.GET.get("motivo", "")
    return SessionEnd(motive) if motive in SessionEnd.values else None


def _keep(request: PersonRequest, pending: PendingSignIn) -> None:
    values = {name: str(value) if isinstance(value, UUID) else value for name, value in asdict(pending).items()}
    here = {"portal": str(request.portal.pk), "conditions": request.portal.conditions_version}
    request.session[PENDING] = {**values, **here, "at": time.time()}
    request.session.cycle_key()


def _pending(request: PersonRequest) -> PendingSignIn | None:
    """What step 1 left, for five minutes, at the same portal."""
    entry: dict[str, Any] | None = request.session.get(PENDING)
    if not entry or entry["portal"] != str(request.portal.pk) or time.time() - entry["at"] > PENDING_SECONDS:
        return None
    return PendingSignIn(
        username=entry["username"],
        user_id=UUID(entry["user_id"]) if entry["user_id"] else None,
        company_id=UUID(entry["company_id"]) if entry["company_id"] else None,
        device=entry["device"],
        image=entry["image"],
    )


@public
@require_http_methods(["GET", "POST"])
def password_step(request: PersonRequest) -> HttpResponse:
    """Step 2: the security image first, then the password."""
    pending = _pending(request)
    if pending is None:
        return redirect("sign-in")
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        signed_in = sign_in.finish(
            portal=request.portal,
            pending=pending,
            password=form.cleaned_data["password"],
            address=request.address,
            conditions_version=request.session[PENDING]["conditions"],
        )
        if signed_in:
            _open_session(request, signed_in)
            response = redirect(settings.LOGIN_REDIRECT_URL)
            forget(response)
            return response
        return _refused(request, form, "accounts/sign_in/password.html", pending=pending)
    return render(request, "accounts/sign_in/password.html", {"form": form, "pending": pending})


def _open_session(request: PersonRequest, signed_in: SignedIn) -> None:
    entry = request.session.pop(PENDING)
    if request.user.is_authenticated and request.user != signed_in.user:  # somebody else at the same browser
        key = request.session.audit_name
        sessions.end_own_session(actor=request.user, session_key=key, reason=SessionEnd.SIGNED_OUT)
    request.session.flush()
    with sessions.sole_session(user=signed_in.user, portal=request.portal):
        login(request, signed_in.user)
        request.session.update(
            {
                STANDING: standing_of(signed_in.user).written(),
                DEVICE_ID_SESSION_KEY: signed_in.device,
                "factors": ["password", "token"] if signed_in.device else ["password"],
                "entered_at": signed_in.at.isoformat(),
                "previous_at": signed_in.previous_at.isoformat() if signed_in.previous_at else "",
                "previous_address": signed_in.previous_address or "",
                "failed_since": signed_in.failed_since,
                "conditions": entry["conditions"],
            }
        )
        request.session.save()


@public
@require_GET
def security_image(request: PersonRequest) -> HttpResponse:
    """The image of the half-open session, for nobody else and never stored."""
    pending = _pending(request)
    path = finders.find(f"img/security/{pending.image}.svg") if pending else None
    if not path:
        raise Http404
    return HttpResponse(Path(path).read_bytes(), content_type="image/svg+xml")


@public
@require_POST
def cancel(request: PersonRequest) -> HttpResponse:
    request.session.flush()
    return redirect("sign-in")


@public
@require_POST
def sign_out(request: PersonRequest) -> HttpResponse:
    """Salida Segura (S1-030)."""
    signed_in = request.user.is_authenticated
    if signed_in:
        key = request.session.audit_name
        sessions.end_own_session(actor=request.user, session_key=key, reason=SessionEnd.SIGNED_OUT)
    request.session.flush()
    return redirect(f"{reverse('sign-in')}?motivo={SessionEnd.SIGNED_OUT}" if signed_in else "sign-in")
