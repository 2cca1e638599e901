"""Every table is a company's, under forced row-level security, or says why it is shared."""

from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.db import connections, migrations, models
from django.db.migrations.state import ModelState, ProjectState

from tenancy.operations import ProtectRows
from tests.support.database import superuser_url

OWN_APPS = (
    "tenancy",
    "directory",
    "audit",
    "notifications",
    "changes",
    "products",
    "schedules",
    "tokens",
    "limits",
    "accounts",
    "exports",
)
# Tables Django makes by itself, which cannot say `tenancy_shared`.
SHARED_WITHOUT_MODEL = {
    "directory_user_groups": "groups are the back office's; users of companies have none",
    "directory_user_user_permissions": "single permissions are the back office's; users of companies have none",
}
# As PostgreSQL writes them: what the function says, asked once a statement.
WHOSE = "( SELECT (tenancy_whose('{kind}'::text)){cast} AS tenancy_whose)"
IS_OF = "( SELECT (tenancy_whose('{kind}'::text) IS NOT NULL))"
# What can be done before anybody is known: one person is read, one kind of row is added.
# The policies of a table: name -> (command, what it reads by, what it writes by).
Policies = dict[str, tuple[str, str | None, str | None]]
SIGN_IN_POLICIES: dict[str, Policies] = {
    "directory.User": {
        "sign_in_reads": (
            "SELECT",
            "((sign_in_key)::text = ( SELECT tenancy_whose('sign_in'::text) AS tenancy_whose))",
            None,
        )
    },
    "audit.AuditEvent": {
        "sign_in_adds": (
            "INSERT",
            None,
            f"({IS_OF.format(kind='sign_in')} AND (company_id IS NULL) AND (chain_id = "
            "'00000000-0000-0000-0000-000000000000'::uuid) AND (actor_id IS NULL) AND "
            "((event)::text = 'sign_in.refused'::text) AND ((outcome)::text = 'refused'::text))",
        )
    },
}


def own_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OWN_APPS and model._meta.managed and not model._meta.proxy
    ]


def complaint(superuser: psycopg.Connection, table: str, shared: str) -> str:
    """What is wrong with the protection of `table`, or nothing. `shared` is its declared reason for having none."""
    row = superuser.execute(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = to_regclass(%s)", [table]
    ).fetchone()
    if row is None:
        return f"{table} does not exist"
    enabled, forced = row
    policies = policies_of(superuser, table)
    if shared:
        return f"{table} says it is shared and is protected" if enabled or policies else ""
    if not enabled or not forced:
        return f"{table} is not under forced row-level security and does not say `tenancy_shared`"
    return "" if "own_rows" in policies else f"{table} has no policy own_rows"


def policies_of(superuser: psycopg.Connection, table: str) -> Policies:
    rows = superuser.execute(
        "SELECT policyname, cmd, qual, with_check FROM pg_policies WHERE tablename = %s", [table]
    ).fetchall()
    return {name: (command, using, check) for name, command, using, check in rows}


@pytest.fixture
def superuser(db: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(superuser_url()) as connection:
        yield connection
        connection.rollback()


def test_the_walk_finds_the_models() -> None:
    found = {model._meta.label for model in own_models()}

    assert {"directory.User", "audit.AuditEvent", "changes.Change", "notifications.Delivery"} <= found


def test_every_table_is_protected_or_says_why_not(superuser: psycopg.Connection) -> None:
    complaints = [
        complaint(
            superuser,
            model._meta.db_table,
            getattr(model, "tenancy_shared", "") or SHARED_WITHOUT_MODEL.get(model._meta.db_table, ""),
        )
        for model in own_models()
    ]

    assert [text for text in complaints if text] == []


def test_every_protected_table_has_its_own_company(superuser: psycopg.Connection) -> None:
    """The policy reads a column of the row itself, never another table's: `company_id`, or `id` of the company."""
    without = []
    for model in own_models():
        if getattr(model, "tenancy_shared", "") or model._meta.db_table in SHARED_WITHOUT_MODEL:
            continue
        columns = {field.column for field in model._meta.local_concrete_fields}
        if "company_id" not in columns and model._meta.label != "directory.Company":
            without.append(model._meta.label)

    assert without == []


def test_every_policy_lets_a_company_at_its_own_rows_alone(superuser: psycopg.Connection) -> None:
    """The same words everywhere: a policy written by hand, wider than the rest, would be found here."""
    different = {}
    for model in own_models():
        policies = policies_of(superuser, model._meta.db_table)
        column = "id" if model._meta.label == "directory.Company" else "company_id"
        own = f"(({column} = {WHOSE.format(kind='company', cast='::uuid')}) OR {IS_OF.format(kind='bank')})"
        of_the_sign_in = SIGN_IN_POLICIES.get(model._meta.label, {})
        if policies and policies != {"own_rows": ("ALL", own, own), **of_the_sign_in}:
            different[model._meta.label] = policies

    assert different == {}


class TestTheCheckItself:
    """A check that cannot fail is none: tables made wrong on purpose are found."""

    def test_a_table_without_protection(self, superuser: psycopg.Connection) -> None:
        superuser.execute("CREATE TABLE throwaway (company_id uuid)")

        assert "not under forced row-level security" in complaint(superuser, "throwaway", "")
        assert complaint(superuser, "throwaway", "the same for everybody") == ""

    def test_a_table_whose_protection_is_not_forced(self, superuser: psycopg.Connection) -> None:
        superuser.execute("CREATE TABLE throwaway (company_id uuid)")
        superuser.execute("ALTER TABLE throwaway ENABLE ROW LEVEL SECURITY")
        superuser.execute("CREATE POLICY own_rows ON throwaway USING (true)")

        assert "not under forced row-level security" in complaint(superuser, "throwaway", "")

    def test_a_protected_table_without_the_policy(self, superuser: psycopg.Connection) -> None:
        superuser.execute("CREATE TABLE throwaway (company_id uuid)")
        superuser.execute("ALTER TABLE throwaway ENABLE ROW LEVEL SECURITY")
        superuser.execute("ALTER TABLE throwaway FORCE ROW LEVEL SECURITY")

        assert complaint(superuser, "throwaway", "") == "throwaway has no policy own_rows"

    def test_a_protected_table_that_claims_to_be_shared(self, superuser: psycopg.Connection) -> None:
        assert complaint(superuser, "directory_user", "not at all") != ""


COLUMNS: list[tuple[str, models.Field]] = [
    ("id", models.AutoField(primary_key=True)),
    ("owner_id", models.UUIDField()),
    ("name", models.TextField()),
]


class TestProtectRows:
    """The migration operation, forwards and back, on a table of its own."""

    @pytest.fixture
    def state(self, committed_db: None) -> ProjectState:
        state = ProjectState()
        state.add_model(ModelState("tenancy", "Throwaway", COLUMNS))
        with connections["owner"].schema_editor() as editor:
            migrations.CreateModel("Throwaway", COLUMNS).database_forwards("tenancy", editor, ProjectState(), state)
        return state

    def policies(self) -> tuple[bool, bool, set[str]]:
        with psycopg.connect(superuser_url()) as superuser:
            row = superuser.execute(
                "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 'tenancy_throwaway'"
            ).fetchone()
            assert row is not None
            return (*row, set(policies_of(superuser, "tenancy_throwaway")))

    def test_it_goes_on_and_comes_off_again(self, state: ProjectState) -> None:
        operation = ProtectRows("Throwaway", column="owner_id", sign_in_reads="name", sign_in_adds="id > 0")

        with connections["owner"].schema_editor() as editor:
            operation.database_forwards("tenancy", editor, state, state)
        protected = self.policies()
        with connections["owner"].schema_editor() as editor:
            operation.database_backwards("tenancy", editor, state, state)

        assert protected == (True, True, {"own_rows", "sign_in_reads", "sign_in_adds"})
        assert self.policies() == (False, False, set())

    def test_the_applications_connection_never_runs_it(self, state: ProjectState) -> None:
        with connections["default"].schema_editor() as editor:
            ProtectRows("Throwaway", column="owner_id").database_forwards("tenancy", editor, state, state)

        assert self.policies() == (False, False, set())

    def test_it_is_written_into_migrations_as_it_was_given(self) -> None:
        given = {"column": "id", "sign_in_reads": "code", "sign_in_adds": "false"}

        assert ProtectRows("Company", **given).deconstruct() == ("ProtectRows", ["Company"], given)
        assert ProtectRows("Company").deconstruct() == ("ProtectRows", ["Company"], {})
        assert ProtectRows("Company").describe() == "Put Company under row-level security"
