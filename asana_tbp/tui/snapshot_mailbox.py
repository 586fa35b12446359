"""From the timer's thread to the screen's: the newest snapshot and what was said, never a queue that grows.

Nobody waits here for longer than a lock of microseconds: the timer must not feel a slow terminal.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from asana_tbp.timer.snapshot import Snapshot
from asana_tbp.tui.words import News


class SnapshotMailbox:
    """`put` in any thread; `wake` is called once for whatever was put since the last `take`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._said: list[News] = []
        self._waits = False
        self.wake: Callable[[], object] = lambda: None

    def put(self, snapshot: Snapshot | None, *said: News) -> None:
        """Hand something over."""
        with self._lock:
            if snapshot is not None:
                self._snapshot = snapshot
            self._said += said
            first, self._waits = not self._waits, True
        if first:
            self.wake()

    def take(self) -> tuple[Snapshot | None, list[News]]:
        """The newest snapshot and all that was said since the last time."""
        with self._lock:
            said, self._said, self._waits = self._said, [], False
            return self._snapshot, said
