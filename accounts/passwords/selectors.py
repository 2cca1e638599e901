from django.db.models import QuerySet

from accounts.models import PastPassword
from directory.models import User
from directory.rules.passwords import REMEMBERED_PASSWORDS


def remembered_passwords(user: User) -> QuerySet[PastPassword]:
    """The user's last passwords, newest first, as many as may not be reused."""
    return PastPassword.objects.filter(user=user).order_by("-set_at")[:REMEMBERED_PASSWORDS]
