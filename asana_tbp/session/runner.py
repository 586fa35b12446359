"""Runs a session: waits for the next fact, records it, and only then shows it.

Knows the order of record, show and send, and what time is work. Must not know Asana, nor what a face looks
like.
"""

from __future__ import annotations

from datetime import datetime

from asana_tbp.errors import NotAuthorised
from asana_tbp.session.audience import Audience
from asana_tbp.session.courier import DeliveryOutcome, Remark, Waiting
from asana_tbp.session.log import SessionLog
from asana_tbp.session.messages import Answer, CommandRequest, Inbox, Message, Messenger, Notice
from asana_tbp.session.snapshot import Face, Link, Snapshot, take
from asana_tbp.songmap.budget import format_budget
from asana_tbp.store.outbox import Outbox
from asana_tbp.system.clock import Clock
from asana_tbp.timer.commands import Command, GetStatus, Refusal, decide
from asana_tbp.timer.due import due, next_look
from asana_tbp.timer.events import Event, Suspended
from asana_tbp.timer.reconcile import RemoteTasks, reconcile
from asana_tbp.timer.state import State

SLEEP_NOTICED = 1.0
"""Seconds of the machine's sleep that matter."""

STOOD_STILL = 30.0
"""Seconds of the machine that a wait may last too long before nobody can have been there: the program was
stopped, or the machine slept and has no clock that tells. Swapping and loading a sample library take less."""

TICKING = frozenset({"running", "held", "overtime", "break"})

BEAT = 5.0
"""Seconds of the machine between two heartbeats: a crash forgets no more work than that."""


class Runner:
    """One session from its first box, or from where it broke off, to its end.

    Everything reaches it through `inbox`; faces join and leave through `audience`. `courier` is None for a
    session that Asana is not told of. `begun` is the tick it begins at. `pulse` is the longest time, in
    seconds of the machine, between two ticks of the faces.
    """

    def __init__(
        self,
        song: str,
        log: SessionLog,
        outbox: Outbox,
        courier: Messenger | None,
        clock: Clock,
        face: Face,
        inbox: Inbox,
        pulse: float,
        begun: float = 0.0,
        stood_still: float = STOOD_STILL,
    ) -> None:
        self._song = song
        self._log = log
        self._outbox = outbox
        self._courier = courier
        self._clock = clock
        self._inbox = inbox
        self._pulse = pulse * clock.speed
        self._stood_still = stood_still * clock.speed
        self._origin = clock.elapsed() - begun
        self._asleep = clock.asleep()
        self._expected: float | None = None
        self._next_beat = clock.elapsed()
        self._unsent = outbox.count() if courier else 0
        self._link: Link = "sent" if courier else "off"
        self._waiting: int | None = None
        self._notice = ""
        self.audience = Audience(face)

    @property
    def state(self) -> State:
        """The session as its events tell it."""
        return self._log.state

    def run(self) -> State:
        """Run until the queue is empty or a stop is asked; the final state."""
        while self._log.state.ended is None:
            self.turn()
        for face in self.audience.faces:
            face.tick(self._snapshot(self._tick()))
        return self._log.state

    def turn(self) -> None:
        """One look at the clock and the inbox: record what came true, or wait for the next thing."""
        self._mind_the_gap()
        tick = self._tick()
        state = self._log.state
        event = due(state, tick, self._closing(tick))
        if event is not None:
            self._record(event)
            return
        self._beat(tick)
        snapshot = self._snapshot(tick)
        for face in self.audience.faces:
            face.tick(snapshot)
        wait = self._wait(state, snapshot)
        self._expected = self._clock.elapsed() + wait
        message = self._clock.receive(self._inbox, wait)
        self._mind_the_gap()
        if message is not None:
            self._hear(message)

    def _wait(self, state: State, snapshot: Snapshot) -> float:
        """Seconds of the clock until something can be due, or a face has another second to show."""
        wait = self._pulse
        if self._clock.speed == 1 and snapshot.phase in TICKING:
            # A countdown changes when a whole second of it is over: looking more often costs and shows nothing.
            wait = min(wait, snapshot.left % 1.0 or 1.0)
        look = next_look(state)
        return wait if look is None else min(wait, max(0.0, look - self._tick()))

    def settle(self, seconds: float) -> int:
        """Let the courier finish, at most `seconds`; the number of entries Asana still does not have."""
        if self._courier is None:
            return 0
        unsent = self._courier.finish(seconds)
        while not self._inbox.empty():
            self._hear(self._inbox.get())
        return unsent

    # -- time ---------------------------------------------------------------------------------------

    def _tick(self) -> float:
        return self._clock.elapsed() - self._origin

    def _closing(self, tick: float) -> float | None:
        """The tick by which the last box must end. The wall clock is asked each time: it may be set anew."""
        options = self._log.state.options
        closing = options.limit
        if options.until is not None:
            left = (datetime.fromisoformat(options.until) - self._clock.now()).total_seconds()
            closing = tick + left if closing is None else min(closing, tick + left)
        return closing

    def _beat(self, tick: float) -> None:
        now = self._clock.elapsed()
        if now >= self._next_beat and self._log.state.running:
            self._log.beat(tick, self._clock.now())
            self._next_beat = now + BEAT * self._clock.speed

    def _mind_the_gap(self) -> None:
        """Take time at which nobody can have worked out of the session's time, and say so."""
        asleep = self._clock.asleep()
        slept, self._asleep = asleep - self._asleep, asleep
        now = self._clock.elapsed()
        late = 0.0 if self._expected is None else now - self._expected
        self._expected = None
        if late > self._stood_still:
            # Ticks stand for as long as the program did.
            self._origin += late
            self._absent(Suspended(self._tick(), late, "stood"))
        if slept >= SLEEP_NOTICED:
            self._absent(Suspended(self._tick(), slept, "slept"))

    def _absent(self, event: Suspended) -> None:
        state = self._log.state
        if state.ended is not None:
            return
        options = state.options.on_suspend
        counted = options == "run"
        ran = state.running is not None and state.running.since is not None
        event = Suspended(event.tick, event.seconds, event.why, counted, pauses=not counted)
        who = "The machine slept" if event.why == "slept" else "The program stood still"
        how_long = (
            f"{who} for {_duration(event.seconds / (1 if event.why == 'slept' else self._clock.speed))}"
        )
        if not ran:
            said = "; nothing ran meanwhile."
        elif counted:
            said = "; the time is counted as worked."
        elif options == "ask":
            said = ". Did you work meanwhile? Go on without the time (resume) or with it (resume --counting)."
        else:
            said = "; the box stands where it was. Go on with resume."
        self._say(how_long + said)
        self._record(event)

    # -- what is told ---------------------------------------------------------------------------------

    def _hear(self, message: Message) -> None:
        match message:
            case CommandRequest(command, reply):
                reply(self._obey(command))
            case RemoteTasks():
                self._follow(message)
            case Notice(sentence):
                self._say(sentence)
            case _:
                self._heard_of(message)

    def _obey(self, command: Command) -> Answer:
        if isinstance(command, GetStatus):
            return Answer(True, "", self._snapshot(self._tick()))
        tick = self._tick()
        # What came true before the command was given comes first.
        self._catch_up(tick)
        facts = decide(self._log.state, command, tick)
        if isinstance(facts, Refusal):
            for face in self.audience.faces:
                face.notice(facts.sentence)
            return Answer(False, facts.sentence, self._snapshot(tick))
        for fact in facts:
            self._record(fact)
        # And what follows from it at once belongs to the answer.
        self._catch_up(tick)
        return Answer(True, "", self._snapshot(self._tick()))

    def _catch_up(self, tick: float) -> None:
        while (event := due(self._log.state, tick, self._closing(tick))) is not None:
            self._record(event)

    def _follow(self, reading: RemoteTasks) -> None:
        tick = self._tick()
        self._catch_up(tick)
        untold = self._outbox.untold(reading.at) if reading.at else frozenset()
        for fact in reconcile(self._log.state, reading, tick, untold):
            self._record(fact)

    def _heard_of(self, outcome: DeliveryOutcome) -> None:
        self._unsent = self._outbox.count()
        if isinstance(outcome, Remark):
            self._say(outcome.sentence)
            return
        if not isinstance(outcome, Waiting):
            self._waiting = None
            self._link = "queued" if self._unsent else "sent"
        else:
            self._link = "refused" if isinstance(outcome.error, NotAuthorised) else "offline"
            # The courier tries again and again; the user hears once that an entry waits.
            if self._waiting is not None:
                return
            self._waiting = outcome.entry.id
        for face in self.audience.faces:
            face.delivery(outcome)

    def _record(self, event: Event) -> None:
        self._log.record([event], self._clock.now())
        if self._courier:
            unsent = self._outbox.count()
            if unsent > self._unsent:
                self._courier.wake()
                self._link = "queued" if self._link == "sent" else self._link
            self._unsent = unsent
        snapshot = self._snapshot(self._tick())
        for face in self.audience.faces:
            face.happened(event, snapshot)

    def _say(self, sentence: str) -> None:
        self._notice = sentence
        for face in self.audience.faces:
            face.notice(sentence)

    def _snapshot(self, tick: float) -> Snapshot:
        return take(
            self._song,
            self._log.state,
            tick,
            self._clock.now(),
            session_id=self._log.session_id,
            unsent=self._unsent,
            link=self._link,
            notice=self._notice,
            speed=self._clock.speed,
        )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else format_budget(round(seconds / 60))
