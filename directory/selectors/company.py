from uuid import UUID

from directory.models import Company, IpRule, Portal, User
from directory.rules.company import Network
from tenancy.rows import OfCompany


def company_of(viewer: User) -> Company:
    """The viewer's company as it is now, with its portal."""
    return Company.objects.of(viewer).select_related("portal").get()


def is_code_taken(portal: Portal, code: str) -> bool:
    """Whether a company of the portal has that code; case is ignored."""
    return Company.objects.filter(portal=portal, code__iexact=code).exists()


def is_tax_id_taken(portal: Portal, tax_id: str, *, by_other_than: UUID | None = None) -> bool:
    having = Company.objects.filter(portal=portal, tax_id=tax_id)
    return (having.exclude(pk=by_other_than) if by_other_than else having).exists()


def lock_company(viewer: OfCompany) -> None:
    """Until the transaction ends nobody else changes what belongs to the company as a whole."""
    Company.objects.of(viewer).select_for_update(no_key=True).get()


def networks_of(viewer: User) -> list[Network]:
    """The networks allowed to the whole company, in a stable order."""
    rules = IpRule.objects.of(viewer).filter(user=None).order_by("network")
    return [Network(rule.network, rule.label) for rule in rules]
