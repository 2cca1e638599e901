"""What a password is worth: the one answer that the door, the pages and the marks read (decision 33)."""

from datetime import UTC, datetime, timedelta

import pytest

from directory.enums import CredentialState, PasswordWorth
from directory.rules.passwords import worth_of

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("state", "expires_at", "worth"),
    [
        (CredentialState.NONE, None, PasswordWorth.WORTHLESS),
        (CredentialState.NONE, NOW + A_MOMENT, PasswordWorth.WORTHLESS),
        (CredentialState.GENERATED, NOW + A_MOMENT, PasswordWorth.MUST_CHANGE),
        (CredentialState.GENERATED, NOW, PasswordWorth.WORTHLESS),
        (CredentialState.GENERATED, None, PasswordWorth.WORTHLESS),
        (CredentialState.PERMANENT, NOW + A_MOMENT, PasswordWorth.GOOD),
        (CredentialState.PERMANENT, NOW, PasswordWorth.MUST_CHANGE),
        (CredentialState.PERMANENT, NOW - timedelta(days=1), PasswordWorth.MUST_CHANGE),
        (CredentialState.PERMANENT, None, PasswordWorth.MUST_CHANGE),
    ],
)
def test_a_password_is_good_must_be_changed_or_is_worthless(
    state: CredentialState, expires_at: datetime | None, worth: PasswordWorth
) -> None:
    assert worth_of(state, expires_at, NOW) == worth
