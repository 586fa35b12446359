"""Sessions under everything that can happen to them: a Hypothesis state machine.

Drives runner, log, outbox, delivery, reading and recovery against the sandbox, with a clock moved by hand. The
courier does nothing by itself: deliveries are rules, so that they happen at any time.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Task
from asana_tbp.errors import AsanaError
from asana_tbp.sandbox.records import Story
from asana_tbp.sandbox.records import Task as Record
from asana_tbp.session.come_back import open_marks, timebox_of_mark
from asana_tbp.session.log import SessionLog, drop, find_broken_off, go_on, open_log, read_events
from asana_tbp.session.messages import CommandRequest, Face, Inbox
from asana_tbp.session.runner import Runner
from asana_tbp.session.task_source import SongFacts, Source, TaskSource
from asana_tbp.songmap.model import MapBreak
from asana_tbp.songmap.task_name import read_name
from asana_tbp.store.database import Database, open_database
from asana_tbp.store.outbox import Outbox
from asana_tbp.timer.commands import (
    ComeBack,
    Command,
    Done,
    Extend,
    Hold,
    Pause,
    Resume,
    Scrap,
    Skip,
    Stop,
    Toggle,
    Undo,
)
from asana_tbp.timer.events import (
    Event,
    SessionEnded,
    SessionOptions,
    Suspended,
    TimeboxEnded,
    TimeboxLeft,
    TimeboxStarted,
    Undone,
)
from asana_tbp.timer.state import Snapshot
from asana_tbp.timer.transitions import due, replay
from tests.clock import HandClock
from tests.faulty.board import Board
from tests.session.direct import DirectTransport, wire_to
from tests.session.parts import IdleCourier, deliver

COMMANDS: list[Command] = [
    Pause(),
    Resume(),
    Toggle(),
    Done(),
    Skip(),
    Scrap(),
    Extend(120.0),
    Extend(-60.0),
    ComeBack(),
    ComeBack(last=True),
    Hold(),
    Hold(on=False),
    Undo(),
    Stop(),
]


class Deaf(Face):
    """A face that shows nothing."""

    pulse = 30.0

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        assert snapshot.spent >= -1e-6


class Sessions(RuleBasedStateMachine):
    """One producer, one song, and whatever happens."""

    folder: Path | None = None

    @initialize(
        budgets=st.lists(st.integers(1, 6), min_size=1, max_size=5),
        at_zero=st.sampled_from(["complete", "complete", "complete", "ask", "overtime"]),
        auto_start=st.booleans(),
        rest=st.sampled_from([0.0, 60.0]),
        on_suspend=st.sampled_from(["pause", "pause", "ask"]),
        completes=st.sampled_from([True, True, True, False]),
        rehearsal=st.sampled_from([False, False, False, True]),
        plan=st.sampled_from(["free", "paid"]),
        gate=st.sampled_from([None, None, 0, 1, 2]),
        break_after=st.sampled_from([None, None, 0, 1]),
        unclear=st.sampled_from([None, None, 0, 1]),
    )
    def begin(
        self,
        budgets: list[int],
        plan: str,
        gate: int | None,
        break_after: int | None,
        unclear: int | None,
        **how: Any,
    ) -> None:
        self.folder = Path(
            tempfile.mkdtemp(prefix="sessions-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        )
        self.clock = HandClock()
        self.board = Board(self.clock.now)
        self.wire = wire_to(self.board, plan=plan)
        self.asana = Gateway(DirectTransport(self.wire))
        self.workspace = self.board.workspace.gid
        project = self.asana.create_project(self.workspace, "Song", "")
        self.project_gid = project.gid
        self.section = self.asana.sections(project.gid)[0].gid
        self.rests: dict[str, MapBreak] = {}
        for at, minutes in enumerate(budgets):
            kind = "Gate: keep" if at == gate else "Task"
            time = "25h" if at == unclear else f"{minutes}m"
            task = self.asana.create_task(project.gid, self.section, f"{kind} {at} ({time})", "")
            if at == break_after:
                self.rests[task.gid] = MapBreak(3, "leave the room")
        self.wire.flips.clear()
        self.me = self.asana.me().gid
        self.stranger = self.board.add_user("Ann", "ann@example.org", self.board.workspace).gid
        self.options = SessionOptions(comments=True, warn=60.0, **how)
        self.remote: set[str] = set()
        self.trashed: set[str] = set()
        self.added = 0
        # Across a crash only the wall clock is left: what it was moved meanwhile is taken for time away.
        self.mistaken = 0.0
        self.jumped = 0.0
        self.database = open_database(self.folder / "asana-tbp.db")
        self.new_parts()
        self.open_session()

    def new_parts(self) -> None:
        self.outbox = Outbox(self.database)
        self.reader = TaskSource(
            self.asana,
            self.database,
            self.clock,
            self.me,
            [Source(self.project_gid, "Song", self.asana.my_tasks_list(self.workspace))],
            facts=lambda _gid: SongFacts(rests=self.rests),
        )

    def open_session(self, log: SessionLog | None = None, begun: float = 0.0, reading: Any = None) -> None:
        self.inbox: Inbox = SimpleQueue()
        if log is None:
            self.reader.options = SessionOptions()
            untold = self.outbox.untold(self.clock.now())
            queue = tuple(timebox for timebox in self.reader.read().timeboxes if timebox.gid not in untold)
            assert not [timebox for timebox in queue if read_name(timebox.name).unclear], "left open"
            log = open_log(self.database, self.project_gid, "Song", queue, self.clock.now(), self.options)
        self.log = log
        idle = IdleCourier(self.database)
        self.runner = Runner(
            "Song", log, idle, self.clock, [Deaf()], self.inbox, begun=begun, reading=reading
        )
        if reading is not None:
            self.clock.until = self.clock.elapsed()
            self.runner.step()
        self.settle()

    def settle(self) -> None:
        """Let everything happen that happens at this very moment."""
        self.clock.until = self.clock.elapsed()
        for _ in range(500):
            tick = self.runner._tick()
            closing = self.runner._closing(tick)
            if self.log.state.ended or (self.inbox.empty() and due(self.log.state, tick, closing) is None):
                return
            self.runner.step()
        raise AssertionError("it does not come to rest")

    # -- what the producer does -------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1.0, 20.0, 59.0, 60.0, 61.0, 180.0, 400.0]))
    def time_passes(self, seconds: float) -> None:
        end = self.clock.elapsed() + seconds
        self.clock.until = end
        while self.log.state.ended is None and self.clock.elapsed() < end:
            self.runner.step()
        if self.clock.elapsed() < end:
            self.clock.advance(end - self.clock.elapsed())
        else:
            self.settle()

    @rule(command=st.sampled_from(COMMANDS))
    def command(self, command: Command) -> None:
        if self.log.state.ended is not None:
            return
        before, ended = self.log.state.running, len(self.ended())
        self.inbox.put(CommandRequest(command))
        self.settle()
        after = self.log.state.running
        if isinstance(command, Pause | Resume | Toggle | Hold):
            assert len(self.ended()) == ended, "to hold, release, pause or go on completes nothing"
        if before and after and before.timebox.gid == after.timebox.gid and not isinstance(command, Hold):
            assert after.held == before.held, "only hold changes a hold"

    @rule(command=st.sampled_from(COMMANDS))
    def command_that_is_given_up(self, command: Command) -> None:
        state = self.log.state
        request = CommandRequest(command)
        self.inbox.put(request)
        assert request.answer.cancel()
        self.settle()
        assert self.log.state == state, "a withdrawn command changes nothing"

    @precondition(lambda self: self.folder and self.log.state.ended is not None and self.wire.up)
    @rule(minutes=st.sampled_from([None, 1, 4]))
    def come_back(self, minutes: int | None) -> None:
        marks = open_marks(self.database)
        if not marks or not self.wire.authorised:
            return
        assert not self.options.rehearsal
        tasks = tuple(mark.timebox.gid for mark in marks)
        queue = tuple(timebox_of_mark(mark, mark.timebox.name, minutes) for mark in marks)
        self.reader.options = SessionOptions(tasks=tasks)
        options = replace(self.options, tasks=tasks)
        self.open_session(open_log(self.database, self.project_gid, "Song", queue, self.clock.now(), options))

    @precondition(lambda self: self.folder and self.log.state.ended is not None and self.wire.up)
    @rule()
    def start_again(self) -> None:
        if self.wire.authorised:
            self.open_session()

    @rule(
        how=st.sampled_from(["left", "away", "drop"]),
        away=st.sampled_from([0.0, 5.0, 300.0, 7200.0]),
    )
    def crash_and_reopen(self, how: str, away: float) -> None:
        self.database.close()
        self.clock.advance(away)
        assert self.folder is not None
        self.database = open_database(self.folder / "asana-tbp.db")
        up, self.wire.up = self.wire.up, True
        allowed, self.wire.authorised = self.wire.authorised, True
        self.new_parts()
        lost = find_broken_off(self.database, self.project_gid, self.clock.now())
        if lost is None or how == "drop":
            if lost is not None:
                drop(lost, self.clock.now())
            self.open_session()
        else:
            self.reader.options = SessionOptions(tasks=lost.log.state.options.tasks)
            self.reader.expect([lost.timebox.gid, *(timebox.gid for timebox in lost.log.state.queue)])
            reading = self.reader.read()
            self.mistaken += self.jumped if how == "away" else 0.0
            go_on(lost, "away" if how == "away" else "left", self.clock.now())
            self.open_session(lost.log, lost.tick, reading)
        self.wire.up, self.wire.authorised = up, allowed

    # -- what the machine does ----------------------------------------------------------------------

    @rule(seconds=st.sampled_from([2.0, 600.0, 30_000.0]))
    def sleep(self, seconds: float) -> None:
        before = len(self.ended())
        self.clock.until = self.clock.elapsed()
        self.clock.sleep(seconds)
        if self.log.state.ended is None:
            running = self.log.state.running
            ran = running is not None and running.since is not None
            self.runner.step()
            self.settle()
            assert len(self.ended()) == before, "a closed lid completes nothing"
            if ran:
                running = self.log.state.running
                assert running is not None
                assert running.since is None, "the box stands after a sleep"

    @rule(seconds=st.sampled_from([-7200.0, -3600.0, 3600.0, 86400.0]))
    def wall_clock_jumps(self, seconds: float) -> None:
        state = self.log.state
        self.clock.jump(seconds)
        self.jumped += max(0.0, seconds)
        self.settle()
        assert self.log.state == state, "a jump of the wall clock moves nothing"

    # -- what the network and Asana do --------------------------------------------------------------

    @rule()
    def deliver(self) -> None:
        deliver(self.outbox, self.asana, self.clock, self.inbox.put)
        self.settle()

    @rule(up=st.booleans())
    def network(self, up: bool) -> None:
        self.wire.up = up

    @rule(authorised=st.booleans())
    def token(self, authorised: bool) -> None:
        self.wire.authorised = authorised

    @rule(losses=st.lists(st.sampled_from([True, True, False]), min_size=1, max_size=3))
    def answers_will_be_lost(self, losses: list[bool]) -> None:
        self.wire.losses += losses

    @rule()
    def poll(self) -> None:
        state = self.log.state
        try:
            reading = self.reader.read()
        except AsanaError:
            assert self.log.state == state
            return
        waited = {timebox.gid for timebox in state.queue}
        self.inbox.put(reading)
        self.settle()
        now = self.log.state
        here = {timebox.gid for timebox in now.queue} | ({now.running.timebox.gid} if now.running else set())
        for gid in waited - here - {over.timebox.gid for over in now.finished}:
            task = self.board.get(Record, gid)
            assert task is None or gid in self.remote or task.assignee == self.stranger, "left for a reason"

    def open_tasks(self) -> list[Record]:
        return [task for task in self.board.all(Record) if not task.completed]

    @rule(
        which=st.integers(0, 9),
        what=st.sampled_from(["done", "rename", "budget", "unclear", "trash", "reassign"]),
    )
    def edit_there(self, which: int, what: str) -> None:
        tasks = self.open_tasks()
        if not tasks:
            return
        task = tasks[which % len(tasks)]
        match what:
            case "done":
                task.completed, task.completed_at = True, self.clock.now().isoformat()
                self.remote.add(task.gid)
            case "rename":
                task.name = f"Renamed {task.gid} (3m)"
            case "budget":
                task.name = f"{task.name.split(' (')[0]} ({which + 1}m)"
            case "unclear":
                task.name = f"{task.name.split(' (')[0]} (25h)"
            case "trash":
                task.trashed = True
                self.trashed.add(task.gid)
            case "reassign":
                task.assignee = self.stranger

    @rule(place=st.booleans())
    def add_there(self, place: bool) -> None:
        if self.added < 3 and self.wire.up and self.wire.authorised and not self.wire.losses:
            self.added += 1
            made: Task = self.asana.create_task(self.project_gid, self.section, f"New {self.added} (2m)", "")
            if place:
                self.asana.place_task(self.project_gid, self.section, made.gid, None)

    # -- what always holds ----------------------------------------------------------------------------

    def ended(self) -> list[Event]:
        return [event for event in self.events() if isinstance(event, TimeboxEnded) and event.why != "there"]

    def events(self) -> list[Event]:
        rows = self.database.rows("SELECT id FROM session ORDER BY id")
        return [event for row in rows for event in read_events(self.database, row["id"])]

    @invariant()
    def replay_equals_live(self) -> None:
        if self.folder:
            assert replay(read_events(self.database, self.log.session_id)) == self.log.state

    @invariant()
    def one_timebox_runs_and_no_time_is_made_up(self) -> None:
        if not self.folder:
            return
        runs, spent = 0, 0.0
        for row in self.database.rows("SELECT id FROM session"):
            state = replay(read_events(self.database, row["id"]))
            if state.ended is None:
                runs += state.running is not None
            spent += sum(over.spent for over in state.finished)
        assert runs <= 1
        running = self.log.state.running
        if running:
            spent += running.spent(self.runner._tick())
        assert spent <= self.clock.elapsed() + self.mistaken + 1e-3

    @invariant()
    def nothing_unasked_is_completed(self) -> None:
        if self.folder:
            asked = {event.gid for event in self.ended() if isinstance(event, TimeboxEnded)}
            completed = {task.gid for task in self.board.all(Record) if task.completed}
            assert completed <= self.remote | asked
            assert (self.options.completes and not self.options.rehearsal) or not self.wire.flips

    def teardown(self) -> None:
        if not self.folder:
            return
        try:
            self.all_is_told_once()
        finally:
            self.database.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def all_is_told_once(self) -> None:
        self.wire.up = self.wire.authorised = True
        self.wire.losses.clear()
        for _ in range(3):
            deliver(self.outbox, self.asana, self.clock, self.inbox.put)
        assert self.outbox.pending() == ()
        rows = self.database.rows("SELECT * FROM outbox JOIN event ON event.id = event_id")
        kinds = [(row["intent"], row["kind"]) for row in rows]
        events = self.events()
        if self.options.completes and not self.options.rehearsal:
            assert kinds.count(("complete", "timebox-ended")) == len(self.ended())
            undone = [event for event in events if isinstance(event, Undone)]
            assert kinds.count(("reopen", "undone")) == len(undone)
        else:
            assert not rows
        assert all(row["state"] in {"delivered", "parked"} for row in rows)
        assert all(row["reason"] for row in rows if row["state"] == "parked")
        told = [row for row in rows if row["state"] == "delivered"]
        for gid in {row["task_gid"] for row in rows}:
            mine = [row for row in told if row["task_gid"] == gid]
            completions = sum(row["intent"] == "complete" for row in mine)
            assert self.wire.flips.count((gid, True)) <= completions, "completed once each time"
            comments = [story for story in self.board.all(Story) if story.task == gid]
            # Of a task thrown away, nobody can tell any more whether Asana had it.
            lost = 1 if gid in self.trashed else 0
            said = sum(row["intent"] == "comment" for row in mine)
            assert said <= len(comments) <= said + lost, "one comment each"
            last = [row["intent"] for row in mine if row["intent"] in {"complete", "reopen"}]
            task = self.board.get(Record, gid)
            if last and task is not None and gid not in self.remote:
                assert task.completed == (last[-1] == "complete")
        assert all(event.seconds >= 0 for event in events if isinstance(event, Suspended))
        for row in self.database.rows("SELECT id FROM session"):
            self.every_run_begins_and_ends_once(read_events(self.database, row["id"]))

    def every_run_begins_and_ends_once(self, events: tuple[Event, ...]) -> None:
        """Within a session a run begins, ends or is left, and only then the next one begins."""
        runs, ticks = None, 0.0
        for event in events:
            assert event.tick >= ticks - 1e-6, "no event lies before one that was written earlier"
            ticks = event.tick
            if isinstance(event, TimeboxStarted):
                assert runs is None
                runs = event.gid
            elif isinstance(event, TimeboxEnded | TimeboxLeft):
                assert runs == event.gid
                assert event.spent >= 0
                runs = None
            elif isinstance(event, SessionEnded):
                assert runs is None


__all__ = ["Database", "Sessions"]
