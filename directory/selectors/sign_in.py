import uuid

from directory.models import Portal, User
from tenancy import context

# Whom a query is about when there is no such user, so that timing does not tell (ASVS 6.3.8).
NOBODY = uuid.UUID(int=0)


def portal_of_host(host: str) -> Portal | None:
    return Portal.objects.filter(hostnames__contains=[host]).first()


def find_for_sign_in(sign_in_key: str) -> User | None:
    """The person a sign-in names, before any other scope is known; no more of them than can be read as fast as nobody.

    The rest, such as the company, is read when it is asked for, in the person's own scope.
    """
    with context.sign_in(sign_in_key):
        fields = ("username", "role", "state", "company", "security_image")
        return User.objects.only(*fields).filter(sign_in_key=sign_in_key).first()
