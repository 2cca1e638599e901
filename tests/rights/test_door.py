"""What `decide` says is what happens: at the two steps of the real sign-in, at the next request, under the guard of a
change, and in the list of who cannot enter. Every state is tried, or a sample of those that are too many."""

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.guards import EntryGuard
from accounts.middleware import PAGES_OF_DUTY
from accounts.sessions.rules import session_end_for
from accounts.sessions.store import SessionStore
from accounts.sign_in import constant_time
from audit import request_context
from audit.enums import Event
from audit.models import AuditEvent
from directory.models import User
from rights.rules.decisions import Decision, decide
from rights.selectors.entry import barred, standing_facts, with_token
from rights.selectors.rights import rights_of
from tests import factories
from tests.rights.states import COMPANIES, CREDENTIALS, TOKENS, USERS, State, decided, every, take_on
from tests.support.client import Client
from tests.support.there import there
from tests.tokens.factories import code_of
from tokens.models import Token

pytestmark = pytest.mark.usefixtures("bank_scope", "quick_sign_in")
PASSWORD = "una frase larga y clara"
BOTH = (True, False)
ACTIVE = ("active", "active, locked by wrong codes")
ROLES = ("secondary", "administrator")


@pytest.fixture
def quick_sign_in(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of sign-ins: the password costs next to nothing, and time need not hide what it tells."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(constant_time, "STEP_SECONDS", 0.0001)


@pytest.fixture
def people(quick_sign_in: None, bank_scope: None) -> dict[str, User]:
    company = factories.company()
    hashed = make_password(PASSWORD)
    return {
        "secondary": factories.user(company, username="Felipe20", password=hashed),
        "administrator": factories.administrator(company, username="mguerrero", password=hashed),
    }


def outcome_of(decision: Decision) -> str:
    if decision.bar:
        return "kept out"
    return f"led to {PAGES_OF_DUTY[decision.duty.rule][0]}" if decision.duty else "works"


def entered(user: User, state: State, held: Token | None) -> Client | None:
    """Somebody who does what they can to enter; None when they do not get in."""
    client = Client(headers={"host": "localhost"})
    code = code_of(held) if held and state.brings_code else ""
    first = client.post(reverse("sign-in"), {"username": user.username, "code": code, "conditions": "on"})
    if first.status_code == 302:
        second = client.post(reverse("sign-in-password"), {"password": PASSWORD})
        return client if second.status_code == 302 else None
    return None


def outcome_for(client: Client | None) -> str:
    """Where a page leads that everybody may see who works: to itself, to a duty, or out."""
    answer = client.get(reverse("inbox:messages")) if client else None
    if answer is None:
        return "kept out"
    if answer.status_code == 200:
        return "works"
    duties = {reverse(page): f"led to {page}" for page, _others in PAGES_OF_DUTY.values()}
    return duties.get(answer["Location"]) or f"kept out, {answer['Location']}"


def foretold(user: User, state: State) -> Decision:
    return decided(user, brought=None if state.brings_code else "")


def disagreements(user: User, states: Any) -> list[tuple[State, str, str]]:
    """States in which the sign-in does something else than `decide` says, with both."""
    found = []
    for state in states:
        held = take_on(user, state)
        said = foretold(user, state)
        done = outcome_for(entered(user, state, held))
        if done != outcome_of(said) or not names_a_reason(user, said):
            found.append((state, outcome_of(said), done))
    return found


def names_a_reason(user: User, said: Decision) -> bool:
    """Whether the trail gives one of the decision's reasons for the refusal. Of a wrong code it cannot know more than
    that it is none: the person's or the token's state may be why."""
    if said.bar is None:
        return True
    row = AuditEvent.objects.filter(event=Event.SIGN_IN_REFUSED, actor_id=user.pk).latest("sequence")
    rule, rules = there(row.detail)["rule"], {check.rule for check in said.refusals}
    return rule in rules or (rule == "token.code" and bool(rules & {"token.presented", "user.active"}))


def test_the_sign_in_does_what_is_said_for_every_password_and_token(people: dict[str, User]) -> None:
    without_code = every(State(brings_code=False), credential=tuple(CREDENTIALS), token=tuple(TOKENS))
    with_code = every(State(), credential=tuple(CREDENTIALS), token=ACTIVE)
    states = [*without_code, *with_code]

    assert disagreements(people["secondary"], states) == []
    assert len(states) == 7 * 12 + 7 * 2


def test_the_sign_in_does_what_is_said_for_every_account_hour_and_address(people: dict[str, User]) -> None:
    states = list(every(State(), user=USERS, company=COMPANIES, is_open=BOTH, is_here=BOTH, has_image=BOTH))

    assert disagreements(people["secondary"], states) == []
    assert len(states) == 64


def test_the_sign_in_does_what_is_said_for_an_administrator_with_every_token(people: dict[str, User]) -> None:
    states = every(State(), token=tuple(TOKENS), has_image=BOTH, brings_code=BOTH)

    assert disagreements(people["administrator"], states) == []


STATES = st.builds(
    State,
    user=st.sampled_from(USERS),
    company=st.sampled_from(COMPANIES),
    credential=st.sampled_from(sorted(CREDENTIALS)),
    token=st.sampled_from(sorted(TOKENS)),
    is_open=st.booleans(),
    is_here=st.booleans(),
    has_image=st.booleans(),
    brings_code=st.booleans(),
)
INSIDE = st.builds(
    State,
    credential=st.sampled_from(["good", "expired", "generated"]),
    token=st.sampled_from(["active", "never had one"]),
)
over_one_database = settings(max_examples=50)


@over_one_database
@given(state=STATES, role=st.sampled_from(ROLES))
def test_the_sign_in_does_what_is_said_whatever_comes_together(
    people: dict[str, User], state: State, role: str
) -> None:
    assert disagreements(people[role], [state]) == []


def differences_inside(user: User, before: State, after: State) -> list[str]:
    """What the next request, and the guard of a change, do otherwise than `decide` says, once the person is inside and
    the state has become another."""
    client = entered(user, before, take_on(user, before))
    assert client is not None
    session = client.session
    assert isinstance(session, SessionStore)
    brought = session[DEVICE_ID_SESSION_KEY]
    here = request_context.RequestContext(address="127.0.0.1", session=session.audit_name, token=brought)
    take_on(user, after)
    said = decided(user, brought=brought)
    wanted = f"kept out, {reverse('sign-in')}?motivo={session_end_for(said.bar)}" if said.bar else outcome_of(said)
    passed, done = passes_guard(user, here), outcome_for(client)
    found = [f"{before} -> {after}: the guard says {passed}"] if passed != said.allowed else []
    return found if done == wanted else [*found, f"{before} -> {after}: {done} and not {wanted}"]


def passes_guard(user: User, here: request_context.RequestContext) -> bool:
    with request_context.entered(here):
        try:
            EntryGuard().before(signers=[user], present=user)
        except PermissionDenied:
            return False
        return True


WITH_TOKEN, WITHOUT = State(), State(token="never had one")


@pytest.mark.parametrize("before", [WITH_TOKEN, WITHOUT], ids=["with a token", "without"])
def test_the_next_request_does_what_is_said_whatever_became_of_password_and_token(
    people: dict[str, User], before: State
) -> None:
    states = every(State(), credential=tuple(CREDENTIALS), token=tuple(TOKENS))

    assert [line for after in states for line in differences_inside(people["secondary"], before, after)] == []


def test_the_next_request_does_what_is_said_whatever_became_of_account_hours_and_address(
    people: dict[str, User],
) -> None:
    states = every(State(), user=USERS, company=COMPANIES, is_open=BOTH, is_here=BOTH, has_image=BOTH)

    assert [line for after in states for line in differences_inside(people["secondary"], WITH_TOKEN, after)] == []


@over_one_database
@given(before=INSIDE, after=STATES, role=st.sampled_from(ROLES))
def test_the_next_request_does_what_is_said_whatever_comes_together(
    people: dict[str, User], before: State, after: State, role: str
) -> None:
    assert differences_inside(people[role], before, after) == []


@over_one_database
@given(state=STATES)
def test_the_administrator_is_told_what_the_sign_in_does(people: dict[str, User], state: State) -> None:
    state = replace(state, brings_code=True)
    user, viewer = people["secondary"], people["administrator"]
    held = take_on(user, state)

    told = rights_of(user.pk, timezone.now(), "127.0.0.1", viewer=viewer).entry.allowed

    assert told == (outcome_for(entered(user, state, held)) != "kept out")


def test_the_list_of_who_cannot_enter_names_exactly_whom_the_door_refuses_until_somebody_does_something(
    people: dict[str, User],
) -> None:
    """A token locked by wrong codes, like closed hours, is over by itself."""
    now, mismatches = timezone.now(), []
    for state in every(State(), user=USERS, company=COMPANIES, credential=tuple(CREDENTIALS), token=tuple(TOKENS)):
        take_on(people["secondary"], state)
        user = with_token(User.objects.select_related("company__portal")).get(pk=people["secondary"].pk)
        listed = User.objects.filter(barred(now), pk=user.pk).exists()
        refusals = decide(standing_facts(user, now)).refusals
        if listed != any(check.outcome != "locked" or check.rule == "user.active" for check in refusals):
            mismatches.append(state)

    assert mismatches == []
