"""The bank's part: the catalogue of services, and each company's maximum. Both go through services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from audit.admin.base import BackOfficeAdmin
from directory.models import Service
from limits import services
from limits.labels import problem_error
from limits.models import CompanyCeiling
from limits.rules import PERIODS, Amounts, limit_problems


@admin.register(Service)
class ServiceAdmin(BackOfficeAdmin):
    list_display = ("name", "edition", "group", "code", "is_monetary", "is_file", "position")
    list_filter = ("edition",)
    ordering = ("edition", "position", "code")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = {name: form.initial.get(name) for name in services.snapshot_of(obj)} if change else None
        services.save_service(authority=self.authority(request), service=obj, before=before)


class MaximumForm(forms.ModelForm):
    class Meta:
        model = CompanyCeiling
        fields = ("company", "service", "bank_transaction", "bank_day", "bank_month")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            for problem in limit_problems(self.maximum, self.maximum):
                company = self.cleaned_data.get("company") or self.instance.company
                self.add_error(f"bank_{problem.period}", problem_error(problem, company.portal))
        return cleaned

    @property
    def maximum(self) -> Amounts:
        return Amounts(*(self.cleaned_data[f"bank_{period}"] for period in PERIODS))


@admin.register(CompanyCeiling)
class CompanyCeilingAdmin(BackOfficeAdmin):
    form = MaximumForm
    list_display = ("company", "service", *PERIODS, "bank_transaction", "bank_day", "bank_month")
    list_select_related = ("company", "service")
    search_fields = ("company__legal_name", "company__code")

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        row = context.get("original")
        if row:
            context["subtitle"] = f"{row.company} · {row.service}"
        return super().render_change_form(request, context, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: CompanyCeiling | None = None) -> tuple[str, ...]:
        return ("company", "service") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        saved = services.set_bank_maximum(
            authority=self.authority(request), company=obj.company, service=obj.service, maximum=form.maximum
        )
        obj.pk = saved.pk
