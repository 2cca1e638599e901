"""The user a change is about, read and locked the same way by all of them."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from directory.models import User
from directory.selectors.users import secondary_users_of


def subject_of(actor: User, params: dict[str, Any]) -> User:
    """A secondary user of the actor's company. Raises ValidationError when there is none."""
    user = secondary_users_of(actor).filter(pk=params["user"]).first()
    if user is None:
        raise ValidationError(_("That user does not exist."), code="no_user")
    return user


def lock_subject(actor: User, params: dict[str, Any]) -> None:
    list(secondary_users_of(actor).filter(pk=params["user"]).select_for_update(of=("self",)).values_list("pk"))


def subject_or_404(viewer: User, user_id: UUID) -> User:
    """The user a page of an administrator is about; anybody else does not exist."""
    return get_object_or_404(secondary_users_of(viewer), pk=user_id)
