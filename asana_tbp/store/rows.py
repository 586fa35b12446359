"""Rows and values: a row is written from columns by name, and read as the dataclass whose fields they are."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from datetime import datetime
from functools import cache
from sqlite3 import register_adapter
from typing import Any, TypeVar, get_type_hints

from asana_tbp.store.database import Database, Row

Value = TypeVar("Value")

register_adapter(datetime, datetime.isoformat)


def insert(
    database: Database, table: str, columns: Mapping[str, object], *, update: Collection[str] | None = None
) -> int:
    """Add a row inside the open transaction; its id. If its key exists, the columns in `update` are changed."""
    names = ", ".join(columns)
    marks = ", ".join("?" for _ in columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in update or ())
    conflict = f" ON CONFLICT DO {f'UPDATE SET {changes}' if changes else 'NOTHING'}"
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks}){'' if update is None else conflict}"
    return database.write(statement, tuple(columns.values()))


def update(database: Database, table: str, key: Mapping[str, object], columns: Mapping[str, object]) -> None:
    """Change the rows whose columns have the values of `key`, inside the open transaction."""
    changes, where = (
        ", ".join(f"{name} = ?" for name in columns),
        " AND ".join(f"{name} = ?" for name in key),
    )
    database.write(f"UPDATE {table} SET {changes} WHERE {where}", (*columns.values(), *key.values()))


_READERS: dict[object, Callable[[Any], Any]] = {
    bool: bool,
    datetime: datetime.fromisoformat,
    datetime | None: lambda text: datetime.fromisoformat(text) if text else None,
}
# The types in a dataclass, also where its file puts off reading annotations.
_types_of = cache(get_type_hints)


def row_as(kind: type[Value], row: Row, **others: Any) -> Value:
    """A row as a dataclass: each field is the column of its name, but for `others`; flags and times are read."""
    types = _types_of(kind)  # type: ignore[arg-type]
    values = {
        each.name: _READERS.get(types[each.name], lambda value: value)(row[each.name])
        for each in fields(kind)  # type: ignore[arg-type]
        if each.name not in others
    }
    return kind(**values, **others)
