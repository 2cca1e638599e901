"""The user a change is about, read and locked the same way by all of them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors.users import secondary_users_of


def subject_of(actor: User, params: dict[str, Any]) -> User:
    """A secondary user of the actor's company. Raises ValidationError when there is none."""
    user = secondary_users_of(actor).filter(pk=params["user"]).first()
    if user is None:
        raise ValidationError(_("That user does not exist."), code="no_user")
    return user


def lock_subject(actor: User, params: dict[str, Any]) -> None:
    list(secondary_users_of(actor).filter(pk=params["user"]).select_for_update(of=("self",)).values_list("pk"))


def target_of(user: User) -> tuple[str, str, str]:
    return ("user", str(user.pk), user.username)
