"""Somebody with every right on the database touches the trail: verification names the row (security.md, 66)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import StringIO
from uuid import UUID

import psycopg
import pytest
from django.core.management import CommandError, call_command

from audit import request_context
from audit.enums import Event
from audit.models import BANK_CHAIN, AuditEvent
from audit.rules import Break
from audit.selectors import broken_chains
from audit.services import Target, record
from tenancy import context
from tests import factories
from tests.support.database import superuser_url

ROWS = 20
EDITS = {
    "company_id": "NULL",
    "at": "at + interval '1 microsecond'",
    "event": "'sign_in'",
    "outcome": "'refused'",
    "actor_id": "gen_random_uuid()",
    "actor_name": "'otro'",
    "target_type": "'otro'",
    "target_id": "'otro'",
    "target_name": "target_name || ' '",
    "before": '\'{"Tope": "0.01"}\'',
    "after": "NULL",
    "detail": "'{}'",
    "address": "'192.0.2.8'",
    "session": "'otra'",
    "channel": "'otro'",
    "factors": '\'["password", "token"]\'',
    "hash": "repeat('a', 64)",
}
Tampered = Callable[..., AbstractContextManager[dict[UUID, Break]]]


@pytest.fixture
def chain_id(committed_db: None) -> UUID:
    """A company's chain of twenty rows, beside a neighbour's and the bank's."""
    with context.bank():
        company, neighbour = factories.company(), factories.company()
        actor = factories.administrator(company)
        for number in range(ROWS):
            here = request_context.RequestContext(
                address="192.0.2.7", session="s", channel="portal", factors=["password"]
            )
            with request_context.entered(here):
                record(
                    Event.LIMITS_CHANGED,
                    actor=actor,
                    company_id=company.id,
                    target=Target("limits.userlimit", str(number), "Felipe20"),
                    before={"Tope": "0.00"},
                    after={"Tope": f"{number}.00"},
                    detail={"change": str(number)},
                )
            record(Event.SIGN_OUT, actor=None, company_id=neighbour.id)
            record(Event.SIGN_OUT, actor=None, company_id=None)
    return company.id


@pytest.fixture
def of_chain(chain_id: UUID) -> str:
    return f"chain_id = '{chain_id}'"


@pytest.fixture
def tampered(chain_id: UUID) -> Iterator[Tampered]:
    """`tampered(statement, ...)`: what verification finds after it; the trail is as before at the end of the block."""
    with psycopg.connect(superuser_url(), autocommit=True) as superuser:
        for table in ("audit_auditevent", "audit_chain"):
            superuser.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")

        @contextmanager
        def tamper(*statements: str) -> Iterator[dict[UUID, Break]]:
            for statement in statements:
                assert superuser.execute(statement).rowcount >= 0
            with context.bank():
                yield broken_chains()
            for table in ("audit_auditevent", "audit_chain"):
                superuser.execute(f"TRUNCATE {table}")
                superuser.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")

        yield tamper


def test_an_untouched_trail_holds(chain_id: UUID, tampered: Tampered) -> None:
    with tampered() as found:
        assert found == {}


def test_an_edit_of_any_column_is_found(chain_id: UUID, of_chain: str, tampered: Tampered) -> None:
    for column, value in EDITS.items():
        for place in range(1, ROWS + 1) if column == "after" else (1, ROWS // 2, ROWS):
            row = f"{of_chain} AND sequence = {place}"
            with tampered(f"UPDATE audit_auditevent SET {column} = {value} WHERE {row}") as found:
                assert found == {chain_id: Break(place, "its content was changed")}


def test_every_column_is_edited_above() -> None:
    columns = {field.column for field in AuditEvent._meta.concrete_fields}

    assert columns - EDITS.keys() == {"id", "chain_id", "sequence", "previous_hash"}


def test_a_deleted_row_is_found_wherever_it_was(chain_id: UUID, of_chain: str, tampered: Tampered) -> None:
    for place in range(1, ROWS + 1):
        reason = "a row is missing" if place < ROWS else "the end of the trail is missing"
        with tampered(f"DELETE FROM audit_auditevent WHERE {of_chain} AND sequence = {place}") as found:
            assert found == {chain_id: Break(place, reason)}


def test_a_deleted_row_with_the_later_ones_moved_up_is_found(chain_id: UUID, of_chain: str, tampered: Tampered) -> None:
    for place in range(1, ROWS):
        with tampered(
            f"DELETE FROM audit_auditevent WHERE {of_chain} AND sequence = {place}",
            f"UPDATE audit_auditevent SET sequence = sequence + 1000 WHERE {of_chain} AND sequence > {place}",
            f"UPDATE audit_auditevent SET sequence = sequence - 1001 WHERE {of_chain} AND sequence > 1000",
        ) as found:
            assert found == {chain_id: Break(place, "it does not follow the row before it")}


def test_two_rows_that_changed_places_are_found(chain_id: UUID, of_chain: str, tampered: Tampered) -> None:
    for place in range(1, ROWS):
        this, next_, aside = (
            f"UPDATE audit_auditevent SET sequence = {new} WHERE {of_chain} AND sequence = {old}"
            for old, new in ((place, 1000), (place + 1, place), (1000, place + 1))
        )
        with tampered(this, next_, aside) as found:
            assert found == {chain_id: Break(place, "it does not follow the row before it")}


def test_a_trail_cut_off_at_its_end_is_found(chain_id: UUID, of_chain: str, tampered: Tampered) -> None:
    for kept in range(ROWS):
        with tampered(f"DELETE FROM audit_auditevent WHERE {of_chain} AND sequence > {kept}") as found:
            assert found == {chain_id: Break(kept + 1, "the end of the trail is missing")}


def test_a_row_put_in_between_is_found(chain_id: UUID, of_chain: str, tampered: Tampered) -> None:
    columns = (
        "company_id, at, event, outcome, actor_id, actor_name, target_type, target_id, target_name, before, after, "
        "detail, address, session, channel, factors, previous_hash, hash"
    )
    for place in range(1, ROWS + 1):
        with tampered(
            f"UPDATE audit_auditevent SET sequence = sequence + 1000 WHERE {of_chain} AND sequence > {place}",
            f"UPDATE audit_auditevent SET sequence = sequence - 999 WHERE {of_chain} AND sequence > 1000",
            f"INSERT INTO audit_auditevent (chain_id, sequence, {columns}) SELECT chain_id, {place + 1}, {columns} "
            f"FROM audit_auditevent WHERE {of_chain} AND sequence = {place}",
        ) as found:
            assert found == {chain_id: Break(place + 1, "it does not follow the row before it")}


def test_a_row_added_at_the_end_is_found(chain_id: UUID, of_chain: str, tampered: Tampered) -> None:
    with tampered(
        "INSERT INTO audit_auditevent (chain_id, sequence, company_id, at, event, outcome, actor_name, target_type, "
        "target_id, target_name, session, channel, factors, previous_hash, hash) "
        "SELECT chain_id, sequence + 1, company_id, at, event, outcome, actor_name, target_type, "
        "target_id, target_name, session, channel, factors, hash, repeat('b', 64) "
        f"FROM audit_auditevent WHERE {of_chain} AND sequence = {ROWS}"
    ) as found:
        assert found == {chain_id: Break(ROWS + 1, "its content was changed")}


def test_a_row_moved_to_another_chain_is_found_in_both(chain_id: UUID, of_chain: str, tampered: Tampered) -> None:
    with tampered(
        f"UPDATE audit_auditevent SET chain_id = '{BANK_CHAIN}', sequence = {ROWS + 1} "
        f"WHERE {of_chain} AND sequence = {ROWS}"
    ) as found:
        assert found == {
            chain_id: Break(ROWS, "the end of the trail is missing"),
            BANK_CHAIN: Break(ROWS + 1, "it does not follow the row before it"),
        }


def test_a_chain_whose_record_of_its_end_was_deleted_is_found(chain_id: UUID, tampered: Tampered) -> None:
    """The application's role may write that record; unchecked, it could take a chain out of the verification."""
    with tampered(f"DELETE FROM audit_chain WHERE id = '{chain_id}'") as found:
        assert found == {chain_id: Break(ROWS + 1, "the end of the trail is missing")}


class TestTheCommand:
    def run(self) -> str:
        out = StringIO()
        call_command("verify_audit", stdout=out, stderr=out)
        return out.getvalue()

    def test_it_says_how_many_chains_it_verified(self, chain_id: UUID) -> None:
        assert self.run() == "3 chains verified.\n"

    def test_it_fails_and_names_the_row(self, chain_id: UUID, of_chain: str, tampered: Tampered) -> None:
        errors = StringIO()
        with (
            tampered(f"UPDATE audit_auditevent SET actor_name = 'x' WHERE {of_chain} AND sequence = 7"),
            pytest.raises(CommandError, match="1 of 3 chains are broken"),
        ):
            call_command("verify_audit", stderr=errors)

        assert errors.getvalue() == f"chain {chain_id}, row 7: its content was changed\n"

    def test_it_fails_when_there_is_nothing_to_verify(self, committed_db: None) -> None:
        with pytest.raises(CommandError, match="no audit trail"):
            self.run()
