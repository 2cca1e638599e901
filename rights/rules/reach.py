import ipaddress
from collections.abc import Sequence


def is_some_address_allowed(of_company: Sequence[str], of_user: Sequence[str]) -> bool:
    """Whether some address is allowed by both lists of networks; an empty one allows every address."""
    if not (of_company and of_user):
        return True
    company, own = ([ipaddress.ip_network(network) for network in networks] for networks in (of_company, of_user))
    return any(one.version == other.version and one.overlaps(other) for one in company for other in own)
