"""Whether a company could still be run: the facts about all its administrators together."""

from datetime import datetime

from django.db.models import QuerySet

from directory.enums import Role
from directory.models import Company, IpRule, User
from rights.rules.reach import is_some_address_allowed
from rights.selectors.entry import barred
from schedules.rules import can_enter_within
from schedules.selectors import moment_of, schedules_of

DAYS_AHEAD = 7


def unbarred_administrators(company: Company, instant: datetime) -> QuerySet[User]:
    """Who administers the company and is not refused at every hour and address."""
    return User.objects.of(company).filter(role=Role.ADMINISTRATOR).exclude(barred(instant))


def an_administrator_can_enter(company: Company, instant: datetime) -> bool:
    """Whether some administrator could be signed in at some moment of the next seven days, from some address.

    Anyone not refused at every hour counts (decision 28). Four queries, however many administrators there are.
    """
    ids = list(unbarred_administrators(company, instant).values_list("pk", flat=True))
    rules = list(IpRule.objects.of(company).values_list("user_id", "network"))
    of_company = [network for user_id, network in rules if user_id is None]
    schedules, moment = schedules_of(company, ids), moment_of(company.portal, instant)
    return any(
        can_enter_within(schedules[key].effective, moment.local, moment.is_holiday, days=DAYS_AHEAD)
        and is_some_address_allowed(of_company, [network for user_id, network in rules if user_id == key])
        for key in ids
    )
