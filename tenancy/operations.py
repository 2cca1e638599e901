"""The migration operation that puts a table under row-level security."""

from collections.abc import Callable
from typing import Any

from django.db.migrations.operations.base import Operation

# Scalar sub-selects: PostgreSQL asks once per statement and table, never per row, and still uses the indexes.
OWN_ROWS = "{column} = (SELECT tenancy_whose('company')::uuid) OR (SELECT tenancy_whose('bank') IS NOT NULL)"
LOOKED_FOR = "{column} = (SELECT tenancy_whose('sign_in'))"
SIGNING_IN = "(SELECT tenancy_whose('sign_in') IS NOT NULL)"


class ProtectRows(Operation):
    """Enables and forces row-level security on a company-owned table.

    `column` holds the company's id. Before anybody is known, in the sign-in scope, nothing is visible; `sign_in_reads`
    names the column by which one row can be read there, `sign_in_adds` is the SQL condition under which a row can be
    added.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self,
        model_name: str,
        column: str = "company_id",
        *,
        sign_in_reads: str = "",
        sign_in_adds: str = "",
    ) -> None:
        self.model_name = model_name
        self.column = column
        self.sign_in_reads = sign_in_reads
        self.sign_in_adds = sign_in_adds

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model itself does not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        table = schema_editor.quote_name(model._meta.db_table)
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        for name, rule in self._policies(schema_editor.quote_name).items():
            schema_editor.execute(f"CREATE POLICY {name} ON {table} {rule}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        table = schema_editor.quote_name(model._meta.db_table)
        for name in self._policies(schema_editor.quote_name):
            schema_editor.execute(f"DROP POLICY {name} ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def _policies(self, quote_name: Callable[[str], str]) -> dict[str, str]:
        own = OWN_ROWS.format(column=quote_name(self.column))
        policies = {"own_rows": f"USING ({own}) WITH CHECK ({own})"}
        if self.sign_in_reads:
            policies["sign_in_reads"] = f"FOR SELECT USING ({LOOKED_FOR.format(column=quote_name(self.sign_in_reads))})"
        if self.sign_in_adds:
            policies["sign_in_adds"] = f"FOR INSERT WITH CHECK ({SIGNING_IN} AND {self.sign_in_adds})"
        return policies

    def describe(self) -> str:
        return f"Put {self.model_name} under row-level security"

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        given = {"column": self.column, "sign_in_reads": self.sign_in_reads, "sign_in_adds": self.sign_in_adds}
        kwargs = {name: value for name, value in given.items() if value and (name, value) != ("column", "company_id")}
        return self.__class__.__name__, [self.model_name], kwargs
