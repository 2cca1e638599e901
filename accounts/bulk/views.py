"""Cargar desde archivo: a workbook of users is sent, compared, signed once and applied."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.bulk import selectors, services
from accounts.bulk.forms import SignForm, UploadForm
from accounts.bulk.results import result_of
from accounts.bulk.tasks import compare_soon
from accounts.enums import CellOutcome
from accounts.models import Upload
from accounts.users.listing import USERS
from directory.clock import local_now
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from pages.breadcrumbs import crumbs
from pages.posting import posted

CELLS_A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: PortalRequest) -> HttpResponse:
    """What is to be done, step by step; the workbooks sent today."""
    form = UploadForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["archivo"]
        try:
            upload = services.order(actor=request.user, name=file.name, content=file.read())
        except ValidationError as error:
            form.add_error("archivo", error)
        else:
            compare_soon(upload.pk)
            return redirect("users:bulk-upload", upload.pk)
    request.place = "users:search"
    context = {"form": form, "uploads": selectors.uploads_of(request.user), "crumbs": _crumbs()}
    return render(request, "accounts/bulk/bulk.html", context)


@requires(Permission.EDIT_USERS)
@require_POST
def workbook(request: PortalRequest) -> HttpResponse:
    """The users that the address asks for, as a workbook."""
    users = USERS.asked(request.GET, request.user).rows
    try:
        content = services.workbook_of(actor=request.user, users=users)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("users:bulk")
    return _sent(content, f"{slugify(_('Users'))}-{local_now(request.portal):%Y%m%d-%H%M}")


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PortalRequest, upload_id: UUID) -> HttpResponse:
    """How far it is; then what each cell would do, the errors first, and the way to the signature."""
    found = selectors.own_upload_or_404(request.user, upload_id)
    form = SignForm(posted(request), wrong=found.counts.get("people", {}).get("wrong", 0))
    if request.method == "POST" and found.is_ready and form.is_valid() and (answer := _propose(request, found)):
        return answer
    request.place = "users:search"
    outcome = request.GET.get("ver", "")
    page = Paginator(selectors.cells(found, outcome), CELLS_A_PAGE).get_page(request.GET.get("pagina"))  # type: ignore[var-annotated, arg-type]
    counted = found.counts.get("cells", {})
    context = {
        "upload": found,
        "form": form,
        "page": page,
        "outcome": outcome,
        "filters": [(each.value, each.label, counted.get(each.value, 0)) for each in CellOutcome],
        "problems": found.problem.splitlines(),
        "people": found.counts.get("people", {}),
        "crumbs": [*_crumbs(), (found.name, None)],
    }
    return render(request, "accounts/bulk/upload.html", context)


def _propose(request: PortalRequest, found: Upload) -> HttpResponse | None:
    here = reverse("users:bulk-upload", args=[found.pk])
    try:
        change = services.propose(actor=request.user, upload=found, back_url=here, done_url=here)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return None
    return redirect("changes:confirm", change.pk)


@requires(Permission.EDIT_USERS)
@require_safe
def result(request: PortalRequest, upload_id: UUID) -> HttpResponse:
    """Every cell that does something, or that is wrong, as a file."""
    found = selectors.own_upload_or_404(request.user, upload_id)
    if not found.is_ready:
        return redirect("users:bulk-upload", upload_id)
    return _sent(result_of(found), f"{slugify(_('Result'))}-{slugify(found.name.removesuffix('.xlsx'))}")


def _sent(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _crumbs() -> list[tuple[str, str | None]]:
    path = list(crumbs(_("User configuration")))
    return [*path[:-1], (path[-1][0], reverse("users:search")), (_("Load from a file"), None)]
