"""Configuración de Usuarios: search, create, and the tabs Información Principal, Información Usuario, Contraseña."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.users import ContactForm, CreateForm, GenerateForm, MainForm, SearchForm
from accounts.models import User
from accounts.permissions import Permission, requires
from accounts.rules.people import CONTACT_FIELDS, MAIN_FIELDS, has_usable_password
from accounts.selectors.users import search_users
from accounts.services.generated_passwords import KIND
from accounts.views.parts import crumbs, page_of, posted, subject_or_404, to_correct, why_not_delivered
from notifications.selectors import last_delivery


@requires(Permission.SEE_USERS)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Consultar (S1-049..062)."""
    form = SearchForm(request.GET, viewer=request.user)
    criteria = form.criteria()
    page = page_of(request, search_users(request.user, **criteria, order=request.GET.get("orden", "usuario")))
    context = {"form": form, "page": page, "is_filtered": any(criteria.values()), "now": timezone.now()}
    return render(request, "accounts/users/search.html", {**context, "crumbs": crumbs(_("User configuration"))})


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Crear Nuevo (S1-064..070)."""
    form = CreateForm(posted(request), viewer=request.user, initial=to_correct(request, "users.create"))
    if form.is_valid():
        change = form.propose(
            actor=request.user, service="users.create", params=form.params(), back_url=reverse("users:create")
        )
        if change:
            return redirect("operations:confirm", change.pk)
    path = crumbs((_("User configuration"), reverse("users:search")), _("Create new"))
    return render(request, "accounts/users/create.html", {"form": form, "crumbs": path})


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def main(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Información Principal: Datos generales (decision 13)."""
    subject = subject_or_404(request, user_id)
    present = {**{name: getattr(subject, name) for name in MAIN_FIELDS}, "profile": subject.profile_id}
    initial = to_correct(request, "users.edit_main", user=str(user_id)) or present
    form = MainForm(posted(request), viewer=request.user, initial=initial)
    if answer := _proposed(request, form, "users.edit_main", subject):
        return answer
    return render(request, "accounts/users/main.html", {"form": form, "subject": subject, "active_tab": "main"})


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Información Usuario: Datos adicionales and Datos de contacto (decision 13)."""
    subject = subject_or_404(request, user_id)
    present = {name: getattr(subject, name) for name in (*CONTACT_FIELDS, "receives_alerts")}
    initial = to_correct(request, "users.edit_contact", user=str(user_id)) or present
    form = ContactForm(posted(request), viewer=request.user, initial=initial)
    if answer := _proposed(request, form, "users.edit_contact", subject):
        return answer
    return render(request, "accounts/users/contact.html", {"form": form, "subject": subject, "active_tab": "contact"})


def _proposed(request: HttpRequest, form: Any, service: str, subject: User) -> HttpResponse | None:
    """On to the confirmation; None shows the page."""
    if not form.is_valid():
        return None
    params = {"user": str(subject.pk), **form.params()}
    change = form.propose(actor=request.user, service=service, params=params, back_url=request.path)
    return redirect("operations:confirm", change.pk) if change else None


@requires(Permission.GENERATE_PASSWORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Contraseña (S1-103..105), with what became of the last mail."""
    subject = subject_or_404(request, user_id)
    initial = to_correct(request, "passwords.generate", user=str(user_id))
    form = GenerateForm(posted(request), initial=initial)
    if form.is_valid():
        params = {"user": str(user_id), "activate": form.cleaned_data["activate"]}
        change = form.propose(actor=request.user, service="passwords.generate", params=params, back_url=request.path)
        if change:
            return redirect("operations:confirm", change.pk)
    delivery = last_delivery(viewer=request.user, kind=KIND, about_id=subject.pk)
    context = {
        "form": form,
        "subject": subject,
        "active_tab": "password",
        "delivery": delivery,
        "problem": why_not_delivered(delivery.problem) if delivery else "",
        "is_usable": has_usable_password(subject.credential_state, subject.password_expires_at, timezone.now()),
    }
    return render(request, "accounts/users/password.html", context)
