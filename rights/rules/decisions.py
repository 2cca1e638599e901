"""The only answer to "may this user do this, in this service, with this product, for this amount, now, from here?".

Pure: facts in, decision out. The two steps of the sign-in, every request, the guard of a change, home, the marks on a
person's tabs, the refusal, "what I may do" and the administrator's question read this one object, so that none of them
can say something else (architecture.md, mechanism 4). Its words are in `rights.presentation`.
"""

from dataclasses import dataclass
from datetime import datetime

from rights.rules.checks import Check
from rights.rules.entry import (
    DUTIES,
    AccountFacts,
    HoursFacts,
    PasswordFacts,
    PlaceFacts,
    TokenFacts,
    account_checks,
    duty_checks,
    hours_check,
    password_check,
    place_check,
    token_check,
)
from rights.rules.operations import (
    AmountFacts,
    CapacityFacts,
    ProductFacts,
    ServiceFacts,
    amount_checks,
    capacity_checks,
    monetary_checks,
    product_checks,
    service_check,
)


@dataclass(frozen=True)
class Decision:
    """Allowed when every check passed; the checks stand in the order in which they were asked."""

    checks: tuple[Check, ...]

    @property
    def allowed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def refusals(self) -> list[Check]:
        return [check for check in self.checks if not check.passed]

    @property
    def entry(self) -> list[Check]:
        """The checks at sign-in, without the duties that follow it."""
        return [check for check in self.checks if check.rule not in DUTIES]

    @property
    def bar(self) -> Check | None:
        """The first refusal that keeps the user out; None if there are only duties."""
        return next((check for check in self.refusals if check.rule not in DUTIES), None)

    @property
    def duty(self) -> Check | None:
        """What the person must do before anything else; None if nothing is left."""
        return next((check for check in self.refusals if check.rule in DUTIES), None)


@dataclass(frozen=True)
class Facts:
    """Everything known about a question; the parts it is not about are left out.

    Account, password and token alone ask whether somebody could sign in at some hour from somewhere. Place and hours
    ask about now and from here. `has_image` asks about working in the portal, the rest about capturing an operation
    there.
    """

    instant: datetime
    account: AccountFacts
    password: PasswordFacts
    token: TokenFacts
    place: PlaceFacts | None = None
    hours: HoursFacts | None = None
    has_image: bool | None = None
    capacity: CapacityFacts | None = None
    service: ServiceFacts | None = None
    product: ProductFacts | None = None
    amount: AmountFacts | None = None


def decide(facts: Facts) -> Decision:
    """May the user sign in; and, if the question goes that far, work in the portal, capture operations, in this
    service, with this product, for this amount."""
    password = password_check(facts.password, facts.account.role, facts.instant)
    token = token_check(facts.token, facts.instant)
    checks = [*account_checks(facts.account), password, token]
    if facts.place:
        checks.append(place_check(facts.place))
    if facts.hours:
        checks.append(hours_check(facts.hours))
    if facts.has_image is not None:
        checks += duty_checks(facts.account.role, password, token, has_image=facts.has_image)
    return Decision((*checks, *_operation_checks(facts)))


def _operation_checks(facts: Facts) -> list[Check]:
    checks: list[Check] = []
    if facts.capacity:
        checks += capacity_checks(facts.capacity, has_active_token=bool(facts.token.active))
    if facts.service:
        checks.append(service_check(facts.service))
    if facts.product:
        checks += product_checks(facts.product)
    if facts.capacity and facts.capacity.is_monetary and facts.hours:
        day, is_holiday = facts.hours.local.date(), bool(facts.hours.holiday)
        checks += monetary_checks(facts.hours.week, day, is_holiday=is_holiday)
    if facts.amount and facts.product and facts.capacity and facts.capacity.is_monetary:
        checks += amount_checks(facts.amount, facts.product)
    return checks
