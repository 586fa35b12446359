"""What somebody changes in Asana while a session runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.sandbox.records import Task
from asana_tbp.session.messages import Notice
from asana_tbp.session.run import EVERY, Poller
from asana_tbp.session.task_source import SongFacts, Source, TaskSource
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Outbox
from asana_tbp.system.clock import Clock
from asana_tbp.timer.commands import Undo
from asana_tbp.timer.events import (
    Added,
    Removed,
    Renamed,
    Reordered,
    SessionOptions,
    TimeboxEnded,
    TimeboxLeft,
)
from asana_tbp.timer.reconcile import RemoteTasks
from tests.clock import HandClock
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded
from tests.session.parts import Desk, reader


@dataclass
class Followed:
    """A session of five tasks with its song in Asana, and what reads it."""

    asana: Gateway
    server: Embedded
    project_gid: str
    section_gid: str
    reader: TaskSource
    desk: Desk

    def look(self) -> None:
        """As the watch does every 20 seconds."""
        self.desk.hear(self.reader.read())

    def task(self, name: str) -> Task:
        return self.server.board.task(name)

    def waiting(self) -> list[str]:
        return [timebox.name for timebox in self.desk.state.queue]


@pytest.fixture
def followed(asana: Gateway, database: Database, sandbox: Embedded) -> Followed:
    workspace = asana.me().workspaces[0].gid
    project = asana.create_project(workspace, "Song", "")
    section = asana.sections(project.gid)[0].gid
    after = None
    for at in range(5):
        made = asana.create_task(project.gid, section, f"T{at} (10m)", "")
        asana.place_task(project.gid, section, made.gid, after)
        after = made.gid
    found = reader(asana, database, project.gid, order="project")
    desk = Desk(database, found.read().timeboxes)
    desk.work(120)
    return Followed(asana, sandbox, project.gid, section, found, desk)


def test_nothing_changed_is_no_event(followed: Followed) -> None:
    before = len(followed.desk.face.events)
    followed.look()
    assert len(followed.desk.face.events) == before


def test_completed_there_ends_the_timebox_and_is_not_sent_again(followed: Followed) -> None:
    followed.asana.set_completed(followed.task("T0 (10m)").gid, True)
    followed.asana.set_completed(followed.task("T3 (10m)").gid, True)
    followed.look()
    (ended,) = followed.desk.face.of(TimeboxEnded)
    assert isinstance(ended, TimeboxEnded)
    assert (ended.why, ended.spent) == ("there", 120.0)
    assert len(followed.desk.face.of(Removed)) == 1
    assert followed.waiting() == ["T2 (10m)", "T4 (10m)"]
    assert Outbox(followed.desk.database).pending() == ()
    assert followed.desk.say(Undo()) != "", "what others completed is not ours to undo"


def test_a_new_budget_moves_the_deadline(followed: Followed) -> None:
    followed.task("T0 (10m)").name = "T0 (15m)"
    followed.task("T2 (10m)").name = "Better name (5m)"
    followed.look()
    assert followed.desk.now.left == 13 * 60
    assert followed.waiting()[1] == "Better name (5m)"
    assert len(followed.desk.face.of(Renamed)) == 2
    followed.task("T0 (15m)").name = "T0 (1m)"
    followed.look()
    (ended,) = followed.desk.face.of(TimeboxEnded)
    assert isinstance(ended, TimeboxEnded)
    assert (ended.why, ended.spent) == ("time", 120.0)


def test_new_tasks_join_where_they_stand(followed: Followed) -> None:
    made = followed.asana.create_task(followed.project_gid, followed.section_gid, "New (5m)", "")
    followed.asana.place_task(
        followed.project_gid, followed.section_gid, made.gid, followed.task("T1 (10m)").gid
    )
    followed.look()
    assert followed.waiting() == ["T1 (10m)", "New (5m)", "T2 (10m)", "T3 (10m)", "T4 (10m)"]
    assert len(followed.desk.face.of(Added)) == 1


def test_another_order_is_followed(followed: Followed) -> None:
    gid = followed.task("T4 (10m)").gid
    followed.asana.place_task(followed.project_gid, followed.section_gid, gid, None)
    followed.look()
    assert followed.waiting() == ["T4 (10m)", "T1 (10m)", "T2 (10m)", "T3 (10m)"]
    assert len(followed.desk.face.of(Reordered)) == 1


@pytest.mark.parametrize("how", ["deleted", "reassigned"])
def test_what_is_no_longer_mine_leaves(followed: Followed, how: str) -> None:
    for name in ("T0 (10m)", "T2 (10m)"):
        task = followed.task(name)
        if how == "deleted":
            task.trashed = True
        else:
            task.assignee = followed.server.board.add_user(
                f"Ann {name}", f"ann{task.gid}@example.org", followed.server.board.workspace
            ).gid
    followed.look()
    (left,) = followed.desk.face.of(TimeboxLeft)
    assert isinstance(left, TimeboxLeft)
    assert left.why == "gone"
    assert followed.desk.state.running is not None
    assert followed.desk.state.running.timebox.name == "T1 (10m)"
    assert followed.waiting() == ["T3 (10m)", "T4 (10m)"]
    assert Outbox(followed.desk.database).pending() == ()


def test_a_task_missing_once_is_not_taken_for_gone(followed: Followed) -> None:
    """Pages shift while they are read: a task may be missed though it is open and mine."""
    task = followed.task("T0 (10m)")
    section, task.sections = task.sections, ()
    project = followed.server.board.sections_of(followed.server.board.project("Song"))[0]
    tasks, project.tasks = project.tasks, tuple(gid for gid in project.tasks if gid != task.gid)
    followed.look()
    assert followed.desk.state.running is not None
    assert followed.desk.state.running.timebox.gid == task.gid
    task.sections, project.tasks = section, tasks
    followed.look()
    assert followed.desk.face.of(TimeboxLeft, TimeboxEnded) == []


def test_what_we_have_just_told_asana_is_not_taken_back(followed: Followed) -> None:
    """A reading that began before an undo was told says that the task is complete: that is old."""
    desk = followed.desk
    desk.work(480)
    gid = desk.state.done[0].timebox.gid
    followed.asana.set_completed(gid, True)
    desk.say(Undo())
    assert desk.state.queue[0].gid == gid
    followed.look()
    assert desk.state.queue[0].gid == gid


def test_my_tasks_decides_the_order_once_the_producer_moves_something(
    asana: Gateway, database: Database, followed: Followed
) -> None:
    mine = asana.my_tasks_list(asana.me().workspaces[0].gid)
    shown = [task.gid for task in asana.my_open_tasks(mine)]
    gids = [followed.task(f"T{at} (10m)").gid for at in range(5)]
    assert shown != gids, "My Tasks shows the newest on top here"
    ideal = {gid: at for at, gid in enumerate(gids)}
    source = Source(followed.project_gid, "Song", mine)
    ours = TaskSource(asana, database, Clock(), asana.me().gid, [source], facts=lambda _gid: SongFacts(ideal))
    assert [timebox.gid for timebox in ours.read().timeboxes] == gids
    assert [timebox.gid for timebox in ours.read().timeboxes] == gids
    listed = followed.server.board.my_tasks()
    assert listed is not None
    intake = followed.server.board.sections_of(listed)[0]
    intake.tasks = (intake.tasks[-1], *intake.tasks[:-1])
    moved = [task.gid for task in asana.my_open_tasks(mine)]
    assert [timebox.gid for timebox in ours.read().timeboxes] == moved
    foreign = reader(asana, database, followed.project_gid)
    assert [timebox.gid for timebox in foreign.read().timeboxes] == moved


def test_a_section_of_my_tasks_is_run(asana: Gateway, database: Database, followed: Followed) -> None:
    mine = asana.my_tasks_list(asana.me().workspaces[0].gid)
    section = asana.sections(mine)[0]
    source = Source(section.gid, section.name, mine, section.gid)
    found = TaskSource(asana, database, Clock(), asana.me().gid, [source])
    assert {timebox.title for timebox in found.read().timeboxes} == {f"T{at}" for at in range(5)}


def watch_of(found: TaskSource, tell: Callable[[RemoteTasks | Notice], None]) -> Poller:
    return Poller(found, HandClock(), tell)


def test_a_failed_reading_changes_nothing_and_is_told_once(followed: Followed) -> None:
    told: list[RemoteTasks | Notice] = []
    watch = watch_of(followed.reader, told.append)
    followed.server.faults.add(Fault("status", status=403, method="GET", times=3))
    pauses = [watch.poll() for _ in range(4)]
    assert pauses == [40.0, 60.0, 60.0, 20.0]
    notices = [heard.sentence for heard in told if isinstance(heard, Notice)]
    assert notices[0].startswith("Changes in Asana are not seen for now:")
    assert notices[1:] == ["Asana can be read again."]
    assert len([heard for heard in told if isinstance(heard, RemoteTasks)]) == 1


def test_asana_is_asked_no_more_than_fifteen_times_a_minute(followed: Followed) -> None:
    """Also where a song fills several pages and tasks come and go all the time."""
    for at in range(120):
        followed.asana.create_task(followed.project_gid, followed.section_gid, f"More {at} (1m)", "")
    followed.reader.options = SessionOptions()
    watch = watch_of(followed.reader, lambda _heard: None)
    before, seconds = len(followed.server.sandbox.requests), 0.0
    for at in range(12):
        followed.task(f"More {at} (1m)").completed = True
        followed.task(f"More {60 + at} (1m)").trashed = True
        seconds += watch.poll()
    asked = len(followed.server.sandbox.requests) - before
    assert asked / (12 * EVERY) * 60 > 15, "at the usual pause it would be more: pages, and tasks that left"
    assert asked / seconds * 60 <= 15
    assert seconds / 12 <= 60


def test_a_watch_ends_at_once(followed: Followed) -> None:
    watch = Poller(followed.reader, Clock(), lambda _heard: None)
    watch.start()
    watch.finish()
    watch._thread.join(60)
    assert not watch._thread.is_alive()
