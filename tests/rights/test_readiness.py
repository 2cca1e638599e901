"""What is kept on a user is what is decided about them: after whatever is done, by whomever, and however much later."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.models import AuditEvent
from directory.enums import Readiness
from directory.models import User
from limits.money import CENT, Money
from occired.checks import readiness_resolves
from rights.labels import GAPS
from rights.rules.decisions import decide
from rights.selectors.readiness import kept_of, standings_of
from rights.selectors.rights import rights_of
from rights.services import compare_readiness, keep_readiness
from rights.tasks import compare_readiness as nightly
from tests import factories
from tests.limits.factories import amounts, assigned, ceiling, limit, service
from tests.rights.acts import ACTS, Stage, stage
from tests.support.clock import Clock
from tests.support.there import there
from tests.tokens.factories import token

pytestmark = pytest.mark.usefixtures("bank_scope")
LATER = (timedelta(), timedelta(hours=25), timedelta(days=101))
ACTS_IN_A_ROW = 24


@pytest.fixture
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.long
def test_what_is_kept_is_what_is_decided_whatever_was_done(quick_passwords: None, clock: Clock) -> None:
    """The acts are drawn evenly: Hypothesis likes small numbers, of which few lead anywhere here."""
    done = set()

    @given(seed=st.integers(0, 2**32))
    @settings(max_examples=15)
    def try_acts(seed: int) -> None:
        drawn = Random(seed)
        with transaction.atomic():
            on = stage(clock)
            for act in drawn.choices(ACTS, k=ACTS_IN_A_ROW):
                if is_done(on, act, drawn.randrange(360)):
                    done.add(act)
                    check([on.administrator, *on.people], act.__name__)
            transaction.set_rollback(True)

    try_acts()
    assert done == set(ACTS)


def is_done(on: Stage, act: Callable[[Stage, int], None], number: int) -> bool:
    """Not when a rule forbids it as things stand."""
    try:
        with transaction.atomic():
            act(on, number)
    except ValidationError:
        return False
    return True


def check(people: list[User], act: str) -> None:
    keys, now = [person.pk for person in people], timezone.now()
    kept = {user.pk: kept_of(user) for user in User.objects.filter(pk__in=keys)}
    assert {code for found in kept.values() for code in (*found.missing, *found.missing_afterwards)} <= set(GAPS)
    for instant in (now + after for after in LATER):
        decided = {user.pk: standing.at(instant) for user, standing in standings_of(keys, instant)}
        assert {key: found.at(instant) for key, found in kept.items()} == decided, f"after {act}, at {instant}"
    for person in people:
        is_ready = kept[person.pk].at(now).readiness == Readiness.READY
        assert is_ready == could_work(person, now), f"after {act}"


def could_work(person: User, now: datetime) -> bool:
    """Asked about every service and product, one by one; no day and hour is in the way here, no image is a choice of
    the question."""
    rights = rights_of(person.pk, now, None, viewer=person)
    facts = replace(rights.facts, place=None, hours=None, token=replace(rights.facts.token, locked_until=None))
    if rights.user.is_administrator:
        return decide(replace(facts, capacity=None)).allowed
    whatever = replace(rights, facts=facts)
    return any(
        whatever.operate(service, product, Money(CENT, product.currency)).allowed
        for service in rights.table.services
        for product in rights.products
    )


@pytest.fixture
def worker(bank_scope: None) -> User:
    """A secondary user to whom nothing is missing."""
    user = factories.user()
    offered, held = service(), assigned(user)
    ceiling(user.company, offered)
    limit(user, offered, held, amounts(100, 500, 900))
    token(user)
    return reread(user)


def reread(user: User) -> User:
    return User.objects.select_related("company__portal").get(pk=user.pk)


def test_somebody_to_whom_nothing_is_missing_can_move_money(worker: User) -> None:
    assert worker.missing_at(timezone.now()) == (Readiness.READY, [])


def test_from_the_moment_a_password_ends_something_else_is_true_without_any_act(worker: User) -> None:
    end = worker.password_expires_at

    assert end is not None
    assert worker.missing_at(end - timedelta(seconds=1)) == (Readiness.READY, [])
    assert worker.missing_at(end) == (Readiness.ENTERS, ["credential.permanent.expired"])


def test_a_new_user_lacks_everything_in_the_order_in_which_it_is_given() -> None:
    user = factories.user(state="pending", credential_state="none", security_image="")

    assert user.missing_at(timezone.now()) == (
        Readiness.BARRED,
        [
            "user.active.pending",
            "credential.usable.none",
            "token.active.none",
            "product.assigned.no",
            "image.chosen.none",
        ],
    )


def test_an_administrator_needs_no_product_and_no_limit() -> None:
    administrator = factories.administrator()
    token(administrator)

    assert reread(administrator).missing_at(timezone.now()) == (Readiness.READY, [])


def test_the_nearest_product_answers_for_all(worker: User) -> None:
    """One that the bank has closed beside one that works changes nothing; alone it is what is missing."""
    assigned(worker, bank_state="closed")

    assert reread(worker).missing == []


def test_it_is_decided_for_many_people_in_as_many_statements_as_for_one(worker: User) -> None:
    people = [worker.pk, *(factories.user(worker.company).pk for _ in range(30))]

    costs = []
    for some in (people[:1], people):
        User.objects.update(readiness=Readiness.ENTERS, missing=["nothing.true"])
        with CaptureQueriesContext(connection) as asked:
            keep_readiness(some)
        costs.append([query["sql"].split()[0] for query in asked])

    assert costs[0] == costs[1]


def spoilt(user: User) -> None:
    User.objects.filter(pk=user.pk).update(readiness=Readiness.BARRED, missing=["user.active.locked"])


def test_the_nightly_comparison_mends_what_differs_and_says_so_once(worker: User) -> None:
    other = factories.user(worker.company)
    spoilt(worker)

    first, second = compare_readiness(), compare_readiness()

    assert (first, second) == ((2, 1), (2, 0))
    assert reread(worker).missing_at(timezone.now()) == (Readiness.READY, [])
    [event] = AuditEvent.objects.filter(event="readiness.mended")
    assert (event.company_id, event.target_name, event.actor_name) == (worker.company_id, worker.username, "")
    assert [there(said)["missing"] for said in (event.before, event.after)] == [["user.active.locked"], []]
    assert reread(other).missing != []


def test_who_was_never_decided_about_is_no_difference(worker: User) -> None:
    User.objects.filter(pk=worker.pk).update(readiness=Readiness.BARRED, missing=[], readiness_lapses_at=None)
    User.objects.filter(pk=worker.pk).update(readiness_afterwards="", missing_afterwards=[])

    assert compare_readiness() == (1, 0)
    assert reread(worker).readiness == Readiness.READY
    assert not AuditEvent.objects.filter(event="readiness.mended").exists()


def test_what_only_lapsed_is_no_difference(worker: User, clock: Clock) -> None:
    clock.forward(days=100)

    assert compare_readiness() == (1, 0)


def test_the_command_and_the_task_do_the_same(worker: User, capsys: pytest.CaptureFixture[str]) -> None:
    spoilt(worker)
    call_command("compare_readiness")
    spoilt(worker)
    nightly()

    assert capsys.readouterr().out == "1 people compared, 1 differed.\n"
    assert AuditEvent.objects.filter(event="readiness.mended").count() == 2
    assert reread(worker).readiness == Readiness.READY


def test_a_path_that_names_nothing_fails_the_check(settings: Any) -> None:
    assert readiness_resolves() == []

    settings.READINESS = "rights.services.nothing"

    assert [error.id for error in readiness_resolves()] == ["occired.E004"]
