from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.profiles import services
from accounts.profiles.labels import what_it_lets
from audit.authority import Authority
from audit.enums import Event
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Description, Line, listed
from directory.enums import OperatingRole
from directory.models import Company, Profile, User
from directory.permissions import Permission
from directory.rules.company import cleaned_profile_name
from directory.selectors.company import company_of
from directory.selectors.users import profiles_of, usernames_with_profile


@dataclass(frozen=True)
class Rows:
    """`profile` is None for a new one; `is_name_taken` by another of the company's profiles; `holders` are the user
    names of those who have it."""

    company: Company
    profile: Profile | None
    is_name_taken: bool
    holders: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class SaveProfile(ChangeKind[Rows]):
    """Perfiles (S1-035): a new one or a change; `profile` is its key in both cases."""

    key = "profiles.save"
    event = Event.PROFILE_SAVED
    permission = Permission.EDIT_PROFILES

    profile: UUID
    is_new: bool
    name: str
    operating_role: OperatingRole

    def normalised(self, maker: User) -> Self:
        return replace(self, name=cleaned_profile_name(self.name))

    def load(self, maker: User) -> Rows:
        profiles = profiles_of(maker)
        profile = profiles.filter(pk=self.profile).select_for_update().first()
        is_taken = profiles.filter(name__iexact=self.name).exclude(pk=self.profile).exists()
        return Rows(company_of(maker), profile, is_taken, usernames_with_profile(maker, self.profile))

    def describe(self, rows: Rows, maker: User, now: datetime) -> Description:
        profile = rows.profile
        if profile is None and not self.is_new:
            raise ValidationError(_("That profile does not exist."), code="no_profile")
        if rows.is_name_taken:
            raise services.profile_name_taken()
        before = (profile.name, str(profile.get_operating_role_display())) if profile else ("", "")
        after = (self.name, str(self.operating_role.label))
        fields = zip((_("Name"), _("Operating role")), before, after, strict=True)
        return Description(
            title=(_("Change profile %(name)s") if profile else _("Create profile %(name)s"))
            % {"name": profile.name if profile else self.name},
            target=("profile", str(self.profile), self.name),
            lines=[
                Line(what, old, new, LineKind.CHANGED if old else LineKind.ADDED)
                for what, old, new in fields
                if old != new
            ],
            effect=_effect(profile, self.operating_role, rows.holders),
            success=_("Profile %(name)s was saved.") % {"name": self.name},
        )

    def apply(self, rows: Rows, authority: Authority) -> None:
        services.save_profile(
            authority=authority,
            company=rows.company,
            profile_id=self.profile,
            name=self.name,
            operating_role=self.operating_role,
        )

    def done_url(self) -> str:
        return reverse("users:profiles")


def _effect(profile: Profile | None, role: OperatingRole, holders: Sequence[str]) -> str:
    """What changes for whom, where the role does."""
    if profile is None or profile.operating_role == role:
        return ""
    if not holders:
        return _("No user has this profile yet.")
    who = ngettext(
        "It takes effect immediately for %(count)s user: %(names)s.",
        "It takes effect immediately for %(count)s users: %(names)s.",
        len(holders),
    ) % {"count": len(holders), "names": listed(holders)}
    return f"{what_it_lets(profile.name, role)} {who}"
