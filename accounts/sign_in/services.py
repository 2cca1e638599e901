"""The two steps of signing in (S0-03, S1-001..028; decisions 9 and 10; security.md, B)."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone

from accounts.models import PastPassword
from accounts.sign_in.constant_time import evenly
from audit.enums import Event, Outcome
from audit.services import Target, record
from directory.enums import CredentialState, SecurityImage, UserState
from directory.models import Portal, User
from directory.rules.passwords import normalised
from directory.scope import scope_of
from directory.selectors.sign_in import NOBODY, find_for_sign_in
from rights.selectors.entry import first_refusal
from tokens.enums import Purpose
from tokens.models import Token
from tokens.selectors import active_token_of
from tokens.services import verify

ENTRY_SECONDS = 5 * 60
MOST_FAILED_TOLD = 9_999


@dataclass(frozen=True)
class Begun:
    """What step 1 found out, kept in the half-open session; nothing of it is a secret that was typed."""

    username: str
    user_id: UUID | None
    company_id: UUID | None
    device: str
    image: str

    @property
    def is_staff(self) -> bool:
        return self.user_id is not None and self.company_id is None


@dataclass(frozen=True)
class Admitted:
    """A person who proved everything. `previous_*` speak of the sign-in before this one (S1-042)."""

    user: User
    device: Token | None
    previous_at: datetime | None
    previous_address: str | None
    failed_since: int


@evenly
def begin(*, portal: Portal, username: str, code: str, address: str | None, company_code: str = "") -> Begun | None:
    """Step 1. With a code: None for every cause of refusal. Without: always on, with the true image or a decoy."""
    user = find_for_sign_in(portal.sign_in_key(username, company_code))
    with scope_of(user, at=portal):
        device = _proved_token(user, code) if code else None
        if code:
            refusal = _refusal(user, device, address)
            if refusal:
                note_refusal(user, username, refusal)
                return None
        shows_own_image = device is not None or active_token_of(user) is None
    own_image = user.security_image if user and shows_own_image else ""
    return Begun(
        username=username.strip(),
        user_id=user.pk if user else None,
        company_id=user.company_id if user else None,
        device=device.persistent_id if device else "",
        image=own_image or decoy_image(portal, username),
    )


def _proved_token(user: User | None, code: str) -> Token | None:
    """The token whose code this is, now used up; None for every cause, at the same cost."""
    verified = verify(user=user, code=code, purpose=Purpose.SIGN_IN)
    return verified.token if verified else None


def _refusal(user: User | None, device: Token | None, address: str | None) -> str:
    """Why step 1 refuses, for the audit trail alone; empty when it does not."""
    if user is None:
        return "user.unknown"
    if device is None:
        return "token.code"
    check = first_refusal(user, timezone.now(), address)
    return check.rule if check else ""


def decoy_image(portal: Portal, username: str) -> str:
    """An image that stays the same for a name and says nothing about it."""
    named = f"decoy:{portal.code}:{username.strip().casefold()}".encode()
    number = hmac.new(settings.SECRET_KEY.encode(), named, hashlib.sha256).digest()[0]
    return SecurityImage.values[number % len(SecurityImage.values)]


@transaction.atomic
def note_refusal(user: User | None, username: str, rule: str) -> None:
    """A refused attempt is told to its owner at the next sign-in and to the trail; with nobody it costs the same.

    The count ends at a number that says enough, long before its column does: no number of attempts keeps one out of
    the trail.
    """
    counted = User.objects.filter(pk=user.pk if user else NOBODY)
    counted.update(failed_since_sign_in=Least(F("failed_since_sign_in") + 1, MOST_FAILED_TOLD))
    record(
        Event.SIGN_IN_REFUSED,
        actor=user,
        company_id=user.company_id if user else None,
        detail={"username": username[:40], "rule": rule},
        outcome=Outcome.REFUSED,
    )


@evenly
def finish(
    *, portal: Portal, begun: Begun, password: str, address: str | None, conditions_version: str
) -> Admitted | None:
    """Step 2. None for every cause of refusal; the failure is counted before the password is looked at.

    A holder of an active token who came without its code is refused without the password being evaluated, so that
    somebody who knows names alone cannot lock holders out.
    """
    with scope_of(begun, at=portal):
        attempt = _reserve_attempt(begun)
        matches = check_password(normalised(password), attempt.password if attempt else _idle_hash())
        if attempt is None or not matches:
            note_refusal(_named(begun), begun.username, "password" if attempt else "not_evaluated")
            note_lock(attempt)
            return None
        return _admit(begun, attempt.password, address, conditions_version)


def note_lock(attempt: User | None) -> None:
    """The wrong attempt that reached the limit is in the trail as the one that locked the user."""
    if attempt is not None and attempt.state == UserState.LOCKED:
        target = Target("user", str(attempt.pk), attempt.username)
        record(Event.USER_LOCKED, actor=None, company_id=attempt.company_id, target=target)


@cache
def _idle_hash() -> str:
    """A hash nobody has the password of: evaluating it takes as long as a real one."""
    return make_password(hashlib.sha256(settings.SECRET_KEY.encode()).hexdigest())


def _named(begun: Begun) -> User | None:
    if begun.user_id is None:
        return None
    return User.objects.select_related("company__portal").filter(pk=begun.user_id).first()


@transaction.atomic
def _reserve_attempt(begun: Begun) -> User | None:
    """Counts a failure in advance and locks the user at the portal's limit; None when nothing may be evaluated.

    A generated password that was used up a moment ago, from another window, is none: no password would be right, and
    the person's own counts against nobody.
    """
    user = _lock(begun.user_id)
    if user is None or user.state != UserState.ACTIVE or user.credential_state == CredentialState.NONE:
        return None
    if not user.has_usable_password():
        return None
    if not begun.device and active_token_of(user) is not None:
        return None
    return count_attempt(user)


def count_attempt(user: User) -> User | None:
    """One attempt more for a user under lock, who is locked with the last one; None when there is none left."""
    if user.failed_attempts >= user.portal.max_failed_attempts:
        return None
    user.failed_attempts += 1
    if user.failed_attempts >= user.portal.max_failed_attempts:
        user.state, user.locked_at = UserState.LOCKED, timezone.now()
    user.save(update_fields=["failed_attempts", "state", "locked_at"])
    return user


def _lock(user_id: UUID | None) -> User | None:
    return (
        User.objects.select_related("company__portal").select_for_update(of=("self",)).filter(pk=user_id).first()
        if user_id
        else None
    )


@transaction.atomic
def _admit(begun: Begun, evaluated: str, address: str | None, conditions_version: str) -> Admitted | None:
    """The password was right: everything else is asked again under the user's lock, then the person is in.

    `evaluated` is the hash it was right for: meanwhile a twin may have used a generated password up, or somebody
    may have replaced it.
    """
    user = _lock(begun.user_id)
    if user is not None:
        give_back_attempt(user)
        user.save(update_fields=["failed_attempts", "state", "locked_at"])
    if user is None or user.password != evaluated:
        note_refusal(user, begun.username, "password.replaced")
        return None
    device = _device(begun, user)
    rule = _refusal_inside(user, begun, device, address)
    if rule:
        note_refusal(user, begun.username, rule)
        return None
    admitted = Admitted(user, device, user.signed_in_at, user.signed_in_address, user.failed_since_sign_in)
    _use_up_generated(user)
    user.signed_in_at, user.signed_in_address, user.failed_since_sign_in = timezone.now(), address, 0
    user.save(update_fields=["password", "signed_in_at", "signed_in_address", "failed_since_sign_in"])
    record(
        Event.SIGN_IN,
        actor=user,
        company_id=user.company_id,
        detail={"conditions": conditions_version, "token": device.serial if device else None},
    )
    return admitted


def give_back_attempt(user: User) -> None:
    """The right password clears the count, and the lock that this very attempt had set in advance."""
    if user.state == UserState.LOCKED and user.failed_attempts == user.portal.max_failed_attempts:
        user.state, user.locked_at = UserState.ACTIVE, None
    user.failed_attempts = 0


def _device(begun: Begun, user: User) -> Token | None:
    """The token proved in step 1, if it still is the user's active one."""
    device = active_token_of(user)
    return device if device is not None and device.persistent_id == begun.device else None


def _refusal_inside(user: User, begun: Begun, device: Token | None, address: str | None) -> str:
    if begun.device and device is None:
        return "token.active"
    if user.company is None and device is None:
        return "token.required"
    if user.credential_state == CredentialState.GENERATED and _has_expired(user):
        return "password.expired"
    check = first_refusal(user, timezone.now(), address)
    return check.rule if check else ""


def _has_expired(user: User) -> bool:
    return user.password_expires_at is None or user.password_expires_at <= timezone.now()


def _use_up_generated(user: User) -> None:
    """A generated password opens one session and is gone; its hash is remembered so that it is not kept."""
    if user.credential_state == CredentialState.GENERATED:
        PastPassword.objects.create(company=user.company, user=user, hash=user.password, set_at=timezone.now())
        user.set_unusable_password()


def must_change_password(user: User) -> bool:
    """After a generated password, or past the date of one's own."""
    return user.credential_state == CredentialState.GENERATED or _has_expired(user)
