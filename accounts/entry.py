"""May this person be inside now? The account's own part of `ENTRY_CHECKS`, and the call of all of them."""

from collections.abc import Callable
from datetime import datetime
from functools import cache

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import IpRule, Session, User
from accounts.rules.checks import Check, address_is_allowed, company_is_open, user_may_enter
from audit import origin

EntryCheck = Callable[[User, datetime, str | None], list[Check]]


@cache
def _configured(paths: tuple[str, ...]) -> list[EntryCheck]:
    return [import_string(path) for path in paths]


def entry_checks(user: User, instant: datetime, address: str | None) -> list[Check]:
    """Every check of `ENTRY_CHECKS`, in their order; a fixed number of queries. Bank staff have no company's rules."""
    if user.company is None:
        return account_checks(user, instant, address)
    return [check for checks in _configured(tuple(settings.ENTRY_CHECKS)) for check in checks(user, instant, address)]


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
    rules = list(IpRule.objects.filter(company_id=user.company_id).values_list("user_id", "network"))
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


def actor_under_lock(actor: User) -> User:
    """The person as the database holds them at this moment, locked until the transaction ends.

    Asked when a change is applied: what was true when the request began may have been withdrawn meanwhile
    (security.md, 15 and 25). Raises PermissionDenied when the person may not be inside any more.
    """
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    # Read after the lock is had: a join in the locking query would show the company as it was before the wait.
    fresh = User.objects.select_related("company__portal").get(pk=actor.pk)
    here = origin.current()
    session_is_over = bool(here.session) and not Session.objects.filter(pk=here.session, ended_because="").exists()
    if session_is_over or first_refusal(fresh, timezone.now(), here.address):
        raise PermissionDenied
    return fresh
