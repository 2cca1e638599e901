"""The only answer to "may this user do this, with this product, for this amount, at this instant, from here?".

Pure: facts in, decision out. Sign-in, the pages that say what somebody may do, the question they can ask and the
administrator's view all come from here, so that none of them can say something else (architecture.md, mechanism 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from directory.enums import CredentialState, OperatingRole
from limits.rules import PERIODS, Amounts
from pages.formats import Format, format_money
from rights.rules.checks import Check

CAPTURING_ROLES = (OperatingRole.OPERATOR, OperatingRole.BOTH)


@dataclass(frozen=True)
class Decision:
    """Allowed when every check passed; the checks stand in the order in which they were asked."""

    checks: Sequence[Check]

    @property
    def allowed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def refusals(self) -> list[Check]:
        return [check for check in self.checks if not check.passed]


@dataclass(frozen=True)
class CredentialFacts:
    """What is known of the password at `instant`."""

    state: str
    expires_at: datetime | None
    instant: datetime


@dataclass(frozen=True)
class ProductFacts:
    """How a product stands to a user; `label` is its name and number."""

    label: str
    is_assigned: bool
    is_enabled: bool
    is_open: bool


@dataclass(frozen=True)
class CapacityFacts:
    """What the user is for: the profile's role, whether a token is active, and the schedule's answers on moving money
    at that instant. `is_monetary` tells whether money would move."""

    is_monetary: bool
    operating_role: str | None
    has_active_token: bool
    monetary: Sequence[Check]


@dataclass(frozen=True)
class AmountFacts:
    """An amount and everything that bounds it, in the portal's currency.

    `used_day` and `used_month` hold what is used and what is reserved in the local day and month of the instant, which
    end at `day_ends` and `month_ends`.
    """

    amount: Decimal
    limit: Amounts
    ceiling: Amounts
    used_day: Decimal
    used_month: Decimal
    day_ends: datetime
    month_ends: datetime
    money: Format


@dataclass(frozen=True)
class Facts:
    """`entry` are the answers at the door; the other parts are given when the question is about them."""

    entry: Sequence[Check]
    credential: CredentialFacts
    capacity: CapacityFacts | None = None
    product: ProductFacts | None = None
    amount: AmountFacts | None = None


def decide(facts: Facts) -> Decision:
    """May the user enter; and, where they are given, capture operations; with this product; for this amount."""
    checks = entered(facts.entry, facts.credential)
    if facts.capacity:
        checks += capacity_checks(facts.capacity)
    if facts.product:
        checks += product_checks(facts.product)
    if facts.capacity and facts.capacity.is_monetary:
        checks += facts.capacity.monetary
        checks += amount_checks(facts.amount) if facts.amount else []
    return Decision(checks)


def entered(entry: Sequence[Check], credential: CredentialFacts) -> list[Check]:
    """The checks at the door, with the password's after those of the account itself."""
    account = [check for check in entry if check.rule in ("company.open", "user.active")]
    rest = [check for check in entry if check.rule not in ("company.open", "user.active")]
    return [*account, credential_check(credential), *rest]


def credential_check(credential: CredentialFacts) -> Check:
    text, remedy, passed = _("The password is valid."), "administrator", False
    if credential.state == CredentialState.NONE:
        text = _("The user has no password yet.")
    elif credential.state == CredentialState.GENERATED:
        text, remedy = _("The generated password has to be changed at the first sign-in."), "user"
    elif credential.expires_at and credential.expires_at <= credential.instant:
        text, remedy = _("The password has expired."), "user"
    else:
        passed = True
    return Check("credential.permanent", passed, text, remedy=remedy, facts={"state": credential.state})


def capacity_checks(capacity: CapacityFacts) -> list[Check]:
    """A token where money moves (decision 10), and a profile that captures (S3-025..027)."""
    return [
        *([_token_check(capacity.has_active_token)] if capacity.is_monetary else []),
        _role_check(capacity.operating_role),
    ]


def _token_check(has_active_token: bool) -> Check:
    """Tokens come from the bank (decision 26)."""
    text = _("The user has an active token.") if has_active_token else _("Moving money needs an active token.")
    return Check("token.active", has_active_token, text, remedy="bank")


def _role_check(operating_role: str | None) -> Check:
    passed = operating_role in CAPTURING_ROLES
    text = _("The profile lets the user capture operations.")
    if not passed:
        text = _("The profile does not let the user capture operations.")
    return Check("profile.role", passed, text, facts={"role": operating_role})


def product_checks(product: ProductFacts) -> list[Check]:
    """Open at the bank, enabled for the company, assigned to the user (S0-10, S1-081)."""
    facts = {"product": product.label}
    return [
        Check(
            "product.open",
            product.is_open,
            _("The product is open at the bank.") if product.is_open else _("The product is not open at the bank."),
            remedy="bank",
            facts=facts,
        ),
        Check(
            "product.enabled",
            product.is_enabled,
            _("The product is enabled for the company.")
            if product.is_enabled
            else _("The product is not enabled for the company."),
            facts=facts,
        ),
        Check(
            "product.assigned",
            product.is_assigned,
            _("The product is assigned to the user.")
            if product.is_assigned
            else _("The product is not assigned to the user."),
            facts=facts,
        ),
    ]


def amount_checks(asked: AmountFacts) -> list[Check]:
    """The user's limit for each period, then the company's ceiling: what is used and reserved counts in both."""
    return [
        _amount_check(asked, kind, bounds, period)
        for kind, bounds in (("limit", asked.limit), ("ceiling", asked.ceiling))
        for period in PERIODS
    ]


def _amount_check(asked: AmountFacts, kind: str, bounds: Amounts, period: str) -> Check:
    used = {"day": asked.used_day, "month": asked.used_month}.get(period, Decimal(0))
    ends = {"day": asked.day_ends, "month": asked.month_ends}.get(period)
    bound: Decimal = getattr(bounds, period)
    passed = used + asked.amount <= bound
    waiting_helps = not passed and asked.amount <= bound
    return Check(
        f"{kind}.{period}",
        passed,
        _amount_text(kind, period, passed),
        until=ends if waiting_helps else None,
        remedy="administrator",
        facts={
            "amount": format_money(asked.amount, asked.money),
            "bound": format_money(bound, asked.money),
            **({"used": format_money(used, asked.money)} if ends else {}),
        },
    )


def _amount_text(kind: str, period: str, passed: bool) -> str:
    texts = {
        ("limit", "transaction", True): _("The amount is within the limit for one transaction."),
        ("limit", "transaction", False): _("The amount is above the limit for one transaction."),
        ("limit", "day", True): _("The amount fits in the limit of the day."),
        ("limit", "day", False): _("The amount does not fit in the limit of the day."),
        ("limit", "month", True): _("The amount fits in the limit of the month."),
        ("limit", "month", False): _("The amount does not fit in the limit of the month."),
        ("ceiling", "transaction", True): _("The amount is within the company's ceiling for one transaction."),
        ("ceiling", "transaction", False): _("The amount is above the company's ceiling for one transaction."),
        ("ceiling", "day", True): _("The amount fits in the company's ceiling of the day."),
        ("ceiling", "day", False): _("The amount does not fit in the company's ceiling of the day."),
        ("ceiling", "month", True): _("The amount fits in the company's ceiling of the month."),
        ("ceiling", "month", False): _("The amount does not fit in the company's ceiling of the month."),
    }
    return texts[kind, period, passed]
