from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.back_office.services import create_staff, generate_first_password
from audit.authority import Authority
from directory.editions import OFFICE
from directory.models import BACK_OFFICE, User
from directory.rules.people import cleaned
from tenancy import context
from tokens.enums import TokenKind
from tokens.rules import enrolment_uri
from tokens.services import lifecycle


class Command(BaseCommand):
    """The first of the bank's staff cannot be created in the back office, which nobody enters without a token."""

    help = "Makes one of the bank's staff who may do everything: password by mail, token secret printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--names", required=True, dest="first_names")
        parser.add_argument("--surname", required=True, dest="first_surname")
        parser.add_argument("--email", required=True)
        parser.add_argument("--serial", required=True, help="of the new token, such as FEF0000001")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user, secret = _add(options)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        uri = enrolment_uri(secret, issuer=BACK_OFFICE.brand, account=user.username)
        self.stdout.write(f"Put this into an authenticator app now, it is not shown again:\n{uri}")
        self.stdout.write(f"The password is on its way to {user.email}.")


def _add(options: dict[str, Any]) -> tuple[User, bytes]:
    values = cleaned(
        {name: options[name] for name in OFFICE.person_fields}, BACK_OFFICE.country, OFFICE.optional_fields
    )
    authority = Authority.of_command()
    with context.bank(), transaction.atomic():
        user = create_staff(authority=authority, values=values, is_superuser=True)
        generate_first_password(authority=authority, user=user)
        token = lifecycle.add_token(authority=authority, serial=options["serial"], company=None, kind=TokenKind.VIRTUAL)
        secret = lifecycle.hand_over(authority=authority, token=token, user=user)
        lifecycle.activate(authority=authority, token=token)
    return user, secret
