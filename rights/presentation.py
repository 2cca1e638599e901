"""A decision in words: rules, what they looked at, until when, and who can change it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import dateformat
from django.utils.translation import gettext as _

from directory.clock import to_local
from directory.models import Portal, Service
from pages.formats import format_money
from products.models import Product
from rights.enums import Remedy
from rights.rules.checks import Check
from rights.rules.decisions import Decision
from rights.selectors.rights import Rights


@dataclass(frozen=True)
class ShownCheck:
    """One check as a page prints it; `label` says the outcome, `detail` what else is known."""

    passed: bool
    label: str
    detail: str


@dataclass(frozen=True)
class Answer:
    """The answer to "may I do this?": the first refusal in full, and every check."""

    allowed: bool
    question: str
    when: str
    rule: str
    facts: list[tuple[str, str]]
    until: str
    who: str
    checks: list[ShownCheck]

    @property
    def reasons(self) -> int:
        """How many rules are against it."""
        return sum(not check.passed for check in self.checks)


def answer_of(rights: Rights, service: Service, product: Product, amount: Decimal) -> Answer:
    portal = rights.user.portal
    decision = rights.operate(service, product, amount)
    refusal = decision.refusals[0] if decision.refusals else None
    how_much = f"{format_money(amount, portal)} {portal.currency}"
    return Answer(
        allowed=decision.allowed,
        question=f"{service.name} · {product.alias} {product.number} · {how_much}",
        when=_moment(rights.instant, portal),
        rule=refusal.text if refusal else "",
        facts=facts_of(refusal) if refusal else [],
        until=_moment(refusal.until, portal) if refusal and refusal.until else "",
        who=remedy_of(refusal) if refusal else "",
        checks=checks_of(decision, portal),
    )


def checks_of(decision: Decision, portal: Portal) -> list[ShownCheck]:
    return [ShownCheck(check.passed, check.text, _detail(check, portal)) for check in decision.checks]


def facts_of(check: Check) -> list[tuple[str, str]]:
    """What the rule looked at, where a person can make something of it."""
    names = {
        "amount": _("Amount"),
        "bound": _("Limit") if check.rule.startswith("limit.") else _("Company's ceiling"),
        "used": _("Used and reserved"),
        "product": _("Product"),
        "address": _("Address"),
    }
    return [(names[name], str(value)) for name, value in check.facts.items() if name in names and value is not None]


def remedy_of(check: Check) -> str:
    return str(Remedy(check.remedy).label)


def _detail(check: Check, portal: Portal) -> str:
    """What the rule looked at and until when it holds; for one that is not met, also who can change it."""
    parts = [f"{name}: {value}" for name, value in facts_of(check)]
    if check.until:
        parts.append(_("Until %(moment)s") % {"moment": _moment(check.until, portal)})
    if not check.passed:
        parts.append(_("Can be changed by: %(who)s") % {"who": remedy_of(check)})
    return " · ".join(parts)


def _moment(instant: datetime, portal: Portal) -> str:
    local = to_local(portal, instant)
    return f"{dateformat.format(local, portal.date_format)} {local:%H:%M}"
