"""What is allowed about people: pure functions, values in, answer or ValidationError out."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from directory.enums import CompanyState, UserState


@dataclass(frozen=True)
class Check:
    """One rule asked, with what it was asked about and its answer; a decision is a list of these.

    `rule` is a stable name such as `schedule.window`; `text` says the outcome to a person; `until` is the instant
    from which the answer may differ, when that is known; `remedy` is who can change it: user, administrator, bank.
    """

    rule: str
    passed: bool
    text: str
    until: datetime | None = None
    remedy: str = "administrator"
    facts: dict[str, Any] = field(default_factory=dict)


def user_may_enter(state: str) -> bool:
    return state == UserState.ACTIVE


def company_is_open(state: str) -> bool:
    return state == CompanyState.ACTIVE


def address_is_allowed(address: str | None, networks: Iterable[str]) -> bool:
    """No network named means every address; IPv4-mapped IPv6 addresses count as the IPv4 address they carry."""
    allowed = [ipaddress.ip_network(network) for network in networks]
    if not allowed:
        return True
    if address is None:
        return False
    client = ipaddress.ip_address(address)
    client = getattr(client, "ipv4_mapped", None) or client
    return any(client.version == network.version and client in network for network in allowed)
