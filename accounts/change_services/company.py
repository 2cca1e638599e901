"""profiles.save, company.set_addresses, company.set_parameters."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import OperatingRole
from accounts.models import Company, User
from accounts.permissions import Permission
from accounts.rules.checks import address_is_allowed
from accounts.rules.company import Network, check_parameters, cleaned_networks, cleaned_profile_name
from accounts.selectors import company as company_selectors
from accounts.selectors.users import profile_of, profiles_of
from accounts.services import company as services
from audit import origin
from audit.enums import Event
from changes.registry import ChangeService, Description, Line, register

Params = dict[str, Any]


def _company_target(company: Company) -> tuple[str, str, str]:
    return ("company", str(company.pk), company.legal_name)


@register
class SaveProfile(ChangeService):
    """Perfiles (S1-035): a new one or a change; `profile` is its key in both cases."""

    key = "profiles.save"
    event = Event.PROFILE_SAVED
    permission = Permission.EDIT_PROFILES

    def lock(self, actor: User, params: Params) -> None:
        list(profiles_of(actor).filter(pk=params["profile"]).select_for_update())

    def describe(self, actor: User, params: Params) -> Description:
        profile = profile_of(actor, params["profile"])
        if profile is None and not params["is_new"]:
            raise ValidationError(_("That profile does not exist."), code="no_profile")
        name, role = cleaned_profile_name(params["name"]), OperatingRole(params["operating_role"])
        if profiles_of(actor).filter(name__iexact=name).exclude(pk=params["profile"]).exists():
            raise services.profile_name_taken()
        before = (profile.name, str(profile.get_operating_role_display())) if profile else ("", "")
        rows = zip((_("Name"), _("Operating role")), before, (name, str(role.label)), strict=True)
        return Description(
            title=(_("Change profile %(name)s") if profile else _("Create profile %(name)s"))
            % {"name": profile.name if profile else name},
            target=("profile", params["profile"], name),
            lines=[Line(what, old, new, "changed" if old else "added") for what, old, new in rows if old != new],
            effect=_("It holds at once for every user of this profile.") if profile else "",
            success=_("Profile %(name)s was saved.") % {"name": name},
        )

    def apply(self, actor: User, params: Params) -> None:
        services.save_profile(
            actor=actor,
            profile_id=UUID(params["profile"]),
            name=cleaned_profile_name(params["name"]),
            operating_role=params["operating_role"],
        )

    def done_url(self, params: Params) -> str:
        return reverse("users:profiles")


@register
class SetAddresses(ChangeService):
    """Administración de IP's (S1-036): `networks` is the whole list, as (network, label)."""

    key = "company.set_addresses"
    event = Event.ADDRESSES_CHANGED
    permission = Permission.EDIT_ADDRESSES

    def lock(self, actor: User, params: Params) -> None:
        company_selectors.lock_company(actor)

    def describe(self, actor: User, params: Params) -> Description:
        wanted = cleaned_networks((network, label) for network, label in params["networks"])
        if not address_is_allowed(origin.current().address, [network.network for network in wanted]):
            raise ValidationError(
                _("Your own present address, %(address)s, would be shut out. Add a network that holds it."),
                params={"address": origin.current().address},
                code="shuts_oneself_out",
            )
        company: Company = actor.company  # type: ignore[assignment]
        return Description(
            title=_("Allowed IP addresses of %(name)s") % {"name": company.legal_name},
            target=_company_target(company),
            lines=_network_lines(company_selectors.networks_of(actor), wanted),
            effect=_("Sessions from other addresses end at their next request.")
            if wanted
            else _("The company's users may enter from any address."),
            success=_("The allowed addresses were changed."),
        )

    def apply(self, actor: User, params: Params) -> None:
        services.set_networks(
            actor=actor, networks=cleaned_networks((network, label) for network, label in params["networks"])
        )

    def done_url(self, params: Params) -> str:
        return reverse("users:addresses")


def _network_lines(before: list[Network], after: list[Network]) -> list[Line]:
    old, new = ({row.network: row for row in rows} for rows in (before, after))
    lines = []
    for network in sorted(old.keys() | new.keys()):
        if network not in new:
            lines.append(Line(network, old[network].label or _("Allowed"), _("Not allowed"), "removed"))
        elif network not in old:
            lines.append(Line(network, _("Not allowed"), new[network].label or _("Allowed"), "added"))
        elif old[network].label != new[network].label:
            lines.append(Line(network, old[network].label, new[network].label))
    return lines


@register
class SetParameters(ChangeService):
    """Parámetros Generales y de Seguridad (S1-036): idle minutes and how many days a password lasts."""

    key = "company.set_parameters"
    event = Event.COMPANY_PARAMETERS_CHANGED
    permission = Permission.EDIT_COMPANY_PARAMETERS

    def lock(self, actor: User, params: Params) -> None:
        company_selectors.lock_company(actor)

    def describe(self, actor: User, params: Params) -> Description:
        company = company_selectors.company_of(actor)
        portal = company.portal
        check_parameters(
            idle_minutes=params["idle_minutes"],
            password_days=params["password_days"],
            most_password_days=portal.password_days,
        )
        rows = (
            (_("Minutes without activity"), company.idle_minutes or portal.idle_minutes, params["idle_minutes"]),
            (_("Days a password lasts"), company.password_days or portal.password_days, params["password_days"]),
        )
        return Description(
            title=_("Security parameters of %(name)s") % {"name": company.legal_name},
            target=_company_target(company),
            lines=[
                Line(what, str(old), str(new), "raised" if new > old else "lowered")
                for what, old, new in rows
                if old != new
            ],
            effect=_("The minutes hold at once; the days, from each user's next password."),
            success=_("The parameters were changed."),
        )

    def apply(self, actor: User, params: Params) -> None:
        services.set_parameters(
            company=company_selectors.company_of(actor),
            idle_minutes=params["idle_minutes"],
            password_days=params["password_days"],
        )

    def done_url(self, params: Params) -> str:
        return reverse("users:parameters")
