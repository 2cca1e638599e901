"""What is allowed with tokens and how a one-time code is checked: values in, answer or ValidationError out."""

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_otp.oath import hotp

from directory.enums import Role, UserState
from tokens.enums import TokenKind, TokenState, Transition

CODE_DIGITS = 6
OTP_STEP_SECONDS = 30
STEPS_BACK = 1
SECRET_BYTES = 20
NEVER_USED = -1
LOCK_MINUTES = 15
A_MINUTE = timedelta(minutes=1)

SERIAL = re.compile(r"FEF[0-9]{7}")
TYPED_CODE = re.compile(r" *([0-9]{3}) ?([0-9]{3}) *")

_VIRTUAL: Mapping[Transition, Mapping[TokenState, TokenState]] = {
    Transition.ASSIGN: {TokenState.AVAILABLE: TokenState.ASSIGNED},
    Transition.ENROL: {TokenState.ASSIGNED: TokenState.PENDING_ACTIVATION},
    Transition.ACTIVATE: {TokenState.PENDING_ACTIVATION: TokenState.ACTIVE},
    Transition.BLOCK: {TokenState.ACTIVE: TokenState.BLOCKED},
    Transition.UNBLOCK: {TokenState.BLOCKED: TokenState.ACTIVE},
    Transition.RELEASE: {
        TokenState.ASSIGNED: TokenState.AVAILABLE,
        TokenState.PENDING_ACTIVATION: TokenState.AVAILABLE,
        TokenState.ACTIVE: TokenState.AVAILABLE,
        TokenState.BLOCKED: TokenState.AVAILABLE,
    },
    Transition.LOSE: {
        TokenState.ASSIGNED: TokenState.LOST,
        TokenState.PENDING_ACTIVATION: TokenState.LOST,
        TokenState.ACTIVE: TokenState.LOST,
        TokenState.BLOCKED: TokenState.LOST,
    },
    Transition.DISABLE: {},
}
# A physical token is handed over ready: nothing to enrol. The holder's virtual one disables it (S2-24).
_PHYSICAL: Mapping[Transition, Mapping[TokenState, TokenState]] = {
    **_VIRTUAL,
    Transition.ENROL: {},
    Transition.ACTIVATE: {TokenState.ASSIGNED: TokenState.ACTIVE},
    Transition.DISABLE: {
        TokenState.ASSIGNED: TokenState.DISABLED,
        TokenState.ACTIVE: TokenState.DISABLED,
        TokenState.BLOCKED: TokenState.DISABLED,
    },
}
TRANSITIONS = {TokenKind.VIRTUAL: _VIRTUAL, TokenKind.PHYSICAL: _PHYSICAL}


def next_state(kind: str, state: str, step: Transition) -> TokenState:
    """The state a step leads to. Raises ValidationError with the code `transition` if it leads nowhere from here."""
    after = TRANSITIONS[TokenKind(kind)][step].get(TokenState(state))
    if after is None:
        raise ValidationError(
            _("“%(step)s” is not possible for a token with the status “%(state)s”."),
            code="transition",
            params={"step": step.label, "state": TokenState(state).label},
        )
    return after


def check_serial(serial: str) -> None:
    """A serial is `FEF` and seven digits (S2-21)."""
    if not SERIAL.fullmatch(serial):
        raise ValidationError(_("A serial number is FEF followed by seven digits, such as FEF4900030."), code="serial")


def check_holder(role: str, state: str, *, has_email: bool, has_mobile: bool) -> None:
    """A secondary user must be active and reachable (S2-04, S2-05); others get theirs before they first sign in."""
    if role == Role.SECONDARY:
        if state != UserState.ACTIVE:
            raise ValidationError(_("The user must be active."), code="holder_state")
        if not (has_email and has_mobile):
            raise ValidationError(_("The user needs an e-mail address and a mobile number."), code="holder_contact")
    elif state not in {UserState.ACTIVE, UserState.PENDING}:
        raise ValidationError(_("The user must be active."), code="holder_state")


def check_may_lift(role: str, required_since: datetime | None, *, has_active_token: bool) -> None:
    """The requirement is lifted only for companies' people, and never alongside an active token (decision 31)."""
    if role == Role.BANK:
        raise ValidationError(_("The bank's own staff never sign in without a token."), code="staff")
    if required_since is None:
        raise ValidationError(_("The user can already sign in without a token."), code="not_required")
    if has_active_token:
        raise ValidationError(_("The user has an active token. Block or unassign it first."), code="has_token")


def authenticates(token_state: str, holder_state: str | None) -> bool:
    """Only an active token of an active holder does (security.md, 10)."""
    return token_state == TokenState.ACTIVE and holder_state == UserState.ACTIVE


def normalised(typed: object) -> str | None:
    """The six digits of what was typed, or None.

    Ordinary spaces around the code and one between its halves, as authenticator apps show it, are ignored; anything
    else (other Unicode digits, other blanks, signs) is not a code (security.md, 3).
    """
    found = TYPED_CODE.fullmatch(typed) if isinstance(typed, str) else None
    return found[1] + found[2] if found else None


def step_at(instant: datetime) -> int:
    """The number of the 30-second step that holds the instant (RFC 6238 section 4.2)."""
    return int(instant.timestamp()) // OTP_STEP_SECONDS


def next_code_at(last_step: int, now: datetime) -> datetime | None:
    """When the step after the last one used begins, if it has not begun yet."""
    if last_step < step_at(now):
        return None
    return datetime.fromtimestamp((last_step + 1) * OTP_STEP_SECONDS, UTC)


def code_at(secret: bytes, step: int) -> str:
    """The code of one step: HOTP with SHA-1, six digits (RFC 4226 section 5.3)."""
    return f"{hotp(secret, step, CODE_DIGITS):0{CODE_DIGITS}}"


def accepted_step(secret: bytes, code: str, *, present_step: int, last_step: int) -> int | None:
    """The step whose code this is, or None.

    The current step and the one before are accepted, never one ahead, and only steps after the last one used, so that a
    clock set back accepts nothing twice (RFC 6238 section 5.2; decision 10). Every step is compared, in constant time.
    """
    found = None
    for step in range(present_step - STEPS_BACK, present_step + 1):
        same = hmac.compare_digest(code_at(secret, step), code)
        if same and step > last_step:
            found = step
    return found


@dataclass(frozen=True)
class Attempt:
    """What the row says while a code is evaluated: one more failure, and the lock should this one fail too."""

    failed_attempts: int
    locked_until: datetime | None


def reserve_attempt(
    failed_attempts: int, locked_until: datetime | None, *, now: datetime, max_failed_attempts: int
) -> Attempt | None:
    """Counts an attempt before it is evaluated; None while the token is locked.

    A lock lasts 15 minutes and begins with the last wrong code allowed; after it the count starts again.
    """
    if locked_until is not None:
        if now < locked_until:
            return None
        failed_attempts = 0
    failed_attempts += 1
    reached = failed_attempts >= max_failed_attempts
    return Attempt(failed_attempts, now + timedelta(minutes=LOCK_MINUTES) if reached else None)


def whole_minute(until: datetime) -> datetime:
    """The first whole minute at which the lock is over: what a person is told in hours and minutes must be true."""
    return until if not (until.second or until.microsecond) else until.replace(second=0, microsecond=0) + A_MINUTE


def enrolment_uri(secret: bytes, *, issuer: str, account: str) -> str:
    """The `otpauth` address an authenticator app reads from a QR code. It carries the secret: never log or keep it."""
    label = quote(f"{issuer}:{account}")
    query = urlencode(
        {
            "secret": base64.b32encode(secret).decode().rstrip("="),
            "issuer": issuer,
            "algorithm": "SHA1",
            "digits": CODE_DIGITS,
            "period": OTP_STEP_SECONDS,
        },
        quote_via=quote,
    )
    return f"otpauth://totp/{label}?{query}"
