from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.profiles.selectors import Template, bounds_of, cut, template_of
from changes.kinds import ChangeKind
from changes.models import Draft
from changes.selectors import drafts_of
from directory.models import Profile, Service, User
from directory.selectors.users import profiles_of
from limits.changes import SetUserLimits, WantedLimit
from limits.rules import Amounts
from limits.selectors import limits_to_set
from products.changes import AssignProducts
from products.models import Product
from products.selectors import assignable_products, assigned_ids, products_of
from schedules.changes import SetUserSchedule
from schedules.rules import Week
from schedules.selectors import schedule_of

# What colleagues at one place share; offered, never taken over unseen.
OFFERED = ("address", "office_phone", "department", "city")


def rights_like(viewer: User, source: User, subject: UUID) -> list[ChangeKind[Any]]:
    """The products, limits and hours of one user as what another is to get; only what can still be given."""
    held = assigned_ids(viewer, source) & {product.pk for product in assignable_products(viewer)}
    table, schedule = limits_to_set(viewer, source), schedule_of(viewer, source)
    limits = [
        WantedLimit(service_id, product_id, amounts)
        for (service_id, product_id), amounts in table.limits.items()
        if product_id in held and any(amounts)
    ]
    parts: list[ChangeKind[Any]] = []
    if held:
        parts.append(AssignProducts(user=subject, products=frozenset(held)))
    if limits:
        parts.append(SetUserLimits(user=subject, limits=tuple(limits)))
    if schedule.own:
        parts.append(SetUserSchedule(user=subject, week=schedule.effective))
    return parts


@dataclass(frozen=True)
class Offer:
    """What the template of a profile offers to a new user, as far as it can be given on this day: products; limits in
    the services the profile opens, cut by the ceilings; hours within the company's."""

    subject: UUID
    template: Template
    profile: Profile | None
    products: Sequence[Product]
    services: Sequence[Service]
    company_week: Week

    def parts(self, chosen: Collection[UUID]) -> list[ChangeKind[Any]]:
        """Those of a user to whom the products `chosen` are given."""
        limits = tuple(
            WantedLimit(service.pk, product.pk, amounts)
            for service, amounts in self._amounts()
            for product in self.products
            if product.pk in chosen
        )
        offered = frozenset(each.pk for each in self.products if self._is_offered(each))
        parts: list[ChangeKind[Any]] = [AssignProducts(user=self.subject, products=offered)] if offered else []
        if limits:
            parts.append(SetUserLimits(user=self.subject, limits=limits))
        week = self.template.week
        if week is None or week == self.company_week:
            return parts
        return [*parts, SetUserSchedule(user=self.subject, week=week)]

    def _is_offered(self, product: Product) -> bool:
        return product.kind in self.template.kinds and product.is_enabled and product.is_open

    def _amounts(self) -> list[tuple[Service, Amounts]]:
        limits = self.template.limits
        return [
            (service, limits[service.pk])
            for service in self.services
            if service.pk in limits and self.profile and self.profile.opens(service)
        ]


def offer_of(viewer: User, subject: UUID, profile_id: UUID | None) -> Offer:
    """Of no profile, nothing. Seven queries at most."""
    profile = profiles_of(viewer).filter(pk=profile_id).first() if profile_id else None
    bounds, company = bounds_of(viewer), schedule_of(viewer, None).company
    template = cut(template_of(profile), bounds, company) if profile else Template()
    return Offer(subject, template, profile, list(products_of(viewer)), list(bounds), company)


def offered_by(source: User) -> dict[str, Any]:
    """What a new user's form may begin with: where the source works, and the profile of whom one copies."""
    return {name: getattr(source, name) for name in OFFERED} | {"profile": source.profile_id}


def new_draft_called(viewer: User, username: str) -> Draft | None:
    """What the viewer has begun for a user of this name, who does not exist yet."""
    return drafts_of(viewer).filter(is_new=True, title__iexact=username).first()
