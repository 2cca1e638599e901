"""Passwords the portal makes: random, good only for being changed, seen by nobody but their user (decision 7)."""

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.enums import SessionEnd
from accounts.sessions.services import end_sessions
from audit.authority import Authority
from directory.clock import moment_with_zone
from directory.enums import CredentialState, UserState
from directory.models import User
from directory.readiness import touched
from notifications.enums import Notice
from notifications.services import Secret, replace_pending, tell

KIND = Notice.PASSWORD_GENERATED
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O o, 1 l I i
GROUPS, GROUP_CHARACTERS = 4, 5


def new_password() -> str:
    """Four groups of five characters: 20 * log2(55) = 115 bits; the hyphens only make it easier to read."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_CHARACTERS)) for _ in range(GROUPS))


def generate_password(*, authority: Authority, user: User) -> None:
    """Gives a locked user a new password and mails it to them. What they had before, and any mail on its way, is
    worthless from then on. The clear text is in the sealed part of the delivery and nowhere else.

    A rehearsal makes no secret: it could never open anything, and its hash costs 100 MiB and most of the time.
    """
    clear = "" if authority.is_rehearsal else new_password()
    now = timezone.now()
    expires_at = now + timedelta(hours=user.portal.generated_password_hours)
    user.password = make_password(clear or None)
    user.credential_state = CredentialState.GENERATED
    user.password_set_at, user.password_expires_at = now, expires_at
    if user.state != UserState.LOCKED:  # locked users stay so until activated
        user.failed_attempts = 0
    user.save(
        update_fields=["password", "credential_state", "password_set_at", "password_expires_at", "failed_attempts"]
    )
    touched([user.pk])
    end_sessions(user_id=user.pk, reason=SessionEnd.CREDENTIAL)
    withdraw_pending_mails(user)
    tell(
        KIND,
        user,
        {"until": moment_with_zone(user.portal, expires_at)},
        authority=authority,
        secret=Secret(clear=clear, expires_at=expires_at),
    )


def withdraw_pending_mails(user: User) -> None:
    replace_pending(viewer=user, kind=KIND, about_id=user.pk)
