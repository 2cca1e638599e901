"""What a company may set for itself. Pure: values in, values or ValidationError out."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from directory.rules.countries import country_called
from directory.rules.texts import one_line

MAX_NETWORKS = 50
MIN_IDLE_MINUTES, MAX_IDLE_MINUTES = 1, 15
MIN_PASSWORD_DAYS = 1


def cleaned_tax_id(text: str, country: str) -> str:
    """The tax identification in the country's canonical form. Raises ValidationError."""
    return country_called(country).cleaned_tax_id("".join(text.split()).upper())


@dataclass(frozen=True)
class Network:
    """One network in its canonical form, such as `200.14.232.0/24`, with the company's own label for it."""

    network: str
    label: str = ""


def cleaned_network(text: str) -> str:
    """The canonical form of an address or network, v4 or v6. Raises ValidationError.

    An IPv4 network written inside IPv6 becomes the IPv4 network it is, since that is how clients are compared; the bits
    after the prefix must be empty, so that nobody allows more than they see.
    """
    try:
        network = ipaddress.ip_network(text.strip())
    except ValueError as error:
        raise ValidationError(
            _("Enter an address or a network, for example 200.14.232.152 or 200.14.232.0/24."), code="network"
        ) from error
    if "%" in text:  # a zone means something on one machine alone
        raise ValidationError(_("Enter the address without the zone at its end."), code="network")
    if isinstance(network, ipaddress.IPv6Network) and network.network_address.ipv4_mapped:
        mapped_bits = 96
        if network.prefixlen < mapped_bits:
            raise ValidationError(_("Enter this network as an IPv4 network."), code="network")
        network = ipaddress.ip_network((network.network_address.ipv4_mapped, network.prefixlen - mapped_bits))
    if network.prefixlen == 0:
        raise ValidationError(_("This network is the whole Internet: leave the list empty instead."), code="everything")
    return str(network)


def cleaned_networks(rows: Iterable[tuple[str, str]]) -> list[Network]:
    """Every network once, in a stable order; the last label given to it counts. Raises ValidationError."""
    found = {cleaned_network(text): one_line(label) for text, label in rows}
    if len(found) > MAX_NETWORKS:
        raise ValidationError(_("At most %(limit)s networks."), params={"limit": MAX_NETWORKS}, code="too_many")
    return [Network(network, found[network]) for network in sorted(found)]


def cleaned_profile_name(text: str) -> str:
    """Letters, digits, spaces and `_-.&()`, such as `Pruebas_PRD`."""
    name = one_line(text)
    if not re.fullmatch(r"[^\W_][\w .&()-]{0,39}", name):
        raise ValidationError(_("Up to 40 letters, digits, spaces, hyphens and underscores."), code="profile_name")
    return name


def check_parameters(*, idle_minutes: int, password_days: int, most_password_days: int) -> None:
    """Idle minutes up to 15 (security.md, 24); a password never lasts longer than the bank's policy allows."""
    problems = {}
    if not MIN_IDLE_MINUTES <= idle_minutes <= MAX_IDLE_MINUTES:
        problems["idle_minutes"] = ValidationError(
            _("Between %(least)s and %(most)s minutes."),
            params={"least": MIN_IDLE_MINUTES, "most": MAX_IDLE_MINUTES},
            code="idle_minutes",
        )
    if not MIN_PASSWORD_DAYS <= password_days <= most_password_days:
        problems["password_days"] = ValidationError(
            _("Between %(least)s and %(most)s days."),
            params={"least": MIN_PASSWORD_DAYS, "most": most_password_days},
            code="password_days",
        )
    if problems:
        raise ValidationError(problems)


def check_dual_control(*, after: bool, by_bank: bool) -> None:
    """What the bank requires stays on. Raises ValidationError."""
    if by_bank and not after:
        raise ValidationError(
            {"dual_control": ValidationError(_("The bank requires dual control of this company."), "by_bank")}
        )
