from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.company import services
from audit.authority import Authority
from audit.enums import Event
from audit.services import target_of_company
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Description, Line
from directory.models import Company, User
from directory.permissions import Permission
from directory.rules.company import check_parameters
from directory.selectors.company import company_of


@dataclass(frozen=True, kw_only=True)
class SetParameters(ChangeKind[Company]):
    """Parámetros Generales y de Seguridad (S1-036): idle minutes and how many days a password lasts."""

    key = "company.set_parameters"
    event = Event.COMPANY_PARAMETERS_CHANGED
    permission = Permission.EDIT_COMPANY_PARAMETERS

    idle_minutes: int
    password_days: int

    def load(self, maker: User) -> Company:
        """The company's own row, which every change locks."""
        return company_of(maker)

    def describe(self, company: Company, maker: User, now: datetime) -> Description:
        portal = company.portal
        check_parameters(
            idle_minutes=self.idle_minutes,
            password_days=self.password_days,
            most_password_days=portal.password_days,
        )
        amounts = (
            (_("Minutes of inactivity"), company.idle_minutes or portal.idle_minutes, self.idle_minutes),
            (_("Password validity (days)"), company.password_days or portal.password_days, self.password_days),
        )
        return Description(
            title=_("Security parameters of %(name)s") % {"name": company.legal_name},
            target=target_of_company(company),
            lines=[
                Line(what, str(old), str(new), LineKind.RAISED if new > old else LineKind.LOWERED)
                for what, old, new in amounts
                if old != new
            ],
            effect=_("The minutes take effect immediately; the days, from each user's next password."),
            success=_("The parameters were changed."),
        )

    def apply(self, company: Company, authority: Authority) -> None:
        services.set_parameters(
            authority=authority, company=company, idle_minutes=self.idle_minutes, password_days=self.password_days
        )

    def done_url(self) -> str:
        return reverse("users:parameters")
