"""May an operation be captured: by whom, with which product, for how much? Pure: facts in, checks out."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from directory.enums import OperatingRole
from limits.money import Money
from limits.rules import PERIODS, Amounts
from rights.enums import Remedy
from rights.rules.checks import Check
from schedules import rules as schedules
from schedules.rules import Week

CAPTURING_ROLES = (OperatingRole.OPERATOR, OperatingRole.BOTH)


@dataclass(frozen=True)
class CapacityFacts:
    """What the user is for. `is_monetary` tells whether money would move."""

    is_monetary: bool
    operating_role: str | None


@dataclass(frozen=True)
class ServiceFacts:
    """A service, and whether the user's profile opens it; without a label it is any service at all."""

    is_opened: bool
    label: str = ""


@dataclass(frozen=True)
class ProductFacts:
    """How a product relates to a user; `label` is its name and number."""

    label: str
    currency: str
    is_assigned: bool
    is_enabled: bool
    is_open: bool


@dataclass(frozen=True)
class AmountFacts:
    """An amount and everything that bounds it: limit, ceiling and use are in `currency`.

    `used_day` and `used_month` are what is used and reserved in the local day and month of the instant, which end at
    `day_ends` and `month_ends`.
    """

    asked: Money
    currency: str
    limit: Amounts
    ceiling: Amounts
    used_day: Decimal
    used_month: Decimal
    day_ends: datetime
    month_ends: datetime


def capacity_checks(capacity: CapacityFacts, *, has_active_token: bool) -> list[Check]:
    """A token where money moves (decision 10), which comes from the bank (decision 26), and a profile that captures
    (S3-025..027)."""
    token = Check("token.active", "active" if has_active_token else "none", has_active_token, Remedy.BANK)
    captures = capacity.operating_role in CAPTURING_ROLES
    role = Check(
        "profile.role",
        "captures" if captures else "does_not_capture",
        captures,
        facts={"role": capacity.operating_role},
    )
    return [token, role] if capacity.is_monetary else [role]


def service_check(service: ServiceFacts) -> Check:
    """The user's profile opens it (architecture.md, "Permissions")."""
    opened, closed = ("opened", "closed") if service.label else ("some", "none")
    outcome = opened if service.is_opened else closed
    return Check("profile.service", outcome, service.is_opened, facts={"service": service.label})


def product_checks(product: ProductFacts) -> list[Check]:
    """Open at the bank, enabled for the company, assigned to the user (S0-10, S1-081)."""
    facts = {"product": product.label}
    asked = (
        ("product.open", product.is_open, Remedy.BANK),
        ("product.enabled", product.is_enabled, Remedy.ADMINISTRATOR),
        ("product.assigned", product.is_assigned, Remedy.ADMINISTRATOR),
    )
    return [Check(rule, "yes" if passed else "no", passed, remedy, facts=facts) for rule, passed, remedy in asked]


def monetary_checks(week: Week, day: date, *, is_holiday: bool) -> list[Check]:
    """One check for each tick the day requires; none on an ordinary weekday (S1-100, decision 16)."""
    missing = schedules.monetary_check(week, day, is_holiday=is_holiday)
    return [
        Check(
            f"schedule.monetary_{tick}",
            "not_allowed" if tick in missing else "allowed",
            tick not in missing,
            facts={"day": day, "tick": tick},
        )
        for tick in schedules.monetary_ticks_of(day, is_holiday=is_holiday)
    ]


def amount_checks(asked: AmountFacts, product: ProductFacts) -> list[Check]:
    """One currency throughout; then, for each period, the user's limit and the company's ceiling, against both of which
    used and reserved amounts count. Amounts of different currencies are never compared."""
    currency = _currency_check(asked, product)
    if not currency.passed:
        return [currency]
    bounds = [
        _bound_check(asked, kind, amounts, period)
        for kind, amounts in (("limit", asked.limit), ("ceiling", asked.ceiling))
        for period in PERIODS
    ]
    return [currency, *bounds]


def _currency_check(asked: AmountFacts, product: ProductFacts) -> Check:
    found = {"asked": asked.asked.currency, "product_currency": product.currency, "limits_currency": asked.currency}
    is_one = len(set(found.values())) == 1
    return Check("amount.currency", "same" if is_one else "different", is_one, Remedy.BANK, facts=found)


def _bound_check(asked: AmountFacts, kind: str, bounds: Amounts, period: str) -> Check:
    amount = asked.asked.amount
    used = {"day": asked.used_day, "month": asked.used_month}.get(period, Decimal(0))
    ends = {"day": asked.day_ends, "month": asked.month_ends}.get(period)
    bound: Decimal = getattr(bounds, period)
    passed = used + amount <= bound
    waiting_helps = not passed and amount <= bound
    return Check(
        f"{kind}.{period}",
        "within" if passed else "above" if bound else "none",
        passed,
        until=ends if waiting_helps else None,
        facts={"amount": amount, "bound": bound, **({"used": used} if ends else {})},
    )
