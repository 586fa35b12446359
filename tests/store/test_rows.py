"""Rows are written from columns and read as the values they stand for."""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from asana_tbp.store.database import open_database
from asana_tbp.store.rows import insert, row_as


@dataclass(frozen=True, slots=True)
class Look:
    project_gid: str
    hidden: bool
    read_at: str = ""


def test_a_row_comes_back_as_it_was_written(tmp_path: Path) -> None:
    with open_database(tmp_path / "t.db") as database:
        with database.transaction():
            insert(database, "song_look", {"project_gid": "1", "hidden": True, "read_at": "now"})
            columns = {"project_gid": "1", "hidden": False, "read_at": "later"}
            insert(database, "song_look", columns, update=columns)
            insert(database, "song_look", {**columns, "hidden": True}, update=())
        row = database.row("SELECT * FROM song_look")
        assert row is not None
        assert row_as(Look, row) == Look("1", False, "later")
        assert row_as(Look, row, read_at="mine") == Look("1", False, "mine")


def test_flags_and_times_are_read_where_the_dataclass_has_types_and_no_words_for_them(tmp_path: Path) -> None:
    types: Any = {"hidden": bool, "read_at": datetime, "last": datetime | None}
    at = datetime(2026, 11, 28, tzinfo=UTC)
    with open_database(tmp_path / "t.db") as database:
        with database.transaction():
            insert(database, "song_look", {"project_gid": "1", "hidden": True, "read_at": at})
        row = database.row("SELECT *, read_at AS last FROM song_look")
        assert row is not None
        kind: type[Any] = make_dataclass("Look", types.items())
        assert row_as(kind, row) == kind(True, at, at)


@dataclass(frozen=True, slots=True)
class Noted:
    project_gid: str
    table: ClassVar[str] = "song_look"


def test_what_a_dataclass_notes_for_all_its_rows_is_no_column(tmp_path: Path) -> None:
    with open_database(tmp_path / "t.db") as database:
        with database.transaction():
            insert(database, Noted.table, {"project_gid": "1", "read_at": "now"})
        row = database.row("SELECT project_gid FROM song_look")
        assert row is not None
        assert row_as(Noted, row) == Noted("1")


def test_a_write_needs_a_transaction(tmp_path: Path) -> None:
    with open_database(tmp_path / "t.db") as database, pytest.raises(RuntimeError, match="transaction"):
        insert(database, "song_look", {"project_gid": "1", "read_at": "now"})
