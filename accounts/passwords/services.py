from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import SessionEnd
from accounts.models import PasswordOrder, PastPassword
from accounts.passwords.generation import generate_password
from accounts.passwords.selectors import remembered_passwords
from accounts.sessions.services import end_sessions
from accounts.sign_in.services import count_attempt, give_back_attempt, note_lock
from audit.authority import Authority
from audit.enums import Event
from audit.services import Target, record, record_write
from changes.selectors import change_called, signatures_of
from changes.services import authority_of
from directory.enums import CredentialState
from directory.models import User
from directory.readiness import touched
from directory.rules.passwords import check_password_policy, normalised, was_proved_to_be_changed
from notifications.enums import Notice
from notifications.services import tell


def is_present_asked(actor: User, entered_at: datetime | None) -> bool:
    """Whether the current password is asked for: not if the person signed in with it at `entered_at` to change it."""
    return not was_proved_to_be_changed(
        actor.credential_state, actor.password_expires_at, proved_at=entered_at, instant=timezone.now()
    )


def change_own_password(*, actor: User, entered_at: datetime | None, present: str, new: str) -> User:
    """Sets a password the person chose, valid for the company's or the portal's number of days. Only this uses up a
    generated one (decision 33).

    `entered_at` is when the person signed in with the current one: see `is_present_asked`. Raises ValidationError with
    `present` or `new` as the field. Every other session of the person ends.
    """
    new = normalised(new)
    _check_policy(actor, new)
    if is_present_asked(actor, entered_at):
        _check_present(actor, present)
    _check_is_new(actor, new)
    hashed = make_password(new)
    with transaction.atomic():
        user = _locked(actor)
        _check_not_replaced(actor, user)
        now = timezone.now()
        _remember(user, hashed, now)
        user.password = hashed
        user.credential_state = CredentialState.PERMANENT
        user.password_set_at, user.password_expires_at = now, now + timedelta(days=password_days(user))
        user.save(update_fields=["password", "credential_state", "password_set_at", "password_expires_at"])
        touched([user.pk])
        end_sessions(user_id=user.pk, reason=SessionEnd.CREDENTIAL)
        tell(Notice.PASSWORD_CHANGED, user)
        record(Event.OWN_PASSWORD_CHANGED, actor=user, company_id=user.company_id, target=_own(user))
    return user


def _remember(user: User, hashed: str, now: datetime) -> None:
    """The new password, and a generated one that it replaces: neither can be reused."""
    past = [PastPassword(company=user.company, user=user, hash=hashed, set_at=now)]
    if user.credential_state == CredentialState.GENERATED:
        set_at = user.password_set_at or now
        past.append(PastPassword(company=user.company, user=user, hash=user.password, set_at=set_at))
    PastPassword.objects.bulk_create(past)


def password_days(user: User) -> int:
    return (user.company.password_days if user.company else None) or user.portal.password_days


def _check_policy(user: User, new: str) -> None:
    names = [user.username, user.first_names, user.first_surname, user.second_surname]
    places = [user.company.legal_name if user.company else "", user.portal.bank_name, user.portal.brand]
    try:
        check_password_policy(new, user.portal.policy, [*names, *places])
    except ValidationError as error:
        raise ValidationError({"new": error}) from error


def _check_is_new(user: User, new: str) -> None:
    """Asked after the current one, so that nobody can guess passwords uncounted in a session left open."""
    known = {user.password, *(past.hash for past in remembered_passwords(user))}
    if any(check_password(new, hashed) for hashed in known):
        raise ValidationError({"new": _("This is one of your last five passwords.")})


def _locked(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).select_related("company__portal").get(pk=user.pk)


def _check_not_replaced(actor: User, user: User) -> None:
    """A password that was right when the page was opened does not count as wrong once replaced."""
    if user.password != actor.password:
        raise ValidationError({"new": _("Your password was changed in the meantime. Sign in again.")})


def _check_present(user: User, present: str) -> None:
    """Counts and locks as the sign-in does: a session left open is no place to guess passwords."""
    with transaction.atomic():
        locked = _locked(user)
        _check_not_replaced(user, locked)
        attempt = count_attempt(locked)
    if attempt is None or not check_password(normalised(present), attempt.password):
        note_lock(attempt)
        raise ValidationError({"present": _("This is not your current password.")})
    with transaction.atomic():
        right = _locked(user)
        give_back_attempt(right)


@transaction.atomic
def choose_own_image(*, actor: User, image: str) -> None:
    """The image the person will see at step 2, so that a fake page can be recognised (S1-025)."""
    before = actor.security_image
    User.objects.filter(pk=actor.pk).update(security_image=image)
    actor.security_image = image
    touched([actor.pk])
    if before:
        tell(Notice.IMAGE_CHANGED, actor)
    record(
        Event.OWN_IMAGE_CHANGED,
        actor=actor,
        company_id=actor.company_id,
        target=_own(actor),
        detail={"had_one": bool(before)},
    )


def _own(user: User) -> Target:
    return Target("user", str(user.pk), user.username)


def order_passwords(*, authority: Authority, users: Sequence[User]) -> None:
    """Puts down whom a signed change gives a password, for a worker to make them one by one. A rehearsal, or somebody
    who needs no signature, orders none."""
    change = authority.evidence.get("change")
    if change:
        PasswordOrder.objects.bulk_create(
            [PasswordOrder(company_id=user.company_id, user=user, change_id=UUID(change)) for user in users],
            update_conflicts=True,
            unique_fields=["user"],
            update_fields=["change_id"],
        )


@transaction.atomic
def make_ordered(order_id: UUID) -> bool:
    """Makes one password that a signed change ordered, with its mail and its row in the trail, and forgets the order:
    all of it or nothing, so that a worker may be killed at any moment. Needs the scope of its company.

    Whoever has lost their address in the meantime gets none. Returns whether there was something to do.
    """
    order = PasswordOrder.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=order_id).first()
    if order is None:
        return False
    user = _locked(order.user)
    order.delete()
    if user.email:
        change = change_called(order.change_id)
        authority = authority_of(change, list(signatures_of(change)))
        generate_password(authority=authority, user=user)
        record_write(authority, Event.PASSWORD_GENERATED, company_id=user.company_id, target=_own(user))
    return True
