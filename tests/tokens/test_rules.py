import hashlib
import hmac
import itertools
import random
import struct
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from directory.enums import Role, UserState
from tokens import rules
from tokens.enums import TokenKind, TokenState, Transition

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RFC_SECRET = b"12345678901234567890"

# RFC 4226 appendix D.
HOTP = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
# RFC 6238 appendix B, SHA-1: seconds since 1970, eight digits; six digits are the last six of them.
TOTP = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]

S = TokenState
ALLOWED = {
    TokenKind.VIRTUAL: {
        (S.AVAILABLE, Transition.ASSIGN): S.ASSIGNED,
        (S.ASSIGNED, Transition.ENROL): S.PENDING_ACTIVATION,
        (S.PENDING_ACTIVATION, Transition.ACTIVATE): S.ACTIVE,
        (S.ACTIVE, Transition.BLOCK): S.BLOCKED,
        (S.BLOCKED, Transition.UNBLOCK): S.ACTIVE,
        **{
            (state, Transition.RELEASE): S.AVAILABLE
            for state in (S.ASSIGNED, S.PENDING_ACTIVATION, S.ACTIVE, S.BLOCKED)
        },
        **{(state, Transition.LOSE): S.LOST for state in (S.ASSIGNED, S.PENDING_ACTIVATION, S.ACTIVE, S.BLOCKED)},
    },
    TokenKind.PHYSICAL: {
        (S.AVAILABLE, Transition.ASSIGN): S.ASSIGNED,
        (S.ASSIGNED, Transition.ACTIVATE): S.ACTIVE,
        (S.ACTIVE, Transition.BLOCK): S.BLOCKED,
        (S.BLOCKED, Transition.UNBLOCK): S.ACTIVE,
        **{
            (state, Transition.RELEASE): S.AVAILABLE
            for state in (S.ASSIGNED, S.PENDING_ACTIVATION, S.ACTIVE, S.BLOCKED)
        },
        **{(state, Transition.LOSE): S.LOST for state in (S.ASSIGNED, S.PENDING_ACTIVATION, S.ACTIVE, S.BLOCKED)},
        **{(state, Transition.DISABLE): S.DISABLED for state in (S.ASSIGNED, S.ACTIVE, S.BLOCKED)},
    },
}


@pytest.mark.parametrize(("kind", "state", "step"), list(itertools.product(TokenKind, TokenState, Transition)))
def test_exactly_the_documented_transitions_exist(kind: TokenKind, state: TokenState, step: Transition) -> None:
    expected = ALLOWED[kind].get((state, step))

    if expected:
        assert rules.next_state(kind, state, step) == expected
    else:
        with pytest.raises(ValidationError) as raised:
            rules.next_state(kind, state, step)
        assert raised.value.code == "transition"


def is_taken(serial: str) -> bool:
    try:
        rules.check_serial(serial)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("serial", ["FEF4900030", "FEF0000000"])
def test_serials_of_the_guide_are_taken(serial: str) -> None:
    assert is_taken(serial)


@pytest.mark.parametrize(
    "serial", ["", "FEF490003", "FEF49000300", "fef4900030", "FEF49٠٠٠30", "FEF4900030\n", "ABC4900030"]
)
def test_other_serials_are_refused(serial: str) -> None:
    assert not is_taken(serial)


@pytest.mark.parametrize(
    ("role", "state", "email", "mobile", "problem"),
    [
        (Role.SECONDARY, UserState.ACTIVE, True, True, None),
        (Role.SECONDARY, UserState.PENDING, True, True, "holder_state"),
        (Role.SECONDARY, UserState.INACTIVE, True, True, "holder_state"),
        (Role.SECONDARY, UserState.LOCKED, True, True, "holder_state"),
        (Role.SECONDARY, UserState.ACTIVE, False, True, "holder_contact"),
        (Role.SECONDARY, UserState.ACTIVE, True, False, "holder_contact"),
        (Role.ADMINISTRATOR, UserState.PENDING, True, False, None),
        (Role.ADMINISTRATOR, UserState.ACTIVE, False, False, None),
        (Role.ADMINISTRATOR, UserState.INACTIVE, True, True, "holder_state"),
        (Role.BANK, UserState.LOCKED, True, True, "holder_state"),
    ],
)
def test_who_may_be_given_a_token(role: str, state: str, email: bool, mobile: bool, problem: str | None) -> None:
    try:
        rules.check_holder(role, state, has_email=email, has_mobile=mobile)
        found = None
    except ValidationError as error:
        found = error.code

    assert found == problem


@pytest.mark.parametrize(("token_state", "holder_state"), list(itertools.product(TokenState, [*UserState, None])))
def test_only_an_active_token_of_an_active_holder_authenticates(token_state: str, holder_state: str | None) -> None:
    assert rules.authenticates(token_state, holder_state) == (
        (token_state, holder_state) == (TokenState.ACTIVE, UserState.ACTIVE)
    )


@pytest.mark.parametrize("typed", ["123456", " 123456", "123456 ", "  123456  ", "123 456", " 123 456 "])
def test_spaces_as_apps_show_them_are_no_part_of_a_code(typed: str) -> None:
    assert rules.normalised(typed) == "123456"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "12345",
        "1234567",
        "1 23456",
        "12 34 56",
        "123  456",
        "123\t456",
        "123456\n",
        "\n123456",
        "123456\x00",
        "\u00a0123456",
        "123\u00a0456",
        "123\u2009456",
        "123456\u200b",
        "１２３４５６",
        "١٢٣٤٥٦",
        "१२३४५६",
        "²²²²²²",
        "+123456",
        "-123456",
        "0x1234",
        "1e5123",
        "123_456",
        "123,456",
        "12345a",
        123456,
        123456.0,
        b"123456",
        ["123456"],
        ("123456",),
        {"code": "123456"},
        None,
        True,
    ],
    ids=ascii,
)
def test_anything_else_is_no_code(typed: object) -> None:
    assert rules.normalised(typed) is None


@given(st.text())
def test_a_code_is_six_ascii_digits_or_nothing(typed: str) -> None:
    code = rules.normalised(typed)

    assert code is None or (len(code) == 6 and code.isascii() and code.isdigit())
    assert code is None or code == typed.replace(" ", "")


@pytest.mark.parametrize(("counter", "code"), list(enumerate(HOTP)))
def test_rfc_4226_appendix_d(counter: int, code: str) -> None:
    assert rules.code_at(RFC_SECRET, counter) == code


@pytest.mark.parametrize(("seconds", "code"), TOTP)
def test_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    step = rules.step_at(datetime.fromtimestamp(seconds, UTC))

    assert rules.code_at(RFC_SECRET, step) == code[-6:]
    assert rules.accepted_step(RFC_SECRET, code[-6:], present_step=step, last_step=-1) == step


def independent_totp(secret: bytes, seconds: int) -> str:
    """RFC 6238 written a second time, with nothing but the standard library."""
    digest = hmac.new(secret, struct.pack(">Q", seconds // 30), hashlib.sha1).digest()
    offset = digest[19] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number)[-6:].rjust(6, "0")


def test_a_thousand_random_codes_equal_an_independent_implementation() -> None:
    source = random.Random(6238)
    cases = [(source.randbytes(source.randint(10, 64)), source.randrange(0, 2**33)) for _ in range(1000)]

    ours = [rules.code_at(secret, rules.step_at(datetime.fromtimestamp(at, UTC))) for secret, at in cases]

    assert ours == [independent_totp(secret, at) for secret, at in cases]


@pytest.mark.parametrize("offset", range(-3, 4))
def test_the_window_is_the_present_step_and_the_one_before(offset: int) -> None:
    present = 1000

    found = rules.accepted_step(
        RFC_SECRET, rules.code_at(RFC_SECRET, present + offset), present_step=present, last_step=-1
    )

    assert found == (present + offset if offset in {-1, 0} else None)


@given(
    secret=st.binary(min_size=20, max_size=20),
    steps=st.lists(st.integers(1000, 1040), min_size=1, max_size=20),
    lags=st.lists(st.integers(-3, 3), min_size=20, max_size=20),
)
def test_no_step_is_ever_accepted_twice_whatever_the_clock_does(
    secret: bytes, steps: list[int], lags: list[int]
) -> None:
    last, accepted = rules.NEVER_USED, []

    for present, lag in zip(steps, lags, strict=False):
        code = rules.code_at(secret, present + lag)
        found = rules.accepted_step(secret, code, present_step=present, last_step=last)
        if found is not None:
            accepted.append(found)
            last = found

    assert accepted == sorted(set(accepted))


def test_attempts_count_up_and_the_last_one_carries_the_lock() -> None:
    attempts = [rules.reserve_attempt(before, None, now=NOW, max_failed_attempts=5) for before in range(5)]

    assert [each.failed_attempts for each in attempts if each] == [1, 2, 3, 4, 5]
    assert [each.locked_until for each in attempts if each] == [None] * 4 + [NOW + timedelta(minutes=15)]


@pytest.mark.parametrize(("seconds_left", "evaluated"), [(900, False), (1, False), (0, True), (-1, True)])
def test_a_lock_holds_to_its_last_second_and_then_counting_starts_again(seconds_left: int, evaluated: bool) -> None:
    until = NOW + timedelta(seconds=seconds_left)

    attempt = rules.reserve_attempt(5, until, now=NOW, max_failed_attempts=5)

    assert attempt == (rules.Attempt(1, None) if evaluated else None)


@given(rounds=st.lists(st.tuples(st.integers(3, 10), st.integers(0, 400)), max_size=60))
def test_the_count_never_exceeds_the_highest_limit_also_when_the_limit_changes(rounds: list[tuple[int, int]]) -> None:
    """A portal's limit lies between 3 and 10, so that no number of attempts is too large for the column."""
    failed, until, now = 0, None, NOW

    for limit, gap in rounds:
        now += timedelta(seconds=gap)
        attempt = rules.reserve_attempt(failed, until, now=now, max_failed_attempts=limit)
        if attempt:
            failed, until = attempt.failed_attempts, attempt.locked_until

    assert failed <= 10


@given(limit=st.integers(1, 10), gaps=st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_at_most_the_limit_is_evaluated_within_any_lock_period(limit: int, gaps: list[int]) -> None:
    failed, until, now, evaluated = 0, None, NOW, []

    for gap in gaps:
        now += timedelta(seconds=gap)
        attempt = rules.reserve_attempt(failed, until, now=now, max_failed_attempts=limit)
        if attempt:
            failed, until = attempt.failed_attempts, attempt.locked_until
            evaluated.append(now)

    for first, after in zip(evaluated, evaluated[limit:], strict=False):
        assert after - first >= timedelta(minutes=rules.LOCK_MINUTES)


def test_enrolment_address_says_everything_an_app_needs() -> None:
    uri = rules.enrolment_uri(RFC_SECRET, issuer="OcciRed Ñ", account="adelgado")

    assert uri == (
        "otpauth://totp/OcciRed%20%C3%91%3Aadelgado?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=OcciRed%20%C3%91&algorithm=SHA1&digits=6&period=30"
    )


@pytest.mark.parametrize(
    ("until", "told"),
    [
        (datetime(2026, 3, 2, 15, 0, tzinfo=UTC), datetime(2026, 3, 2, 15, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 15, 59, 1, tzinfo=UTC), datetime(2026, 3, 2, 16, 0, tzinfo=UTC)),
    ],
)
def test_a_lock_is_told_to_the_first_minute_at_which_it_is_over(until: datetime, told: datetime) -> None:
    assert rules.whole_minute(until) == told
