import pytest

from directory.enums import CredentialState, Role, UserState
from directory.models import User


@pytest.mark.parametrize(
    ("state", "is_active", "is_locked", "tone"),
    [
        (UserState.PENDING, False, False, "warn"),
        (UserState.ACTIVE, True, False, "good"),
        (UserState.INACTIVE, False, False, ""),
        (UserState.LOCKED, False, True, "bad"),
    ],
)
def test_a_user_says_how_it_stands(state: UserState, is_active: bool, is_locked: bool, tone: str) -> None:
    user = User(state=state)

    assert (user.is_active, user.is_locked, user.state_tone) == (is_active, is_locked, tone)


@pytest.mark.parametrize(
    ("credential", "has_no_password", "has_generated_password"),
    [
        (CredentialState.NONE, True, False),
        (CredentialState.GENERATED, False, True),
        (CredentialState.PERMANENT, False, False),
    ],
)
def test_a_user_says_which_password_there_is(
    credential: CredentialState, has_no_password: bool, has_generated_password: bool
) -> None:
    user = User(credential_state=credential)

    assert (user.has_no_password, user.has_generated_password) == (has_no_password, has_generated_password)


@pytest.mark.parametrize("role", Role)
def test_only_the_role_makes_an_administrator(role: Role) -> None:
    assert User(role=role).is_administrator == (role == Role.ADMINISTRATOR)
