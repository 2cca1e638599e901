"""How often somebody may learn that a user name is taken in another company. Pure."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_NAMES_TOLD = 50  # to an administrator, by the form and by workbooks together
NAMES_COUNT_FOR = timedelta(days=1)


def may_ask_for(username: str, company_code: str, told: int) -> bool:
    """Whether it may still be said if this name is taken. One that begins like the company's own tells nothing of
    another one's, and can always be chosen."""
    return told < MOST_NAMES_TOLD or username.casefold().startswith(company_code.casefold())


def names_used_up(company_code: str) -> ValidationError:
    return ValidationError(
        _(
            "Too many of the user names you chose today are taken. Choose names that begin with your company's code, "
            "%(code)s, or try tomorrow."
        ),
        params={"code": company_code},
        code="names",
    )
