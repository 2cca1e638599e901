"""The user a change or a page is about, found the same way by all of them."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from directory.models import User
from directory.selectors.users import secondary_users_among, secondary_users_of


def locked_subject(maker: User, user_id: UUID) -> User:
    """A secondary user of the maker's company, under lock. Raises ValidationError when there is none."""
    users = secondary_users_of(maker).filter(pk=user_id)
    list(users.select_for_update(of=("self",), no_key=True).values_list("pk"))
    user = users.first()  # read only now: a join in the locking query would show the profile as before the wait
    if user is None:
        raise _nobody()
    return user


def locked_subjects(maker: User, user_ids: Collection[UUID]) -> list[User | ValidationError]:
    """The same for many, in the order in which they are asked for, in four queries; why not, where there is none."""
    users = secondary_users_of(maker).filter(pk__in=user_ids)
    list(users.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))
    found = secondary_users_among(maker, user_ids)
    return [found.get(user_id) or _nobody() for user_id in user_ids]


def _nobody() -> ValidationError:
    return ValidationError(_("That user does not exist."), code="no_user")


def subject_or_404(viewer: User, user_id: UUID) -> User:
    """The user a page of an administrator is about; anybody else is as if they did not exist."""
    return get_object_or_404(secondary_users_of(viewer), pk=user_id)
