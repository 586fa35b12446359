"""What a song map puts between its tasks: breaks that are timed, and gates that ask keep or scrap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from asana_tbp.session.log import read_log
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Outbox
from asana_tbp.timer.commands import Done, Extend, Resume, Scrap, Skip
from asana_tbp.timer.events import (
    BreakStarted,
    Removed,
    SessionEnded,
    SessionOptions,
    Timebox,
    TimeboxEnded,
    TimeboxLeft,
    TimeboxStarted,
    TimeUp,
)
from asana_tbp.timer.reconcile import RemoteTasks
from tests.session.parts import Desk, timeboxes


def with_rest(minutes: int, queue: tuple[Timebox, ...], title: str = "leave the room") -> tuple[Timebox, ...]:
    """The queue with a break of the song map after its first box."""
    return (replace(queue[0], rest=minutes * 60.0, rest_title=title), *queue[1:])


def gate(gid: str, song: str = "", minutes: int = 2) -> Timebox:
    return Timebox(
        gid,
        f"Gate: keep or scrap? ({minutes}m)",
        "Gate: keep or scrap?",
        minutes,
        song=song,
        project_gid=song,
    )


def test_a_break_of_the_map_is_timed_between_its_tasks(database: Database) -> None:
    desk = Desk(database, with_rest(15, timeboxes(10, 20)))
    desk.work(600)
    assert (desk.now.phase, desk.now.left, desk.now.rest_title) == ("break", 900.0, "leave the room")
    desk.work(900)
    assert desk.state.running is not None
    assert desk.state.running.timebox.gid == "2"
    assert desk.face.of(BreakStarted) == [BreakStarted(600.0, 900.0, "leave the room")]
    assert [entry.task_gid for entry in Outbox(database).pending()] == ["1"], "a break is no task"


def test_it_stands_instead_of_the_break_of_the_settings(database: Database) -> None:
    desk = Desk(database, with_rest(15, timeboxes(10, 20, 5)), SessionOptions(rest=300.0))
    # Ten minutes, fifteen of the map, twenty, five of the settings, five.
    assert desk.now.ends_at - desk.now.at == timedelta(minutes=55)
    desk.work(55 * 60)
    assert desk.state.ended == "finished"
    assert [event.seconds for event in desk.face.of(BreakStarted) if isinstance(event, BreakStarted)] == [
        900,
        300,
    ]


def test_no_break_follows_the_last_task_nor_one_that_was_skipped(database: Database) -> None:
    desk = Desk(database, with_rest(15, timeboxes(10)))
    desk.work(600)
    assert desk.state.ended == "finished"
    desk = Desk(database, with_rest(15, timeboxes(10, 10)))
    desk.say(Skip())
    assert desk.state.running is not None
    assert desk.face.of(BreakStarted) == []


def test_a_break_waits_to_be_begun_where_the_settings_say_so(database: Database) -> None:
    desk = Desk(database, with_rest(15, timeboxes(10, 10)), SessionOptions(auto_break=False))
    desk.work(600)
    assert (desk.now.phase, desk.now.waits_for, desk.now.rest_title) == ("waiting", "break", "leave the room")
    desk.say(Resume())
    assert (desk.now.phase, desk.now.left) == ("break", 900.0)
    desk.say(Skip())
    assert desk.state.running is not None


def test_a_task_that_could_not_end_in_time_after_the_break_is_not_waited_for(database: Database) -> None:
    desk = Desk(database, with_rest(15, timeboxes(10, 10)), SessionOptions(limit=34 * 60.0))
    desk.work(600)
    assert desk.state.ended == "time"
    assert desk.face.of(BreakStarted) == []


def test_a_break_is_the_same_after_a_crash(database: Database) -> None:
    desk = Desk(database, with_rest(15, timeboxes(10, 10)))
    desk.work(700)
    assert read_log(database, desk.log.session_id).state == desk.state
    assert desk.state.resting is not None


@pytest.mark.parametrize("at_zero", ["complete", "ask", "overtime"])
def test_a_gate_asks_whatever_happens_to_other_tasks_at_zero(database: Database, at_zero: str) -> None:
    desk = Desk(database, (gate("1"), *timeboxes(10, 10)[1:]), SessionOptions(at_zero=at_zero))  # type: ignore[arg-type]
    desk.work(500)
    assert desk.now.phase == "asking"
    assert desk.face.of(TimeUp) == [TimeUp(120.0)]
    assert desk.now.spent == 120.0, "whoever thinks about it does not work meanwhile"
    assert desk.say(Resume()) == "Keep or scrap? done keeps the song, scrap leaves it."
    desk.say(Done())
    assert desk.face.of(TimeboxEnded) == [TimeboxEnded(500.0, "1", 120.0, "time")]
    assert desk.state.running is not None
    assert desk.state.running.timebox.gid == "2"


def test_a_gate_may_be_given_more_time(database: Database) -> None:
    desk = Desk(database, (gate("1"), *timeboxes(10, 10)[1:]))
    desk.work(130)
    desk.say(Extend(60.0))
    assert desk.face.of(TimeUp) == [TimeUp(120.0)]
    desk.work(60)
    assert desk.face.of(TimeUp) == [TimeUp(120.0), TimeUp(190.0)]


def test_scrap_leaves_the_rest_of_its_song_and_goes_on_with_the_next(database: Database) -> None:
    ours = tuple(replace(timebox, song="A", project_gid="A") for timebox in timeboxes(10, 10, 10)[1:])
    others = tuple(
        replace(timebox, gid=f"b{timebox.gid}", song="B", project_gid="B") for timebox in timeboxes(10, 10)
    )
    desk = Desk(database, (gate("1", "A"), *ours, *others))
    desk.work(60)
    assert desk.say(Scrap()) == ""
    assert desk.face.of(TimeboxLeft) == [TimeboxLeft(60.0, "1", 60.0, "scrapped")]
    assert desk.face.of(Removed) == [Removed(60.0, "2", "scrapped"), Removed(60.0, "3", "scrapped")]
    assert desk.state.running is not None
    assert desk.state.running.timebox.gid == "b1"
    assert Outbox(database).pending() == (), "nothing of it is completed"
    # Asana still has its tasks, and a reading does not bring them back.
    desk.hear(RemoteTasks((gate("1", "A"), *ours, *others)))
    assert [timebox.gid for timebox in desk.state.queue] == ["b2"]


def test_scrap_of_the_only_song_ends_the_session(database: Database) -> None:
    others = (replace(timebox, project_gid="A") for timebox in timeboxes(10, 10)[1:])
    desk = Desk(database, (gate("1", "A"), *others))
    desk.say(Scrap())
    assert desk.face.of(SessionEnded) == [SessionEnded(0.0, "finished")]
    assert desk.now.done == 0


def test_scrap_in_a_section_of_my_tasks_leaves_the_gate_alone(database: Database) -> None:
    """Its tasks are of any song: none says that it goes with the gate."""
    desk = Desk(database, (gate("1"), *timeboxes(10, 10)[1:]))
    desk.say(Scrap())
    assert desk.face.of(Removed) == []
    assert desk.state.running is not None
    assert desk.state.running.timebox.gid == "2"
    desk.hear(RemoteTasks((*timeboxes(10, 10)[1:], replace(timeboxes(10)[0], gid="new"))))
    assert [timebox.gid for timebox in desk.state.queue] == ["new"]


def test_only_a_gate_can_be_scrapped(database: Database) -> None:
    desk = Desk(database, timeboxes(10, 10))
    assert desk.say(Scrap()).startswith("Only a gate asks keep or scrap")
    assert desk.face.of(TimeboxStarted) == [TimeboxStarted(0.0, "1")]
