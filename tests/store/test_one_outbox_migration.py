"""The board's waiting cards of an older version are in the one outbox, and what a session had to send stays there."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from asana_tbp.board.store import PendingCards
from asana_tbp.store.database import open_database
from asana_tbp.store.outbox import ALL, Outbox
from tests.store.test_kinds_migration import old_database


def test_cards_and_completions_are_all_there(tmp_path: Path) -> None:
    path = old_database(tmp_path / "old.db")
    old = sqlite3.connect(path)
    with old:
        old.executemany(
            "INSERT INTO wanted_card VALUES (?, ?, ?, 'notes', 'Mixing', ?, ?, NULL, ?, ?, ?, 0, ?)",
            [
                ("a" * 12, "idea", "pad like northern lights", None, None, "pending", "", 1, "2026-01-01"),
                (
                    "b" * 12,
                    "song",
                    "Fjord",
                    "2026-02-01",
                    "900",
                    "parked",
                    "Asana refused it",
                    0,
                    "2026-01-02",
                ),
            ],
        )
    before = old.execute("SELECT id, intent, task_gid, state, reason FROM outbox ORDER BY id").fetchall()
    old.close()
    with open_database(path) as database:
        rows = database.rows("SELECT id, intent, task_gid, state, reason FROM outbox WHERE intent <> 'card'")
        assert [tuple(row) for row in rows] == before
        cards = PendingCards(database)
        idea, refused = cards.unsent()
        assert (idea.key, idea.task_name, idea.project_gid) == ("a" * 12, "pad like northern lights", None)
        assert (idea.content["notes"], idea.content["stage"]) == ("notes", "Mixing")
        assert idea.unsure, "it may be in Asana: it is looked for first"
        assert (refused.state, refused.task_name, refused.reason) == ("parked", "Fjord", "Asana refused it")
        assert refused.content["due_on"] == "2026-02-01"
        assert {entry.task_name for entry in Outbox(database, ALL).parked()} >= {"Fjord"}
        galaxy = cards.of_song("1200000000002894")
        assert galaxy is not None
        assert (galaxy.state, galaxy.task_gid) == ("delivered", "1200000000314612")
        assert cards.unlinked() == (), "linked before"
