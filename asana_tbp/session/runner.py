"""Runs a session: waits for the next fact, records it, and only then shows it.

Knows the order of record, show and send. Must not know Asana, nor what a face looks like.
"""

from __future__ import annotations

from enum import Enum, auto
from queue import Empty, SimpleQueue

from asana_tbp.session.delivery import Courier, Outcome, Waiting
from asana_tbp.session.log import SessionLog
from asana_tbp.session.outbox import Outbox
from asana_tbp.session.snapshot import Face, Snapshot, take
from asana_tbp.session.timebox import BoxEnded, Event, State, due, stop
from asana_tbp.system.clock import Clock


class Command(Enum):
    """What may be asked of a running session."""

    STOP = auto()


Inbox = SimpleQueue[Command]


class Runner:
    """One session from its first box to its end.

    `inbox` takes commands from any thread or signal handler; `news` is what the courier tells. `pulse` is
    the longest time, in seconds of `clock`, between two ticks of the face.
    """

    def __init__(
        self,
        song: str,
        log: SessionLog,
        outbox: Outbox,
        courier: Courier,
        clock: Clock,
        face: Face,
        inbox: Inbox,
        news: SimpleQueue[Outcome],
        pulse: float,
    ) -> None:
        self._song = song
        self._log = log
        self._outbox = outbox
        self._courier = courier
        self._clock = clock
        self._face = face
        self._inbox = inbox
        self._news = news
        self._pulse = pulse
        self._unsent = len(outbox.pending())
        self._waiting: int | None = None

    def run(self) -> State:
        """Run until the queue is empty or a stop is asked; the final state."""
        while self._log.state.ended is None:
            tick = self._clock.elapsed()
            event = due(self._log.state, tick)
            if event is not None:
                self._record(event)
                continue
            self._hear()
            self._face.tick(self._snapshot(tick))
            running = self._log.state.running
            left = running.deadline - tick if running else 0.0
            if self._clock.receive(self._inbox, min(left, self._pulse)) is Command.STOP:
                for fact in stop(self._log.state, self._clock.elapsed()):
                    self._record(fact)
        return self._log.state

    def settle(self, seconds: float) -> int:
        """Let the courier finish, at most `seconds`; the number of entries Asana still does not have."""
        unsent = self._courier.finish(seconds)
        self._hear()
        return unsent

    def _record(self, event: Event) -> None:
        self._log.record([event], self._clock.now())
        if isinstance(event, BoxEnded):
            self._unsent += 1
            self._courier.wake()
        self._face.happened(event, self._snapshot(self._clock.elapsed()))

    def _hear(self) -> None:
        while True:
            try:
                outcome = self._news.get_nowait()
            except Empty:
                return
            self._unsent = len(self._outbox.pending())
            # The courier tries again and again; the user hears once that an entry waits.
            if isinstance(outcome, Waiting):
                if self._waiting == outcome.entry.id:
                    continue
                self._waiting = outcome.entry.id
            self._face.delivery(outcome)

    def _snapshot(self, tick: float) -> Snapshot:
        return take(self._song, self._log.state, tick, self._clock.now(), self._unsent)
