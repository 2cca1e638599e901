"""May this person be inside now? Every check of the door, in the order in which it is asked."""

from datetime import datetime

from django.utils.translation import gettext as _

from directory.models import IpRule, User
from rights.rules.checks import Check, address_is_allowed, company_is_open, user_may_enter
from rights.selectors.schedules import schedule_checks


def entry_checks(user: User, instant: datetime, address: str | None) -> list[Check]:
    """Account, network and hours; a fixed number of queries. Bank staff have no company's rules."""
    account = account_checks(user, instant, address)
    if user.company is None:
        return account
    return [*account, *address_checks(user, instant, address), *schedule_checks(user, instant, address)]


def first_refusal(user: User, instant: datetime, address: str | None) -> Check | None:
    return next((check for check in entry_checks(user, instant, address) if not check.passed), None)


def account_checks(user: User, instant: datetime, address: str | None) -> list[Check]:
    """The company's and the user's state; no query when the company is loaded with the user."""
    checks = []
    if user.company is not None:
        open_company = company_is_open(user.company.state)
        checks.append(
            Check(
                "company.open",
                open_company,
                _("The company is active.") if open_company else _("The company is suspended."),
                remedy="bank",
                facts={"state": user.company.state},
            )
        )
    active = user_may_enter(user.state)
    checks.append(
        Check(
            "user.active",
            active,
            _("The user is active.") if active else _("The user is not active."),
            facts={"state": user.state},
        )
    )
    return checks


def address_checks(user: User, instant: datetime, address: str | None) -> list[Check]:
    """The networks of the company, and those of the user where there are any; one query."""
    rules = list(IpRule.objects.of(user).values_list("user_id", "network"))
    of_company = [network for user_id, network in rules if user_id is None]
    of_user = [network for user_id, network in rules if user_id == user.pk]
    allowed = address_is_allowed(address, of_company) and address_is_allowed(address, of_user)
    return [
        Check(
            "address.allowed",
            allowed,
            _("The network address is allowed.") if allowed else _("The network address is not allowed."),
            facts={"address": address},
        )
    ]
