"""Rows and values: a row is written from columns by name, and read as the dataclass whose fields they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from asana_tbp.store.database import Database, Row

Value = TypeVar("Value")


def insert(database: Database, table: str, columns: Mapping[str, object], *, replace: bool = False) -> int:
    """Add a row inside the open transaction, in place of one with its key where `replace` is set; its id."""
    names = ", ".join(columns)
    marks = ", ".join("?" for _ in columns)
    verb = "INSERT OR REPLACE" if replace else "INSERT"
    return database.write(f"{verb} INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))


def row_as(kind: type[Value], row: Row, **others: Any) -> Value:
    """A row as a dataclass: each field is the column of its name, but for `others`. 0 and 1 become bools."""
    values = {}
    for item in fields(kind):  # type: ignore[arg-type]
        if item.name in others:
            continue
        value = row[item.name]
        values[item.name] = bool(value) if item.type in {"bool", bool} else value
    return kind(**values, **others)
