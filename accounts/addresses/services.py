from collections.abc import Iterable

from directory.models import IpRule, User
from directory.rules.company import Network


def set_networks(*, actor: User, networks: Iterable[Network]) -> None:
    """The networks the company's people may come from, all of them; none means any."""
    wanted = {network.network: network.label for network in networks}
    rules = IpRule.objects.filter(company_id=actor.company_id, user=None)
    rules.exclude(network__in=wanted).delete()
    for network, label in wanted.items():
        IpRule.objects.update_or_create(company=actor.company, user=None, network=network, defaults={"label": label})
