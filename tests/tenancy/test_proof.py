"""What a statement injected into a company's request could try, and that it gets nothing by it (D6).

The statements go past Django and every filter, on the connection of the portal and in the scope of one company.
"""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from directory.models import Company
from tenancy import context
from tenancy.proof import padded_keys, proof_of
from tests import factories
from tests.support.database import superuser_url

SETTINGS = ("occired.scope", "occired.whose", "occired.proof")


def two_companies() -> Company:
    """Each with one user; whoever reads the users of both has left their company."""
    with context.bank():
        own, other = factories.company(code="PROPIA"), factories.company(code="AJENA")
        factories.user(own, username="propio")
        factories.user(other, username="ajeno")
        return own


@pytest.fixture
def own(db: None) -> Iterator[Company]:
    own = two_companies()
    with context.company(own.pk):
        yield own


@pytest.fixture
def other(own: Company) -> Company:
    with context.bank():
        return Company.objects.get(code="AJENA")


def inject(statement: str, *values: str | UUID) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def names() -> list[str]:
    return sorted(name for (name,) in inject("SELECT username FROM directory_user"))


def backend_pid() -> int:
    return int(inject("SELECT pg_backend_pid()")[0][0])


def say(**said: str) -> None:
    for name, value in said.items():
        inject("SELECT set_config(%s, %s, false)", f"occired.{name}", value)


def said() -> dict[str, str]:
    return {name.partition(".")[2]: inject("SELECT current_setting(%s, true)", name)[0][0] for name in SETTINGS}


def test_the_companys_own_rows_are_there(own: Company) -> None:
    assert names() == ["propio"]


@pytest.mark.parametrize("scope", ["bank", "sign_in", "none", "BANK", "company "])
def test_another_kind_of_scope_shows_nothing(own: Company, scope: str) -> None:
    say(scope=scope)

    assert names() == []


def test_every_row_is_out_of_reach_for_who_says_to_be_the_bank(own: Company) -> None:
    say(scope="bank", whose="")

    assert names() == []
    assert inject("UPDATE directory_user SET first_names = 'Otro' RETURNING id") == []
    assert inject("DELETE FROM directory_user RETURNING id") == []
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        inject("INSERT INTO directory_profile VALUES (gen_random_uuid(), 'Intruso', 'operator', %s)", own.pk)


def test_another_companys_id_shows_nothing(own: Company, other: Company) -> None:
    say(whose=str(other.pk))

    assert names() == []


def test_another_persons_sign_in_key_shows_nobody(own: Company, other: Company) -> None:
    say(scope="sign_in", whose=f"{other.portal.code}:ajeno")

    assert names() == []


@pytest.mark.parametrize("proof", ["", "0" * 64, "zz", "\\x00", "PROOF IN CAPITALS", "PROOF AND MORE", "HALF A PROOF"])
def test_a_proof_that_is_made_up_shows_nothing(own: Company, proof: str) -> None:
    true = said()["proof"]
    variants = {"PROOF IN CAPITALS": true.upper(), "PROOF AND MORE": f"{true}0", "HALF A PROOF": true[:32]}

    say(proof=variants.get(proof, proof))

    assert names() == []


def test_no_proof_at_all_shows_nothing(own: Company) -> None:
    inject("RESET occired.proof")

    assert names() == []


def test_a_proof_seen_in_another_session_is_worthless_here(own: Company) -> None:
    """The bank's true proof for the next process of the server: what a sweep at this moment has."""
    say(scope="bank", whose="", proof=proof_of("bank", "", backend_pid() + 1))

    assert names() == []


def test_the_proof_of_one_scope_is_none_of_another(own: Company) -> None:
    """The separator cannot be used to read one message as another: the kind has none, the process is digits."""
    pid = backend_pid()
    say(scope="company", whose=f"{own.pk}|{pid}", proof=proof_of("company", str(own.pk), pid))

    assert names() == []


def test_the_same_scope_said_again_shows_what_it_showed(own: Company) -> None:
    """The other tests would see nothing of a proof that never fits, too."""
    say(scope="none")
    assert names() == []

    say(scope="company", whose=str(own.pk), proof=proof_of("company", str(own.pk), backend_pid()))

    assert names() == ["propio"]


def test_a_proof_is_nowhere_in_what_sessions_see_of_each_other(own: Company) -> None:
    """pg_stat_activity shows a role the text of its own sessions' statements."""
    pid, proof = backend_pid(), said()["proof"]

    with context.nothing():
        pass  # the scope is told again, and no statement comes after
    with psycopg.connect(superuser_url(), autocommit=True) as watcher:
        (text,) = watcher.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone() or ("",)

    assert "set_config('occired.proof', $3" in text
    assert proof not in text


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM tenancy_scopekey",
        "SELECT inner_block FROM tenancy_scopekey FOR UPDATE",
        "UPDATE tenancy_scopekey SET inner_block = ''",
        "INSERT INTO tenancy_scopekey VALUES (1, '', '')",
        "DELETE FROM tenancy_scopekey",
        "COPY tenancy_scopekey TO STDOUT",
        "CREATE TEMPORARY TABLE directory_user AS SELECT 1",
        "CREATE FUNCTION pg_temp.tenancy_whose(text) RETURNS text LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION public.tenancy_whose(kind text) RETURNS text LANGUAGE sql AS 'SELECT 1'",
        "ALTER FUNCTION public.tenancy_whose(text) SECURITY INVOKER",
        "DROP FUNCTION public.tenancy_whose(text) CASCADE",
        "SET ROLE occired_owner",
        "SET SESSION AUTHORIZATION occired_owner",
    ],
)
def test_neither_the_key_nor_what_checks_it_is_within_reach(own: Company, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        inject(statement)


def test_another_search_path_changes_nothing(own: Company) -> None:
    """The function looks names up in PostgreSQL's own catalogue, whatever the session's path is."""
    inject("SET search_path = pg_temp, public")

    assert names() == ["propio"]


def test_parallel_workers_see_what_their_leader_sees(own: Company) -> None:
    """They have process numbers of their own, in which no proof would fit: the leader asks for them.

    Once rows were counted, and are few, PostgreSQL does not share them.
    """
    with psycopg.connect(superuser_url(), autocommit=True) as superuser:
        superuser.execute("SELECT pg_clear_relation_stats('public', 'directory_user')")
    with context.bank():
        inject("SET debug_parallel_query = on")
        inject("SET parallel_setup_cost = 0")
        inject("SET parallel_tuple_cost = 0")
        inject("SET min_parallel_table_scan_size = 0")
        plan = "\n".join(line for (line,) in inject("EXPLAIN SELECT username FROM directory_user"))

        assert ("Gather" in plan, names()) == (True, ["ajeno", "propio"])


def test_the_proof_is_an_hmac_under_a_key_made_from_the_secret_key_for_this_alone() -> None:
    key = hmac.new(settings.SECRET_KEY.encode(), b"occired: the scope of a database session", hashlib.sha256).digest()
    inner, outer = padded_keys()
    message = b"company|7c9e6679-7425-40de-944b-e07fc1f90ae7|4711"

    by_hand = hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).hexdigest()

    assert proof_of("company", "7c9e6679-7425-40de-944b-e07fc1f90ae7", 4711) == by_hand
    assert by_hand == hmac.new(key, message, hashlib.sha256).hexdigest()


def test_the_injected_words_would_open_everything_if_they_were_believed(committed_db: None) -> None:
    """So that the tests above are about a real danger: the same function without the proof."""
    own = two_companies()
    with psycopg.connect(superuser_url(), autocommit=True) as superuser:
        superuser.execute(
            "CREATE OR REPLACE FUNCTION tenancy_whose(kind text) RETURNS text LANGUAGE sql STABLE AS "
            "$$ SELECT current_setting('occired.whose', true) WHERE current_setting('occired.scope', true) = kind $$"
        )

    with context.company(own.pk):
        say(scope="bank", whose="")

        assert names() == ["ajeno", "propio"]
