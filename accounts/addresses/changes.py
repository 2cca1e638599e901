from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.addresses import services
from audit import origin
from audit.enums import Event
from changes.registry import ChangeService, Description, Line, register
from directory.models import Company, User
from directory.permissions import Permission
from directory.rules.company import Network, cleaned_networks
from directory.selectors import company as company_selectors
from rights.rules.entry import address_is_allowed

Params = dict[str, Any]


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
            target=("company", str(company.pk), company.legal_name),
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
