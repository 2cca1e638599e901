"""What the web and the worker could do if their code were turned against the bank: their database role says no."""

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction

from audit.enums import Event
from audit.services import record
from tenancy import context
from tests import factories
from tests.support.database import superuser_url


def ask(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def attempt(statement: str) -> str:
    """Tries it in a savepoint; the database's answer, or "done" when it let it happen."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return str(error).splitlines()[0]
    return "done"


def test_the_role_has_no_attribute_that_lifts_it_over_the_policies(db: None) -> None:
    rows = ask(
        "SELECT current_user::text, session_user::text, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, "
        "rolreplication FROM pg_roles WHERE rolname = current_user"
    )

    assert rows == [("occired_app", "occired_app", False, False, False, False, False)]


def test_the_role_is_a_member_of_no_other(db: None) -> None:
    assert ask(
        "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = current_user"
    ) == [(0,)]


def test_the_role_owns_nothing(db: None) -> None:
    owned = ask(
        "SELECT 'table ' || relname FROM pg_class WHERE relowner = current_user::regrole "
        "UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspowner = current_user::regrole "
        "UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE proowner = current_user::regrole "
        "UNION ALL SELECT 'database ' || datname FROM pg_database WHERE datdba = current_user::regrole"
    )

    assert owned == []


@pytest.mark.parametrize("role", ["postgres", "occired_owner"])
def test_the_role_cannot_become_another(db: None, role: str) -> None:
    assert attempt(f"SET ROLE {role}") == f'permission denied to set role "{role}"'
    assert attempt(f"SET SESSION AUTHORIZATION {role}") == f'permission denied to set session authorization "{role}"'


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE directory_user DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE directory_user NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY own_rows ON directory_user",
        "CREATE POLICY everything ON directory_user USING (true)",
        "ALTER POLICY own_rows ON directory_user USING (true)",
        "ALTER TABLE directory_user ADD COLUMN back_door text",
        "ALTER TABLE audit_auditevent OWNER TO occired_app",
        "DROP TABLE directory_user",
        "CREATE INDEX slow ON directory_user (id)",
        "CREATE TRIGGER quiet BEFORE INSERT ON audit_auditevent EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ],
)
def test_the_role_cannot_change_a_table(db: None, statement: str) -> None:
    answer = attempt(statement)

    assert answer.startswith(("must be owner of", "permission denied"))


def test_the_role_cannot_make_a_table_or_a_function(db: None) -> None:
    assert attempt("CREATE TABLE public.copies (id int)") == "permission denied for schema public"
    assert (
        attempt("CREATE FUNCTION public.all() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        == "permission denied for schema public"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET actor_name = 'otro'",
        "UPDATE audit_auditevent SET hash = hash WHERE false",
        "DELETE FROM audit_auditevent",
        "DELETE FROM audit_auditevent WHERE false",
        "TRUNCATE audit_auditevent",
        "SELECT 1 FROM audit_auditevent FOR UPDATE",
        "INSERT INTO audit_auditevent SELECT * FROM audit_auditevent ON CONFLICT (id) DO UPDATE SET hash = ''",
        "MERGE INTO audit_auditevent a USING audit_chain c ON a.chain_id = c.id WHEN MATCHED THEN DELETE",
    ],
)
def test_the_role_cannot_touch_what_the_trail_holds(bank_scope: None, statement: str) -> None:
    company = factories.company()
    record(Event.COMPANY_CREATED, actor=None, company_id=company.id)

    answer = attempt(statement)

    assert answer == "permission denied for table audit_auditevent"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_chain",
        "DELETE FROM audit_chain WHERE false",
        "MERGE INTO audit_chain c USING audit_auditevent a ON a.chain_id = c.id WHEN MATCHED THEN DELETE",
    ],
)
def test_the_role_cannot_take_the_end_of_a_chain_away(bank_scope: None, statement: str) -> None:
    assert attempt(statement) == "permission denied for table audit_chain"


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE changes_signature SET digest = ''", "changes_signature"),
        ("DELETE FROM changes_signature WHERE false", "changes_signature"),
        ("SELECT 1 FROM changes_signature FOR UPDATE", "changes_signature"),
        ("DELETE FROM changes_change WHERE false", "changes_change"),
        ("UPDATE changes_change SET params = '{}'", "changes_change"),
        ("UPDATE changes_change SET digest = '' WHERE false", "changes_change"),
        ("UPDATE changes_change SET lines = lines, state = 'applied'", "changes_change"),
        ("UPDATE changes_change SET maker_id = maker_id", "changes_change"),
        ("UPDATE changes_change SET created_at = now()", "changes_change"),
        ("MERGE INTO changes_change c USING audit_chain a ON false WHEN MATCHED THEN DELETE", "changes_change"),
    ],
)
def test_the_role_cannot_touch_what_was_proposed_and_signed(bank_scope: None, statement: str, table: str) -> None:
    assert attempt(statement) == f"permission denied for table {table}"


def test_of_a_change_its_signatures_and_its_end_move_and_nothing_else(db: None) -> None:
    moving = ask(
        "SELECT column_name::text FROM information_schema.columns "
        "WHERE table_name = 'changes_change' AND has_column_privilege('changes_change', column_name, 'UPDATE') "
        "ORDER BY 1"
    )

    assert moving == [("bank_asked_at",), ("by_two",), ("finished_at",), ("reason",), ("signed_at",), ("state",)]


@pytest.mark.parametrize("table", ["directory_user", "directory_company", "changes_change", "audit_chain"])
def test_the_role_truncates_nothing(db: None, table: str) -> None:
    """TRUNCATE does not ask row-level security."""
    assert attempt(f"TRUNCATE {table} CASCADE") == f"permission denied for table {table}"


def test_the_role_cannot_say_that_a_migration_ran(db: None) -> None:
    assert ask("SELECT count(*) > 10 FROM django_migrations") == [(True,)]
    assert attempt("DELETE FROM django_migrations") == "permission denied for table django_migrations"
    assert (
        attempt("INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())")
        == "permission denied for table django_migrations"
    )


def test_row_security_switched_off_is_an_error_and_never_rows(bank_scope: None) -> None:
    factories.user()

    with (
        pytest.raises(DatabaseError, match="would be affected by row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute("SELECT * FROM directory_user")


def test_the_owner_of_the_tables_obeys_the_policies_too(committed_db: None) -> None:
    """FORCE: a migration, or whoever has the owner's password, sees no rows without a scope either."""
    with context.bank():
        factories.user()

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM directory_user")
        seen = cursor.fetchone()

    with psycopg.connect(superuser_url()) as superuser:
        there = superuser.execute("SELECT count(*) FROM directory_user").fetchone()
    assert (seen, there) == ((0,), (1,))
