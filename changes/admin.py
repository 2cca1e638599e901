"""What companies with nobody else put to the bank, which is their second person."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.admin.base import ReadOnlyAdmin
from changes import methods, services
from changes.enums import ChangeState
from changes.forms import BankForm
from changes.models import Change
from changes.presentation import Counts, large_shown, shown
from changes.rules.large import parts_with, told, unpacked
from changes.rules.signing import can_be_confirmed
from changes.selectors import progress_of, put_to_the_bank, signatures_of, text_of, waiting_for_the_bank
from changes.tasks import apply_soon
from pages.formats import format_moment

PARTS_A_PAGE = 20
MOST_SEARCHED = 100


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    """The queue, the one that expires first at its top, and the page on which a change is approved or rejected. Whoever
    may see it may not yet answer: that takes the right to change."""

    list_display = ("what", "company", "requested_by", "lines_counted", "asked_since", "until_when", "state")
    list_filter = ("state",)
    search_fields = ("maker__username", "maker__company__legal_name", "maker__company__code")
    change_list_template = "admin/changes/change/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Change]:
        return put_to_the_bank()

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-finished_at", "signed_at", "pk")  # PostgreSQL puts what has not ended first

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its row is edited by nobody; the name of the right is Django's."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("changes.view_change") or self._may_answer(request))

    def _may_answer(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("changes.change_change"))

    @admin.display(description=gettext_lazy("Change"))
    def what(self, change: Change) -> str:
        return f"{change.title} · {change.target[2]}" if change.target[2] not in change.title else change.title

    @admin.display(description=gettext_lazy("Company"), ordering="maker__company__legal_name")
    def company(self, change: Change) -> str:
        return change.maker.company.legal_name if change.maker.company else ""

    @admin.display(description=gettext_lazy("Requested by"), ordering="maker__username")
    def requested_by(self, change: Change) -> str:
        return change.maker.username

    @admin.display(description=gettext_lazy("Lines"))
    def lines_counted(self, change: Change) -> str:
        counts = Counts.of(change.lines)
        lines, up, down = counts.lines, counts.raised, counts.lowered
        said = [ngettext("%(count)s line", "%(count)s lines", lines) % {"count": lines}]
        if up:
            said.append(ngettext("%(count)s goes up", "%(count)s go up", up) % {"count": up})
        if down:
            said.append(ngettext("%(count)s goes down", "%(count)s go down", down) % {"count": down})
        return ", ".join(said)

    @admin.display(description=gettext_lazy("Asked since"), ordering="bank_asked_at")
    def asked_since(self, change: Change) -> str:
        return format_moment(change.bank_asked_at, change.maker.portal) if change.bank_asked_at else ""

    @admin.display(description=gettext_lazy("Until"), ordering="signed_at")
    def until_when(self, change: Change) -> str:
        return format_moment(change.until, change.maker.portal)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(
            request, {"waiting": waiting_for_the_bank().count(), "title": self.opts.verbose_name_plural}
        )

    def get_urls(self) -> list[URLPattern]:
        texts = [
            path("<uuid:pk>/texto/", self.admin_site.admin_view(self.text), name="changes_change_text"),
            path(
                "<uuid:pk>/texto/archivo/", self.admin_site.admin_view(self.text_file), name="changes_change_text_file"
            ),
        ]
        return [*texts, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The very lines its maker signed, and the bank's answer, by code."""
        change = self._found(request, object_id)
        is_open = can_be_confirmed(change.state, change.until, timezone.now())
        why_not = self._why_not(request, change) if is_open else ""
        obstacle = services.obstacle_to(change, change.maker) if is_open else None
        form = BankForm(request.POST or None)
        if request.method == "POST" and not self._may_answer(request):
            raise PermissionDenied
        if request.method == "POST" and is_open and not why_not and form.is_valid():
            answered = self._answered(request, change, form, is_possible=obstacle is None)
            if answered:
                return answered
        return self._page(request, change, form, is_open=is_open, why_not=why_not, obstacle=obstacle)

    def _answered(
        self, request: HttpRequest, change: Change, form: BankForm, *, is_possible: bool
    ) -> HttpResponse | None:
        """No code is used up to approve what could not be made any more."""
        if form.approves and not is_possible:
            return None
        ended = form.answer(authority=self.authority(request), change_id=change.pk)
        if ended is None:
            return None
        apply_soon(ended)
        said = {
            ChangeState.APPLIED: _("Approved and made. The company knows."),
            ChangeState.APPLYING: _("Approved. A worker makes it now, and the company knows."),
            ChangeState.REJECTED: _("Rejected. The company knows why."),
        }
        self.message_user(
            request, said.get(ChangeState(ended.state), _("Nothing was changed: it ended before your answer."))
        )
        return redirect("admin:changes_change_changelist")

    def _why_not(self, request: HttpRequest, change: Change) -> str:
        """Why whoever asks may not answer it; empty if they may."""
        staff: Any = request.user
        try:
            services.check_bank_may_be_second(staff, change)
        except PermissionDenied:
            return _("Your groups do not let you answer it.")
        except ValidationError as error:
            return " ".join(error.messages)
        return "" if methods.available_to(staff) else _("You need an active token to confirm changes.")

    def _found(self, request: HttpRequest, pk: str | UUID) -> Change:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            return get_object_or_404(put_to_the_bank(), pk=pk)
        except ValidationError as error:
            raise Http404 from error

    def _page(self, request: HttpRequest, change: Change, form: BankForm, **context: Any) -> HttpResponse:
        lines = large_shown(progress_of(change).summary) if change.is_large else shown(change.lines, change.beside)
        return self._rendered(
            request,
            "answer",
            change,
            title=_("A company's change before the bank"),
            form=form,
            shown=lines,
            signatures=signatures_of(change),
            hindered=services.hindered_from(change.maker) if context["is_open"] else [],
            **context,
        )

    def text(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The whole text of a large change, part by part."""
        change = self._large(request, pk)
        words = " ".join(request.GET.get("buscar", "").split())[:MOST_SEARCHED]
        page = Paginator(list(parts_with(text_of(change), words)), PARTS_A_PAGE).get_page(request.GET.get("pagina"))
        parts = [told(line) for line in page.object_list]
        return self._rendered(request, "text", change, title=_("Whole text"), words=words, page=page, parts=parts)

    def text_file(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Byte by byte what is signed: its SHA-256 is the change's digest."""
        change = self._large(request, pk)
        response = HttpResponse(unpacked(text_of(change)), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{change.pk}.txt"'
        return response

    def _large(self, request: HttpRequest, pk: UUID) -> Change:
        change = self._found(request, pk)
        if not change.is_large:
            raise Http404
        return change

    def _rendered(self, request: HttpRequest, name: str, change: Change, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/changes/change/{name}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "change": change,
                "their_portal": change.maker.portal,
                "company": change.maker.company,
                **context,
            },
        )
