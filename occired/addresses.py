"""Where a request comes from: what the socket says, and what a trusted proxy says about those behind it."""

import ipaddress
import re
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IN_BRACKETS = re.compile(r"\[([^\]]*)\](?::\d{1,5})?")
WITH_PORT = re.compile(r"([\d.]+):\d{1,5}")


def read(written: str) -> Address:
    """An address as proxies write it: alone, with a port, in brackets, IPv4 inside IPv6. Raises ValueError."""
    found = IN_BRACKETS.fullmatch(written) or WITH_PORT.fullmatch(written)
    address = ipaddress.ip_address(found[1] if found else written)
    if getattr(address, "scope_id", None):
        raise ValueError("an address of one machine's own network")
    return getattr(address, "ipv4_mapped", None) or address


def is_proxy(address: Address, proxies: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in proxies)


def is_trusted(socket: str, proxies: Sequence[Network]) -> bool:
    """Whether what the other end of the socket says about others is believed."""
    try:
        return is_proxy(read(socket), proxies)
    except ValueError:
        return False


def client_address(socket: str, forwarded: str, proxies: Sequence[Network]) -> str | None:
    """The client's address: from the socket backwards, the first that is not a trusted proxy's.

    `forwarded` is X-Forwarded-For, to which each proxy adds whom it heard. If all are proxies it is the farthest of
    them; if a proxy wrote something that is not an address nobody knows, and None passes no rule about addresses.
    """
    hops = [socket, *reversed([hop.strip() for hop in forwarded.split(",")])] if forwarded.strip() else [socket]
    address = None
    for hop in hops:
        try:
            address = read(hop)
        except ValueError:
            return None
        if not is_proxy(address, proxies):
            break
    return str(address)
