"""What every face shows: one moment of a session in plain values.

Knows what is worth showing. Must not know how it is shown. Faces never look behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from asana_tbp.session.delivery import Outcome
from asana_tbp.session.timebox import Box, Event, State


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A session at one moment. Times are seconds; `ends_at` is when the last box will end."""

    song: str
    running: Box | None
    left: float
    following: Box | None
    done: int
    total: int
    ends_at: datetime
    unsent: int


class Face(Protocol):
    """Something that shows a session: lines in a pipe, a live terminal, a page."""

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        """An event was recorded; the snapshot is the moment after it."""
        ...

    def delivery(self, outcome: Outcome) -> None:
        """Asana was told something, or could not be."""
        ...

    def tick(self, snapshot: Snapshot) -> None:
        """Time has passed."""
        ...


def take(song: str, state: State, tick: float, now: datetime, unsent: int) -> Snapshot:
    """The snapshot of `state` at `tick`, which is `now` on the wall."""
    left = max(0.0, state.running.deadline - tick) if state.running else 0.0
    ahead = left + sum(box.seconds for box in state.queue)
    return Snapshot(
        song=song,
        running=state.running.box if state.running else None,
        left=left,
        following=state.queue[0] if state.queue else None,
        done=len(state.done),
        total=len(state.finished) + len(state.queue) + (1 if state.running else 0),
        ends_at=now + timedelta(seconds=ahead),
        unsent=unsent,
    )
