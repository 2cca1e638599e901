"""The bank's part: it adds tokens, hands customers and its own staff theirs, and stops or takes back any."""

import base64
from collections.abc import Callable
from typing import Any

import qrcode
import qrcode.image.svg
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.base import BackOfficeAdmin
from directory.models import User
from tokens import rules, services
from tokens.enums import TokenKind
from tokens.forms import AddTokenForm, HandOverForm
from tokens.models import Token

SHOWN = ("serial", "company", "kind", "state", "lock", "user", "updated_at", "failed_attempts")


@admin.register(Token)
class TokenAdmin(BackOfficeAdmin):
    """Only the answer to a hand-over shows a secret here, once. Each action asks before it does anything."""

    list_display = ("serial", "company", "user", "kind", "state", "lock", "updated_at")
    list_filter = ("state", "kind")
    list_select_related = ("company", "user")
    search_fields = ("serial", "user__username", "company__legal_name", "company__code")
    ordering = ("serial",)
    actions = ("activate", "block", "unblock", "lift_lock", "release", "report_lost")

    @admin.display(description=gettext_lazy("Lock"), empty_value="-")
    def lock(self, token: Token) -> str | None:
        """What five wrong codes did, while it lasts."""
        if not (token.is_locked and token.locked_until):
            return None
        return _("Locked until %(time)s") % {"time": f"{localtime(rules.whole_minute(token.locked_until)):%H:%M}"}

    def get_form(self, request: HttpRequest, obj: Token | None = None, change: bool = False, **options: Any) -> Any:
        return super().get_form(request, obj, change, **options) if obj else AddTokenForm

    def get_fields(self, request: HttpRequest, obj: Token | None = None) -> tuple[str, ...]:
        return SHOWN if obj else ("serial", "company")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A token changes through actions; nothing in its row is edited by hand."""
        return obj is None and super().has_change_permission(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        token = services.add_token(
            authority=self.authority(request), serial=obj.serial, company=obj.company, kind=TokenKind.VIRTUAL
        )
        obj.__dict__.update(token.__dict__)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context["may_hand_over"] = self.has_change_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.hand_over)
        return [path("<int:pk>/entregar/", view, name="tokens_token_hand_over"), *super().get_urls()]

    def hand_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks for the person; the answer to the POST is the one page that shows the secret."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        token = get_object_or_404(Token, pk=pk)
        form = HandOverForm(request.POST if request.method == "POST" else None, token=token)
        if form.is_valid():
            try:
                return self._handed_over(request, token, form.cleaned_data["user"])
            except ValidationError as error:
                form.add_error(None, error)
        return self._page(request, "hand_over", title=_("Assign to a person"), token=token, form=form)

    def _handed_over(self, request: HttpRequest, token: Token, user: User) -> HttpResponse:
        if token.kind == TokenKind.PHYSICAL:
            services.assign_to(authority=self.authority(request), token=token, user=user)
            self.message_user(request, _("The token is assigned. Activate it once the person has it."))
            return redirect("admin:tokens_token_change", token.pk)
        secret = services.hand_over(authority=self.authority(request), token=token, user=user)
        token.refresh_from_db()
        uri = rules.enrolment_uri(secret, issuer=user.portal.brand, account=user.username)
        typed = base64.b32encode(secret).decode()
        return self._page(
            request,
            "enrolment",
            title=_("Enrol the token %(serial)s") % {"serial": token.serial},
            token=token,
            qr=qr_code(uri),
            secret=" ".join(typed[at : at + 4] for at in range(0, len(typed), 4)),
        )

    @admin.action(description=gettext_lazy("Activate"), permissions=["change"])
    def activate(self, request: HttpRequest, tokens: QuerySet[Token]) -> HttpResponse | None:
        question = _("Activate these tokens? Their codes are valid from then on.")
        return self._asked(request, tokens, services.activate, question, _("the token is active."))

    @admin.action(description=gettext_lazy("Block"), permissions=["change"])
    def block(self, request: HttpRequest, tokens: QuerySet[Token]) -> HttpResponse | None:
        question = _("Block these tokens? Their holders are signed out immediately.")
        return self._asked(request, tokens, services.block, question, _("the token is blocked."))

    @admin.action(description=gettext_lazy("Unblock"), permissions=["change"])
    def unblock(self, request: HttpRequest, tokens: QuerySet[Token]) -> HttpResponse | None:
        question = _("Unblock these tokens? Their codes are valid again.")
        return self._asked(request, tokens, services.unblock, question, _("the token is active."))

    @admin.action(description=gettext_lazy("Lift the lock for wrong codes"), permissions=["change"])
    def lift_lock(self, request: HttpRequest, tokens: QuerySet[Token]) -> HttpResponse | None:
        question = _(
            "Lift the lock on these tokens? Their wrong codes are cleared and new ones are accepted immediately."
        )
        return self._asked(request, tokens, services.lift_lock, question, _("the token is no longer locked."))

    @admin.action(description=gettext_lazy("Unassign"), permissions=["change"])
    def release(self, request: HttpRequest, tokens: QuerySet[Token]) -> HttpResponse | None:
        question = _("Unassign these tokens? They become available again and their holders are signed out immediately.")
        return self._asked(request, tokens, services.release, question, _("the token is available."))

    @admin.action(description=gettext_lazy("Report as lost"), permissions=["change"])
    def report_lost(self, request: HttpRequest, tokens: QuerySet[Token]) -> HttpResponse | None:
        question = _("Report these tokens as lost? They will never work again.")
        return self._asked(request, tokens, services.report_lost, question, _("the token is reported as lost."))

    def _asked(
        self, request: HttpRequest, tokens: QuerySet[Token], service: Callable[..., Token], question: str, done: str
    ) -> HttpResponse | None:
        """The first time the page that asks; once confirmed, the service for each token."""
        if "confirmed" in request.POST:
            self.run(request, tokens, lambda token: service(authority=self.authority(request), token=token), done)
            return None
        action = request.POST["action"]
        label = dict(self.get_action_choices(request))[action]
        chosen = tokens.select_related("user")
        return self._page(request, "confirm", title=label, question=question, tokens=chosen, action=action, label=label)

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        response = TemplateResponse(
            request,
            f"admin/tokens/token/{name}.html",
            {**self.admin_site.each_context(request), "opts": self.opts, **context},
        )
        response.headers["Cache-Control"] = "no-store"
        return response


def qr_code(text: str) -> str:
    """The text as a QR code: an SVG as a `data:` address, which the page's policy allows for images."""
    drawing = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathFillImage).to_string()
    return f"data:image/svg+xml;base64,{base64.b64encode(drawing).decode()}"
