from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.profiles import services
from accounts.profiles.labels import (
    kind_lines,
    limit_lines,
    opened_lines,
    opening_lines,
    week_lines,
    what_changes_for,
    what_it_lets,
)
from accounts.profiles.selectors import (
    Catalogue,
    Template,
    bounds_of,
    catalogue_of,
    is_last_to_give,
    locked_holders,
    locked_profile,
    template_of,
)
from audit.authority import Authority
from audit.enums import Event
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Description, Line, listed
from directory.enums import OperatingRole, ProfileState
from directory.models import Company, Portal, Profile, Service, User
from directory.permissions import Permission
from directory.rules.company import cleaned_profile_name
from directory.rules.profiles import Chosen
from directory.selectors.company import company_of
from directory.selectors.users import profiles_of, usernames_with_profile
from limits.labels import ceiling_name, problem_error
from limits.rules import Amounts, limit_problems
from products.enums import ProductKind
from schedules.labels import outside_problems
from schedules.rules import Week
from schedules.selectors import schedule_of


@dataclass(frozen=True)
class Rows:
    """`profile` is None for a new one; `is_name_taken` by another of the company's profiles; `holders` are the user
    names of those who have it; `catalogue` is what it can open."""

    company: Company
    profile: Profile | None
    is_name_taken: bool
    holders: Sequence[str]
    catalogue: Catalogue


@dataclass(frozen=True, kw_only=True)
class SaveProfile(ChangeKind[Rows]):
    """Perfiles (S1-035): a new one or a change; `profile` is its key in both cases. `options` and `services` are those
    it opens, None all of them, whatever comes later."""

    key = "profiles.save"
    event = Event.PROFILE_SAVED
    permission = Permission.EDIT_PROFILES

    profile: UUID
    is_new: bool
    name: str
    operating_role: OperatingRole
    options: frozenset[str] | None = None
    services: frozenset[UUID] | None = None

    def normalised(self, maker: User) -> Self:
        return replace(self, name=cleaned_profile_name(self.name))

    def load(self, maker: User) -> Rows:
        profile = locked_profile(maker, self.profile)
        is_taken = profiles_of(maker).filter(name__iexact=self.name).exclude(pk=self.profile).exists()
        holders = usernames_with_profile(maker, self.profile)
        return Rows(company_of(maker), profile, is_taken, holders, catalogue_of(maker))

    def describe(self, rows: Rows, maker: User, now: datetime) -> Description:
        profile = rows.profile
        if not self.is_new:
            _known(profile)
        if rows.is_name_taken:
            raise services.profile_name_taken()
        self._check_offered(rows.catalogue)
        return Description(
            title=(_("Change profile %(name)s") if profile else _("Create profile %(name)s"))
            % {"name": profile.name if profile else self.name},
            target=("profile", str(self.profile), self.name),
            lines=[*self._field_lines(profile), *self._opening_lines(profile, rows.catalogue)],
            effect="\n".join(self._effect(profile, rows)) if profile else "",
            success=_("Profile %(name)s was saved.") % {"name": self.name},
        )

    def apply(self, rows: Rows, authority: Authority) -> None:
        services.save_profile(
            authority=authority,
            company=rows.company,
            profile_id=self.profile,
            name=self.name,
            operating_role=self.operating_role,
            options=self.options,
            services=self.services,
        )

    def _check_offered(self, catalogue: Catalogue) -> None:
        """One that the company did not contract is refused like one that does not exist."""
        offered: tuple[tuple[str, Chosen[Any], Collection[Any]], ...] = (
            ("options", self.options, catalogue.options),
            ("services", self.services, catalogue.service_names),
        )
        for name, chosen, known in offered:
            if not set(chosen or ()) <= set(known):
                raise ValidationError({name: ValidationError(_("The company has not contracted this."), "unknown")})

    def _field_lines(self, profile: Profile | None) -> list[Line]:
        before = (profile.name, str(profile.get_operating_role_display())) if profile else ("", "")
        after = (self.name, str(self.operating_role.label))
        fields = zip((_("Name"), _("Operating role")), before, after, strict=True)
        return [
            Line(what, old, new, LineKind.CHANGED if old else LineKind.ADDED) for what, old, new in fields if old != new
        ]

    def _opening_lines(self, profile: Profile | None, catalogue: Catalogue) -> list[Line]:
        options, names = catalogue.option_labels, catalogue.service_names
        if profile is None:
            return [
                *opened_lines(_("Options"), options, self.options),
                *opened_lines(_("Services"), names, self.services),
            ]
        return [
            *opening_lines(_("Options"), options, profile.options, self.options),
            *opening_lines(_("Services"), names, profile.services, self.services),
        ]

    def _effect(self, profile: Profile, rows: Rows) -> list[str]:
        """What changes for whom, a sentence each; nothing where only the name does."""
        lost, gained = rows.catalogue.moved(profile, self)
        is_other_role = profile.operating_role != self.operating_role
        if not rows.holders:
            return [_("No user has this profile yet.")] if is_other_role or lost or gained else []
        about_role = [_role_effect(profile, self.operating_role, rows.holders)] if is_other_role else []
        return [*about_role, *what_changes_for(rows.holders, lost, gained)]

    def done_url(self) -> str:
        return reverse("users:profiles")


@dataclass(frozen=True)
class Retired:
    """The profile, who has it by key, and the one they move to, if any; `is_last` of those that can be given."""

    profile: Profile | None
    holders: Mapping[UUID, str]
    target: Profile | None
    is_last: bool
    catalogue: Catalogue


@dataclass(frozen=True, kw_only=True)
class RetireProfile(ChangeKind[Retired]):
    """A profile that nobody is given any more; with `target` its users move to that one, else they keep it."""

    key = "profiles.retire"
    event = Event.PROFILE_RETIRED
    permission = Permission.EDIT_PROFILES

    profile: UUID
    target: UUID | None

    def load(self, maker: User) -> Retired:
        return Retired(
            profile=locked_profile(maker, self.profile),
            holders=locked_holders(maker, self.profile),
            target=locked_profile(maker, self.target),
            is_last=is_last_to_give(maker, self.profile),
            catalogue=catalogue_of(maker),
        )

    def describe(self, rows: Retired, maker: User, now: datetime) -> Description:
        profile = _known(rows.profile)
        if rows.is_last and not profile.is_retired:
            raise ValidationError(_("It is the last profile users can be given. Create another one first."), "last")
        if self.target and (rows.target is None or rows.target.is_retired or rows.target.pk == profile.pk):
            raise ValidationError({"target": ValidationError(_("Choose one of the company's profiles."), "no_profile")})
        return Description(
            title=_("Retire profile %(name)s") % {"name": profile.name},
            target=("profile", str(profile.pk), profile.name),
            lines=[*_state_lines(profile, ProfileState.RETIRED), *_moving_lines(rows)],
            effect="\n".join(_effect_of_retiring(profile, rows)),
            success=_("Profile %(name)s was retired.") % {"name": profile.name},
        )

    def apply(self, rows: Retired, authority: Authority) -> None:
        profile, moved_users = _known(rows.profile), sorted(rows.holders)
        services.retire_profile(authority=authority, profile=profile, moved=moved_users, target=rows.target)

    def done_url(self) -> str:
        return reverse("users:profiles")


@dataclass(frozen=True, kw_only=True)
class RestoreProfile(ChangeKind[Profile | None]):
    """A retired profile that can be given again."""

    key = "profiles.restore"
    event = Event.PROFILE_RESTORED
    permission = Permission.EDIT_PROFILES

    profile: UUID

    def load(self, maker: User) -> Profile | None:
        return locked_profile(maker, self.profile)

    def describe(self, found: Profile | None, maker: User, now: datetime) -> Description:
        profile = _known(found)
        return Description(
            title=_("Use profile %(name)s again") % {"name": profile.name},
            target=("profile", str(profile.pk), profile.name),
            lines=_state_lines(profile, ProfileState.ACTIVE),
            success=_("Profile %(name)s can be given again.") % {"name": profile.name},
        )

    def apply(self, found: Profile | None, authority: Authority) -> None:
        services.restore_profile(authority=authority, profile=_known(found))

    def done_url(self) -> str:
        return reverse("users:profiles")


class WantedAmounts(NamedTuple):
    """What new users are to begin with in one service."""

    service: UUID
    amounts: Amounts


@dataclass(frozen=True)
class TemplateRows:
    """The profile, its template, the company's week, and its ceilings by service in screen order."""

    profile: Profile | None
    template: Template
    company_week: Week
    bounds: Mapping[Service, Amounts]


@dataclass(frozen=True, kw_only=True)
class SetTemplate(ChangeKind[TemplateRows]):
    """What a profile's new users begin with: all of it, whatever was there before. Without `week` the company's."""

    key = "profiles.set_template"
    event = Event.PROFILE_TEMPLATE_SAVED
    permission = Permission.EDIT_PROFILES

    profile: UUID
    kinds: frozenset[str]
    limits: tuple[WantedAmounts, ...]
    week: Week | None

    def load(self, maker: User) -> TemplateRows:
        profile = locked_profile(maker, self.profile)
        template = template_of(profile) if profile else Template()
        return TemplateRows(profile, template, schedule_of(maker, None).company, bounds_of(maker))

    def describe(self, rows: TemplateRows, maker: User, now: datetime) -> Description:
        profile, before = _known(rows.profile), rows.template
        self._check(rows, maker.portal)
        return Description(
            title=_("Template of profile %(name)s, in %(currency)s")
            % {"name": profile.name, "currency": maker.portal.currency},
            target=("profile", str(profile.pk), profile.name),
            lines=[
                *kind_lines(before.kinds, self.kinds),
                *limit_lines(rows.bounds, before.limits, dict(self.limits), maker.portal),
                *week_lines(before.week, self.week),
            ],
            effect=_("New users of the profile begin with it. Nothing changes for those who have it already."),
            success=_("The template of profile %(name)s was saved.") % {"name": profile.name},
        )

    def _check(self, rows: TemplateRows, portal: Portal) -> None:
        """Within the company's ceilings and hours, and nothing that is not there."""
        bounds = {service.pk: (service, ceiling) for service, ceiling in rows.bounds.items()}
        if not self.kinds <= set(ProductKind.values) or not {key for key, _amounts in self.limits} <= set(bounds):
            raise ValidationError(_("The company has not contracted this."), code="unknown")
        problems: dict[str, ValidationError] = {}
        for key, amounts in self.limits:
            service, ceiling = bounds[key]
            for problem in limit_problems(amounts, ceiling):
                problems[ceiling_name(service.code, problem.period)] = problem_error(problem, portal)
        if self.week:
            problems |= outside_problems(self.week, rows.company_week)
        if problems:
            raise ValidationError(problems)

    def apply(self, rows: TemplateRows, authority: Authority) -> None:
        limits = {key: amounts for key, amounts in self.limits if any(amounts)}
        services.set_template(
            authority=authority, profile=_known(rows.profile), kinds=self.kinds, limits=limits, week=self.week
        )

    def done_url(self) -> str:
        return reverse("users:profile-template", args=[self.profile])


def _known(profile: Profile | None) -> Profile:
    if profile is None:
        raise ValidationError(_("That profile does not exist."), code="no_profile")
    return profile


def _state_lines(profile: Profile, state: ProfileState) -> list[Line]:
    before = str(profile.get_state_display())
    return [] if profile.state == state else [Line(_("Status"), before, str(state.label))]


def _moving_lines(rows: Retired) -> list[Line]:
    """One for each user who gets another profile, by name."""
    if rows.target is None or rows.profile is None:
        return []
    before, after = rows.profile.name, rows.target.name
    return [Line(name, before, after, group=_("Users")) for name in sorted(rows.holders.values(), key=str.casefold)]


def _effect_of_retiring(profile: Profile, rows: Retired) -> list[str]:
    names, target = sorted(rows.holders.values(), key=str.casefold), rows.target
    if not names:
        return [_("No user has this profile: nobody is concerned.")]
    if target is None:
        kept = ngettext("%(count)s user keeps it: %(names)s.", "%(count)s users keep it: %(names)s.", len(names)) % {
            "count": len(names),
            "names": listed(names),
        }
        return [kept]
    is_other_role = profile.operating_role != target.operating_role
    about_role = [_role_effect(target, OperatingRole(target.operating_role), names)] if is_other_role else []
    return [*about_role, *what_changes_for(names, *rows.catalogue.moved(profile, target))]


def _role_effect(profile: Profile, role: OperatingRole, holders: Sequence[str]) -> str:
    who = ngettext(
        "It takes effect immediately for %(count)s user: %(names)s.",
        "It takes effect immediately for %(count)s users: %(names)s.",
        len(holders),
    ) % {"count": len(holders), "names": listed(holders)}
    return f"{what_it_lets(profile.name, role)} {who}"
