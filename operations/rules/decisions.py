"""The only answer to "may this user do this, with this product, for this amount, at this instant, from here?".

Pure: facts in, decision out. Sign-in, the pages that say what somebody may do, the question they can ask and the
administrator's view all come from here, so that none of them can say something else (architecture, mechanism 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.enums import CredentialState, OperatingRole
from accounts.rules.checks import Check
from limits.money import Format, format_money
from limits.rules import PERIODS, Amounts

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
class OperationFacts:
    """What an operation is asked to be, and everything that bounds it.

    Amounts are in the portal's currency. `used_day` and `used_month` hold what is used and what is reserved in the
    local day and month of the instant, which end at `day_ends` and `month_ends`. `monetary` are the schedule's checks
    for moving money at that instant.
    """

    service: str
    is_monetary: bool
    amount: Decimal
    operating_role: str | None
    has_active_token: bool
    monetary: Sequence[Check]
    limit: Amounts
    ceiling: Amounts
    used_day: Decimal
    used_month: Decimal
    day_ends: datetime
    month_ends: datetime
    money: Format


@dataclass(frozen=True)
class Facts:
    """`entry` are the answers of `ENTRY_CHECKS`; the other parts are given when the question is about them."""

    entry: Sequence[Check]
    credential: CredentialFacts
    product: ProductFacts | None = None
    operation: OperationFacts | None = None


def decide(facts: Facts) -> Decision:
    """May the user enter; and, where they are given, see the product; and carry the operation out."""
    checks = entered(facts.entry, facts.credential)
    operation = facts.operation
    if operation and operation.is_monetary:
        checks.append(token_check(operation.has_active_token))
    if operation:
        checks.append(role_check(operation.operating_role))
    if facts.product:
        checks += product_checks(facts.product)
    if operation and operation.is_monetary:
        checks += [*operation.monetary, *amount_checks(operation)]
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


def token_check(has_active_token: bool) -> Check:
    text = _("The user has an active token.") if has_active_token else _("Moving money needs an active token.")
    return Check("token.active", has_active_token, text)


def role_check(operating_role: str | None) -> Check:
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


def amount_checks(operation: OperationFacts) -> list[Check]:
    """The user's limit for each period, then the company's ceiling: what is used and reserved counts in both."""
    return [
        _amount_check(operation, kind, bounds, period)
        for kind, bounds in (("limit", operation.limit), ("ceiling", operation.ceiling))
        for period in PERIODS
    ]


def _amount_check(operation: OperationFacts, kind: str, bounds: Amounts, period: str) -> Check:
    used = {"day": operation.used_day, "month": operation.used_month}.get(period, Decimal(0))
    ends = {"day": operation.day_ends, "month": operation.month_ends}.get(period)
    bound: Decimal = getattr(bounds, period)
    passed = used + operation.amount <= bound
    waiting_helps = not passed and operation.amount <= bound
    return Check(
        f"{kind}.{period}",
        passed,
        _amount_text(kind, period, passed),
        until=ends if waiting_helps else None,
        remedy="administrator",
        facts={
            "amount": format_money(operation.amount, operation.money),
            "bound": format_money(bound, operation.money),
            **({"used": format_money(used, operation.money)} if ends else {}),
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
