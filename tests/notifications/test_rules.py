from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rules import LONGEST_WAIT_SECONDS, is_permanent, next_attempt

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(0, 10), (1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 320), (7, 640), (8, 900), (9, 900), (30_000, 900)],
)
def test_waits_double_and_stay_below_a_quarter_of_an_hour(attempts: int, seconds: int) -> None:
    assert next_attempt(attempts, NOW) == NOW + timedelta(seconds=seconds)


@given(st.integers(0, 32_767))
def test_a_wait_is_never_shorter_than_the_one_before(attempts: int) -> None:
    shorter, longer = next_attempt(attempts, NOW), next_attempt(attempts + 1, NOW)

    assert NOW < shorter <= longer <= NOW + timedelta(seconds=LONGEST_WAIT_SECONDS)


@pytest.mark.parametrize(
    ("code", "permanent"),
    [(250, False), (421, False), (450, False), (499, False), (500, True), (550, True), (599, True), (600, False)],
)
def test_only_answers_of_class_five_are_final(code: int, permanent: bool) -> None:
    assert is_permanent(code) == permanent
