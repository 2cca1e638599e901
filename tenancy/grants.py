"""What the application's database role may do with each table. Runs after every migration, as the owner."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections


def grant_to_app_role(using: str, **_: Any) -> None:
    """Everything on ordinary tables; insert and select alone on append-only ones; nothing but select on migrations.

    A model is append-only when it says so: `append_only = True`.
    """
    if using != "owner":
        return
    connection = connections[using]
    role = connection.ops.quote_name(str(settings.DATABASES["default"]["USER"]))
    append_only = [
        connection.ops.quote_name(model._meta.db_table)
        for model in apps.get_models()
        if getattr(model, "append_only", False)
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table in [*append_only, "django_migrations"]:
            _only(cursor, table, "SELECT" if table == "django_migrations" else "SELECT, INSERT", role)


def _only(cursor: Any, table: str, rights: str, role: str) -> None:
    cursor.execute(f"REVOKE ALL ON {table} FROM {role}")
    cursor.execute(f"GRANT {rights} ON {table} TO {role}")
