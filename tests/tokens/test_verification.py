import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_otp import match_token, user_has_device

from audit.enums import Event, Outcome
from audit.models import AuditEvent
from directory.enums import UserState
from directory.models import User
from tenancy import context
from tests import factories
from tests.tokens.factories import code_of, token
from tokens import rules
from tokens.confirmation import OneTimeCode
from tokens.enums import Purpose, TokenKind, TokenState
from tokens.models import Token
from tokens.selectors import active_token_of
from tokens.services import Verified, verify

pytestmark = pytest.mark.usefixtures("bank_scope")
NOW = datetime(2026, 3, 2, 15, 0, 10, tzinfo=UTC)
STEP = rules.step_at(NOW)


@pytest.fixture
def holder() -> User:
    return factories.administrator()


@pytest.fixture
def held(holder: User) -> Token:
    return token(holder)


def give(user: User | None, code: Any, now: datetime = NOW) -> Verified | None:
    return verify(user=user, code=code, purpose=Purpose.SIGN_IN, now=now)


def wrong_code(row: Token, now: datetime = NOW) -> str:
    """Six digits that no step near `now` has."""
    near = {code_of(row, rules.step_at(now) + offset) for offset in range(-4, 5)}
    return next(code for code in ("000000", "111111", *map(str, range(200000, 200020))) if code not in near)


def test_the_present_code_is_accepted_and_its_step_kept(holder: User, held: Token) -> None:
    verified = give(holder, code_of(held, STEP))

    assert verified
    assert (verified.token, verified.step) == (held, STEP)
    held.refresh_from_db()
    assert (held.last_step, held.failed_attempts, held.locked_until) == (STEP, 0, None)


@pytest.mark.parametrize("offset", range(-3, 4))
def test_accepted_are_the_present_step_and_the_one_before(holder: User, held: Token, offset: int) -> None:
    verified = give(holder, code_of(held, STEP + offset))

    assert (verified is not None) == (offset in {-1, 0})


def test_a_used_code_is_refused_the_second_time(holder: User, held: Token) -> None:
    first = give(holder, code_of(held, STEP))

    again = [give(holder, code_of(held, STEP), NOW + timedelta(seconds=late)) for late in (0, 1, 25)]

    assert first
    assert again == [None] * 3


def test_after_the_present_code_the_one_before_is_worthless(holder: User, held: Token) -> None:
    give(holder, code_of(held, STEP))

    assert give(holder, code_of(held, STEP - 1)) is None


@pytest.mark.parametrize("back", [30, 60, 600, 86400])
def test_a_clock_set_back_accepts_nothing_of_the_past(holder: User, held: Token, back: int) -> None:
    give(holder, code_of(held, STEP))
    earlier = NOW - timedelta(seconds=back)
    past = rules.step_at(earlier)

    answers = [give(holder, code_of(held, step), earlier) for step in (past, past - 1, STEP)]

    assert answers == [None] * 3


@pytest.mark.parametrize(
    "variant",
    [
        "{0}",
        " {0}",
        "{0} ",
        "  {0}  ",
        "{1} {2}",
        "\u00a0{0}",
        "{0}\n",
        "{0}\t",
        "+{0}",
        "0{0}",
        "{0}0",
        "{0}\u200b",
    ],
    ids=ascii,
)
def test_a_variant_of_a_used_code_is_not_a_new_code(holder: User, held: Token, variant: str) -> None:
    code = code_of(held, STEP)
    give(holder, code)

    assert give(holder, variant.format(code, code[:3], code[3:])) is None


@pytest.mark.parametrize("zero", ["٠", "０", "०", "𝟎"])
def test_other_digits_of_unicode_are_refused(holder: User, held: Token, zero: str) -> None:
    code = code_of(held, STEP).translate({ord("0") + digit: chr(ord(zero) + digit) for digit in range(10)})

    assert give(holder, code) is None


@pytest.mark.parametrize("given", [["{0}"], ("{0}",), None, 123456, b"123456"])
def test_what_is_no_text_is_no_code(holder: User, held: Token, given: Any) -> None:
    code = code_of(held, STEP)
    given = type(given)(part.format(code) for part in given) if isinstance(given, list | tuple) else given

    assert give(holder, given) is None


@pytest.mark.parametrize(("state", "holder_state"), list(itertools.product(TokenState, UserState)))
def test_only_an_active_token_of_an_active_holder_opens_anything(
    holder: User, held: Token, state: str, holder_state: str
) -> None:
    code = code_of(held, STEP)
    Token.objects.filter(pk=held.pk).update(state=state, user=None if state == TokenState.AVAILABLE else holder)
    locked_at = timezone.now() if holder_state == UserState.LOCKED else None
    User.objects.filter(pk=holder.pk).update(state=holder_state, locked_at=locked_at)

    verified = give(holder, code)

    assert (verified is not None) == ((state, holder_state) == (TokenState.ACTIVE, UserState.ACTIVE))


def test_the_fifth_wrong_code_locks_for_fifteen_minutes_and_is_audited(holder: User, held: Token) -> None:
    wrong = wrong_code(held)
    for _ in range(5):
        assert give(holder, wrong) is None

    held.refresh_from_db()
    assert (held.failed_attempts, held.locked_until) == (5, NOW + timedelta(minutes=15))
    row = AuditEvent.objects.get(event=Event.TOKEN_LOCKED)
    assert (row.company_id, row.target_name, row.outcome) == (holder.company_id, held.serial, Outcome.REFUSED)
    assert row.detail == {"purpose": "sign_in", "minutes": 15}
    assert give(holder, code_of(held, STEP)) is None


def test_a_locked_token_counts_nothing_more_and_its_lock_does_not_grow(holder: User, held: Token) -> None:
    wrong = wrong_code(held)
    for second in range(20):
        give(holder, wrong, NOW + timedelta(seconds=second))

    held.refresh_from_db()
    assert (held.failed_attempts, held.locked_until) == (5, NOW + timedelta(seconds=4, minutes=15))
    assert AuditEvent.objects.filter(event=Event.TOKEN_LOCKED).count() == 1


@pytest.mark.parametrize(("seconds", "accepted"), [(-1, False), (0, True)])
def test_the_lock_ends_after_fifteen_minutes(holder: User, held: Token, seconds: int, accepted: bool) -> None:
    for _ in range(5):
        give(holder, wrong_code(held))
    later = NOW + timedelta(minutes=15, seconds=seconds)

    verified = give(holder, code_of(held, rules.step_at(later)), later)

    assert (verified is not None) == accepted


def test_the_right_code_as_the_fifth_attempt_is_accepted_and_clears_the_count(holder: User, held: Token) -> None:
    for _ in range(4):
        give(holder, wrong_code(held))

    verified = give(holder, code_of(held, STEP))

    held.refresh_from_db()
    assert verified
    assert (held.failed_attempts, held.locked_until) == (0, None)


def test_a_replayed_code_counts_as_a_wrong_one(holder: User, held: Token) -> None:
    give(holder, code_of(held, STEP))
    give(holder, code_of(held, STEP))

    held.refresh_from_db()
    assert held.failed_attempts == 1


def test_each_portal_says_how_many_wrong_codes_lock(holder: User, held: Token) -> None:
    portal = holder.company.portal
    portal.max_failed_attempts = 3
    portal.save()

    give(holder, wrong_code(held))
    give(holder, wrong_code(held))
    give(holder, wrong_code(held))

    assert give(holder, code_of(held, STEP)) is None


def test_another_persons_success_clears_nothing(holder: User, held: Token) -> None:
    neighbour = factories.administrator(holder.company)
    other = token(neighbour)
    give(holder, wrong_code(held))

    assert give(neighbour, code_of(other, STEP))

    held.refresh_from_db()
    assert held.failed_attempts == 1


def test_another_persons_code_is_a_wrong_code(holder: User, held: Token) -> None:
    other = token(factories.administrator(holder.company))

    assert give(holder, code_of(other, STEP)) is None
    other.refresh_from_db()
    assert (other.last_step, other.failed_attempts) == (rules.NEVER_USED, 0)


def test_two_secrets_swapped_between_rows_open_neither(holder: User, held: Token) -> None:
    other = token(factories.administrator(holder.company))
    codes = code_of(held, STEP), code_of(other, STEP)
    Token.objects.filter(pk=held.pk).update(sealed_secret=other.sealed_secret)
    Token.objects.filter(pk=other.pk).update(sealed_secret=held.sealed_secret)

    answers = [give(user, code) for user, code in itertools.product((holder, other.user), codes)]

    assert answers == [None] * 4


def test_bank_staff_have_tokens_without_a_company() -> None:
    staff = factories.bank_staff()
    row = token(staff)

    assert give(staff, code_of(row, STEP))


def test_another_companys_scope_does_not_reach_the_token(holder: User, held: Token) -> None:
    neighbour = factories.company()

    with context.company(neighbour.pk):
        assert give(holder, code_of(held, STEP)) is None
    with context.sign_in():
        assert give(holder, code_of(held, STEP)) is None
    with context.company(holder.company_id):
        assert give(holder, code_of(held, STEP))


def statements(user: User | None, code: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        give(user, code)
    return [query["sql"].split()[0] for query in captured.captured_queries]


def test_a_check_takes_few_statements_and_as_many_without_a_user(holder: User, held: Token) -> None:
    without_token = factories.user(holder.company)
    right, wrong = code_of(held, STEP), wrong_code(held)

    counts = {
        "unknown": len(statements(None, wrong)),
        "no token": len(statements(without_token, wrong)),
        "wrong": len(statements(holder, wrong)),
        "no code": len(statements(holder, "not a code")),
        "right": len(statements(holder, right)),
    }

    assert counts == {"unknown": 4, "no token": 4, "wrong": 4, "no code": 4, "right": 5}


def test_every_refusal_leaves_something_for_the_commit_to_flush(
    holder: User, held: Token, committed_writes: Callable[[], int]
) -> None:
    before = committed_writes()

    give(None, "000000")

    assert committed_writes() > before


@pytest.fixture
def committed_writes() -> Callable[[], int]:
    """How far the write-ahead log has come."""

    def position() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
            return int(cursor.fetchone()[0])

    return position


def test_the_sign_in_gets_the_token_once(holder: User, held: Token) -> None:
    code = code_of(held)

    verified = verify(user=holder, code=code, purpose=Purpose.SIGN_IN)
    assert verified
    assert verified.token == held
    assert verify(user=holder, code=code, purpose=Purpose.SIGN_IN) is None
    assert verify(user=None, code=code, purpose=Purpose.SIGN_IN) is None


def test_the_sign_in_sees_active_tokens_alone(holder: User, held: Token) -> None:
    before = active_token_of(holder)
    Token.objects.filter(pk=held.pk).update(state=TokenState.BLOCKED)

    assert before == held
    assert active_token_of(holder) is None


def test_a_confirmation_leaves_evidence_and_never_the_code(holder: User, held: Token) -> None:
    code = code_of(held)

    evidence = OneTimeCode().verify(holder, code, "abc123")

    held.refresh_from_db()
    assert evidence == {"serial": held.serial, "step": str(held.last_step), "digest": "abc123"}
    assert OneTimeCode().verify(holder, code, "abc123") is None


def test_one_code_serves_sign_in_or_confirmation_never_both(holder: User, held: Token) -> None:
    code = code_of(held)

    assert verify(user=holder, code=code, purpose=Purpose.SIGN_IN)
    assert OneTimeCode().verify(holder, code, "abc123") is None


def test_only_holders_of_an_active_token_can_confirm_with_it(holder: User, held: Token) -> None:
    assert OneTimeCode().is_available(holder)
    assert not OneTimeCode().is_available(factories.user(holder.company))


def test_django_otp_sees_active_tokens_as_confirmed(holder: User, held: Token) -> None:
    found = Token.from_persistent_id(held.persistent_id)

    assert (found, found.confirmed, user_has_device(holder)) == (held, True, True)
    Token.objects.filter(pk=held.pk).update(state=TokenState.BLOCKED)
    assert not Token.from_persistent_id(held.persistent_id).confirmed
    assert not user_has_device(holder)
    assert user_has_device(holder, confirmed=False)


def test_no_other_door_of_django_otp_checks_codes(holder: User, held: Token) -> None:
    with pytest.raises(TypeError, match=r"tokens\.services\.verify"):
        match_token(holder, code_of(held))


def test_the_holders_physical_token_works_until_the_virtual_one_is_active(holder: User) -> None:
    physical = token(holder, kind=TokenKind.PHYSICAL)
    token(holder, state=TokenState.PENDING_ACTIVATION)

    verified = give(holder, code_of(physical, STEP))

    assert verified
    assert verified.token == physical


@pytest.mark.parametrize("state", [TokenState.LOST, TokenState.DISABLED])
def test_beside_a_token_of_the_past_the_new_one_counts_and_the_old_one_does_not(holder: User, state: str) -> None:
    old, new = token(holder, state=state), token(holder)

    answers = [give(holder, code_of(old, STEP)), give(holder, code_of(new, STEP))]

    assert [answer and answer.token for answer in answers] == [None, new]
