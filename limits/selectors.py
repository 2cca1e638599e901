from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Profile, Service, User
from limits.models import CompanyCeiling, ProfileLimit, Usage, UserLimit
from limits.money import ZERO
from limits.rules import NOTHING, PERIODS, Amounts, effective_limit, period_keys
from products.models import Product
from products.selectors import USABLE, assignable_products, assigned_ids_of, effective_products, products_of

Cell = tuple[UUID, UUID]  # service, product


class Used(NamedTuple):
    """Used and reserved in the current day and month."""

    day: Decimal
    month: Decimal


UNUSED = Used(ZERO, ZERO)


@dataclass(frozen=True)
class LimitsTable:
    """Everything about one user's limits; five queries however many services and products there are."""

    services: list[Service]
    products: list[Product]
    ceilings: dict[UUID, Amounts]
    limits: dict[Cell, Amounts]
    used: dict[Cell, Used]

    def ceiling(self, service: Service) -> Amounts:
        return self.ceilings.get(service.pk, NOTHING)

    def limit(self, service: Service, product: Product) -> Amounts:
        return self.limits.get((service.pk, product.pk), NOTHING)

    def usage(self, service: Service, product: Product) -> Used:
        return self.used.get((service.pk, product.pk), UNUSED)


def limits_table(viewer: User, subject: User, local_now: datetime) -> LimitsTable:
    """The monetary services of the user's edition, the products the user has, ceilings, limits and what is used."""
    return limits_of_products(viewer, subject, local_now, effective_products(viewer, subject))


def limits_of_products(viewer: User, subject: User, local_now: datetime, products: list[Product]) -> LimitsTable:
    """The same for products already read; four queries."""
    return replace(_without_use(viewer, subject, products), used=used_by(viewer, subject, local_now))


def limits_to_set(viewer: User, subject: User) -> LimitsTable:
    """The same without what is used, which no limit depends on; four queries."""
    return _without_use(viewer, subject, effective_products(viewer, subject))


def limits_to_set_of(viewer: User, user_ids: Collection[UUID]) -> dict[UUID, LimitsTable]:
    """The same of many users of the company, by user, in five queries."""
    services = list(monetary_services(viewer.portal.edition_code))
    offered = list(assignable_products(viewer))
    held = assigned_ids_of(viewer, user_ids)
    ceilings = ceilings_of(viewer)
    limits: dict[UUID, dict[Cell, Amounts]] = {}
    for row in UserLimit.objects.of(viewer).filter(user_id__in=user_ids):
        limits.setdefault(row.user_id, {})[row.service_id, row.product_id] = row.amounts
    return {
        key: LimitsTable(
            services=services,
            products=[product for product in offered if product.pk in held.get(key, ())],
            ceilings=ceilings,
            limits=limits.get(key, {}),
            used={},
        )
        for key in user_ids
    }


def _without_use(viewer: User, subject: User, products: list[Product]) -> LimitsTable:
    return LimitsTable(
        services=list(monetary_services(subject.portal.edition_code)),
        products=products,
        ceilings=ceilings_of(viewer),
        limits=limits_of(viewer, subject),
        used={},
    )


def monetary_services(edition: str) -> QuerySet[Service]:
    return Service.objects.filter(edition=edition, is_monetary=True).order_by("position", "code")


def ceilings_of(viewer: User) -> dict[UUID, Amounts]:
    return {row.service_id: row.amounts for row in CompanyCeiling.objects.of(viewer)}


def company_ceilings(viewer: User) -> QuerySet[CompanyCeiling]:
    """The monetary services of the viewer's company with both amounts, in the catalogue's order."""
    return (
        CompanyCeiling.objects.of(viewer)
        .filter(service__is_monetary=True)
        .select_related("service")
        .order_by("service__position", "service__code")
    )


def contracted_services(viewer: User) -> QuerySet[Service]:
    """What the viewer's company contracted: the services for which the bank set it a maximum, in screen order."""
    contracted = CompanyCeiling.objects.of(viewer).filter(service_id=OuterRef("pk"), bank_month__gt=0)
    return Service.objects.filter(Exists(contracted)).order_by("position", "code")


def limits_of_profile(profile: Profile) -> dict[UUID, Amounts]:
    """What its new users begin with, by service."""
    rows = ProfileLimit.objects.of(profile).filter(profile=profile)
    return {row.service_id: row.amounts for row in rows}


def limits_of(viewer: User, subject: User) -> dict[Cell, Amounts]:
    rows = UserLimit.objects.of(viewer).filter(user=subject)
    return {(row.service_id, row.product_id): row.amounts for row in rows}


def used_by(viewer: User, subject: User, local_now: datetime) -> dict[Cell, Used]:
    """What one user has used and reserved in the local day and month; one query."""
    rows = _usage(viewer, local_now).filter(user=subject)
    return {cell[1:]: used for cell, used in _by_cell(rows, local_now).items()}


def _usage(viewer: User, local_now: datetime) -> QuerySet[Usage]:
    return Usage.objects.of(viewer).filter(period__in=period_keys(local_now))


def _by_cell(rows: Iterable[Usage], local_now: datetime) -> dict[tuple[UUID, UUID, UUID], Used]:
    day, _month = period_keys(local_now)
    used: dict[tuple[UUID, UUID, UUID], Used] = {}
    for row in rows:
        cell = (row.user_id, row.service_id, row.product_id)
        known = used.get(cell, UNUSED)
        used[cell] = known._replace(day=row.total) if row.period == day else known._replace(month=row.total)
    return used


def limits_in_force(viewer: User, username: str, local_now: datetime) -> QuerySet[UserLimit]:
    """Limits of the company's users that are set or in use, by user; `username` keeps the names that contain it."""
    in_use = _usage(viewer, local_now).filter(
        user_id=OuterRef("user_id"), service_id=OuterRef("service_id"), product_id=OuterRef("product_id")
    )
    rows = UserLimit.objects.of(viewer).filter(Q(month__gt=0) | Exists(in_use))
    if username:
        rows = rows.filter(user__username__icontains=username)
    return (
        rows.select_related("user", "service", "product")
        .alias(**_amounts_to_sort_by(viewer, in_use, local_now))
        .order_by("user__username", "service__position", "service__code", "product__number", "id")
    )


def _amounts_to_sort_by(viewer: User, in_use: QuerySet[Usage], local_now: datetime) -> dict[str, Coalesce | Least]:
    """What `usage_rows` makes of a limit, for the database: `applies_day`, `used_day` and so on. What nobody sorts by
    is not read."""
    ceiling = CompanyCeiling.objects.of(viewer).filter(service_id=OuterRef("service_id"))
    applies = {
        f"applies_{period}": Least(F(period), Coalesce(Subquery(ceiling.values(period)), ZERO)) for period in PERIODS
    }
    used = {
        f"used_{name}": Coalesce(Subquery(in_use.filter(period=key).values(total=F("used") + F("reserved"))), ZERO)
        for name, key in zip(("day", "month"), period_keys(local_now), strict=True)
    }
    return applies | used


@dataclass(frozen=True)
class UsageRow:
    """`amounts` is what actually applies, after the company's ceiling."""

    limit: UserLimit
    amounts: Amounts
    used: Used


def usage_rows(viewer: User, limits: Collection[UserLimit], local_now: datetime) -> list[UsageRow]:
    """What was used of these limits; two queries."""
    rows = list(limits)
    ceilings = ceilings_of(viewer)
    used = _by_cell(_usage(viewer, local_now).filter(user_id__in={row.user_id for row in rows}), local_now)
    return [
        UsageRow(
            row,
            effective_limit(row.amounts, ceilings.get(row.service_id, NOTHING)),
            used.get((row.user_id, row.service_id, row.product_id), UNUSED),
        )
        for row in rows
    ]


def limited_under(ceilings: Sequence[CompanyCeiling]) -> list[UUID]:
    """The keys of those whom these ceilings of one company bound."""
    rows = UserLimit.objects.of(ceilings[0]) if ceilings else UserLimit.objects.none()
    services = [ceiling.service_id for ceiling in ceilings]
    return list(rows.filter(service__in=services, transaction__gt=0).values_list("user_id", flat=True).distinct())


def limited_in(service: Service) -> list[UUID]:
    """The keys of those who have a limit in this service, of any company."""
    return list(UserLimit.objects.filter(service=service).values_list("user_id", flat=True).distinct())


def users_cut_by(viewer: User, ceilings: dict[UUID, Amounts]) -> dict[UUID, list[str]]:
    """For each service the names of the users with a limit above the given ceiling; one query."""
    above = Q(pk__in=[])
    for service_id, ceiling in ceilings.items():
        above |= Q(service_id=service_id) & (
            Q(transaction__gt=ceiling.transaction) | Q(day__gt=ceiling.day) | Q(month__gt=ceiling.month)
        )
    rows = (
        UserLimit.objects.of(viewer)
        .filter(above)
        .values_list("service_id", "user__username")
        .distinct()
        .order_by("user__username")
    )
    cut: dict[UUID, list[str]] = {}
    for service_id, username in rows:
        cut.setdefault(service_id, []).append(username)
    return cut


def tab_mark(viewer: User, subject: User) -> tuple[str, str]:
    """For the tab strip: how many of the user's products have no limit in any service yet; one query."""
    given = UserLimit.objects.of(viewer).filter(user=subject, product_id=OuterRef("pk"), month__gt=0)
    products = products_of(viewer).filter(USABLE, assignments__user_id=subject.pk)
    marks = list(products.annotate(has_limit=Exists(given)).values_list("has_limit", flat=True))
    if not marks:
        return "none", _("no products")
    missing = marks.count(False)
    if not missing:
        return "ok", _("complete")
    return "missing", ngettext("%(count)s missing", "%(count)s missing", missing) % {"count": missing}
