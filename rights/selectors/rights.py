"""The facts of every question about one user, loaded in a fixed number of queries; and everything the user may do."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from directory.models import Service, User
from directory.permissions import Permission
from limits.money import Money
from limits.rules import NOTHING, Amounts, available, effective_limit, period_ends
from limits.selectors import LimitsTable, Used, limits_of_products
from products.models import Product
from products.selectors import is_effective, products_asked_about
from rights.rules.decisions import Decision, Facts, decide
from rights.rules.operations import AmountFacts, CapacityFacts, ProductFacts
from rights.selectors.entry import any_service, facts_of, person, service_facts
from schedules.selectors import EffectiveSchedule, Moment, moment_of, schedule_of


@dataclass(frozen=True)
class Left:
    """One limit as it applies: after the ceiling, with what is used and left of day and month."""

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
    """Everything one user may do at one instant, from one address; loaded once, asked often.

    `products` are those a question may be about, each with `is_assigned`; those of `table` are the usable ones.
    """

    user: User
    facts: Facts
    table: LimitsTable
    products: list[Product]
    schedule: EffectiveSchedule
    moment: Moment

    @cached_property
    def entry(self) -> Decision:
        return decide(replace(self.facts, has_image=None, capacity=None, service=None))

    @cached_property
    def money(self) -> Decision:
        """May the user move money at all now, whatever product and amount."""
        return decide(self.facts)

    def services(self) -> list[tuple[Service, bool, list[Left]]]:
        """Each with whether the profile opens it, and what is left of its limits."""
        return [
            (service, self.opens(service), [self._left(service, product) for product in self.table.products])
            for service in self.table.services
        ]

    def _left(self, service: Service, product: Product) -> Left:
        limit = effective_limit(self.table.limit(service, product), self.table.ceiling(service))
        if product.currency != self.user.portal.currency or not self.opens(service):
            limit = NOTHING
        used = self.table.usage(service, product)
        return Left(product, limit, used, available(limit.day, used.day), available(limit.month, used.month))

    def opens(self, service: Service) -> bool:
        """Whether the user's profile does."""
        return service_facts(self.user, service).is_opened

    def operate(self, service: Service, product: Product, asked: Money) -> Decision:
        """May the user move `asked` with this service and product; no further query."""
        used = self.table.usage(service, product)
        day_ends, month_ends = period_ends(self.moment.local)
        amount = AmountFacts(
            asked=asked,
            currency=self.user.portal.currency,
            limit=self.table.limit(service, product),
            ceiling=self.table.ceiling(service),
            used_day=used.day,
            used_month=used.month,
            day_ends=day_ends,
            month_ends=month_ends,
        )
        facts = replace(self.facts, service=service_facts(self.user, service))
        return decide(replace(facts, product=_facts_of(product), amount=amount))


def _facts_of(product: Product) -> ProductFacts:
    return ProductFacts(
        label=f"{product.alias} {product.number}",
        currency=product.currency,
        is_assigned=vars(product)["is_assigned"],
        is_enabled=product.is_enabled,
        is_open=product.is_open,
    )


def rights_of(
    user_id: UUID, instant: datetime, address: str | None, *, viewer: User, brought: str | None = None
) -> Rights:
    """A fixed number of queries, whatever the user has. `brought`: see `TokenFacts`.

    Whoever assigns products may ask about all of the company's; everybody else about those assigned to them.
    """
    user = person(user_id)
    if user is None or user.company_id is None or user.company_id != viewer.company_id:
        raise User.DoesNotExist
    schedule, moment = schedule_of(viewer, user), moment_of(user.portal, instant)
    products = products_asked_about(viewer, user, all_of_company=Permission.ASSIGN_PRODUCTS in viewer.permissions)
    facts = replace(
        facts_of(user, instant, address, schedule, moment, brought=brought),
        has_image=bool(user.security_image),
        capacity=CapacityFacts(is_monetary=True, operating_role=user.profile.operating_role if user.profile else None),
        service=any_service(user),
    )
    table = limits_of_products(viewer, user, moment.local, [product for product in products if is_effective(product)])
    return Rights(user, facts, table, products, schedule, moment)
