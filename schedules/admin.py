"""The bank's part: the schedule a company works within, and holidays that are not public ones."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from audit.admin.base import BackOfficeAdmin
from schedules import services
from schedules.models import AccessSchedule, Holiday
from schedules.rules import DAYS


class CompanyWeekForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for day in DAYS:
            start, end = cleaned.get(f"{day}_start"), cleaned.get(f"{day}_end")
            if (start is None) != (end is None) or (start is not None and end is not None and end <= start):
                self.add_error(f"{day}_end", _("Enter both times in order, or leave both empty."))
        return cleaned


@admin.register(AccessSchedule)
class CompanyScheduleAdmin(BackOfficeAdmin):
    """Companies' own schedules; their users' are the companies' business."""

    form = CompanyWeekForm
    list_display = ("company", "holiday_access", "monetary_saturday", "monetary_sunday", "monetary_holiday")
    search_fields = ("company__legal_name", "company__code")
    ordering = ("company__legal_name",)
    exclude = ("user",)
    readonly_fields = ("company",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessSchedule]:
        return super().get_queryset(request).filter(user=None).select_related("company")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        row = context.get("original")
        if row:
            context["subtitle"] = str(row.company)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.set_company_schedule_by_bank(authority=self.authority(request), row=obj)


@admin.register(Holiday)
class HolidayAdmin(BackOfficeAdmin):
    """Days are added and removed, never moved."""

    list_display = ("day", "name", "country")
    list_filter = ("country",)
    ordering = ("-day",)
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By Django's permissions: the only rows of the back office that can be deleted."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.add_holiday(authority=self.authority(request), holiday=obj)

    def delete_model(self, request: HttpRequest, obj: Holiday) -> None:
        services.remove_holiday(authority=self.authority(request), holiday=obj)
