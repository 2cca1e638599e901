"""Configuración de Usuarios: search, create, and the tabs Información Principal, Información Usuario, Contraseña."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.users import services
from accounts.users.changes import CreateUser, EditContact, EditMain
from accounts.users.forms import ContactForm, CreateForm, MainForm, SearchForm
from accounts.users.listing import USERS
from changes.proposing import drafting_of, propose, to_correct
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.selectors.subjects import subject_or_404
from pages.breadcrumbs import crumbs
from pages.posting import posted


@requires(Permission.SEE_USERS)
@require_safe
def search(request: PortalRequest) -> HttpResponse:
    """Consultar (S1-049..062)."""
    asked = USERS.asked(request.GET, request.user)
    form = SearchForm(request.GET, viewer=request.user)
    tabs = _tabs("users:search")
    context = {"form": form, "asked": asked, "page": asked.page, "now": timezone.now(), "tabs": tabs}
    return render(request, "accounts/users/search.html", {**context, "crumbs": crumbs(_("User configuration"))})


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: PortalRequest) -> HttpResponse:
    """Crear Nuevo (S1-064..070)."""
    proposed = to_correct(request, CreateUser)
    drafting = drafting_of(request)
    initial = _typed(proposed) if proposed else drafting.offered if drafting else None
    form = CreateForm(posted(request), viewer=request.user, initial=initial)
    if answer := propose(request, form, form.wanted):
        return answer
    if form.has_error("username", "taken"):
        services.note_name_taken(actor=request.user, username=form["username"].value())
    return render(request, "accounts/users/create.html", {"form": form, "tabs": _tabs("users:create")})


def _tabs(current: str) -> list[dict[str, Any]]:
    """Consultar and Crear Nuevo (S1-051)."""
    labels = {"users:search": _("Search"), "users:create": _("Create new")}
    return [{"label": label, "url": reverse(name), "active": name == current} for name, label in labels.items()]


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def main(request: PortalRequest, user_id: UUID) -> HttpResponse:
    """Información Principal: Datos generales (decision 13)."""
    subject = subject_or_404(request.user, user_id)
    present = {
        **{name: getattr(subject, name) for name in request.portal.edition.texts_on("main")},
        "profile": subject.profile_id,
    }
    proposed = to_correct(request, EditMain, user=user_id)
    initial = _typed(proposed) if proposed else present
    form = MainForm(posted(request), viewer=request.user, held=subject.profile_id, initial=initial)
    if answer := propose(request, form, lambda: form.wanted(user_id)):
        return answer
    return render(request, "accounts/users/main.html", {"form": form, "subject": subject, "active_tab": "main"})


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: PortalRequest, user_id: UUID) -> HttpResponse:
    """Información Usuario: Datos adicionales and Datos de contacto (decision 13)."""
    subject = subject_or_404(request.user, user_id)
    present = {
        name: getattr(subject, name) for name in (*request.portal.edition.texts_on("contact"), "receives_alerts")
    }
    proposed = to_correct(request, EditContact, user=user_id)
    form = ContactForm(posted(request), viewer=request.user, initial=_typed(proposed) if proposed else present)
    if answer := propose(request, form, lambda: form.wanted(user_id)):
        return answer
    return render(request, "accounts/users/contact.html", {"form": form, "subject": subject, "active_tab": "contact"})


def _typed(proposed: CreateUser | EditMain | EditContact) -> dict[str, Any]:
    """What was typed into the form, by field."""
    others = {name: value for name, value in vars(proposed).items() if name in {"profile", "receives_alerts"}}
    return {**proposed.texts, **others}
