"""Many rows in one statement, without a placeholder a value: what Django writes of forty columns for a thousand rows
takes longer to be put together, and to be read, than to be carried out."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, models

Values = Mapping[str, Any]  # a row by column, as JSON


def values_of(row: models.Model) -> dict[str, Any]:
    """A new row as `insert` takes it; what the database makes itself is left out."""
    return {
        field.column: field.get_prep_value(field.pre_save(row, add=True))
        for field in _written(type(row))
        if field.column
    }


def insert(model: type[models.Model], rows: Iterable[Values], *, or_skip: bool = False) -> set[str]:
    """Writes them all. With `or_skip` those are left out that a unique constraint refuses. Returns the keys of those
    written, as text. Raises IntegrityError."""
    values = list(rows)
    if not values:
        return set()
    quote, table = connection.ops.quote_name, model._meta
    columns = ", ".join(quote(name) for name in values[0])
    statement = (
        f"INSERT INTO {quote(table.db_table)} ({columns}) "  # noqa: S608 - names of models alone
        f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{quote(table.db_table)}, %s) "
        f"{'ON CONFLICT DO NOTHING ' if or_skip else ''}RETURNING {quote(str(table.pk.column))}::text"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(values, default=str)])
        return {key for (key,) in cursor.fetchall()}


def _written(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]
