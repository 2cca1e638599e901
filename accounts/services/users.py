"""What an administrator does to the company's users. Each runs inside the transaction of a confirmed change, on rows
that are locked; the change audits it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.enums import Role, SessionEnd, UserState
from accounts.models import Profile, User
from accounts.rules.people import can_become
from accounts.services.generated_passwords import withdraw_pending_mails
from accounts.services.sessions import end_sessions
from accounts.services.sign_in import sign_in_key


def name_taken() -> ValidationError:
    return ValidationError(
        {"username": ValidationError(_("This user name is already taken. Choose another."), "taken")}
    )


def create_user(
    *, actor: User, user_id: UUID, values: Mapping[str, str], profile: Profile, receives_alerts: bool
) -> User:
    """A secondary user of the actor's company, without password and not yet active (decision 11).

    Raises ValidationError for `username` when the name was taken meanwhile, by anybody of the portal.
    """
    user = User(
        id=user_id,
        company=actor.company,
        role=Role.SECONDARY,
        sign_in_key=sign_in_key(actor.portal, values["username"]),
        profile=profile,
        receives_alerts=receives_alerts,
        state=UserState.PENDING,
        created_by_name=actor.username,
        **values,
    )
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise name_taken() from error
    return user


def edit_main(*, actor: User, user: User, values: Mapping[str, str], profile: Profile) -> None:
    """Información Principal: names and profile. The user name never changes."""
    _set(user, {**values, "profile": profile})


def edit_contact(*, actor: User, user: User, values: Mapping[str, str], receives_alerts: bool) -> None:
    """Información Usuario. A password still on its way to an address that changes must not arrive there."""
    if values["email"] != user.email:
        withdraw_pending_mails(user)
    _set(user, {**values, "receives_alerts": receives_alerts})


def set_state(*, actor: User, user: User, state: str) -> None:
    """Activates or inactivates. An inactive user's sessions end at their next request (decision 19)."""
    if user.pk == actor.pk:
        raise ValidationError(_("Nobody changes their own state."), code="oneself")
    if not can_become(user.state, state):
        raise ValidationError(_("The user cannot be taken to that state."), code="transition")
    changes: dict[str, object] = {"state": state, "locked_at": None}
    if state == UserState.ACTIVE:
        changes["failed_attempts"] = 0
    _set(user, changes)
    if state != UserState.ACTIVE:
        end_sessions(user_id=user.pk, reason=SessionEnd.WITHDRAWN)


def set_alerts(*, actor: User, switched_on: Iterable[User], switched_off: Iterable[User]) -> None:
    """Inscripción de Alertas: who gets alerts by e-mail from now on, and who no longer."""
    for receives, users in ((True, switched_on), (False, switched_off)):
        User.objects.filter(company_id=actor.company_id, pk__in=[user.pk for user in users]).update(
            receives_alerts=receives
        )


def _set(user: User, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
