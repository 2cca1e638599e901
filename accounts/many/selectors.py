from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Lower

from accounts.many.rules import Standing
from accounts.passwords.generation import KIND
from directory.models import User
from directory.rules.people import was_used
from directory.selectors.users import secondary_users_of
from notifications.selectors import last_deliveries_at
from products.models import ProductAssignment


def marked_users(viewer: User, keys: Collection[UUID]) -> list[User]:
    """Those of them whom the viewer manages, by user name; of any other nothing is said. One query."""
    found = secondary_users_of(viewer).select_related(None).select_related("profile").filter(pk__in=keys)
    return list(found.order_by(Lower("username")))


def products_held(viewer: User, users: Collection[User]) -> dict[UUID, set[UUID]]:
    """What each of them was given, suspended ones too. One query."""
    held: dict[UUID, set[UUID]] = {user.pk: set() for user in users}
    rows = ProductAssignment.objects.of(viewer).filter(user__in=held)
    for user_id, product_id in rows.values_list("user_id", "product_id"):
        held[user_id].add(product_id)
    return held


def standings_of(viewer: User, users: Collection[User]) -> dict[UUID, Standing]:
    """One query, however many they are."""
    generated = last_deliveries_at(viewer=viewer, kind=KIND, about_ids=[user.pk for user in users])
    return {user.pk: standing_of(user, generated.get(user.pk)) for user in users}


def standing_of(user: User, generated_at: datetime | None = None) -> Standing:
    """Of one, by their own row."""
    used = was_used(user.signed_in_at, user.credential_state)
    return Standing(user.state, str(user.get_state_display()), user.email, generated_at, used)
