"""The two steps of signing in (S0-03, S1-001..028; decisions 9 and 10; security.md, B)."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone, translation

from accounts.sign_in.constant_time import in_constant_time
from accounts.sign_in.labels import said_of
from accounts.sign_in.selectors import has_signed_in_from, refused_sign_ins
from audit.enums import Event, Outcome
from audit.services import Target, record
from directory.enums import SecurityImage, UserState
from directory.models import Portal, User
from directory.readiness import touched
from directory.rules.passwords import normalised
from directory.scope import scope_of
from directory.selectors.sign_in import NOBODY, find_for_sign_in
from notifications.documents import language_of
from notifications.enums import Notice
from notifications.services import tell
from rights.rules.decisions import decide
from rights.selectors.entry import entry_facts, person, serial_of_active_token, standing_facts
from tokens.enums import Purpose
from tokens.models import Token
from tokens.services import verify

PENDING_SECONDS = 5 * 60
MOST_FAILED_TOLD = 9_999


@dataclass(frozen=True)
class PendingSignIn:
    """What step 1 found out, kept in the half-open session; none of it is a secret that was typed."""

    username: str
    user_id: UUID | None
    company_id: UUID | None
    device: str
    image: str

    @property
    def is_staff(self) -> bool:
        return self.user_id is not None and self.company_id is None


@dataclass(frozen=True)
class SignedIn:
    """A person who proved everything. `device` is what the session calls the token whose code they gave, empty if they
    gave none; `previous_*` are about the sign-in before this one (S1-042)."""

    user: User
    device: str
    at: datetime
    previous_at: datetime | None
    previous_address: str | None
    failed_since: int


@in_constant_time
def begin(
    *, portal: Portal, username: str, code: str, address: str | None, company_code: str = ""
) -> PendingSignIn | None:
    """Step 1. With a code: None whatever the reason for refusal, else on with the true image. Without one: always on,
    with an image that reveals nothing about anybody (decision 9)."""
    user = find_for_sign_in(portal.sign_in_key(username, company_code))
    with scope_of(user, at=portal):
        device = _proved_token(user, code) if code else None
        if code:
            refusal = _refusal(user, device, address)
            if refusal:
                note_refusal(user, username, refusal)
                return None
    own_image = user.security_image if user and device else ""
    return PendingSignIn(
        username=username.strip(),
        user_id=user.pk if user else None,
        company_id=user.company_id if user else None,
        device=device.persistent_id if device else "",
        image=own_image or decoy_image(portal, username),
    )


def _proved_token(user: User | None, code: str) -> Token | None:
    """The token whose code this is, now used up; None whatever the cause, at the same cost."""
    verified = verify(user=user, code=code, purpose=Purpose.SIGN_IN)
    return verified.token if verified else None


def _refusal(user: User | None, device: Token | None, address: str | None) -> str:
    """Why step 1 refuses, for the audit trail alone; empty when it does not."""
    if user is None:
        return "user.unknown"
    if device is None:
        return "token.code"
    known = person(user.pk)
    return _bar(known, device.persistent_id, address) if known else "user.unknown"


def _bar(user: User, brought: str, address: str | None) -> str:
    """The first rule that keeps the person out now, from here, with that token's code or without one; empty if there is
    none."""
    bar = decide(entry_facts(user, timezone.now(), address, brought=brought)).bar
    return bar.rule if bar else ""


def decoy_image(portal: Portal, username: str) -> str:
    """An image that stays the same for a name and says nothing about it."""
    named = f"decoy:{portal.code}:{username.strip().casefold()}".encode()
    number = hmac.new(settings.SECRET_KEY.encode(), named, hashlib.sha256).digest()[0]
    return SecurityImage.values[number % len(SecurityImage.values)]


@transaction.atomic
def note_refusal(user: User | None, username: str, rule: str, *, company_id: UUID | None = None) -> None:
    """A refused attempt is reported to its owner at the next sign-in and to the trail; with no such user it costs the
    same. `company_id` is that of somebody who was deleted between the two steps.

    The count stops at a number that says enough, long before its column is full: no number of attempts keeps one out of
    the trail.
    """
    counted = User.objects.filter(pk=user.pk if user else NOBODY)
    counted.update(failed_since_sign_in=Least(F("failed_since_sign_in") + 1, MOST_FAILED_TOLD))
    record(
        Event.SIGN_IN_REFUSED,
        actor=user,
        company_id=user.company_id if user else company_id,
        detail={"username": username[:40], "rule": rule},
        outcome=Outcome.REFUSED,
    )


@in_constant_time
def finish(
    *, portal: Portal, pending: PendingSignIn, password: str, address: str | None, conditions_version: str
) -> SignedIn | None:
    """Step 2. None whatever the reason for refusal; the failure is counted before the password is looked at.

    Anyone who came without a required code is refused without the password being evaluated, so that somebody who only
    knows names cannot lock them out.
    """
    with scope_of(pending, at=portal):
        attempt, closed = _reserve_attempt(pending)
        matches = check_password(normalised(password), attempt.password if attempt else _idle_hash())
        if attempt is None or not matches:
            note_refusal(_named(pending), pending.username, closed or "password", company_id=pending.company_id)
            note_lock(attempt)
            return None
        return _admit(pending, attempt.password, address, conditions_version)


def note_lock(attempt: User | None) -> None:
    """Records the wrong attempt that reached the limit as the one that locked the user, and tells of it."""
    if attempt is not None and attempt.state == UserState.LOCKED:
        target = Target("user", str(attempt.pk), attempt.username)
        with transaction.atomic():
            tell(Notice.USER_LOCKED, attempt, {"times": str(attempt.failed_attempts)})
            record(Event.USER_LOCKED, actor=None, company_id=attempt.company_id, target=target)


@cache
def _idle_hash() -> str:
    """A hash whose password nobody has: evaluating it takes as long as a real one."""
    return make_password(hashlib.sha256(settings.SECRET_KEY.encode()).hexdigest())


def _named(pending: PendingSignIn) -> User | None:
    if pending.user_id is None:
        return None
    return User.objects.select_related("company__portal").filter(pk=pending.user_id).first()


# Refused by one of these, or without a password at all, nobody's password is looked at: guessing it locks nobody out.
BEFORE_THE_PASSWORD = ("user.active", "token.presented")


@transaction.atomic
def _reserve_attempt(pending: PendingSignIn) -> tuple[User | None, str]:
    """Counts a failure in advance and locks the user at the portal's limit; None, and the rule that says so, if nothing
    may be evaluated."""
    user = person(pending.user_id, lock=True) if pending.user_id else None
    if user is None:
        return None, "user.unknown"
    for check in decide(standing_facts(user, timezone.now(), brought=pending.device)).refusals:
        if check.rule in BEFORE_THE_PASSWORD or check.outcome == "none":
            return None, check.rule
    attempt = count_attempt(user)
    return attempt, "" if attempt else "user.attempts"


def count_attempt(user: User) -> User | None:
    """One more attempt for a user whose row is locked; the last one locks the user. None when none is left."""
    if user.failed_attempts >= user.portal.max_failed_attempts:
        return None
    user.failed_attempts += 1
    is_last = user.failed_attempts >= user.portal.max_failed_attempts
    if is_last:
        user.state, user.locked_at = UserState.LOCKED, timezone.now()
    user.save(update_fields=["failed_attempts", "state", "locked_at"])
    if is_last:
        touched([user.pk])
    return user


@transaction.atomic
def _admit(pending: PendingSignIn, evaluated: str, address: str | None, conditions_version: str) -> SignedIn | None:
    """The password was right: everything else is checked again under the user's lock, then the person is signed in.

    `evaluated` is the hash it was right for: the person, or somebody else, may since have replaced it.
    """
    user = person(pending.user_id, lock=True) if pending.user_id else None
    if user is not None:
        give_back_attempt(user)
    if user is None or user.password != evaluated:
        note_refusal(user, pending.username, "password.replaced", company_id=pending.company_id)
        return None
    if rule := _bar(user, pending.device, address):
        note_refusal(user, pending.username, rule)
        return None
    now = timezone.now()
    signed_in = SignedIn(
        user, pending.device, now, user.signed_in_at, user.signed_in_address, user.failed_since_sign_in
    )
    _tell_of_sign_in(user, address)
    user.signed_in_at, user.signed_in_address, user.failed_since_sign_in = now, address, 0
    user.save(update_fields=["signed_in_at", "signed_in_address", "failed_since_sign_in"])
    record(
        Event.SIGN_IN,
        actor=user,
        company_id=user.company_id,
        detail={"conditions": conditions_version, "token": serial_of_active_token(user) if pending.device else None},
    )
    return signed_in


def _tell_of_sign_in(user: User, address: str | None) -> None:
    """After a full sign-in the person is told what was refused since the one before, and why (decision 35); and if
    nobody had come from this address."""
    if user.failed_since_sign_in and user.company_id:
        with translation.override(language_of(user)):
            attempts = "\n".join(map(partial(said_of, user.portal), refused_sign_ins(user)))
        tell(Notice.SIGN_IN_REFUSED, user, {"times": str(user.failed_since_sign_in), "attempts": attempts})
    is_elsewhere = user.signed_in_at is not None and address != user.signed_in_address
    if is_elsewhere and user.company_id and not has_signed_in_from(user, address):
        tell(Notice.NEW_ADDRESS, user)


def give_back_attempt(user: User) -> None:
    """The right password clears the count of a user whose row is locked, and the lock that this attempt itself had set
    in advance."""
    was_last = user.state == UserState.LOCKED and user.failed_attempts == user.portal.max_failed_attempts
    if was_last:
        user.state, user.locked_at = UserState.ACTIVE, None
    user.failed_attempts = 0
    user.save(update_fields=["failed_attempts", "state", "locked_at"])
    if was_last:
        touched([user.pk])
