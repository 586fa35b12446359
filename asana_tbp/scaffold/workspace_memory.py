"""What a workspace has shown of itself, remembered from one song to the next.

A fact only makes the next song faster: what it says is verified again each time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from asana_tbp.store.database import Database

Fact = Literal["landing", "my tasks", "my landing", "my sections", "section on create"]

BELIEVED_FOR = timedelta(days=30)
"""An account's plan and Asana's habits change; a fact older than this is learnt afresh."""


class WorkspaceMemory:
    """The facts of one workspace. Threads may share it."""

    def __init__(self, database: Database, workspace_gid: str) -> None:
        self._database = database
        self._workspace_gid = workspace_gid

    def believed(self, fact: Fact, now: datetime) -> str | None:
        """What was learnt, unless it is too long ago."""
        row = self._database.row(
            "SELECT value, learnt_at FROM workspace_fact WHERE workspace_gid = ? AND fact = ?",
            (self._workspace_gid, fact),
        )
        if row is None or now - datetime.fromisoformat(row["learnt_at"]) > BELIEVED_FOR:
            return None
        value: str = row["value"]
        return value

    def learnt(self, fact: Fact, value: str, now: datetime) -> None:
        """Keep what was learnt."""
        self._database.write_alone(
            """
            INSERT INTO workspace_fact (workspace_gid, fact, value, learnt_at) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET value = excluded.value, learnt_at = excluded.learnt_at
            """,
            (self._workspace_gid, fact, value, now.isoformat()),
        )
