from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from changes import methods, services
from changes.enums import ChangeState
from changes.forms import ConfirmForm
from changes.models import Change
from changes.presentation import Counts, shown
from changes.rules.signing import can_be_confirmed, confirmable_until
from changes.selectors import own_change_or_404, subject_of, waiting_for
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from pages.posting import came_from


@requires(Permission.CONFIRM_CHANGES)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: PortalRequest, change_id: UUID) -> HttpResponse:
    change = own_change_or_404(request.user, change_id)
    if change.state == ChangeState.APPLIED and request.method == "POST":
        messages.info(request, _("This change had already been made; it was not repeated."))
        return redirect(change.done_url)
    if not can_be_confirmed(change.state, change.created_at, timezone.now()):
        return _ended(request, change)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        signed = form.sign(signer=request.user, change_id=change_id)
        if signed:
            return _after(request, signed)
    method = methods.available_to(request.user)
    context = {
        "change": change,
        "shown": shown(change.lines, change.beside),
        "form": form,
        "expires_at": confirmable_until(change.created_at),
        "has_method": method is not None,
        "ready_at": method.ready_at(request.user) if method else None,
        "obstacle": services.obstacle_to(change, request.user),
    }
    return _where_it_came_from(request, change, context)


def _where_it_came_from(request: PortalRequest, change: Change, context: dict[str, Any]) -> HttpResponse:
    """In the frame of the page on which it was asked for: its place in the menu, and the person with the same tab."""
    request.place = "users:search" if change.draft else came_from(change.back_url)
    if change.draft:
        return render(request, "changes/confirm_draft.html", context)
    tab = request.edition.tab_of(request.place)
    subject = subject_of(request.user, change) if tab else None
    if subject:
        return render(request, "changes/confirm_person.html", {**context, "subject": subject, "active_tab": tab})
    route = [(label, name and reverse(name)) for label, name in request.edition.route_to(request.place)]
    return render(request, "changes/confirm.html", {**context, "crumbs": [*route, (_("Confirm"), None)]})


def _after(request: PortalRequest, change: Change) -> HttpResponse:
    if change.state != ChangeState.APPLIED:
        return redirect("changes:confirm", change.pk)
    messages.success(request, change.success or _("The change has been made."))
    return redirect(change.done_url)


def _ended(request: PortalRequest, change: Change) -> HttpResponse:
    """The last page of a change that was applied, or never will be. It may have expired before the sweep says so."""
    moved = services.moved_meanwhile(request.user, change) if change.is_stale else []
    context = {
        "change": change,
        "shown": shown(change.lines, change.beside),
        "moved": moved,
        "crumbs": _crumbs(change.title),
    }
    return render(request, "changes/ended.html", context)


@requires(Permission.CONFIRM_CHANGES)
@require_POST
def withdraw(request: PortalRequest, change_id: UUID) -> HttpResponse:
    own_change_or_404(request.user, change_id)
    change = services.withdraw(actor=request.user, change_id=change_id)
    if change.state == ChangeState.APPLIED:
        return redirect("changes:confirm", change.pk)
    if request.POST.get("then") == "correct":
        return redirect(f"{change.back_url}?cambio={change.pk}")
    messages.info(request, _("You withdrew the change. Nothing was changed."))
    return redirect("changes:approvals" if request.POST.get("then") == "list" else change.back_url)


@requires(Permission.CONFIRM_CHANGES)
@require_GET
def approvals(request: PortalRequest) -> HttpResponse:
    changes = [
        (change, Counts.of(change.lines), confirmable_until(change.created_at)) for change in waiting_for(request.user)
    ]
    return render(request, "changes/approvals.html", {"changes": changes, "crumbs": _crumbs()})


def _crumbs(*titles: str) -> list[tuple[str, str | None]]:
    path = [(_("Transactions"), None), (_("Authorizations"), reverse("changes:approvals"))]
    return [*path, *((title, None) for title in titles)]
