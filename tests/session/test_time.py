"""Sleep, stops, clock jumps and crashes: what counts as work, and what is never completed on that account."""

from __future__ import annotations

import pytest

from asana_tbp.session.log import drop, find_broken_off, go_on
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Outbox
from asana_tbp.timer.commands import Pause, Resume, Stop
from asana_tbp.timer.events import SessionOptions, Suspended, TimeboxEnded
from tests.session.parts import Desk, Notebook, timeboxes


def test_in_sleep_the_timebox_stands_and_stays_so(database: Database) -> None:
    desk = Desk(database, timeboxes(10, 10))
    desk.work(120)
    desk.clock.sleep(42 * 60)
    desk.rest()
    assert (desk.now.phase, desk.now.left) == ("paused", 480.0)
    assert desk.face.notices == [
        "The computer slept for 42m; the task is paused where it was. Resume with `asana-tbp resume`."
    ]
    assert desk.now.notice == desk.face.notices[0]
    desk.work(4000)
    assert desk.face.of(TimeboxEnded) == []
    desk.say(Resume())
    desk.work(480)
    assert desk.state.done[0].spent == pytest.approx(600.0)


def test_a_blink_is_no_sleep(database: Database) -> None:
    desk = Desk(database, timeboxes(10))
    desk.clock.sleep(0.5)
    desk.rest()
    assert desk.now.phase == "running"


def test_sleep_may_count_as_work_but_completes_nothing(database: Database) -> None:
    desk = Desk(database, timeboxes(10, 10), SessionOptions(on_suspend="run"))
    desk.clock.sleep(300)
    desk.rest()
    assert (desk.now.phase, desk.now.left) == ("running", 300.0)
    assert desk.face.notices == ["The computer slept for 5m; the time is counted as worked."]
    desk.clock.sleep(3000)
    desk.rest()
    assert (desk.now.phase, desk.now.spent) == ("asking", 600.0)
    assert Outbox(database).pending() == ()


@pytest.mark.parametrize(("counting", "left"), [(False, 480.0), (True, 360.0)])
def test_after_sleep_it_may_ask(database: Database, counting: bool, left: float) -> None:
    desk = Desk(database, timeboxes(10), SessionOptions(on_suspend="ask"))
    desk.work(120)
    desk.clock.sleep(120)
    desk.rest()
    assert (desk.now.phase, desk.now.slept) == ("paused", 120.0)
    assert "Did you work meanwhile?" in desk.face.notices[0]
    desk.say(Resume(counting))
    assert (desk.now.phase, desk.now.left, desk.now.slept) == ("running", left, 0.0)


def test_a_stopped_program_is_like_sleep(database: Database) -> None:
    """SIGSTOP, and sleep where no clock tells of it: far more time passes than was waited for."""
    desk = Desk(database, timeboxes(10))
    desk.work(60)
    late = iter([7200.0])
    receive = desk.clock.receive

    def stopped(inbox: object, seconds: float) -> object:
        desk.clock.advance(next(late, 0.0))
        return receive(inbox, seconds)  # type: ignore[arg-type]

    desk.clock.receive = stopped  # type: ignore[method-assign,assignment]
    desk.rest()
    assert desk.now.phase == "paused"
    assert desk.now.left == pytest.approx(540.0, abs=30), "the wait that was planned is the most that is lost"
    assert desk.face.notices[0].startswith("The program stood still for 2h;")
    assert desk.face.of(TimeboxEnded) == []


@pytest.mark.parametrize("seconds", [-86_400.0, -3600.0, 3600.0, 86_400.0])
def test_a_jump_of_the_wall_clock_moves_nothing(database: Database, seconds: float) -> None:
    desk = Desk(database, timeboxes(10, 10))
    desk.work(120)
    before = desk.now
    desk.clock.jump(seconds)
    desk.rest()
    assert (desk.now.left, desk.now.phase) == (before.left, "running")
    desk.work(480)
    assert desk.face.of(TimeboxEnded) == [TimeboxEnded(600.0, "1", 600.0)]


def crashed(database: Database, worked: float, away: float) -> Desk:
    """A session whose program was killed after `worked` seconds, and begun again `away` seconds later."""
    desk = Desk(database, timeboxes(10, 10))
    desk.work(worked)
    desk.clock.advance(away)
    return desk


def test_after_a_crash_it_goes_on_with_the_time_that_was_left(database: Database) -> None:
    desk = crashed(database, 240, 600)
    lost = find_broken_off(database, "1", desk.clock.now())
    assert lost is not None
    assert (lost.timebox.gid, lost.stale) == ("1", False)
    assert lost.timebox.seconds - lost.left == pytest.approx(240, abs=5)
    assert lost.away == pytest.approx(600, abs=5)
    desk.take_up(go_on(lost, "left", desk.clock.now()), lost.tick)
    assert desk.now.left == pytest.approx(360, abs=5)
    desk.work(365)
    assert desk.state.done[0].spent == pytest.approx(600)


def test_the_time_away_may_count_as_worked(database: Database) -> None:
    desk = crashed(database, 240, 120)
    lost = find_broken_off(database, "1", desk.clock.now())
    assert lost is not None
    desk.take_up(go_on(lost, "away", desk.clock.now()), lost.tick)
    assert desk.now.left == pytest.approx(240, abs=5)


def test_a_dropped_timebox_keeps_its_time_and_is_not_done(database: Database) -> None:
    desk = crashed(database, 240, 7200)
    lost = find_broken_off(database, "1", desk.clock.now())
    assert lost is not None
    assert lost.stale
    drop(lost, desk.clock.now())
    (left,) = lost.log.state.finished
    assert (left.done, left.why) == (False, "lost")
    assert left.spent == pytest.approx(240, abs=5)
    assert Outbox(database).pending() == ()
    assert find_broken_off(database, "1", desk.clock.now()) is None


def test_a_paused_or_idle_session_is_found_rightly(database: Database) -> None:
    desk = Desk(database, timeboxes(10, 10))
    desk.work(60)
    desk.say(Pause())
    desk.work(600)
    lost = find_broken_off(database, "1", desk.clock.now())
    assert lost is not None
    assert lost.timebox.seconds - lost.left == pytest.approx(60.0)
    desk.take_up(go_on(lost, "left", desk.clock.now()), lost.tick)
    assert desk.now.phase == "running", "who begins again wants to go on"
    desk.say(Stop())
    idle = Desk(database, timeboxes(1, 1), SessionOptions(auto_start=False))
    idle.work(100)
    assert find_broken_off(database, "1", idle.clock.now()) is None, "nothing ran"
    assert [event.why for event in idle.face.events if isinstance(event, Suspended)] == []


def test_a_screen_looks_at_the_clock_as_each_second_passes_and_not_between(database: Database) -> None:
    desk = Desk(database, timeboxes(10), face=Notebook(pulse=0.1))
    desk.work(0.5)
    seen = len(desk.face.snapshots)
    desk.work(60.0)
    ticks = desk.face.snapshots[seen:]
    assert {snapshot.left for snapshot in ticks} >= {600.0 - second for second in range(1, 61)}
    assert len(ticks) <= 65
    desk.say(Pause())
    seen = len(desk.face.snapshots)
    desk.work(60.0)
    assert len(desk.face.snapshots) - seen <= 65
