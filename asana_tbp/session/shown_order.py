"""Which order a session follows: the one My Tasks shows, or the ideal order of the song map.

Knows the rule. My Tasks decides, as Asana is the truth for work. But Asana does not promise that My Tasks can
be put into an order, so for a song of ours the ideal order holds until My Tasks has shown that order, or
the producer moves something there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Literal

from asana_tbp.store.database import Database

Order = Literal["my-tasks", "project"]


class ShownOrder:
    """The order My Tasks last showed for each song. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def decides(self, project_gid: str, shown: Sequence[str], ideal: Mapping[str, int]) -> bool:
        """Whether My Tasks, which shows `shown`, decides the order rather than `ideal`. Remembers what it shows."""
        if not ideal:
            return True
        row = self._database.row("SELECT * FROM shown_order WHERE project_gid = ?", (project_gid,))
        if row is None:
            known = [gid for gid in shown if gid in ideal]
            followed = known == sorted(known, key=ideal.__getitem__)
        else:
            before: list[str] = json.loads(row["gids"])
            still = set(before) & set(shown)
            moved = [gid for gid in before if gid in still] != [gid for gid in shown if gid in still]
            followed = bool(row["followed"]) or moved
        gids = json.dumps(list(shown))
        if row is None or (row["gids"], bool(row["followed"])) != (gids, followed):
            with self._database.transaction():
                self._database.write(
                    "INSERT INTO shown_order VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
                    " SET gids = excluded.gids, followed = excluded.followed",
                    (project_gid, gids, followed),
                )
        return followed
