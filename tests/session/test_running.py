"""A session from its first box to its last delivery, against the sandbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.session.courier import Courier
from asana_tbp.session.log import drop, find_broken_off, last_session, open_log, read_log, unended_sessions
from asana_tbp.session.messages import CommandRequest, Inbox
from asana_tbp.session.runner import Runner
from asana_tbp.session.task_source import SongFacts, Source, TaskSource
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Outbox
from asana_tbp.system.clock import Clock
from asana_tbp.timer.commands import Stop
from asana_tbp.timer.events import (
    Event,
    SessionOptions,
    Timebox,
    TimeboxEnded,
    TimeboxLeft,
    TimeboxStarted,
    Warned,
)
from asana_tbp.timer.state import Snapshot, State
from tests.clock import BEGIN, HandClock
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded
from tests.scaffold.songs import scaffold, song_of
from tests.session.parts import Notebook, deliver, queue_of, timeboxes


@dataclass
class Sitting:
    """A song in Asana and the parts of a session of it."""

    asana: Gateway
    database: Database
    project_gid: str
    queue: tuple[Timebox, ...]
    face: Notebook
    inbox: Inbox
    clock: HandClock = field(default_factory=HandClock)

    @property
    def folder(self) -> Path:
        """As between processes: one sends at a time."""
        return self.database.path.parent

    def runner(self) -> Runner:
        courier = Courier(Outbox(self.database), self.asana, Clock(), self.inbox.put, self.folder)
        courier.start()
        log = open_log(self.database, self.project_gid, "Song", self.queue, BEGIN)
        return Runner("Song", log, courier, self.clock, [self.face], self.inbox)

    def run(self) -> State:
        runner = self.runner()
        state = runner.run()
        assert runner.shutdown(10.0) == 0
        return state

    def completed(self) -> list[str]:
        """Names Asana shows as complete, in the order they were completed."""
        done = [task for task in self.asana.tasks(self.project_gid) if task.completed_at]
        return [task.name for task in sorted(done, key=lambda task: str(task.completed_at))]


@pytest.fixture
def sitting(asana: Gateway, database: Database) -> Sitting:
    made = scaffold(asana, database, song_of({"Composition": ["Chords", "Melody"], "Sound Design": ["Pad"]}))
    me = asana.me().gid
    queue = queue_of(asana.tasks(made.project_gid), me)
    return Sitting(asana, database, made.project_gid, queue, Notebook(pulse=60.0), SimpleQueue())


def test_every_timebox_runs_its_budget_and_its_task_is_completed_in_order(sitting: Sitting) -> None:
    state = sitting.run()
    assert [done.spent for done in state.done] == [1200.0] * 3
    assert sitting.completed() == ["Chords (20m)", "Melody (20m)", "Pad (20m)"]
    assert sitting.clock.elapsed() == pytest.approx(3600.0)
    assert [type(event) for event in sitting.face.events[:-1]] == [TimeboxStarted, Warned, TimeboxEnded] * 3
    assert sitting.face.notices == []


def test_nothing_is_shown_before_it_is_written(sitting: Sitting) -> None:
    seen = []

    class Strict(Notebook):
        def happened(self, event: Event, snapshot: Snapshot) -> None:
            kinds = [row["kind"] for row in sitting.database.rows("SELECT kind FROM event ORDER BY id")]
            seen.append(kinds[-1] == event.kind)
            if isinstance(event, TimeboxEnded):
                rows = sitting.database.rows("SELECT * FROM outbox WHERE task_gid = ?", (event.gid,))
                seen.append(len(rows) == 1)

    sitting.face = Strict()
    sitting.run()
    assert len(seen) == 13
    assert all(seen)


def test_a_stop_leaves_the_running_task_open(sitting: Sitting) -> None:
    def after_ten_minutes(snapshot: Snapshot) -> None:
        if snapshot.done == 1 and snapshot.left <= 600:
            sitting.inbox.put(CommandRequest(Stop()))

    sitting.face.ticked = after_ten_minutes
    state = sitting.run()
    assert state.ended == "stopped"
    assert sitting.completed() == ["Chords (20m)"]
    left = sitting.face.events[-2]
    assert isinstance(left, TimeboxLeft)
    assert left.gid == sitting.queue[1].gid
    assert left.spent == pytest.approx(600.0)


def test_the_snapshot_tells_what_runs_what_follows_and_when_all_is_done(sitting: Sitting) -> None:
    sitting.run()
    first = sitting.face.snapshots[0]
    assert (first.running, first.following) == (sitting.queue[0], sitting.queue[1])
    assert (first.done, first.total, first.left) == (0, 3, 1200.0)
    assert (first.ends_at - BEGIN).total_seconds() == 3600.0
    assert {(snapshot.ends_at - BEGIN).total_seconds() for snapshot in sitting.face.snapshots} == {3600.0}


def test_live_and_replayed_state_are_the_same(sitting: Sitting) -> None:
    state = sitting.run()
    row = sitting.database.row("SELECT id FROM session")
    assert row is not None
    assert read_log(sitting.database, row["id"]).state == state


def test_without_asana_the_timer_goes_on_and_the_next_start_delivers(
    sitting: Sitting, sandbox: Embedded
) -> None:
    runner = sitting.runner()
    sandbox.stop()
    before = len(sandbox.sandbox.requests)
    state = runner.run()
    assert len(state.done) == 3
    assert runner.shutdown(0.0) == 3
    waiting = [notice for notice in sitting.face.notices if "waits here" in notice]
    assert len(waiting) <= 1, "the user hears once that an entry waits"
    sandbox.start()
    # The session's own courier may still be at its last try: they take turns, so what is sent, and in which order,
    # does not depend on who sends it.
    assert deliver(
        Outbox(sitting.database), sitting.asana, Clock(), lambda _outcome: None, folder=sitting.folder
    )
    assert sitting.completed() == ["Chords (20m)", "Melody (20m)", "Pad (20m)"]
    changed = [
        seen.path.rpartition("/")[2] for seen in sandbox.sandbox.requests[before:] if seen.method == "PUT"
    ]
    assert changed == [timebox.gid for timebox in sitting.queue]


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("kind", ["status", "drop", "html"])
def test_a_lost_answer_completes_once(sitting: Sitting, sandbox: Embedded, kind: str, applied: bool) -> None:
    sandbox.faults.add(Fault(kind, status=502, applied=applied, method="PUT", nth=2))  # type: ignore[arg-type]
    sitting.run()
    assert sitting.completed() == ["Chords (20m)", "Melody (20m)", "Pad (20m)"]


def test_a_task_deleted_in_asana_is_parked_with_its_reason(sitting: Sitting, sandbox: Embedded) -> None:
    sandbox.faults.add(Fault("status", status=404, method="PUT", path=sitting.queue[1].gid))
    sitting.run()
    (parked,) = (notice for notice in sitting.face.notices if "Asana will not" in notice)
    assert "complete Melody (20m)" in parked
    row = sitting.database.row("SELECT reason FROM outbox WHERE state = 'parked'")
    assert row is not None
    assert "does not have it" in row["reason"]
    assert sitting.completed() == ["Chords (20m)", "Pad (20m)"]


def test_a_refused_token_keeps_everything(sitting: Sitting, sandbox: Embedded) -> None:
    revoked = sandbox.faults.add(Fault("revoke"))
    runner = sitting.runner()
    runner.run()
    assert runner.shutdown(10.0) == 3
    sandbox.faults.remove(revoked)
    assert deliver(Outbox(sitting.database), sitting.asana, Clock(), lambda _outcome: None)
    assert len(sitting.completed()) == 3


def test_a_lost_session_is_closed_and_its_task_is_not_done(sitting: Sitting) -> None:
    log = open_log(sitting.database, sitting.project_gid, "Song", sitting.queue, BEGIN)
    log.record([TimeboxStarted(0.0, sitting.queue[0].gid)], BEGIN)
    lost = find_broken_off(sitting.database, sitting.project_gid, BEGIN)
    assert lost is not None
    assert lost.timebox == sitting.queue[0]
    drop(lost, BEGIN)
    assert unended_sessions(sitting.database, sitting.project_gid) == ()
    assert Outbox(sitting.database).pending() == ()
    assert find_broken_off(sitting.database, sitting.project_gid, BEGIN) is None


def test_the_queue_is_mine_open_and_in_ideal_order(
    sitting: Sitting, asana: Gateway, database: Database
) -> None:
    tasks = asana.tasks(sitting.project_gid)
    chords, melody, pad = tasks
    me = asana.me()
    asana.set_completed(chords.gid, True)
    source = Source(sitting.project_gid, "Song", asana.my_tasks_list(me.workspaces[0].gid))
    facts = SongFacts({pad.gid: 0, melody.gid: 1})
    ours = TaskSource(asana, database, Clock(), me.gid, [source], facts=lambda _gid: facts)
    assert [(timebox.title, timebox.minutes, timebox.section) for timebox in ours.read().timeboxes] == [
        ("Pad", 20, "Sound Design"),
        ("Melody", 20, "Composition"),
    ]
    other = TaskSource(asana, database, Clock(), "nobody", [source])
    assert other.read().timeboxes == ()
    asana.create_task(sitting.project_gid, melody.section_gid, "Record a friend", "")
    chosen = SessionOptions(default_minutes=7, tasks=("record a friend",))
    (own,) = TaskSource(asana, database, Clock(), me.gid, [source], chosen).read().timeboxes
    assert (own.minutes, own.assumed) == (7, True)


def test_the_last_session_is_the_one_that_something_happened_in_last(database: Database) -> None:
    first = open_log(database, "1", "Song", timeboxes(5), BEGIN)
    open_log(database, "2", "Other", timeboxes(5), BEGIN)
    first.record([TimeboxStarted(0.0, "1")], BEGIN)
    assert last_session(database) == (first.session_id, ("1",)), "it was taken up again after the other"
