from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.addresses import services
from audit.authority import Authority
from audit.enums import Event
from audit.services import target_of_company
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Description, Line
from directory.models import Company, User
from directory.permissions import Permission
from directory.rules.company import Network, cleaned_networks
from directory.selectors.company import company_of, networks_of


@dataclass(frozen=True)
class Rows:
    company: Company
    networks: list[Network]


@dataclass(frozen=True, kw_only=True)
class SetAddresses(ChangeKind[Rows]):
    """Administración de IP's (S1-036): the whole list of networks the company's people may sign in from."""

    key = "company.set_addresses"
    event = Event.ADDRESSES_CHANGED
    permission = Permission.EDIT_ADDRESSES

    networks: tuple[Network, ...]

    def normalised(self, maker: User) -> Self:
        rows = ((row.network, row.label) for row in self.networks)
        return replace(self, networks=tuple(cleaned_networks(rows)))

    def load(self, maker: User) -> Rows:
        """The company's own row, which every change locks, stands in for its list."""
        return Rows(company_of(maker), networks_of(maker))

    def describe(self, rows: Rows, maker: User, now: datetime) -> Description:
        return Description(
            title=_("Allowed IP addresses of %(name)s") % {"name": rows.company.legal_name},
            target=target_of_company(rows.company),
            lines=_network_lines(rows.networks, self.networks),
            effect=_("Sessions from other addresses end at their next request.")
            if self.networks
            else _("The company's users can sign in from any address."),
            success=_("The allowed addresses were changed."),
        )

    def apply(self, rows: Rows, authority: Authority) -> None:
        services.set_networks(authority=authority, company=rows.company, networks=self.networks)

    def done_url(self) -> str:
        return reverse("users:addresses")


def _network_lines(before: list[Network], after: tuple[Network, ...]) -> list[Line]:
    old, new = ({row.network: row for row in rows} for rows in (before, after))
    lines = []
    for network in sorted(old.keys() | new.keys()):
        if network not in new:
            lines.append(Line(network, old[network].label or _("Allowed"), _("Not allowed"), LineKind.REMOVED))
        elif network not in old:
            lines.append(Line(network, _("Not allowed"), new[network].label or _("Allowed"), LineKind.ADDED))
        elif old[network].label != new[network].label:
            lines.append(Line(network, old[network].label, new[network].label))
    return lines
