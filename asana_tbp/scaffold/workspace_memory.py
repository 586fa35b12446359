"""Facts learnt about a workspace, remembered from one song to the next, such as where in a section tasks land.

Asana does not document where it puts a new task. So the rule is inferred from what it shows, and tasks are created in
the order that gives the right one. A fact only makes the next song faster: it is verified again each time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Literal, TypeVar, cast, get_args

from asana_tbp.store.database import Database
from asana_tbp.store.rows import insert

Landing = Literal["top", "bottom", "mixed"]
"""`mixed` where it follows no rule that we know."""

CERTAIN = 0.85
"""Share of pairs that must have landed alike. Not all: two that travel at once may change places."""

Thing = TypeVar("Thing")


def infer_rule(created: Sequence[Sequence[str]], shown: Sequence[str]) -> Landing | None:
    """The rule that `shown`, gids from top to bottom, follows; None where there is nothing to judge by.

    `created` are gids in the order they were created in, for each section.
    """
    position = {gid: index for index, gid in enumerate(shown)}
    votes = [
        position[later] < position[earlier]
        for gids in created
        for earlier, later in combinations([gid for gid in gids if gid in position], 2)
    ]
    if not votes:
        return None
    share = sum(votes) / len(votes)
    if share >= CERTAIN:
        return "top"
    return "bottom" if share <= 1 - CERTAIN else "mixed"


def creation_order(desired: Sequence[Thing], landing: Landing | None) -> list[Thing]:
    """The order to create in so that `desired` results, as far as the rule is known."""
    return list(reversed(desired)) if landing == "top" else list(desired)


Fact = Literal["landing", "my tasks", "my landing", "my sections", "section on create"]

BELIEVED_FOR = timedelta(days=30)
"""An account's plan and Asana's habits change; a fact older than this is learnt afresh."""


@dataclass(slots=True)
class WorkspaceMemory:
    """The facts of one workspace. Threads may share it. `now` gives the time."""

    _database: Database
    _workspace_gid: str
    _now: Callable[[], datetime]

    def believed(self, fact: Fact) -> str | None:
        """What was learnt, unless it is too long ago."""
        row = self._database.row(
            "SELECT value FROM workspace_fact WHERE workspace_gid = ? AND fact = ? AND learnt_at >= ?",
            (self._workspace_gid, fact, (self._now() - BELIEVED_FOR).isoformat()),
        )
        return str(row["value"]) if row else None

    def landing(self, fact: Literal["landing", "my landing"]) -> Landing | None:
        """A landing rule that was learnt; None if there is none or the word is unknown."""
        word = self.believed(fact)
        return cast(Landing, word) if word in get_args(Landing) else None

    def learn(self, fact: Fact, value: str) -> None:
        """Keep what was learnt."""
        columns = {
            "workspace_gid": self._workspace_gid,
            "fact": fact,
            "value": value,
            "learnt_at": self._now(),
        }
        with self._database.transaction():
            insert(self._database, "workspace_fact", columns, update=("value", "learnt_at"))
