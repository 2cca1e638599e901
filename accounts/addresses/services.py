from collections.abc import Iterable

from audit.authority import Authority
from directory.models import Company, IpRule
from directory.rules.company import Network


def set_networks(*, authority: Authority, company: Company, networks: Iterable[Network]) -> None:
    """All the networks the company's people may sign in from; none means any."""
    wanted = {network.network: network.label for network in networks}
    rules = IpRule.objects.of(company).filter(user=None)
    rules.exclude(network__in=wanted).delete()
    for network, label in wanted.items():
        new = {"company": company, "label": label}
        rules.update_or_create(user=None, network=network, defaults={"label": label}, create_defaults=new)
