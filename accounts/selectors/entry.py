from django.db.models import QuerySet

from accounts.models import PastPassword, Portal, User
from accounts.rules.passwords import REMEMBERED_PASSWORDS
from tenancy import context


def portal_of_host(host: str) -> Portal | None:
    return Portal.objects.filter(hostnames__contains=[host]).first()


def find_for_sign_in(sign_in_key: str) -> User | None:
    """The person a sign-in names, before any scope is known."""
    with context.sign_in():
        return User.objects.select_related("company__portal").filter(sign_in_key=sign_in_key).first()


def remembered_passwords(user: User) -> QuerySet[PastPassword]:
    """The user's last passwords, newest first, as many as may not be taken again."""
    return PastPassword.objects.filter(user=user).order_by("-set_at")[:REMEMBERED_PASSWORDS]
