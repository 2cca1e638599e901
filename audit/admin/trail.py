import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from audit.admin.base import ReadOnlyAdmin
from audit.models import AuditEvent
from audit.selectors import with_company_names


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """The trail, read-only; not even the database lets the application change it."""

    list_display = ("happened_at", "company", "who", "what", "about", "result", "source")
    list_display_links = ("happened_at",)
    list_filter = ("event", "outcome")
    search_fields = ("actor_name", "target_name", "target_id")
    ordering = ("-id",)
    fields = (
        "happened_at",
        "company",
        "who",
        "what",
        "about",
        "result",
        "source",
        "old",
        "new",
        "more",
        "place",
        "hash",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        return with_company_names(super().get_queryset(request))

    @admin.display(description=_("Date and time"), ordering="at")
    def happened_at(self, row: AuditEvent) -> str:
        return f"{localtime(row.at):%Y-%m-%d %H:%M:%S %z}"

    @admin.display(description=_("Company"))
    def company(self, row: Any) -> str:
        return row.company_name or "-"

    @admin.display(description=_("Who"), ordering="actor_name")
    def who(self, row: AuditEvent) -> str:
        return row.actor_name or "-"

    @admin.display(description=_("What"), ordering="event")
    def what(self, row: AuditEvent) -> str:
        return row.get_event_display()

    @admin.display(description=_("About"))
    def about(self, row: AuditEvent) -> str:
        return f"{row.target_type} {row.target_name}".strip() or "-"

    @admin.display(description=_("Result"), ordering="outcome")
    def result(self, row: AuditEvent) -> str:
        return row.get_outcome_display()

    @admin.display(description=_("From"))
    def source(self, row: AuditEvent) -> str:
        return f"{row.address or '-'} ({row.channel})"

    @admin.display(description=_("Before"))
    def old(self, row: AuditEvent) -> str:
        return _as_text(row.before)

    @admin.display(description=_("After"))
    def new(self, row: AuditEvent) -> str:
        return _as_text(row.after)

    @admin.display(description=_("Details"))
    def more(self, row: AuditEvent) -> str:
        return _as_text(row.detail)

    @admin.display(description=_("Position in the chain"))
    def place(self, row: AuditEvent) -> str:
        return f"{row.chain_id} / {row.sequence}"


def _as_text(value: Any) -> str:
    return format_html("<pre>{}</pre>", json.dumps(value, ensure_ascii=False, indent=2)) if value is not None else "-"
