import pytest

from changes.enums import ChangeState
from changes.models import Change

NEITHER = (False, False, False, False)


@pytest.mark.parametrize(
    ("state", "claims"),
    [
        (ChangeState.APPLIED, (True, False, False, False)),
        (ChangeState.STALE, (False, True, False, False)),
        (ChangeState.WITHDRAWN, (False, False, True, False)),
        (ChangeState.REFUSED, (False, False, False, True)),
        (ChangeState.PROPOSED, NEITHER),
        (ChangeState.EXPIRED, NEITHER),
    ],
)
def test_a_change_says_how_it_ended(state: ChangeState, claims: tuple[bool, ...]) -> None:
    change = Change(state=state)

    assert (change.is_applied, change.is_stale, change.is_withdrawn, change.is_refused) == claims
