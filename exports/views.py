"""A list taken out of the portal, as a file or on one page to print (S1-061); and how its reader left it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.clock import local_now
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from exports import rules, selectors, services
from exports.documents import Document
from exports.enums import CONTENT_TYPES, FileKind
from exports.forms import ExportForm, LayoutForm
from exports.listing import BY_KEY_OF_ALL, FILES
from exports.registry import BY_KEY
from exports.tasks import make_soon
from pages.formats import format_count
from pages.lists import Asked, Layout, Listing
from pages.posting import back_from


def export_of(listing: Listing) -> Callable[..., HttpResponse]:
    """The view of one list: its page to print, and its files. It takes what it takes to see the list, and the option
    to take one away."""

    def view(request: PortalRequest) -> HttpResponse:
        if Permission.EXPORT_LISTS not in request.user.permissions:
            raise PermissionDenied
        asked = listing.asked(request.GET, request.user)
        if request.method != "POST":
            return _printed(request, asked)
        form = ExportForm(request.POST)
        return _file(request, asked, form.kind) if form.is_valid() else HttpResponseRedirect(request.get_full_path())

    allowed = require_http_methods(["GET", "HEAD", "POST"])(view)
    return requires(Permission(listing.permission))(allowed)


def _printed(request: PortalRequest, asked: Asked) -> HttpResponse:
    total = asked.rows.count()
    document = Document(asked, request.user, timezone.now(), total, rules.MOST_ROWS_PRINTED)
    services.note_taken(actor=request.user, asked=asked, kind="print", rows=min(total, document.most))
    context = {"document": document, "crumbs": [(document.title, None), (_("Print"), None)]}
    return render(request, "exports/print.html", context)


def _file(request: PortalRequest, asked: Asked, kind: FileKind) -> HttpResponse:
    rows = asked.rows.count()
    if rules.is_made_at_once(kind, rows):
        content = services.file_now(actor=request.user, asked=asked, kind=kind, rows=rows)
        return _sent(request, content, asked.listing, kind)
    try:
        export = services.order(actor=request.user, asked=asked, kind=kind, rows=rows)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("exports:files")
    make_soon(export.pk)
    said = ngettext(
        "The file of %(count)s record is being prepared. We will notify you when it is ready.",
        "The file of %(count)s records is being prepared. We will notify you when it is ready.",
        export.rows,
    )
    messages.info(request, said % {"count": format_count(export.rows, request.portal)})
    if rows > export.rows:
        ends = _("A PDF ends at %(most)s records, and yours has %(total)s: for all of them, export to Excel.")
        messages.warning(
            request,
            ends % {"most": format_count(export.rows, request.portal), "total": format_count(rows, request.portal)},
        )
    return redirect("exports:files")


def _sent(request: PortalRequest, content: bytes, listing: Listing, kind: str) -> HttpResponse:
    name = f"{slugify(str(listing.title))}-{local_now(request.portal):%Y%m%d-%H%M}.{kind}"
    response = HttpResponse(content, content_type=CONTENT_TYPES[FileKind(kind)])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(Permission.EXPORT_LISTS)
@require_safe
def files(request: PortalRequest) -> HttpResponse:
    """What the person has ordered, how far it is, and what can be downloaded."""
    asked = FILES.asked(request.GET, request.user)
    context = {"asked": asked, "page": asked.page, "is_working": any(export.is_open for export in asked.page)}
    crumbs = [(_("Customer service"), None), (_("Exported files"), None)]
    return render(request, "exports/files.html", {**context, "crumbs": crumbs})


@requires(Permission.EXPORT_LISTS)
@require_safe
def download(request: PortalRequest, export_id: UUID) -> HttpResponse:
    export = get_object_or_404(selectors.finished_exports_of(request.user), pk=export_id)
    listing = BY_KEY[export.listing]
    if listing.permission not in request.user.permissions:
        raise PermissionDenied
    content = services.content_of(actor=request.user, export=export)
    return _sent(request, content, listing, export.kind)


@requires(Permission.OWN_ACCOUNT)
@require_POST
def keep_layout(request: PortalRequest, key: str) -> HttpResponse:
    """A list stays for its reader as they leave it: its columns, and the rows of a page."""
    listing = BY_KEY_OF_ALL.get(key)
    if listing is None:
        raise Http404
    form = LayoutForm(request.POST, listing=listing)
    if form.is_valid():
        services.keep_layout(actor=request.user, key=key, layout=form.layout(Layout.of(request.user, key)))
    return back_from(request, otherwise="home")
