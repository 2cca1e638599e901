"""The migration operation that puts a table under row-level security."""

from typing import Any

from django.db.migrations.operations.base import Operation

OWN_ROWS = (
    "current_setting('occired.scope', true) = 'bank' "
    "OR {column} = NULLIF(current_setting('occired.company_id', true), '')::uuid"
)
SIGNING_IN = "current_setting('occired.scope', true) = 'sign_in'"


class ProtectRows(Operation):
    """Enables and forces row-level security on a company-owned table.

    `column` holds the company's id. `sign_in_reads` lets the sign-in scope find rows before the company is known.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self,
        model_name: str,
        column: str = "company_id",
        *,
        sign_in_reads: bool = False,
    ) -> None:
        self.model_name = model_name
        self.column = column
        self.sign_in_reads = sign_in_reads

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model itself does not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        table = schema_editor.quote_name(model._meta.db_table)
        own = OWN_ROWS.format(column=schema_editor.quote_name(self.column))
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"CREATE POLICY own_rows ON {table} USING ({own}) WITH CHECK ({own})")
        if self.sign_in_reads:
            schema_editor.execute(f"CREATE POLICY sign_in_reads ON {table} FOR SELECT USING ({SIGNING_IN})")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        table = schema_editor.quote_name(model._meta.db_table)
        for policy in ("own_rows", "sign_in_reads"):
            schema_editor.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Put {self.model_name} under row-level security"

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        kwargs: dict[str, Any] = {}
        if self.column != "company_id":
            kwargs["column"] = self.column
        if self.sign_in_reads:
            kwargs["sign_in_reads"] = True
        return self.__class__.__name__, [self.model_name], kwargs
