"""Rows are written from columns and read as the values they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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


def test_a_write_needs_a_transaction(tmp_path: Path) -> None:
    with open_database(tmp_path / "t.db") as database, pytest.raises(RuntimeError, match="transaction"):
        insert(database, "song_look", {"project_gid": "1", "read_at": "now"})
