"""Reads Asana again and again while a session runs, seldom enough to be polite. A failed reading means nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from asana_tbp.errors import NotAuthorised, TbpError
from asana_tbp.session.messages import Notice
from asana_tbp.session.task_source import TaskSource
from asana_tbp.store.database import DatabaseClosed
from asana_tbp.system.clock import Clock
from asana_tbp.timer.reconcile import RemoteTasks

EVERY = 20.0
"""Seconds between two readings."""

A_REQUEST = 4.5
"""Seconds a request must last on average: 15 a minute are a tenth of the free plan's limit, and we stay below."""

LONGEST = 60.0
"""Seconds between two readings while Asana can't be read."""


@dataclass
class Poller:
    """Reads in a thread of its own. `send` is called there, with readings and notices."""

    source: TaskSource
    clock: Clock
    send: Callable[[RemoteTasks | Notice], None]
    _failed: int = 0

    def __post_init__(self) -> None:
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="poller", daemon=True)

    def start(self) -> None:
        """Begin; the first reading comes after the usual pause."""
        self._thread.start()

    def finish(self) -> None:
        """Read no more. Does not wait for a reading under way: nobody is sent it."""
        self._closing.set()

    def poll(self) -> float:
        """Read once and send what was read; seconds until the next time."""
        try:
            reading = self.source.read()
        except TbpError as error:
            # Asana can't be reached, or the database can't be written for a moment: it may pass.
            self._failed += 1
            if self._failed == 1:
                why = f"{error.sentence} {error.hint}" if isinstance(error, NotAuthorised) else error.sentence
                self.send(Notice(f"Changes in Asana are not seen for now: {why} The timer goes on."))
            return min(LONGEST, EVERY * 2.0 ** min(self._failed, 8))
        if self._failed:
            self._failed = 0
            self.send(Notice("Asana can be read again."))
        if not self._closing.is_set():
            self.send(reading)
        return max(EVERY, self.source.requests * A_REQUEST)

    def _run(self) -> None:
        pause = max(EVERY, self.source.requests * A_REQUEST)
        while not self.clock.wait(self._closing, pause):
            try:
                pause = self.poll()
            except DatabaseClosed:
                return
