"""Rows of the trail on the real database: what goes in comes out, and nothing happens without its row."""

import threading
from typing import Any

import pytest
from django.db import DataError, ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from audit import request_context
from audit.enums import Event, Outcome
from audit.models import BANK_CHAIN, AuditEvent, Chain, WordField
from audit.selectors import broken_chains
from audit.services import Target, record
from directory.models import Profile, User
from tenancy import context
from tests import factories
from tests.support.there import there

THREADS, ROWS_EACH = 20, 5
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | texts
    | st.decimals()
    | st.dates()
    | st.datetimes()
    | st.uuids()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts | st.integers(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def actor(bank_scope: None) -> User:
    return factories.administrator()


def test_a_row_says_who_what_when_and_from_where(actor: User) -> None:
    here = request_context.RequestContext(
        address="192.0.2.7", session="s" * 40, channel="portal", factors=["password", "token"]
    )

    with request_context.entered(here):
        record(
            Event.LIMITS_CHANGED,
            actor=actor,
            company_id=actor.company_id,
            target=Target("limits.userlimit", "7", "Felipe20"),
            before={"Tope diario": "0.00"},
            after={"Tope diario": "5,000,000.00"},
        )

    row = AuditEvent.objects.of(actor).values().get()
    assert {name: row[name] for name in ("actor_id", "actor_name", "target_type", "target_id", "target_name")} == {
        "actor_id": actor.pk,
        "actor_name": actor.username,
        "target_type": "limits.userlimit",
        "target_id": "7",
        "target_name": "Felipe20",
    }
    assert (row["before"], row["after"]) == ({"Tope diario": "0.00"}, {"Tope diario": "5,000,000.00"})
    assert (row["address"], row["session"], row["channel"]) == ("192.0.2.7", "s" * 40, "portal")
    assert (row["factors"], row["outcome"], row["sequence"]) == (["password", "token"], Outcome.OK, 1)


def test_each_company_has_its_own_chain_and_the_bank_one_more(actor: User) -> None:
    other = factories.company()

    rows = [
        record(Event.SIGN_OUT, actor=actor, company_id=company_id)
        for company_id in (actor.company_id, other.id, None, actor.company_id, None)
    ]

    assert [row.sequence for row in rows] == [1, 1, 1, 2, 2]
    assert rows[2].chain_id == BANK_CHAIN
    assert rows[3].previous_hash == rows[0].hash
    assert broken_chains() == {}


def test_a_company_writes_into_its_own_trail_alone(actor: User) -> None:
    other = factories.company()

    with context.company(other.id), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        record(Event.SIGN_OUT, actor=actor, company_id=actor.company_id)

    assert AuditEvent.objects.count() == 0


@hypothesis_settings(max_examples=150)
@given(before=values, after=values, detail=st.dictionaries(texts, values, max_size=3))
def test_whatever_is_recorded_verifies_after_the_database_gave_it_back(
    actor: User, before: Any, after: Any, detail: dict[str, Any]
) -> None:
    record(Event.USER_CHANGED, actor=actor, company_id=actor.company_id, before=before, after=after, detail=detail)

    assert broken_chains() == {}


@pytest.mark.parametrize(
    "address",
    [
        "192.0.2.7",
        "2001:DB8:0:0:0:0:0:1",
        "2001:db8::1",
        "::ffff:192.0.2.7",
        "::ffff:c000:207",
        "::192.0.2.7",
        "::1",
        "::",
    ],
)
def test_every_spelling_of_an_address_verifies(actor: User, address: str) -> None:
    with request_context.entered(request_context.RequestContext(address=address)):
        record(Event.SIGN_IN, actor=actor, company_id=actor.company_id)

    assert broken_chains() == {}


@pytest.mark.parametrize("name", ["x" * 500, "Núñez \u2028 🦙", "\x1b[31mrojo", 'comillas " y \\ barra', "\\u0000"])
def test_every_name_verifies(actor: User, name: str) -> None:
    record(Event.SIGN_IN, actor=actor, company_id=actor.company_id, target=Target("directory.user", "1", name))

    assert broken_chains() == {}
    assert AuditEvent.objects.get().target_name == name[:200]


class TestNoActionWithoutItsRow:
    """What cannot be recorded does not happen (security.md, 58)."""

    @pytest.mark.parametrize(
        ("failure", "values"),
        [
            (ValueError, {"detail": {"amount": float("nan")}}),
            (TypeError, {"detail": {("a", "b"): 1}}),
            (DataError, {"detail": {"name": "a\0b"}}),
            (DataError, {"target": Target("t" * 61, "1", "")}),
            (UnicodeEncodeError, {"detail": {"name": "\ud800"}}),
        ],
        ids=["not a number", "not a key", "NUL", "too long", "half a character"],
    )
    def test_a_row_that_cannot_be_written_takes_the_action_with_it(
        self, actor: User, failure: type[Exception], values: dict[str, Any]
    ) -> None:
        with pytest.raises(failure), transaction.atomic():
            Profile.objects.create(company=actor.company, name="Nuevo")
            record(Event.PROFILE_SAVED, actor=actor, company_id=actor.company_id, **values)

        assert (Profile.objects.count(), AuditEvent.objects.count(), Chain.objects.count()) == (0, 0, 0)

    def test_a_trail_that_takes_no_rows_takes_the_action_with_it(self, actor: User) -> None:
        """As on a full disk: the insert itself fails (here because the sign-in's scope writes nothing)."""
        with pytest.raises(ProgrammingError), transaction.atomic():
            Profile.objects.create(company=actor.company, name="Nuevo")
            with context.sign_in():
                record(Event.PROFILE_SAVED, actor=actor, company_id=actor.company_id)

        assert (Profile.objects.count(), AuditEvent.objects.count()) == (0, 0)

    def test_an_action_rolled_back_leaves_no_row_and_no_gap(self, actor: User) -> None:
        record(Event.SIGN_IN, actor=actor, company_id=actor.company_id)
        with pytest.raises(RuntimeError), transaction.atomic():
            record(Event.PROFILE_SAVED, actor=actor, company_id=actor.company_id)
            raise RuntimeError

        record(Event.SIGN_OUT, actor=actor, company_id=actor.company_id)

        rows = AuditEvent.objects.of(actor).order_by("sequence")
        assert [(row.sequence, row.event) for row in rows] == [(1, "sign_in"), (2, "sign_out")]
        assert broken_chains() == {}


def test_writers_at_the_same_time_never_fork_the_chain(committed_db: None) -> None:
    """Twenty threads with connections of their own, five rows each, from the very first row of the chain on."""
    with context.bank():
        company = factories.company()
    barrier = threading.Barrier(THREADS)
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            barrier.wait()
            with context.company(company.id):
                for turn in range(ROWS_EACH):
                    record(Event.USER_CHANGED, actor=None, company_id=company.id, detail={"from": [number, turn]})
        except BaseException as error:  # noqa: BLE001 - reported by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with context.bank():
        rows = list(AuditEvent.objects.order_by("sequence"))
        assert (failures, broken_chains()) == ([], {})
    assert [row.sequence for row in rows] == list(range(1, THREADS * ROWS_EACH + 1))
    assert len({tuple(there(row.detail)["from"]) for row in rows}) == THREADS * ROWS_EACH


@pytest.mark.parametrize(("column", "words"), [("event", Event), ("outcome", Outcome)])
def test_a_new_word_of_the_trail_costs_no_migration(column: str, words: Any) -> None:
    field = AuditEvent._meta.get_field(column)
    assert isinstance(field, WordField)

    *_names, options = field.deconstruct()

    assert "choices" not in options
    assert field.flatchoices == words.choices
