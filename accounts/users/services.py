"""What an administrator does to the company's users. Each runs inside the transaction of a confirmed change, on locked
rows; the change audits it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.passwords.generation import withdraw_pending_mails
from audit.authority import Authority
from audit.enums import Event, Outcome
from audit.services import Target, record
from changes.services import discard_drafts_about
from directory.enums import Role, UserState
from directory.models import Company, Profile, User
from directory.readiness import touched
from directory.selectors.users import users_of
from limits.services import forget_limits
from notifications.enums import Notice
from notifications.rules import masked_email
from notifications.services import tell, tell_all
from tenancy import inserting
from tokens.models import Token
from tokens.services import release


def name_taken() -> ValidationError:
    return ValidationError(
        {"username": ValidationError(_("This user name is already taken. Choose another."), "taken")}
    )


def note_name_taken(*, actor: User, username: str) -> None:
    """That a name was tried which somebody has; it counts unless it is one of the person's own company."""
    if actor.company and not users_of(actor).filter(username__iexact=username).exists():
        target = Target("user", "", username)
        record(Event.USER_NAME_TAKEN, actor=actor, company_id=actor.company_id, target=target, outcome=Outcome.REFUSED)


@dataclass(frozen=True)
class NewUser:
    """A secondary user to be: `values` are the person's texts by field."""

    user_id: UUID
    values: Mapping[str, str]
    profile: Profile
    receives_alerts: bool


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
    new = NewUser(user_id, values, profile, receives_alerts)
    return create_users(authority=authority, company=company, new=[new])[0]


def create_users(*, authority: Authority, company: Company, new: Sequence[NewUser]) -> list[User]:
    """The same for many at once."""
    users = [
        User(
            id=each.user_id,
            company=company,
            role=Role.SECONDARY,
            sign_in_key=company.sign_in_key(each.values["username"]),
            profile=each.profile,
            receives_alerts=each.receives_alerts,
            state=UserState.PENDING,
            created_by_name=authority.actor_name,
            **each.values,
        )
        for each in new
    ]
    for user in users:
        user.set_unusable_password()
    try:
        with transaction.atomic():
            inserting.insert(User, map(inserting.values_of, users))
    except IntegrityError as error:
        raise name_taken() from error
    touched(user.pk for user in users)
    return users


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
    _tell_of_email(authority, user, earlier)


def _tell_of_email(authority: Authority, user: User, earlier: str) -> None:
    """Where it changed: to both addresses."""
    if user.email != earlier:
        shown = {"email": masked_email(user.email)}
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


def edit_many(*, authority: Authority, edited: Sequence[tuple[User, Mapping[str, object]]]) -> None:
    """Fields of many users at once, the same ones of each: as `edit_main` and `edit_contact`."""
    earlier = [(user, user.email, user.profile_id) for user, _values in edited]
    for user, values in edited:
        if values.get("email", user.email) != user.email:
            withdraw_pending_mails(user)
        for name, value in values.items():
            setattr(user, name, value)
    User.objects.bulk_create(
        [user for user, _values in edited],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=list(edited[0][1]),
    )
    touched(user.pk for user, values in edited if "profile" in values)
    others = [(user, {"profile": str(user.profile)}) for user, _email, profile in earlier if user.profile_id != profile]
    tell_all(Notice.PROFILE_CHANGED, others, authority=authority)
    for user, email, _profile in earlier:
        _tell_of_email(authority, user, email)


def _set(user: User, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
