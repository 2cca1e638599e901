from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.company import services
from accounts.company.selectors import can_be_run_by_two
from audit.authority import Authority
from audit.enums import Event
from audit.services import target_of_company
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Description, Line
from directory.models import Company, User
from directory.permissions import Permission
from directory.rules.company import check_dual_control, check_parameters
from directory.selectors.company import company_of


@dataclass(frozen=True)
class RunCompany:
    """A company, and whether one of its administrators could approve what another one requests."""

    company: Company
    can_be_two: bool


@dataclass(frozen=True, kw_only=True)
class SetParameters(ChangeKind[RunCompany]):
    """Parámetros Generales y de Seguridad (S1-036): idle minutes, how many days a password lasts, dual control."""

    key = "company.set_parameters"
    event = Event.COMPANY_PARAMETERS_CHANGED
    permission = Permission.EDIT_COMPANY_PARAMETERS

    idle_minutes: int
    password_days: int
    dual_control: bool

    def load(self, maker: User) -> RunCompany:
        """The company's own row, which every change locks."""
        company = company_of(maker)
        return RunCompany(company, can_be_run_by_two(company))

    def describe(self, rows: RunCompany, maker: User, now: datetime) -> Description:
        company, portal = rows.company, rows.company.portal
        check_parameters(
            idle_minutes=self.idle_minutes,
            password_days=self.password_days,
            most_password_days=portal.password_days,
        )
        check_dual_control(after=self.dual_control, by_bank=company.dual_control_by_bank)
        amounts = (
            (_("Minutes of inactivity"), company.idle_minutes or portal.idle_minutes, self.idle_minutes),
            (_("Password validity (days)"), company.password_days or portal.password_days, self.password_days),
        )
        return Description(
            title=_("Security parameters of %(name)s") % {"name": company.legal_name},
            target=target_of_company(company),
            lines=[
                *(
                    Line(what, str(old), str(new), LineKind.RAISED if new > old else LineKind.LOWERED)
                    for what, old, new in amounts
                    if old != new
                ),
                *self._dual_control_line(company),
            ],
            effect=self._effect(company, is_timed=any(old != new for _what, old, new in amounts)),
            success=_("The parameters were changed."),
            warnings=self._warnings(rows),
        )

    def _dual_control_line(self, company: Company) -> list[Line]:
        if self.dual_control == company.has_dual_control:
            return []
        off, on = _("No"), _("Yes")
        return [Line(_("Dual control"), *((off, on) if self.dual_control else (on, off)))]

    def _warnings(self, rows: RunCompany) -> list[str]:
        if rows.can_be_two or not self.dual_control or rows.company.has_dual_control:
            return []
        return [
            _(
                "At present nobody else of your company can approve: every change will wait until the bank approves "
                "it, and so will switching this off again."
            )
        ]

    def _effect(self, company: Company, *, is_timed: bool) -> str:
        said = [_("The minutes take effect immediately; the days, from each user's next password.")] if is_timed else []
        if self.dual_control and not company.has_dual_control:
            said.append(
                _(
                    "From then on another administrator has to approve every change, within seven days. Deactivating a "
                    "user never waits."
                )
            )
        if company.has_dual_control and not self.dual_control:
            said.append(_("From then on one administrator alone changes everything."))
        return "\n".join(said)

    def apply(self, rows: RunCompany, authority: Authority) -> None:
        services.set_parameters(
            authority=authority,
            company=rows.company,
            idle_minutes=self.idle_minutes,
            password_days=self.password_days,
            dual_control=self.dual_control,
        )

    def done_url(self) -> str:
        return reverse("users:parameters")
