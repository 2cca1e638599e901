from uuid import UUID

from django.db.models import QuerySet

from accounts.models import PasswordOrder, PastPassword
from directory.models import User
from directory.rules.passwords import REMEMBERED_PASSWORDS


def remembered_passwords(user: User) -> QuerySet[PastPassword]:
    """The user's last passwords, newest first, as many as may not be reused."""
    return PastPassword.objects.filter(user=user).order_by("-set_at")[:REMEMBERED_PASSWORDS]


def ordered_passwords() -> list[tuple[UUID, UUID]]:
    """The orders nobody has carried out, the oldest first, each with its user; needs the bank's scope."""
    return list(PasswordOrder.objects.order_by("created_at", "pk").values_list("pk", "user_id"))
