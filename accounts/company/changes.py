"""profiles.save, company.set_addresses, company.set_parameters."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.company import services
from audit.enums import Event
from changes.registry import ChangeService, Description, Line, register
from directory.models import Company, User
from directory.permissions import Permission
from directory.rules.company import check_parameters
from directory.selectors import company as company_selectors

Params = dict[str, Any]


def _company_target(company: Company) -> tuple[str, str, str]:
    return ("company", str(company.pk), company.legal_name)


@register
class SetParameters(ChangeService):
    """Parámetros Generales y de Seguridad (S1-036): idle minutes and how many days a password lasts."""

    key = "company.set_parameters"
    event = Event.COMPANY_PARAMETERS_CHANGED
    permission = Permission.EDIT_COMPANY_PARAMETERS

    def lock(self, actor: User, params: Params) -> None:
        company_selectors.lock_company(actor)

    def describe(self, actor: User, params: Params) -> Description:
        company = company_selectors.company_of(actor)
        portal = company.portal
        check_parameters(
            idle_minutes=params["idle_minutes"],
            password_days=params["password_days"],
            most_password_days=portal.password_days,
        )
        rows = (
            (_("Minutes without activity"), company.idle_minutes or portal.idle_minutes, params["idle_minutes"]),
            (_("Days a password lasts"), company.password_days or portal.password_days, params["password_days"]),
        )
        return Description(
            title=_("Security parameters of %(name)s") % {"name": company.legal_name},
            target=_company_target(company),
            lines=[
                Line(what, str(old), str(new), "raised" if new > old else "lowered")
                for what, old, new in rows
                if old != new
            ],
            effect=_("The minutes hold at once; the days, from each user's next password."),
            success=_("The parameters were changed."),
        )

    def apply(self, actor: User, params: Params) -> None:
        services.set_parameters(
            company=company_selectors.company_of(actor),
            idle_minutes=params["idle_minutes"],
            password_days=params["password_days"],
        )

    def done_url(self, params: Params) -> str:
        return reverse("users:parameters")
