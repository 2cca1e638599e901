"""What the application's database role may do with each table. Runs after every migration, as the owner."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction

from tenancy.proof import padded_keys

SCOPE_KEY = "tenancy_scopekey"
KEEP_KEY = """
    INSERT INTO tenancy_scopekey (id, inner_block, outer_block) VALUES (1, %s, %s)
    ON CONFLICT (id) DO UPDATE SET inner_block = EXCLUDED.inner_block, outer_block = EXCLUDED.outer_block
"""


def grant_to_app_role(using: str, **_: Any) -> None:
    """Everything on ordinary tables, less on those of models that say so; only select on migrations, and nothing at all
    on the key of scopes. No temporary tables, which could shadow a real one for later users of the session.

    `append_only = True`: insert and select only. `never_deleted = True`: insert, select and update.
    `columns_that_move`: insert, select, and update of these only.
    """
    if using != "owner":
        return
    connection = connections[using]
    role = connection.ops.quote_name(str(settings.DATABASES["default"]["USER"]))
    database = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
    rights = {"django_migrations": "SELECT", SCOPE_KEY: "", **_less_than_everything()}
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table, allowed in rights.items():
            _only(cursor, connection.ops.quote_name(table), allowed, role)


def _less_than_everything() -> dict[str, str]:
    """The rights on tables whose models ask for less, by table."""
    models = apps.get_models()
    never_deleted = (model for model in models if getattr(model, "never_deleted", False))
    append_only = (model for model in models if getattr(model, "append_only", False))
    moving = {model: getattr(model, "columns_that_move", ()) for model in models}
    return {
        **{model._meta.db_table: "SELECT, INSERT, UPDATE" for model in never_deleted},
        **{model._meta.db_table: "SELECT, INSERT" for model in append_only},
        **{
            model._meta.db_table: f"SELECT, INSERT, UPDATE ({', '.join(columns)})"
            for model, columns in moving.items()
            if columns
        },
    }


def _only(cursor: Any, table: str, rights: str, role: str) -> None:
    cursor.execute(f"REVOKE ALL ON {table} FROM {role}")
    if rights:
        cursor.execute(f"GRANT {rights} ON {table} TO {role}")


def keep_scope_key(using: str, **_: Any) -> None:
    """The key PostgreSQL checks a scope's proof with: that of the settings used to migrate."""
    if using == "owner":
        with connections[using].cursor() as cursor:
            cursor.execute(KEEP_KEY, padded_keys())
