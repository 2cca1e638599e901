"""The facts of a decision, each question in a fixed number of queries; and everything one user may do."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from directory.models import Service, User
from limits.rules import Amounts, available, effective_limit, period_ends
from limits.selectors import LimitsTable, Used, limits_table
from products.models import Product
from rights.rules.decisions import AmountFacts, CapacityFacts, CredentialFacts, Decision, Facts, ProductFacts, decide
from rights.selectors.entry import entry_checks
from rights.selectors.schedules import monetary_answers
from schedules.selectors import EffectiveSchedule, Moment, moment_of, schedule_of
from tokens.selectors import active_token_of


@dataclass(frozen=True)
class Left:
    """One limit as it holds: after the ceiling, with what is used and what is left of day and month."""

    product: Product
    limit: Amounts
    used: Used
    day: Decimal
    month: Decimal

    @property
    def transaction(self) -> Decimal:
        """The most that one more transaction may be."""
        return min(self.limit.transaction, self.day, self.month)


@dataclass(frozen=True)
class Rights:
    """Everything one user may do at one instant, from one address; loaded once, asked often."""

    user: User
    instant: datetime
    facts: Facts
    table: LimitsTable
    schedule: EffectiveSchedule
    moment: Moment

    @cached_property
    def entry(self) -> Decision:
        return decide(Facts(self.facts.entry, self.facts.credential))

    @cached_property
    def money(self) -> Decision:
        """May the user move money at all now, whatever product and amount."""
        return decide(self.facts)

    def services(self) -> list[tuple[Service, list[Left]]]:
        return [
            (service, [self._left(service, product) for product in self.table.products])
            for service in self.table.services
        ]

    def _left(self, service: Service, product: Product) -> Left:
        limit = effective_limit(self.table.limit(service, product), self.table.ceiling(service))
        used = self.table.usage(service, product)
        return Left(product, limit, used, available(limit.day, used.day), available(limit.month, used.month))

    def operate(self, service: Service, product: Product, amount: Decimal) -> Decision:
        """May the user move `amount` with this service and product; no further query."""
        used = self.table.usage(service, product)
        day_ends, month_ends = period_ends(self.moment.local)
        asked = AmountFacts(
            amount=amount,
            limit=self.table.limit(service, product),
            ceiling=self.table.ceiling(service),
            used_day=used.day,
            used_month=used.month,
            day_ends=day_ends,
            month_ends=month_ends,
            money=self.user.portal,
        )
        return decide(Facts(self.facts.entry, self.facts.credential, self.facts.capacity, _facts_of(product), asked))


def _facts_of(product: Product) -> ProductFacts:
    """A product among the user's own: assigned, enabled and open, or it would not be there."""
    return ProductFacts(f"{product.alias} {product.number}", is_assigned=True, is_enabled=True, is_open=True)


def entry_decision(user: User, instant: datetime, address: str | None) -> Decision:
    """May the user be inside: what the middleware asks, with the password's state."""
    return decide(Facts(entry_checks(user, instant, address), _credential(user, instant)))


def rights_of(user: User, instant: datetime, address: str | None) -> Rights:
    """`user` with company, portal and profile loaded. A fixed number of queries, however much the user has."""
    schedule, moment = schedule_of(user, user), moment_of(user.portal, instant)
    capacity = CapacityFacts(
        is_monetary=True,
        operating_role=user.profile.operating_role if user.profile else None,
        has_active_token=active_token_of(user) is not None,
        monetary=monetary_answers(schedule, moment),
    )
    facts = Facts(entry_checks(user, instant, address), _credential(user, instant), capacity)
    return Rights(user, instant, facts, limits_table(user, user, moment.local), schedule, moment)


def _credential(user: User, instant: datetime) -> CredentialFacts:
    return CredentialFacts(user.credential_state, user.password_expires_at, instant)
