import pytest

from changes.enums import ChangeState
from changes.models import Change

NEITHER = (False, False, False, False, False)


@pytest.mark.parametrize(
    ("state", "claims"),
    [
        (ChangeState.APPLIED, (True, False, False, False, False)),
        (ChangeState.STALE, (False, True, False, False, False)),
        (ChangeState.WITHDRAWN, (False, False, True, False, False)),
        (ChangeState.REFUSED, (False, False, False, True, False)),
        (ChangeState.REJECTED, (False, False, False, False, True)),
        (ChangeState.PROPOSED, NEITHER),
        (ChangeState.EXPIRED, NEITHER),
    ],
)
def test_a_change_says_how_it_ended(state: ChangeState, claims: tuple[bool, ...]) -> None:
    change = Change(state=state)

    ends = (change.is_applied, change.is_stale, change.is_withdrawn, change.is_refused, change.is_rejected)
    assert ends == claims
