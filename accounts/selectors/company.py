from accounts.models import Company, IpRule, User
from accounts.rules.company import Network


def company_of(viewer: User) -> Company:
    """The viewer's company as it is now, with its portal."""
    return Company.objects.select_related("portal").get(pk=viewer.company_id)


def lock_company(viewer: User) -> None:
    """Until the end of the transaction nobody else changes what belongs to the company as a whole."""
    Company.objects.select_for_update(no_key=True).get(pk=viewer.company_id)


def networks_of(viewer: User) -> list[Network]:
    """The networks allowed to the whole company, in a stable order."""
    rules = IpRule.objects.filter(company_id=viewer.company_id, user=None).order_by("network")
    return [Network(rule.network, rule.label) for rule in rules]
