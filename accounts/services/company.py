"""What an administrator sets for the whole company."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Company, IpRule, Profile, User
from accounts.rules.company import Network


def profile_name_taken() -> ValidationError:
    return ValidationError({"name": ValidationError(_("There is already a profile with this name."), "taken")})


def save_profile(*, actor: User, profile_id: UUID, name: str, operating_role: str) -> Profile:
    """Creates the profile or changes it. Raises ValidationError for `name` when the company has one called so."""
    try:
        with transaction.atomic():
            profile, _is_new = Profile.objects.update_or_create(
                pk=profile_id,
                company=actor.company,
                defaults={"name": name, "operating_role": operating_role},
            )
    except IntegrityError as error:
        raise profile_name_taken() from error
    return profile


def set_networks(*, actor: User, networks: Iterable[Network]) -> None:
    """The networks the company's people may come from, all of them; none means any."""
    wanted = {network.network: network.label for network in networks}
    rules = IpRule.objects.filter(company_id=actor.company_id, user=None)
    rules.exclude(network__in=wanted).delete()
    for network, label in wanted.items():
        IpRule.objects.update_or_create(company=actor.company, user=None, network=network, defaults={"label": label})


def set_parameters(*, company: Company, idle_minutes: int, password_days: int) -> None:
    company.idle_minutes, company.password_days = idle_minutes, password_days
    company.save(update_fields=["idle_minutes", "password_days"])
