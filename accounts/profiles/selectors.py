from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Protocol
from uuid import UUID

from accounts.profiles.labels import moved
from directory.editions.edition import Text
from directory.models import Profile, Service, User
from directory.rules.profiles import is_open
from directory.selectors.users import profiles_of, profiles_to_give, users_of
from limits.rules import Amounts, effective_limit
from limits.selectors import company_ceilings, contracted_services, limits_of_profile
from products.selectors import kinds_of_profile
from schedules.rules import Week, intersection
from schedules.selectors import week_of_profile

LONGEST_NAME = 40


class Opens(Protocol):
    """A profile, or what is wanted of one."""

    @property
    def options(self) -> Collection[str] | None: ...

    @property
    def services(self) -> Collection[UUID] | None: ...


@dataclass(frozen=True)
class Catalogue:
    """What the profiles of a company can open: options by key with their labels, and the contracted services."""

    options: dict[str, tuple[Text, ...]]
    services: Sequence[Service]

    @property
    def option_labels(self) -> dict[str, str]:
        """In the language that is spoken now."""
        return {key: " · ".join(str(label) for label in labels) for key, labels in self.options.items()}

    @property
    def service_names(self) -> dict[UUID, str]:
        return {service.pk: service.name for service in self.services}

    def moved(self, before: "Opens | None", after: "Opens") -> tuple[list[str], list[str]]:
        """What somebody loses and gains who has `after` instead of `before`, by name; None opens nothing."""
        options = moved(self.option_labels, before.options if before else (), after.options)
        services = moved(self.service_names, before.services if before else (), after.services)
        return [*options[0], *services[0]], [*options[1], *services[1]]


@dataclass(frozen=True)
class Template:
    """What a profile's new users begin with: kinds of product, limits by service for each of their products, and a
    week of their own, None for the company's."""

    kinds: frozenset[str] = frozenset()
    limits: Mapping[UUID, Amounts] = field(default_factory=dict)
    week: Week | None = None


def template_of(profile: Profile) -> Template:
    """Three queries."""
    return Template(kinds_of_profile(profile), limits_of_profile(profile), week_of_profile(profile))


def bounds_of(viewer: User) -> dict[Service, Amounts]:
    """The monetary services a template can set limits for, each with the company's ceiling, in screen order."""
    return {row.service: row.amounts for row in company_ceilings(viewer) if any(row.bank_amounts)}


def cut(template: Template, bounds: Mapping[Service, Amounts], company: Week) -> Template:
    """As much of it as the company's ceilings and hours allow by now."""
    ceilings = {service.pk: ceiling for service, ceiling in bounds.items()}
    amounts = {key: effective_limit(each, ceilings[key]) for key, each in template.limits.items() if key in ceilings}
    limits = {key: each for key, each in amounts.items() if each.transaction}
    return replace(template, limits=limits, week=template.week and intersection(template.week, company))


def locked_profile(viewer: User, profile_id: UUID | None) -> Profile | None:
    """One of the viewer's company, under lock; none is none."""
    return profiles_of(viewer).filter(pk=profile_id).select_for_update().first() if profile_id else None


def locked_holders(viewer: User, profile_id: UUID) -> dict[UUID, str]:
    """Who has the profile, under lock: the names by key."""
    holders = users_of(viewer).select_related(None).filter(profile_id=profile_id)
    return dict(holders.select_for_update(no_key=True).order_by("pk").values_list("pk", "username"))


def is_last_to_give(viewer: User, profile_id: UUID) -> bool:
    """Whether nobody could be given a profile any more without this one."""
    return not profiles_to_give(viewer).exclude(pk=profile_id).exists()


def catalogue_of(viewer: User) -> Catalogue:
    """Of the viewer's company, in the order of menu and screen. One query."""
    contracted = viewer.company.options if viewer.company else ()
    options = {key: labels for key, labels in viewer.portal.edition.options.items() if is_open(contracted, key)}
    return Catalogue(options, list(contracted_services(viewer)))


def name_of_copy(viewer: User, source: Profile) -> str:
    """One that is free: the copied one's with the least number behind it."""
    stem = source.name[: LONGEST_NAME - len(" 999")]
    taken = {name.casefold() for name in profiles_of(viewer).values_list("name", flat=True)}
    return next(name for number in count(2) if (name := f"{stem} {number}").casefold() not in taken)
