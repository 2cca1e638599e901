"""What an administrator does to the company's users. Each runs inside the transaction of a confirmed change, on locked
rows; the change audits it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.passwords.generation import withdraw_pending_mails
from audit.authority import Authority
from changes.services import discard_drafts_about
from directory.enums import Role, UserState
from directory.models import Company, Profile, User
from directory.readiness import touched
from limits.services import forget_limits
from notifications.enums import Notice
from notifications.rules import masked_email
from notifications.services import tell
from tokens.models import Token
from tokens.services import release


def name_taken() -> ValidationError:
    return ValidationError(
        {"username": ValidationError(_("This user name is already taken. Choose another."), "taken")}
    )


def create_user(
    *,
    authority: Authority,
    company: Company,
    user_id: UUID,
    values: Mapping[str, str],
    profile: Profile,
    receives_alerts: bool,
) -> User:
    """A secondary user of the company, with no password and not yet active (decision 11).

    Raises ValidationError for `username` when the name has since been taken by anybody in the portal.
    """
    user = User(
        id=user_id,
        company=company,
        role=Role.SECONDARY,
        sign_in_key=company.sign_in_key(values["username"]),
        profile=profile,
        receives_alerts=receives_alerts,
        state=UserState.PENDING,
        created_by_name=authority.actor_name,
        **values,
    )
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise name_taken() from error
    touched([user.pk])
    return user


def edit_main(*, authority: Authority, user: User, values: Mapping[str, str], profile: Profile) -> None:
    """Información Principal: names and profile. The user name never changes."""
    is_another = user.profile_id != profile.pk
    _set(user, {**values, "profile": profile})
    touched([user.pk])
    if is_another:
        tell(Notice.PROFILE_CHANGED, user, {"profile": profile.name}, authority=authority)


def edit_contact(*, authority: Authority, user: User, values: Mapping[str, str], receives_alerts: bool) -> None:
    """Información Usuario. A password still on its way to an address that changes must not arrive there."""
    earlier = user.email
    if values["email"] != earlier:
        withdraw_pending_mails(user)
    _set(user, {**values, "receives_alerts": receives_alerts})
    if values["email"] != earlier:
        shown = {"email": masked_email(values["email"])}
        tell(Notice.EMAIL_CHANGED, user, shown, authority=authority, earlier_email=earlier)


def delete_unused(*, authority: Authority, user: User, tokens: Sequence[Token]) -> None:
    """Takes a user away who never signed in: the name is free again, what was given to them goes back, and whatever was
    on its way to them is withdrawn. The trail keeps their name."""
    withdraw_pending_mails(user)
    for token in tokens:
        release(authority=authority, token=token)
    forget_limits(authority=authority, user=user)
    discard_drafts_about(authority=authority, subject=user)
    user.delete()


def _set(user: User, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
