"""The bank's own office: its staff sign in here and work in the back office, which has a menu of its own."""

from django.utils.translation import gettext_lazy as _

from directory.editions.edition import Brand, Edition, FieldGroup
from directory.editions.occired import WORDS
from directory.enums import PasswordPolicy


def _sign_in_key(portal_code: str, _company_code: str, username: str) -> str:
    return f"{portal_code}:{username.strip().casefold()}"


OFFICE = Edition(
    code="office",
    name="Bank's office",
    brand=Brand(logo="img/logo.svg"),
    template_folder="office",
    home="admin:index",
    words={**WORDS, "sign_in_title": _("Bank staff sign-in"), "code_help": ""},
    asks_company=False,
    sign_in_key=_sign_in_key,
    password_policy=PasswordPolicy.STRONG,
    person=(FieldGroup("main", _("General details"), ("username", "first_names", "first_surname", "email")),),
    optional_fields=frozenset(),
)
