"""Bank staff at work, as their sign-in leaves them: on their own host, with a verified token."""

from itertools import count

from audit.authority import Authority
from directory.models import User
from tenancy import context
from tests import factories
from tests.support.client import Client
from tests.support.people import signed_in
from tokens.enums import TokenKind
from tokens.models import Token
from tokens.services import lifecycle

HOST = "banco.localhost"
_numbers = count(9_000_001)


def give_token(user: User) -> Token:
    """An active virtual token; call it inside the bank's scope."""
    serial = f"FEF{next(_numbers)}"
    authority = Authority.of_command()
    token = lifecycle.add_token(authority=authority, serial=serial, company=user.company, kind=TokenKind.VIRTUAL)
    lifecycle.assign_to(authority=authority, token=token, user=user)
    lifecycle.mark_enrolled(authority=authority, token=token)
    return lifecycle.activate(authority=authority, token=token)


def staff_client(*, with_token: bool = True, **values: object) -> Client:
    """A client of the back office; `values` are those of the user, such as `is_superuser=False`."""
    with context.bank():
        staff = factories.bank_staff(**values)
        token = give_token(staff) if with_token else None
        return signed_in(staff, token, host=HOST)
