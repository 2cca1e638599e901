"""What the application's database role may do with each table. Runs after every migration, as the owner."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections


def grant_to_app_role(using: str, **_: Any) -> None:
    """Everything on ordinary tables, less on those of models that say so; nothing but select on migrations.

    `append_only = True`: insert and select alone. `never_deleted = True`: insert, select and update.
    """
    if using != "owner":
        return
    connection = connections[using]
    role = connection.ops.quote_name(str(settings.DATABASES["default"]["USER"]))
    rights = {"django_migrations": "SELECT", **_less_than_everything()}
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table, allowed in rights.items():
            _only(cursor, connection.ops.quote_name(table), allowed, role)


def _less_than_everything() -> dict[str, str]:
    """The rights on the tables whose models ask for less, by table."""
    models = apps.get_models()
    never_deleted = (model for model in models if getattr(model, "never_deleted", False))
    append_only = (model for model in models if getattr(model, "append_only", False))
    return {
        **{model._meta.db_table: "SELECT, INSERT, UPDATE" for model in never_deleted},
        **{model._meta.db_table: "SELECT, INSERT" for model in append_only},
    }


def _only(cursor: Any, table: str, rights: str, role: str) -> None:
    cursor.execute(f"REVOKE ALL ON {table} FROM {role}")
    cursor.execute(f"GRANT {rights} ON {table} TO {role}")
