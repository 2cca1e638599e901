"""What the first page shows: to an administrator where work waits, to a secondary user what they may do now."""

from typing import Any

from django.utils import timezone

from accounts.users.selectors import tally_of, unfinished_users
from changes.selectors import waiting_for
from directory.enums import Role
from directory.models import User
from products.selectors import effective_products
from rights.selectors.entry import entry_checks

HOME_ROWS = 5


def of(user: User, address: str | None) -> dict[str, Any]:
    """A fixed number of queries, whatever the company's size."""
    if user.role == Role.ADMINISTRATOR:
        return {
            "waiting": list(waiting_for(user)[:HOME_ROWS]),
            "tally": tally_of(user),
            "unfinished": list(unfinished_users(user)[:HOME_ROWS]),
        }
    return {
        "checks": entry_checks(user, timezone.now(), address),
        "products": effective_products(user, user),
    }
