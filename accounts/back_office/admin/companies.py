from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.back_office import services as back_office
from accounts.back_office.admin.steps import remaining_steps
from accounts.back_office.forms import COMPANY_FIELDS, CompanyForm, OpenCompanyForm, person_fields
from audit.admin.base import BackOfficeAdmin
from audit.enums import Event
from directory.enums import CompanyState
from directory.models import Company


@admin.register(Company)
class CompanyAdmin(BackOfficeAdmin):
    form = CompanyForm
    event = Event.COMPANY_CHANGED
    list_display = ("legal_name", "code", "tax_id", "internal_identifier", "portal", "state", "created_at")
    list_filter = ("state", "portal")
    list_select_related = ("portal",)
    search_fields = ("legal_name", "code", "tax_id", "internal_identifier")
    ordering = ("legal_name",)
    actions = ("suspend", "reopen")

    def get_form(self, request: HttpRequest, obj: Company | None = None, change: bool = False, **options: Any) -> Any:
        return super().get_form(request, obj, change, **options) if obj else OpenCompanyForm

    def get_fieldsets(self, request: HttpRequest, obj: Company | None = None) -> Any:
        if obj:
            security = ("idle_minutes", "password_days", "dual_control", "dual_control_by_bank", "options")
            return ((None, {"fields": (*COMPANY_FIELDS, "state", *security, "created_at")}),)
        return (
            (gettext_lazy("Company"), {"fields": COMPANY_FIELDS}),
            (
                gettext_lazy("First administrator"),
                {
                    "fields": person_fields(),
                    "description": gettext_lazy(
                        "Receives the password by e-mail, valid for one day. Once the company is saved, three "
                        "steps remain: assign a token to this person, activate the token, activate the user."
                    ),
                },
            ),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Company | None = None) -> tuple[str, ...]:
        return ("portal", "code", "state", "dual_control", "created_at") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            user = back_office.open_company(authority=self.authority(request), company=obj, administrator=form.person)
            self.message_user(request, remaining_steps(user), messages.WARNING)

    @admin.action(description=gettext_lazy("Suspend"), permissions=["change"])
    def suspend(self, request: HttpRequest, companies: QuerySet[Company]) -> HttpResponse | None:
        question = _("Suspend these companies? All their users are signed out immediately, and none can sign in.")
        return self._take_to(CompanyState.SUSPENDED, request, companies, question, _("the company is suspended."))

    @admin.action(description=gettext_lazy("Reopen"), permissions=["change"])
    def reopen(self, request: HttpRequest, companies: QuerySet[Company]) -> HttpResponse | None:
        question = _("Reopen these companies? Their users can sign in as before.")
        return self._take_to(CompanyState.ACTIVE, request, companies, question, _("the company is open again."))

    def _take_to(
        self, state: CompanyState, request: HttpRequest, companies: QuerySet[Company], question: str, done: str
    ) -> HttpResponse | None:
        def service(company: Company) -> None:
            back_office.set_company_state(authority=self.authority(request), company_id=company.pk, state=state)

        return self.asked(request, companies, question=question, service=service, done=done)
