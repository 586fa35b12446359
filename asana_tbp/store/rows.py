"""Rows and values: a row is written from columns by name, and read as the dataclass whose fields they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from asana_tbp.store.database import Database, Row

Value = TypeVar("Value")


def insert(
    database: Database, table: str, columns: Mapping[str, object], *, update: Collection[str] | None = None
) -> int:
    """Add a row inside the open transaction; its id. Of a row that has its key, `update` are the columns to change."""
    names = ", ".join(columns)
    marks = ", ".join("?" for _ in columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in update or ())
    conflict = f" ON CONFLICT DO {f'UPDATE SET {changes}' if changes else 'NOTHING'}"
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks}){'' if update is None else conflict}"
    return database.write(statement, tuple(columns.values()))


def row_as(kind: type[Value], row: Row, **others: Any) -> Value:
    """A row as a dataclass: each field is the column of its name, but for `others`. 0 and 1 become bools."""
    values = {}
    for item in fields(kind):  # type: ignore[arg-type]
        if item.name in others:
            continue
        value = row[item.name]
        values[item.name] = bool(value) if item.type in {"bool", bool} else value
    return kind(**values, **others)
