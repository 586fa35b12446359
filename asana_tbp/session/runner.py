"""Runs a session: waits for the next event, records it, and only then shows it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from threading import Thread
from typing import Literal

from asana_tbp.errors import NotAuthorised, TbpError
from asana_tbp.session.courier import A_LOOK, Courier
from asana_tbp.session.log import SessionLog
from asana_tbp.session.messages import Answer, CommandRequest, Delivery, Face, Inbox, Message, Notice
from asana_tbp.system.clock import Clock
from asana_tbp.text import suggesting
from asana_tbp.timer.commands import Command
from asana_tbp.timer.events import Event, Suspended
from asana_tbp.timer.moments import line_of, span_text
from asana_tbp.timer.reconcile import RemoteTasks, reconcile
from asana_tbp.timer.state import Link, Snapshot, State, take
from asana_tbp.timer.transitions import due, next_event

SLEEP_NOTICED = 1.0
"""The shortest sleep of the machine that counts, in seconds."""

STOOD_STILL = 30.0
"""Seconds of the machine by which a wait may run over. Beyond that, the program was stopped, or the machine slept
and has no clock that shows it. Swapping and loading a sample library take less."""

AFTER_SUSPEND = {
    "run": "; the time is counted as worked.",
    "ask": ". Did you work meanwhile? Resume without that time (resume) or with it (resume --counting).",
    "pause": "; the task is paused where it was. Resume with `asana-tbp resume`.",
}

TICKING = frozenset({"running", "held", "overtime", "break"})

AN_ANSWER = 0.02
"""Seconds of the machine between two looks at whether all clients have their answers."""

BEAT = 5.0
"""Seconds of the machine between two heartbeats: a crash forgets no more work than that."""


@dataclass
class Runner:
    """One session from its first task, or from where it broke off, to its end.

    Everything reaches it through `inbox`. `courier` is None for a session that sends nothing to Asana. `begun` is the
    tick it begins at; `reading` what Asana had then, where it goes on from an earlier one.
    """

    song: str
    log: SessionLog
    courier: Courier | None
    clock: Clock
    faces: list[Face]
    inbox: Inbox
    begun: float = 0.0
    reading: RemoteTasks | None = None
    stood_still: float = STOOD_STILL
    _expected: float | None = None
    _beats: bool = True
    _notice: str = ""

    def __post_init__(self) -> None:
        self._asleep = self.clock.asleep()
        self._next_beat = self.clock.elapsed()
        self._unsent = self.log.outbox.count() if self.courier else 0
        self._failed = len(self.log.outbox.parked()) if self.courier else 0
        self._link: Link = "sent" if self.courier else "off"

    @property
    def state(self) -> State:
        """The session as its events give it."""
        return self.log.state

    def run(self) -> State:
        """Run until the queue is empty or the session is stopped; returns the final state."""
        while self.state.ended is None:
            self.step()
        self._show(self.snapshot())
        return self.state

    def step(self) -> None:
        """Look at the clock and the inbox once: record what happened, or wait for the next thing."""
        if self.reading is not None:
            # What Asana says comes before what would happen by itself: the task may not be ours any more.
            reading, self.reading = self.reading, None
            self._reconcile(reading)
        self._account_for_suspend()
        tick = self._tick()
        state = self.state
        event = due(state, tick, self._closing(tick))
        if event is not None:
            self._record(event)
            return
        self._beat(tick)
        snapshot = self.snapshot()
        self._show(snapshot)
        # Until something can be due, or a face has another second to show.
        wait = min(face.pulse for face in self.faces) * self.clock.speed
        if self.clock.speed == 1:
            # A countdown changes when a whole second of it is over: looking more often costs and shows nothing.
            wait = (snapshot.left % 1.0 or 1.0) if snapshot.phase in TICKING else max(wait, 1.0)
        tick = self._tick()
        if (event := next_event(state, tick)) is not None:
            wait = min(wait, max(0.0, event.tick - tick))
        self._expected = self.clock.elapsed() + wait
        message = self.clock.receive(self.inbox, wait)
        self._account_for_suspend()
        if message is not None:
            self._handle(message)

    def send_pending(self, seconds: float) -> None:
        """Keep taking commands, above all an undo, while the courier sends what is left: at most `seconds`."""
        last = self.clock.elapsed() + seconds * self.clock.speed
        while self.courier and self._unsent and self._link in {"sent", "queued"}:
            left = last - self.clock.elapsed()
            if left <= 0 or self._in_hurry():
                return
            message = self.clock.receive(self.inbox, min(left, A_LOOK * self.clock.speed))
            if message is not None:
                self._handle(message)

    def shutdown(self, seconds: float) -> int:
        """Let the courier finish, after the last command; returns how many deliveries Asana does not have yet."""
        self._drain()
        if self.courier is None:
            return 0
        self.courier.finish(seconds, self._in_hurry)
        self._drain()
        if self._unsent and self._link in {"sent", "queued"}:
            # No error and no answer: from now on nothing is sent any more.
            self._link = "slow"
            self._show(self.snapshot())
        return self.log.outbox.count()

    def answer_last(self, clients: Collection[Thread], seconds: float) -> None:
        """Answer the commands that have come until now, at most `seconds` long; `clients` wait for their answers."""
        last = self.clock.elapsed() + seconds * self.clock.speed
        while clients and self.clock.elapsed() < last:
            message = self.clock.receive(self.inbox, AN_ANSWER * self.clock.speed)
            if message is not None:
                self._handle(message)

    def _in_hurry(self) -> bool:
        return any(face.in_hurry for face in self.faces)

    def _drain(self) -> None:
        while not self.inbox.empty():
            self._handle(self.inbox.get())
        self._show(self.snapshot())

    @cached_property
    def _origin(self) -> float:
        """What the clock showed at tick 0: time counts from the first look at it."""
        return self.clock.elapsed() - self.begun

    def _tick(self) -> float:
        return self.clock.elapsed() - self._origin

    @property
    def closes_at(self) -> datetime | None:
        """The moment by which the last run must end; None without a limit."""
        tick = self._tick()
        closing = self._closing(tick)
        return closing if closing is None else self.clock.now() + timedelta(seconds=closing - tick)

    def _closing(self, tick: float) -> float | None:
        """The tick by which the last run must end. The wall clock is read each time, as it may have been set."""
        options = self.state.options
        closing = options.limit
        if options.until is not None:
            left = (datetime.fromisoformat(options.until) - self.clock.now()).total_seconds()
            closing = tick + left if closing is None else min(closing, tick + left)
        return closing

    def _beat(self, tick: float) -> None:
        now = self.clock.elapsed()
        if now < self._next_beat or not self.state.running:
            return
        self._next_beat = now + BEAT * self.clock.speed
        try:
            self.log.beat(tick, self.clock.now())
        except TbpError as error:
            # Events must be written; a heartbeat may be missed, and the next one may succeed.
            if self._beats:
                self._say(f"{error.sentence} The timer goes on.")
            self._beats = False
        else:
            self._beats = True

    def _account_for_suspend(self) -> None:
        """Leave out the time in which the machine slept or the program stood still, and report it."""
        asleep = self.clock.asleep()
        slept, self._asleep = asleep - self._asleep, asleep
        late = 0.0 if self._expected is None else self.clock.elapsed() - self._expected
        self._expected = None
        if late > self.stood_still * self.clock.speed:
            # Ticks stood still for as long as the program did.
            self._origin += late
            self._suspended(
                late, "stood", f"The program stood still for {span_text(late / self.clock.speed)}"
            )
        if slept >= SLEEP_NOTICED:
            self._suspended(slept, "slept", f"The computer slept for {span_text(slept)}")

    def _suspended(self, seconds: float, why: Literal["slept", "stood"], sentence: str) -> None:
        state = self.state
        if state.ended is not None:
            return
        choice = state.options.on_suspend
        counted = choice == "run"
        ran = state.running is not None and state.running.since is not None
        self._say(f"{sentence}{AFTER_SUSPEND[choice] if ran else '; nothing ran meanwhile.'}")
        self._record(Suspended(self._tick(), seconds, why, counted, pauses=not counted))

    def _handle(self, message: Message) -> None:
        match message:
            case CommandRequest(command, answer):
                if message.is_awaited() and answer.set_running_or_notify_cancel():
                    answer.set_result(self._execute(command))
            case RemoteTasks():
                self._catch_up(self._tick())
                self._reconcile(message)
            case Notice(sentence):
                self._say(sentence)
            case _:
                self._delivered(message)

    def _execute(self, command: Command) -> Answer:
        tick = self._tick()
        # What happened before the command was given comes first.
        self._catch_up(tick)
        events = command.decide(self.state, tick)
        if isinstance(events, str):
            self._notify(events)
            return Answer(False, events, self.snapshot())
        sentences = [line_of(event, self._record(event)).strip() for event in events]
        # And what follows from it at once belongs to the answer.
        self._catch_up(tick)
        return Answer(True, " ".join(filter(None, sentences)), self.snapshot())

    def _catch_up(self, tick: float) -> None:
        while (event := due(self.state, tick, self._closing(tick))) is not None:
            self._record(event)

    def _reconcile(self, reading: RemoteTasks) -> None:
        untold = self.log.outbox.untold(reading.at) if reading.at else frozenset()
        for event in reconcile(self.state, reading, self._tick(), untold):
            self._record(event)

    def _delivered(self, outcome: Delivery) -> None:
        self._unsent = self.log.outbox.count()
        self._failed = len(self.log.outbox.parked())
        # The courier tries again and again; the user is told once that a delivery waits.
        again = outcome.error is not None and self._link in {"offline", "refused"}
        if outcome.error is None:
            self._link = "queued" if self._unsent else "sent"
        else:
            self._link = "refused" if isinstance(outcome.error, NotAuthorised) else "offline"
        if outcome.sentence and not again:
            self._notify(f"! {outcome.sentence}")

    def _record(self, event: Event) -> Snapshot:
        to_send = self.log.record([event], self.clock.now())
        if self.courier:
            self._unsent = self.log.outbox.count()
            if to_send:
                self.courier.wake()
                self._link = "queued" if self._link == "sent" else self._link
        snapshot = self.snapshot()
        for face in self.faces:
            face.happened(event, snapshot)
        return snapshot

    def _say(self, sentence: str) -> None:
        self._notice = suggesting(sentence)
        self._notify(self._notice)

    def _notify(self, sentence: str) -> None:
        for face in self.faces:
            face.notice(sentence)

    def _show(self, snapshot: Snapshot) -> None:
        for face in self.faces:
            face.tick(snapshot)

    def snapshot(self) -> Snapshot:
        """The session at this moment."""
        tick, state = self._tick(), self.state
        closing = self._closing(tick)
        return replace(
            take(self.song, state, tick, self.clock.now(), self.clock.speed, closing),
            session_id=self.log.session_id,
            unsent=self._unsent,
            link=self._link,
            notice=self._notice,
            failed=self._failed,
            passing=due(state, tick, closing) is not None,
        )
