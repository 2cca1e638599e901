from collections.abc import Collection, Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.authority import Authority
from directory.enums import ProfileState
from directory.models import Company, Profile, User
from directory.readiness import touched
from directory.selectors.users import users_with_profile
from limits.rules import Amounts
from limits.services import set_profile_limits
from products.services import set_profile_kinds
from schedules.rules import Week
from schedules.services import set_profile_schedule


def profile_name_taken() -> ValidationError:
    return ValidationError({"name": ValidationError(_("A profile with this name already exists."), "taken")})


def save_profile(
    *,
    authority: Authority,
    company: Company,
    profile_id: UUID,
    name: str,
    operating_role: str,
    options: Collection[str] | None,
    services: Collection[UUID] | None,
) -> Profile:
    """Creates the profile or changes it. Raises ValidationError for `name` when the company has one with that name."""
    try:
        with transaction.atomic():
            values = {
                "name": name,
                "operating_role": operating_role,
                "options": options if options is None else sorted(options),
                "services": services if services is None else sorted(services),
            }
            profile, _is_new = Profile.objects.of(company).update_or_create(
                pk=profile_id, defaults=values, create_defaults={"company": company, **values}
            )
    except IntegrityError as error:
        raise profile_name_taken() from error
    touched(users_with_profile(profile))
    return profile


def retire_profile(*, authority: Authority, profile: Profile, moved: Collection[UUID], target: Profile | None) -> None:
    """Nobody gets it any more. The users `moved` have `target` from now on; all others keep what they have."""
    _set_state(profile, ProfileState.RETIRED)
    if target:
        User.objects.of(profile).filter(pk__in=moved).update(profile=target)
        touched(moved)


def restore_profile(*, authority: Authority, profile: Profile) -> None:
    _set_state(profile, ProfileState.ACTIVE)


def _set_state(profile: Profile, state: ProfileState) -> None:
    profile.state = state
    profile.save(update_fields=["state"])


def set_template(
    *,
    authority: Authority,
    profile: Profile,
    kinds: Collection[str],
    limits: Mapping[UUID, Amounts],
    week: Week | None,
) -> None:
    """What new users of the profile begin with."""
    set_profile_kinds(authority=authority, profile=profile, kinds=kinds)
    set_profile_limits(authority=authority, profile=profile, limits=limits)
    set_profile_schedule(authority=authority, profile=profile, week=week)
