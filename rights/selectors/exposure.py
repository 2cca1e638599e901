"""Limits as they apply, summed: by user and service, by user and product, and for the whole company.

Each limit counts as the company's ceiling cuts it, on products that can be used at all; in one transaction the largest
counts, since nobody makes two at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, DecimalField, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Least

from directory.enums import Readiness, Role
from directory.models import Service, User
from directory.selectors.users import stands_as
from limits.models import Usage, UserLimit
from limits.money import ZERO
from limits.rules import Amounts, period_keys
from limits.selectors import ceilings_of, monetary_services
from products.enums import BankState
from products.models import ProductAssignment
from rights.rules.exposure import Exposure
from rights.selectors.readiness import IN_AN_OPEN_SERVICE

AMOUNT: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=24, decimal_places=2)
Cells = Mapping[tuple[UUID, UUID], Decimal]  # user; service or product


@dataclass(frozen=True)
class AppliedLimits:
    """One period (`transaction`, `day` or `month`) of the viewer's company, with its ceilings. Two queries."""

    viewer: User
    period: str
    services: Sequence[Service]
    ceilings: Mapping[UUID, Amounts]

    @classmethod
    def of(cls, viewer: User, period: str) -> "AppliedLimits":
        ceilings = ceilings_of(viewer)
        contracted = [each for each in monetary_services(viewer.portal.edition_code) if each.pk in ceilings]
        return cls(viewer, period, contracted, ceilings)

    def ceiling(self, service: Service) -> Decimal:
        amount: Decimal = getattr(self.ceilings[service.pk], self.period)
        return amount

    @property
    def limits(self) -> QuerySet[UserLimit]:
        """With `amount`, what applies of each."""
        cut = Case(
            *(
                When(service=each.pk, then=Least(F(self.period), Value(self.ceiling(each), output_field=AMOUNT)))
                for each in self.services
            ),
            default=Value(ZERO),
            output_field=AMOUNT,
        )
        usable = Q(product__enabled_at__isnull=False, product__bank_state=BankState.OPEN)
        return UserLimit.objects.of(self.viewer).filter(usable, user__role=Role.SECONDARY).annotate(amount=cut)

    @property
    def together(self) -> Sum | Max:
        """How the limits of one user in one service add up."""
        return Max("amount") if self.period == "transaction" else Sum("amount")

    def total(self, **only: Any) -> Coalesce:
        """What a user has in all, or of one service or product; to sort users by."""
        rows = self.limits.filter(user=OuterRef("pk"), **only).order_by().values("user")
        total = Subquery(rows.annotate(total=self.together).values("total"), output_field=AMOUNT)
        return Coalesce(total, Value(ZERO), output_field=AMOUNT)

    def cells(self, users: Sequence[User], by: str) -> Cells:
        """What each of these users has in each service, or with each product (`by`); one query."""
        rows = self.limits.filter(user__in=users).order_by().values("user", by).annotate(total=self.together)
        return {(row["user"], row[by]): row["total"] for row in rows}

    def used(self, users: Sequence[User], local_now: datetime) -> dict[UUID, Decimal]:
        """What each has used and reserved in the current day, or month; one query."""
        rows = self._usage(local_now).filter(user__in=users).order_by().values("user")
        return {row["user"]: row["spent"] for row in rows.annotate(spent=Sum(F("used") + F("reserved")))}

    def spent(self, local_now: datetime) -> Coalesce:
        """The same of each user; to sort users by."""
        rows = self._usage(local_now).filter(user=OuterRef("pk")).order_by().values("user")
        total = Subquery(rows.annotate(spent=Sum(F("used") + F("reserved"))).values("spent"), output_field=AMOUNT)
        return Coalesce(total, Value(ZERO), output_field=AMOUNT)

    def exposures(self, instant: datetime) -> list[Exposure]:
        """Every service, in the catalogue's order; two queries, however many users there are."""
        can = IN_AN_OPEN_SERVICE & Q(user__in=User.objects.of(self.viewer).filter(stands_as(Readiness.READY, instant)))
        sums = (
            self.limits.order_by().values("service").annotate(granted=Sum("amount"), usable=Sum("amount", filter=can))
        )
        granted = {row["service"]: (row["granted"], row["usable"] or ZERO) for row in sums}
        spent = self._usage(self.viewer.portal.to_local(instant)).order_by().values("service")
        used = {row["service"]: row["spent"] for row in spent.annotate(spent=Sum(F("used") + F("reserved")))}
        return [
            Exposure(each.name, self.ceiling(each), *granted.get(each.pk, (ZERO, ZERO)), used.get(each.pk, ZERO))
            for each in self.services
        ]

    def _usage(self, local_now: datetime) -> QuerySet[Usage]:
        day, month = period_keys(local_now)
        return Usage.objects.of(self.viewer).filter(period=month if self.period == "month" else day)


def given_products(viewer: User, users: Sequence[User]) -> set[tuple[UUID, UUID]]:
    """Who has which product; one query."""
    rows = ProductAssignment.objects.of(viewer).filter(user__in=users)
    return set(rows.values_list("user_id", "product_id"))
