"""What a producer can tell a session, at every moment it makes sense and at those it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from asana_tbp.session.come_back import marked_in, open_marks
from asana_tbp.session.log import read_log
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Outbox
from asana_tbp.timer.commands import (
    ComeBack,
    Done,
    Extend,
    Hold,
    Pause,
    Resume,
    Skip,
    Stop,
    Toggle,
    Undo,
)
from asana_tbp.timer.events import SessionOptions, TimeboxEnded, TimeboxLeft, TimeboxStarted, TimeUp, Warned
from tests.session.parts import Desk, timeboxes


def intents(database: Database) -> list[tuple[str, str]]:
    return [(entry.intent, entry.task_gid) for entry in Outbox(database).pending()]


def test_a_pause_takes_no_time(database: Database) -> None:
    desk = Desk(database, timeboxes(10))
    desk.work(300)
    assert desk.say(Pause()) == ""
    desk.work(5000)
    assert (desk.now.phase, desk.now.left, desk.now.spent) == ("paused", 300.0, 300.0)
    assert desk.say(Pause()) == "The task is paused already."
    desk.say(Resume())
    desk.work(300)
    assert desk.state.ended == "finished"
    assert desk.state.done[0].spent == pytest.approx(600.0)


def test_done_early_completes_and_goes_on(database: Database) -> None:
    desk = Desk(database, timeboxes(10, 10))
    desk.work(60)
    desk.say(Done())
    assert desk.face.of(TimeboxEnded) == [TimeboxEnded(60.0, "1", 60.0, "early")]
    assert desk.state.running is not None
    assert desk.state.running.timebox.gid == "2"
    assert intents(database) == [("complete", "1")]


def test_a_skipped_task_is_not_completed(database: Database) -> None:
    desk = Desk(database, timeboxes(10, 10))
    desk.work(60)
    desk.say(Skip())
    assert desk.face.of(TimeboxLeft) == [TimeboxLeft(60.0, "1", 60.0, "skipped")]
    assert intents(database) == []
    assert desk.now.done == 0


def test_time_is_added_and_taken_off_within_reason(database: Database) -> None:
    desk = Desk(database, timeboxes(10), SessionOptions(extension=300.0))
    desk.say(Extend(120.0))
    desk.say(Extend(120.0))
    assert "5 more minutes at most, and this one already has 4" in desk.say(Extend(120.0))
    assert (desk.now.left, desk.now.added, desk.now.extensions) == (840.0, 240.0, 2)
    desk.say(Extend(-600.0))
    assert desk.now.left == 240.0
    assert "Less time is left" in desk.say(Extend(-240.0))
    assert desk.say(Extend(0.0)) == "No time was given."


def test_the_warning_comes_again_after_an_extension(database: Database) -> None:
    desk = Desk(database, timeboxes(5))
    desk.work(245)
    assert desk.face.of(Warned) == [Warned(240.0)]
    desk.say(Extend(300.0))
    desk.work(400)
    assert desk.face.of(Warned) == [Warned(240.0), Warned(540.0)]


def test_held_nothing_ends_until_it_is_released(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5))
    desk.say(Hold())
    desk.work(900)
    assert (desk.now.phase, desk.now.left) == ("held", -600.0)
    assert desk.face.of(Warned, TimeboxEnded, TimeUp) == []
    assert desk.say(Hold(on=True)) == "The task is held already."
    desk.say(Hold())
    assert desk.face.of(TimeboxEnded) == [], "whether the take is done is for its player to say"
    assert desk.face.of(TimeUp) == [TimeUp(900.0)]
    assert (desk.now.phase, desk.now.left) == ("asking", -600.0)
    desk.say(Done())
    assert desk.face.of(TimeboxEnded) == [TimeboxEnded(900.0, "1", 900.0)]
    assert desk.say(Hold(on=False)) == "The task is not held."


@pytest.mark.parametrize("seconds", [20.0, 400.0])
def test_only_hold_releases_a_hold(database: Database, seconds: float) -> None:
    desk = Desk(database, timeboxes(5, 5))
    desk.say(Hold())
    desk.work(seconds)
    for command in (Toggle(), Toggle(), Pause(), Resume(), Toggle(), Resume()):
        assert desk.say(command) == ""
        assert desk.now.held
    assert desk.say(Resume()) == "The task runs; hold releases it."
    assert desk.state.done == ()
    desk.say(Hold(on=False))
    assert not desk.now.held


def test_after_a_long_hold_time_is_added_only_where_it_is_enough(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5), SessionOptions(at_zero="ask", extension=900.0))
    desk.say(Hold())
    desk.work(600)
    desk.say(Hold(on=False))
    assert "5:00 over its time" in desk.say(Extend(120.0))
    assert desk.now.added == 0
    assert desk.say(Extend(420.0)) == ""
    assert (desk.now.phase, desk.now.left) == ("running", 120.0)


def test_a_task_is_marked_to_come_back_to(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5))
    assert desk.say(ComeBack(last=True)) == "No task is done yet to come back to."
    desk.say(ComeBack())
    desk.work(300)
    assert desk.state.done[0].come_back
    desk.say(ComeBack(last=True))
    assert desk.state.running is not None
    assert not desk.state.running.come_back


def test_what_was_undone_is_open_again_and_nothing_to_come_back_to(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5))
    desk.work(300)
    desk.say(ComeBack(last=True))
    assert marked_in(desk.state) == tuple(mark.timebox for mark in open_marks(database)) != ()
    desk.say(Undo())
    assert marked_in(desk.state) == () == open_marks(database)


def test_a_mark_stays_where_the_task_was_left_again_and_another_one_is_marked(database: Database) -> None:
    first = Desk(database, timeboxes(5, 5))
    first.say(ComeBack())
    first.work(600)
    second = Desk(database, timeboxes(5, 5))
    second.say(Skip())
    second.say(ComeBack())
    second.work(300)
    assert [mark.timebox.gid for mark in open_marks(database)] == ["1", "2"]


def test_undo_opens_the_last_task_and_puts_it_next(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5, 5))
    assert "There is no completed task" in desk.say(Undo())
    desk.work(300)
    desk.say(Undo())
    assert [timebox.gid for timebox in desk.state.queue] == ["1", "3"]
    assert intents(database) == [("complete", "1"), ("reopen", "1")]
    desk.work(900)
    assert intents(database) == [
        ("complete", "1"),
        ("reopen", "1"),
        ("complete", "2"),
        ("complete", "1"),
        ("complete", "3"),
    ]
    assert desk.state.ended == "finished"


def test_at_zero_it_may_ask(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5), SessionOptions(at_zero="ask"))
    desk.work(1000)
    assert desk.now.phase == "asking"
    assert desk.face.of(TimeUp) == [TimeUp(300.0)]
    assert "The time is up" in desk.say(Resume())
    desk.say(Extend(60.0))
    assert (desk.now.phase, desk.now.left) == ("running", 60.0)
    desk.work(60)
    desk.say(Done())
    assert desk.state.done[0].spent == pytest.approx(360.0)
    desk.work(300)
    desk.say(Skip())
    assert desk.now.done == 1


def test_at_zero_it_may_count_on(database: Database) -> None:
    desk = Desk(database, timeboxes(5), SessionOptions(at_zero="overtime"))
    desk.work(400)
    assert (desk.now.phase, desk.now.left, desk.now.fraction) == ("overtime", -100.0, 1.0)
    assert intents(database) == []
    desk.say(Done())
    assert desk.state.done[0].spent == 400.0
    assert intents(database) == [("complete", "1")]


def test_the_next_task_and_breaks_start_when_told_if_so_wished(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5, 5), SessionOptions(auto_start=False, auto_break=False, rest=60.0))
    desk.work(400)
    assert (desk.now.phase, desk.now.waits_for) == ("waiting", "break")
    desk.say(Resume())
    desk.work(30)
    assert (desk.now.phase, desk.now.left) == ("break", 30.0)
    assert desk.say(Resume()) == "A break runs; skip ends it."
    desk.work(100)
    assert desk.now.waits_for == "task"
    desk.say(Toggle())
    assert desk.face.of(TimeboxStarted)[-1] == TimeboxStarted(530.0, "2")
    desk.say(Done())
    desk.say(Skip())
    assert desk.now.waits_for == "task", "the break was skipped"


def test_breaks_come_between_timeboxes_and_not_after_the_last(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5), SessionOptions(rest=60.0))
    assert desk.now.ends_at - desk.now.at == timedelta(seconds=660)
    desk.work(330)
    assert desk.now.phase == "break"
    desk.work(330)
    assert desk.state.ended == "finished"


def test_nothing_is_started_that_cant_end_in_time(database: Database) -> None:
    desk = Desk(database, timeboxes(10, 10, 10), SessionOptions(limit=1500.0))
    desk.work(2000)
    assert desk.state.ended == "time"
    assert len(desk.state.done) == 2
    until = (desk.clock.now()).isoformat()
    later = Desk(database, timeboxes(10), SessionOptions(until=until), clock=desk.clock)
    assert later.state.ended == "time"


def test_a_task_that_waits_for_a_command_is_not_counted_as_one_without_time(database: Database) -> None:
    desk = Desk(database, timeboxes(10, 10, 10), SessionOptions(limit=900.0, auto_start=False))
    desk.say(Resume())
    desk.work(600)
    assert (desk.now.phase, desk.now.left_out) == ("waiting", 1)
    assert desk.now.ends_at - desk.now.at == timedelta(minutes=10)
    assert desk.say(Resume()) == ""
    assert desk.now.running == desk.queue[1]


def test_the_end_shown_is_that_of_the_last_task_before_the_limit(database: Database) -> None:
    desk = Desk(database, timeboxes(10, 10, 10), SessionOptions(limit=2100.0, rest=300.0))
    # Ten minutes, a break of five, ten minutes; after another break the third could not end in time.
    assert (desk.now.ends_at - desk.now.at, desk.now.left_out) == (timedelta(minutes=25), 1)
    assert desk.now.breaks_ahead == 300.0
    desk.say(Extend(600.0))
    assert (desk.now.ends_at - desk.now.at, desk.now.left_out) == (timedelta(minutes=35), 1)
    desk.say(Extend(1.0))
    assert (desk.now.ends_at - desk.now.at, desk.now.left_out) == (timedelta(seconds=1201), 2)
    desk.work(1201)
    assert (desk.state.ended, desk.state.moment) == ("time", 1201.0)


def test_without_completing_asana_is_told_nothing(database: Database) -> None:
    options = SessionOptions(completes=False, comments=True)
    desk = Desk(database, timeboxes(5, 5), options)
    desk.work(300)
    desk.say(Undo())
    desk.work(2000)
    assert desk.state.ended == "finished"
    assert intents(database) == []


@pytest.mark.parametrize("command", [Pause(), Done(), Skip(), Extend(60.0), Hold()])
def test_without_a_timebox_there_is_nothing_to_tell(database: Database, command: Pause) -> None:
    desk = Desk(database, timeboxes(5, 5), SessionOptions(auto_start=False, rest=0.0))
    desk.say(Skip())
    assert desk.say(command) == "No task is running now."


def test_resume_without_a_timebox_starts_the_one_that_waits(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5), SessionOptions(auto_start=False, rest=0.0))
    desk.say(Skip())
    desk.say(Resume())
    desk.work(1)
    assert desk.state.running is not None
    assert desk.state.running.timebox.gid == "2"


def test_what_is_written_tells_the_same_story(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5, 5), SessionOptions(rest=60.0, at_zero="ask"))
    for command in (Hold(), Hold(), Pause(), Resume(), Extend(60.0), ComeBack(), Done(), Undo(), Skip()):
        desk.work(20)
        desk.say(command)
    desk.say(Stop())
    assert read_log(database, desk.log.session_id).state == desk.state
    assert desk.now.phase == "ended"
