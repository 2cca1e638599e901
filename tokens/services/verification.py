"""The one place where a one-time code is checked and used up (security.md, A 1-7)."""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db import connection, transaction
from django.utils import timezone

from audit.enums import Event, Outcome
from audit.services import Target, record
from directory.clock import moment_with_zone
from directory.models import User
from directory.selectors.sign_in import NOBODY
from notifications.enums import Notice
from notifications.selectors import last_delivery
from notifications.services import tell
from tenancy.sealing import CannotOpen, unseal
from tokens import rules
from tokens.enums import Purpose, TokenState
from tokens.models import Token

log = logging.getLogger(__name__)
DECOY_SECRET = b"nobody has this code"
NO_CODE = "------"
TOLD_AGAIN_AFTER = timedelta(days=1)
DECOY_UPDATE = """
    UPDATE "tokens_token" SET "failed_attempts" = "failed_attempts"
    WHERE (SELECT pg_logical_emit_message(true, 'occired', '')) IS NULL
"""


@dataclass(frozen=True)
class Verified:
    """The token whose code was accepted and used up, and the number of its 30-second step."""

    token: Token
    step: int


def verify(*, user: User | None, code: str, purpose: Purpose, now: datetime | None = None) -> Verified | None:
    """Checks a code of the user's active token and uses it up; None whatever the reason for refusal.

    Locks the token's row, counts a failure in it, and only then evaluates; a success undoes the failure and writes the
    step, so that only one of any number of simultaneous submissions is accepted. Nobody hears an answer before the
    commit, which is this function's own: it refuses to run inside another transaction, whose rollback would restore
    attempts. Needs the scope of the user's company (the bank's for its staff). Without a user, or one whose token does
    not authenticate, it costs the same. `now` defaults to the time once the row is locked.
    """
    typed = rules.normalised(code) or NO_CODE
    with transaction.atomic(durable=True):
        token = _locked(user)
        now = now or timezone.now()
        attempt = _reserved(token, now) if token else None
        if token is None or attempt is None:
            _decoy(typed, now)
            return None
        step = rules.accepted_step(_secret(token), typed, present_step=rules.step_at(now), last_step=token.last_step)
        if step is not None:
            token.last_step, token.failed_attempts, token.locked_until = step, 0, None
            token.save(update_fields=["last_step", "failed_attempts", "locked_until"])
            return Verified(token, step)
        if attempt.locked_until:
            _tell_locked(token, purpose)
        return None


def _locked(user: User | None) -> Token | None:
    """The user's active token under lock; the row is read again once a competitor has released it."""
    token = (
        Token.objects.select_for_update(of=("self",))
        .select_related("user__company__portal")
        .filter(user_id=user.pk if user else NOBODY, state=TokenState.ACTIVE)
        .first()
    )
    return token if token and token.user and rules.authenticates(token.state, token.user.state) else None


def _reserved(token: Token, now: datetime) -> rules.Attempt | None:
    """Writes the failure before the code is looked at; None while the token is locked."""
    holder = cast(User, token.user)  # an active token has one
    attempt = rules.reserve_attempt(
        token.failed_attempts, token.locked_until, now=now, max_failed_attempts=holder.portal.max_failed_attempts
    )
    if attempt:
        token.failed_attempts, token.locked_until = (attempt.failed_attempts, attempt.locked_until)
        token.save(update_fields=["failed_attempts", "locked_until"])
    return attempt


def _secret(token: Token) -> bytes:
    """The token's secret; one that cannot be unsealed (moved between rows, changed) makes every code wrong."""
    try:
        return unseal(token.sealed_secret, row=token.row_name)
    except CannotOpen:
        log.exception("the secret of token %s does not open", token.serial)
        return uuid.uuid4().bytes


def _decoy(typed: str, now: datetime) -> None:
    """The cost of a wrong code when there is nothing to compare: the arithmetic, and a write the commit must flush.

    The write is an update that matches no token and leaves a message in the write-ahead log instead.
    """
    rules.accepted_step(DECOY_SECRET, typed, present_step=rules.step_at(now), last_step=rules.NEVER_USED)
    with connection.cursor() as cursor:
        cursor.execute(DECOY_UPDATE)


def _tell_locked(token: Token, purpose: Purpose) -> None:
    """The trail each time, the holder once a day: whoever knows a name can lock its token as often as they like."""
    holder = cast(User, token.user)
    last = last_delivery(viewer=holder, kind=Notice.TOKEN_LOCKED, about_id=holder.pk)
    if token.locked_until and (last is None or last.created_at < timezone.now() - TOLD_AGAIN_AFTER):
        shown = {"until": moment_with_zone(holder.portal, token.locked_until), "token": token.serial[-4:]}
        tell(Notice.TOKEN_LOCKED, holder, shown)
    record(
        Event.TOKEN_LOCKED,
        actor=token.user,
        company_id=token.company_id,
        target=Target("token", str(token.public_id), token.serial),
        detail={"purpose": purpose, "minutes": rules.LOCK_MINUTES},
        outcome=Outcome.REFUSED,
    )
