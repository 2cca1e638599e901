"""What the first page shows: to an administrator where work is waiting, to a secondary user what they may do now."""

from typing import Any

from django.utils import timezone
from django.utils.text import capfirst

from accounts.bulk.selectors import uploads_under_way
from accounts.set_up.steps import where_to_go_on
from accounts.users.selectors import tally_of, unfinished_users
from changes.selectors import own_being_applied, unfinished_drafts, waiting_for
from directory.enums import Role
from directory.models import User
from directory.permissions import Permission
from products.selectors import effective_products
from rights.presentation import Missing, missing_of, missing_words, remedy_of, shown, text_of
from rights.rules.decisions import Decision

HOME_ROWS = 5


def of(user: User, decision: Decision) -> dict[str, Any]:
    """A fixed number of queries, whatever the company's size. `decision` is that of this request.

    Whoever signed in without a token code first sees here that this is their bank (decision 9).
    """
    came_without_code = any(check.outcome == "never_had" for check in decision.entry)
    return {"own_image": user.security_image if came_without_code else "", **_work(user, decision)}


def _work(user: User, decision: Decision) -> dict[str, Any]:
    if decision.duty:
        return {"duty": {"rule": text_of(decision.duty, user.portal), "who": remedy_of(decision.duty)}}
    if user.role == Role.ADMINISTRATOR:
        return {
            "waiting": list(waiting_for(user)[:HOME_ROWS]),
            "drafts": [
                (draft, where_to_go_on(draft, user.portal.edition)) for draft in unfinished_drafts(user)[:HOME_ROWS]
            ],
            "uploads": list(uploads_under_way(user)[:HOME_ROWS]),
            "being_made": list(own_being_applied(user)[:HOME_ROWS]),
            "tally": tally_of(user),
            "unfinished": _unfinished(user),
        }
    sees_products = Permission.SEE_OWN_PRODUCTS in user.permissions
    return {
        "checks": shown(decision.entry, user.portal),
        "products": effective_products(user, user) if sees_products else [],
    }


def _unfinished(viewer: User) -> list[tuple[User, str, list[Missing]]]:
    """Who cannot work, newest first, with why in a line and what can be done about it."""
    now = timezone.now()
    return [
        (user, capfirst(missing_words(user, now)), missing_of(user, user.missing_at(now)[1])[:1])
        for user in unfinished_users(viewer, most=HOME_ROWS)
    ]
