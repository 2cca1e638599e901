from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from changes import methods, services
from changes.enums import ChangeState
from changes.forms import ConfirmForm, RejectForm
from changes.models import Change
from changes.presentation import Counts, Large, Shown, large_shown, shown
from changes.rules.large import parts_with, told, unpacked
from changes.rules.signing import can_be_confirmed
from changes.selectors import (
    change_or_404,
    chosen_or_404,
    own_change_or_404,
    progress_of,
    same_waiting,
    sent_by,
    signatures_of,
    subject_of,
    text_of,
    to_approve,
    to_confirm,
)
from changes.tasks import apply_soon
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from pages.posting import came_from

PARTS_A_PAGE = 20
MOST_SEARCHED = 100


@requires(Permission.CONFIRM_CHANGES)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: PortalRequest, change_id: UUID) -> HttpResponse:
    """Before the maker as before the second person: the same lines, and what each of them can do about it."""
    change = change_or_404(request.user, change_id)
    if change.state == ChangeState.APPLIED and request.method == "POST":
        messages.info(request, _("This change had already been made; it was not repeated."))
        return redirect(_next(request, change))
    if change.is_applying:
        return _applying(request, change)
    if not can_be_confirmed(change.state, change.until, timezone.now()):
        return _ended(request, change)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        signed = form.sign(signer=request.user, change_id=change_id)
        if signed:
            return _after(request, signed)
    return _waiting(request, change, form, RejectForm())


def _waiting(request: PortalRequest, change: Change, form: ConfirmForm, rejection: RejectForm) -> HttpResponse:
    is_mine = change.maker_id == request.user.pk
    approvers = services.approvers_for(change.maker) if change.by_two else []
    context = {
        "change": change,
        "shown": _shown(change),
        "form": form,
        "rejection": rejection,
        "obstacle": services.obstacle_to(change, request.user),
        "is_mine": is_mine,
        "is_to_sign": not change.signed_at if is_mine else services.is_another_person(change, request.user),
        "signatures": signatures_of(change),
        "approvers": approvers,
        "hindered": services.hindered_from(change.maker) if change.by_two and not approvers else [],
        "same": same_waiting(change),
        **_means(request),
    }
    if is_mine and not change.signed_at:
        return _where_it_came_from(request, change, context)
    request.place = "changes:approvals"
    return render(request, "changes/approve.html", {**context, "crumbs": _crumbs(change.title)})


def _shown(change: Change) -> Shown | Large:
    return large_shown(progress_of(change).summary) if change.is_large else shown(change.lines, change.beside)


def _applying(request: PortalRequest, change: Change) -> HttpResponse:
    """While a worker makes it: how far it is. Afterwards the same address is the page of how it ended."""
    context = {"change": change, "large": progress_of(change), "crumbs": _crumbs(change.title)}
    return render(request, "changes/applying.html", context)


def _means(request: PortalRequest) -> dict[str, Any]:
    """How the person may sign, and when the next code is there if the last one was just used."""
    method = methods.available_to(request.user)
    return {"has_method": method is not None, "ready_at": method.ready_at(request.user) if method else None}


def _where_it_came_from(request: PortalRequest, change: Change, context: dict[str, Any]) -> HttpResponse:
    """In the frame of the page on which it was asked for: its place in the menu, and the person with the same tab."""
    request.place = "users:search" if change.draft or change.is_large else came_from(change.back_url)
    if not change.draft and not request.edition.is_reached(request.place):
        request.place = came_from(change.done_url)
    if change.draft:
        return render(request, "changes/confirm_draft.html", context)
    tab = request.edition.tab_of(request.place)
    subject = subject_of(request.user, change) if tab else None
    if subject:
        return render(request, "changes/confirm_person.html", {**context, "subject": subject, "active_tab": tab})
    route = [(label, name and reverse(name)) for label, name in request.edition.route_to(request.place)]
    return render(request, "changes/confirm.html", {**context, "crumbs": [*route, (_("Confirm"), None)]})


def _after(request: PortalRequest, change: Change) -> HttpResponse:
    apply_soon(change)
    if change.state == ChangeState.PROPOSED:
        messages.success(request, _words_of_waiting(change))
    if change.state != ChangeState.APPLIED:
        return redirect("changes:confirm", change.pk)
    messages.success(request, change.success or _("The change has been made."))
    return redirect(_next(request, change))


def _words_of_waiting(change: Change) -> str:
    if services.approvers_for(change.maker):
        return _("You signed it. Now another administrator has to approve it.")
    return _("You signed it. Nobody else of your company can approve it at present: ask the bank.")


def _next(request: PortalRequest, change: Change) -> str:
    """Its maker goes on with what they were doing, whoever approved it to what else waits."""
    return change.done_url if change.maker_id == request.user.pk else reverse("changes:approvals")


def _ended(request: PortalRequest, change: Change) -> HttpResponse:
    """The last page of a change that was applied, or never will be. It may have expired before the sweep says so."""
    moved = services.moved_meanwhile(request.user, change) if change.is_stale else []
    context = {
        "change": change,
        "shown": _shown(change),
        "moved": moved,
        "is_mine": change.maker_id == request.user.pk,
        "signatures": signatures_of(change) if change.by_two else [],
        "crumbs": _crumbs(change.title),
    }
    return render(request, "changes/ended.html", context)


@requires(Permission.CONFIRM_CHANGES)
@require_GET
def text(request: PortalRequest, change_id: UUID) -> HttpResponse:
    """The whole text of a large change, part by part; `?buscar=` keeps those that hold these words."""
    change = change_or_404(request.user, change_id)
    if not change.is_large:
        return redirect("changes:confirm", change.pk)
    words = " ".join(request.GET.get("buscar", "").split())[:MOST_SEARCHED]
    found = list(parts_with(text_of(change), words))
    page = Paginator(found, PARTS_A_PAGE).get_page(request.GET.get("pagina"))
    context = {
        "change": change,
        "words": words,
        "page": page,
        "parts": [told(line) for line in page.object_list],
        "crumbs": [*_crumbs(), (change.title, reverse("changes:confirm", args=[change.pk])), (_("Whole text"), None)],
    }
    request.place = "changes:approvals"
    return render(request, "changes/text.html", context)


@requires(Permission.CONFIRM_CHANGES)
@require_GET
def text_file(request: PortalRequest, change_id: UUID) -> HttpResponse:
    """The text that is signed, byte by byte: its SHA-256 is the change's digest."""
    change = change_or_404(request.user, change_id)
    if not change.is_large:
        return redirect("changes:confirm", change.pk)
    response = HttpResponse(unpacked(text_of(change)), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{change.pk}.txt"'
    return response


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
@require_POST
def ask_bank(request: PortalRequest, change_id: UUID) -> HttpResponse:
    """The maker asks the bank to be the second person, where the company has none."""
    own_change_or_404(request.user, change_id)
    try:
        change = services.ask_bank(actor=request.user, change_id=change_id)
    except Change.DoesNotExist:
        messages.error(request, _("Sign it first: only what you have signed can be put to the bank."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if change.is_open:
            messages.success(request, _("The bank has it. Call the service lines, so that it is looked at."))
    return redirect("changes:confirm", change_id)


@requires(Permission.CONFIRM_CHANGES)
@require_POST
def reject(request: PortalRequest, change_id: UUID) -> HttpResponse:
    change = change_or_404(request.user, change_id)
    if change.maker_id == request.user.pk:
        messages.info(request, _("You requested this change yourself: withdraw it instead."))
        return redirect("changes:confirm", change_id)
    form = RejectForm(request.POST)
    if not form.is_valid():
        return _ended(request, change) if change.finished_at else _waiting(request, change, ConfirmForm(), form)
    try:
        change = services.reject(actor=request.user, change_id=change_id, reason=form.cleaned_data["reason"])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("changes:confirm", change_id)
    if change.state != ChangeState.REJECTED:
        return redirect("changes:confirm", change.pk)
    messages.info(request, _("You rejected the change. Nothing was changed, and its maker knows why."))
    return redirect("changes:approvals")


@requires(Permission.CONFIRM_CHANGES)
@require_http_methods(["GET", "HEAD", "POST"])
def approve_together(request: PortalRequest) -> HttpResponse:
    """Several that others requested: all their lines on one page, one code; afterwards what became of each."""
    changes = chosen_or_404(request.user, (request.POST or request.GET).getlist("cambio"))
    if not changes:
        messages.info(request, _("Mark the changes you want to approve."))
        return redirect("changes:approvals")
    if len(changes) > services.MOST_TOGETHER:
        messages.error(request, _("At most %(most)s changes at a time.") % {"most": services.MOST_TOGETHER})
        return redirect("changes:approvals")
    form = ConfirmForm(request.POST or None)
    keys = [change.pk for change in changes]
    if request.method == "POST" and form.is_valid():
        for change in form.approve(approver=request.user, change_ids=keys) or []:
            apply_soon(change)
    if form.is_bound and form.is_valid() and not form.errors:
        return redirect(f"{request.path}?{urlencode([('cambio', key) for key in keys])}")
    request.place = "changes:approvals"
    waiting = [change for change in changes if can_be_confirmed(change.state, change.until, timezone.now())]
    obstacles = {change.pk: services.obstacle_to(change, request.user) for change in waiting}
    context = {
        "form": form,
        "changes": [(change, _shown(change)) for change in waiting if not obstacles[change.pk]],
        "obstructed": [(change, obstacles[change.pk]) for change in waiting if obstacles[change.pk]],
        "ended": [change for change in changes if change not in waiting],
        **_means(request),
        "crumbs": _crumbs(_("Approve several")),
    }
    return render(request, "changes/approve_together.html", context)


@requires(Permission.CONFIRM_CHANGES)
@require_GET
def approvals(request: PortalRequest) -> HttpResponse:
    """What waits for the viewer, and what of theirs waits for somebody else."""
    lists = {"to_approve": to_approve, "to_confirm": to_confirm, "sent": sent_by}
    context = {
        name: [(change, Counts.of(change.lines)) for change in found(request.user)] for name, found in lists.items()
    }
    return render(request, "changes/approvals.html", {**context, "crumbs": _crumbs()})


def _crumbs(*titles: str) -> list[tuple[str, str | None]]:
    path = [(_("Transactions"), None), (_("Authorizations"), reverse("changes:approvals"))]
    return [*path, *((title, None) for title in titles)]
