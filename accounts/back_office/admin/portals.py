from django.contrib import admin

from accounts.back_office.forms import PortalForm
from audit.admin.base import BackOfficeAdmin
from directory.models import Portal


@admin.register(Portal)
class PortalAdmin(BackOfficeAdmin):
    form = PortalForm
    list_display = ("brand", "bank_name", "edition_code", "country", "currency", "conditions_version")
    search_fields = ("brand", "bank_name", "code")
    ordering = ("brand",)

    def get_readonly_fields(self, request: object, obj: Portal | None = None) -> tuple[str, ...]:
        """People of an open portal sign in with both."""
        return ("code", "edition_code") if obj else ()
