import itertools
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.authority import Authority
from audit.enums import Event
from audit.models import AuditEvent
from directory.enums import UserState
from directory.models import User
from tenancy import context
from tenancy.sealing import unseal
from tests import factories
from tests.tokens.factories import code_of, token
from tokens import rules, services
from tokens.enums import LIVE, Purpose, TokenKind, TokenState, Transition
from tokens.models import Token

pytestmark = pytest.mark.usefixtures("bank_scope")
STEPS = {
    "enrol": services.mark_enrolled,
    "activate": services.activate,
    "block": services.block,
    "unblock": services.unblock,
    "release": services.release,
    "lose": services.report_lost,
}


@pytest.fixture
def authority() -> Authority:
    return Authority.of_bank(factories.bank_staff())


@pytest.fixture
def holder() -> User:
    return factories.user()


def problem_of(work: Any, **arguments: Any) -> str | None:
    """The code of the rule that is broken, or nothing."""
    try:
        work(**arguments)
    except ValidationError as error:
        return error.code if not hasattr(error, "error_dict") else ",".join(error.error_dict)
    return ""


def secret_of(row: Token) -> bytes:
    row.refresh_from_db()
    return unseal(row.sealed_secret, row=row.row_name)


def opens(user: User, row: Token) -> bool:
    return services.verify(user=user, code=code_of(row), purpose=Purpose.SIGN_IN) is not None


def test_the_whole_way_of_a_virtual_token(authority: Authority, holder: User) -> None:
    row = services.add_token(
        authority=authority,
        serial="FEF4900030",
        company=holder.company,
        kind=TokenKind.VIRTUAL,
        secret=b"12345678901234567890",
    )
    states = [
        row.state,
        services.assign_to(authority=authority, token=row, user=holder).state,
        services.mark_enrolled(authority=authority, token=row).state,
        services.activate(authority=authority, token=row).state,
        services.block(authority=authority, token=row).state,
        services.unblock(authority=authority, token=row).state,
        services.release(authority=authority, token=row).state,
    ]

    assert states == [
        TokenState.AVAILABLE,
        TokenState.ASSIGNED,
        TokenState.PENDING_ACTIVATION,
        TokenState.ACTIVE,
        TokenState.BLOCKED,
        TokenState.ACTIVE,
        TokenState.AVAILABLE,
    ]
    trail = AuditEvent.objects.filter(target_id=str(row.public_id)).order_by("sequence")
    assert [(each.event, (each.detail or {}).get("transition")) for each in trail] == [
        (Event.TOKEN_IMPORTED, None),
        (Event.TOKEN_ASSIGNED, "assign"),
        (Event.TOKEN_ASSIGNED, "enrol"),
        (Event.TOKEN_ACTIVATED, "activate"),
        (Event.TOKEN_BLOCKED, "block"),
        (Event.TOKEN_ACTIVATED, "unblock"),
        (Event.TOKEN_RELEASED, "release"),
    ]
    last = trail.latest("sequence")
    assert (last.before, last.after) == (
        {"state": "active", "holder": holder.username},
        {"state": "available", "holder": ""},
    )


@pytest.mark.parametrize(("state", "step"), list(itertools.product(TokenState, STEPS)))
def test_the_services_take_exactly_the_documented_steps(
    authority: Authority, holder: User, state: TokenState, step: str
) -> None:
    row = token(holder, state=state) if state != TokenState.AVAILABLE else token(company=holder.company)
    expected = rules.TRANSITIONS[TokenKind.VIRTUAL][Transition(step)].get(state)

    problem = problem_of(STEPS[step], authority=authority, token=row)

    row.refresh_from_db()
    assert (row.state, problem) == ((expected, "") if expected else (state, "transition"))


def test_a_new_secret_is_random_and_sealed(authority: Authority) -> None:
    company = factories.company()
    rows = [
        services.add_token(authority=authority, serial=f"FEF490003{number}", company=company, kind=TokenKind.VIRTUAL)
        for number in range(3)
    ]

    secrets = {secret_of(row) for row in rows}

    assert {len(secret) for secret in secrets} == {20}
    assert len(secrets) == 3


def test_a_serial_is_taken_once(authority: Authority) -> None:
    company = factories.company()
    arguments: Any = {"authority": authority, "serial": "FEF4900030", "company": company, "kind": TokenKind.VIRTUAL}
    services.add_token(**arguments)

    assert problem_of(services.add_token, **arguments) == "serial"
    assert problem_of(services.add_token, **{**arguments, "serial": "FEF49"}) == "serial"
    assert Token.objects.count() == 1


def test_a_physical_token_needs_the_secret_that_is_in_it(authority: Authority) -> None:
    problem = problem_of(
        services.add_token,
        authority=authority,
        serial="FEF4900030",
        company=factories.company(),
        kind=TokenKind.PHYSICAL,
    )

    assert problem == "secret"


def test_a_token_of_another_company_is_not_given(authority: Authority, holder: User) -> None:
    foreign = token(company=factories.company(holder.company.portal))

    assert problem_of(services.assign_to, authority=authority, token=foreign, user=holder) == "company"
    assert problem_of(services.assign_to, authority=authority, token=token(), user=holder) == "company"


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"state": UserState.PENDING}, "holder_state"),
        ({"state": UserState.INACTIVE}, "holder_state"),
        ({"state": UserState.LOCKED, "locked_at": timezone.now()}, "holder_state"),
        ({"email": ""}, "holder_contact"),
        ({"mobile": ""}, "holder_contact"),
    ],
    ids=["pending", "inactive", "locked", "no e-mail", "no mobile"],
)
def test_a_secondary_user_must_be_active_and_reachable(
    authority: Authority, values: dict[str, Any], problem: str
) -> None:
    user = factories.user(**values)
    row = token(company=user.company)

    assert problem_of(services.assign_to, authority=authority, token=row, user=user) == problem
    row.refresh_from_db()
    assert (row.state, row.user) == (TokenState.AVAILABLE, None)


@pytest.mark.parametrize("state", LIVE)
def test_nobody_holds_two_virtual_tokens(authority: Authority, holder: User, state: TokenState) -> None:
    token(holder, state=state)
    second = token(company=holder.company)

    assert problem_of(services.assign_to, authority=authority, token=second, user=holder) == "has_token"


@pytest.mark.parametrize("state", [TokenState.LOST, TokenState.DISABLED])
def test_who_lost_a_token_gets_another(authority: Authority, holder: User, state: TokenState) -> None:
    token(holder, state=state)
    second = token(company=holder.company)

    assert services.assign_to(authority=authority, token=second, user=holder).user == holder


def test_a_physical_token_is_not_given_beside_a_virtual_one(authority: Authority, holder: User) -> None:
    token(holder)
    physical = token(company=holder.company, kind=TokenKind.PHYSICAL)

    assert problem_of(services.assign_to, authority=authority, token=physical, user=holder) == "has_token"


def test_activating_the_virtual_token_disables_the_physical_one(authority: Authority, holder: User) -> None:
    physical = token(holder, kind=TokenKind.PHYSICAL)
    virtual = token(company=holder.company)
    services.assign_to(authority=authority, token=virtual, user=holder)
    services.mark_enrolled(authority=authority, token=virtual)
    before = opens(holder, physical)

    services.activate(authority=authority, token=virtual)

    physical.refresh_from_db()
    virtual.refresh_from_db()
    assert before
    assert (physical.state, virtual.state) == (TokenState.DISABLED, TokenState.ACTIVE)
    assert not opens(holder, physical)
    assert opens(holder, virtual)
    steps = AuditEvent.objects.filter(target_id=str(physical.public_id)).values_list("event", "detail__transition")
    assert list(steps) == [(Event.TOKEN_BLOCKED, "disable")]


def required_since(user: User) -> Any:
    user.refresh_from_db()
    return user.token_required_since


def test_the_first_activation_requires_a_token_from_then_on(authority: Authority, holder: User) -> None:
    row = services.add_token(authority=authority, serial="FEF4900030", company=holder.company, kind=TokenKind.VIRTUAL)
    services.assign_to(authority=authority, token=row, user=holder)
    services.mark_enrolled(authority=authority, token=row)
    before = required_since(holder)

    row = services.activate(authority=authority, token=row)
    first = required_since(holder)
    services.block(authority=authority, token=row)
    services.unblock(authority=authority, token=row)

    assert before is None
    assert first == row.updated_at
    assert required_since(holder) == first


@pytest.mark.parametrize("steps", [["block"], ["lose"], ["release"], ["block", "release"], ["block", "lose"]])
def test_whatever_becomes_of_the_token_the_requirement_stays(
    authority: Authority, holder: User, steps: list[str]
) -> None:
    row = token(holder)
    since = required_since(holder)

    for step in steps:
        STEPS[step](authority=authority, token=row)

    assert since is not None
    assert required_since(holder) == since


def test_the_requirement_of_a_token_that_is_gone_is_lifted(authority: Authority, holder: User) -> None:
    token(holder, state=TokenState.BLOCKED)

    services.lift_requirement(authority=authority, user=holder)

    assert required_since(holder) is None


def test_a_token_unblocked_after_the_requirement_was_lifted_is_required_again(
    authority: Authority, holder: User
) -> None:
    row = token(holder, state=TokenState.BLOCKED)
    services.lift_requirement(authority=authority, user=holder)

    services.unblock(authority=authority, token=row)

    assert required_since(holder) is not None


def test_there_is_nothing_to_lift_beside_an_active_token_for_staff_or_for_who_never_had_one(
    authority: Authority, holder: User
) -> None:
    never_had, staff = factories.user(holder.company), factories.bank_staff()
    token(holder)
    token(staff, state=TokenState.BLOCKED)

    problems = [
        problem_of(services.lift_requirement, authority=authority, user=user) for user in (holder, never_had, staff)
    ]

    assert problems == ["has_token", "not_required", "staff"]
    assert None not in (required_since(holder), required_since(staff))


def test_a_released_virtual_token_has_a_new_secret_and_a_clean_count(authority: Authority, holder: User) -> None:
    row = token(holder, failed_attempts=3, last_step=99)
    old = secret_of(row)

    services.release(authority=authority, token=row)

    assert secret_of(row) != old
    assert (row.user, row.failed_attempts, row.last_step) == (None, 0, rules.NEVER_USED)
    assert not opens(holder, row)


def test_a_released_physical_token_keeps_what_is_built_into_it_and_its_used_steps(
    authority: Authority, holder: User
) -> None:
    row = token(holder, kind=TokenKind.PHYSICAL, last_step=99)
    old = secret_of(row)

    services.release(authority=authority, token=row)

    assert (secret_of(row), row.last_step, row.state) == (old, 99, TokenState.AVAILABLE)


def test_handing_over_makes_a_secret_that_is_told_once_and_waits_for_activation(
    authority: Authority, holder: User
) -> None:
    row = token(company=holder.company)
    old = secret_of(row)

    secret = services.hand_over(authority=authority, token=row, user=holder)

    assert secret == secret_of(row) != old
    assert (row.state, row.user) == (TokenState.PENDING_ACTIVATION, holder)
    assert not opens(holder, row)
    services.activate(authority=authority, token=row)
    assert opens(holder, row)


def test_a_broken_rule_leaves_the_old_secret(authority: Authority) -> None:
    inactive = factories.user(state=UserState.INACTIVE)
    row = token(company=inactive.company)
    old = secret_of(row)

    assert problem_of(services.hand_over, authority=authority, token=row, user=inactive) == "holder_state"
    assert secret_of(row) == old


def test_checking_codes_is_no_update_of_the_token(authority: Authority, holder: User) -> None:
    row = token(holder)
    before = row.updated_at

    opens(holder, row)
    after_code = Token.objects.get(pk=row.pk).updated_at
    services.block(authority=authority, token=row)

    assert after_code == before
    assert Token.objects.get(pk=row.pk).updated_at > before


@pytest.mark.parametrize(
    "values",
    [
        {"state": TokenState.AVAILABLE},
        {"user": None},
        {"state": "anything"},
        {"kind": "anything"},
    ],
    ids=["available with a holder", "active without one", "unknown state", "unknown kind"],
)
def test_the_database_itself_refuses_impossible_tokens(holder: User, values: dict[str, Any]) -> None:
    row = token(holder)

    with pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.filter(pk=row.pk).update(**values)


def test_the_database_itself_refuses_two_live_or_two_active_tokens(holder: User) -> None:
    token(holder)

    with pytest.raises(IntegrityError, match="token_one_live_a_user_and_kind"), transaction.atomic():
        token(holder, state=TokenState.BLOCKED)
    with pytest.raises(IntegrityError, match="token_one_active_a_user"), transaction.atomic():
        token(holder, kind=TokenKind.PHYSICAL)


def test_tokens_are_seen_in_the_scope_of_their_company_alone(holder: User) -> None:
    own, foreign = token(holder), token(factories.user(factories.company(holder.company.portal)))
    banks = token(factories.bank_staff())

    with context.company(holder.company_id):
        seen = set(Token.objects.all())
    with context.sign_in():
        at_sign_in = Token.objects.count()

    assert (seen, at_sign_in) == ({own}, 0)
    assert set(Token.objects.all()) == {own, foreign, banks}
