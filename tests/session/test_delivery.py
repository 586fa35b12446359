"""What Asana must be told reaches it in order and once, whatever the network does meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from queue import SimpleQueue
from time import monotonic

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.sandbox.records import Story, Task
from asana_tbp.session.courier import PARKED_AFTER
from asana_tbp.session.log import open_log
from asana_tbp.session.messages import Delivery, Inbox, Notice, StoppableFace
from asana_tbp.session.runner import Runner
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import DISCARDED, Outbox
from asana_tbp.system.clock import Clock
from asana_tbp.timer.commands import Done, Skip, Undo
from asana_tbp.timer.events import SessionOptions, Timebox
from asana_tbp.timer.moments import WHAT_IS_NEXT, asana_of, standing_of
from tests.clock import BEGIN, HandClock
from tests.conftest import gateway_to
from tests.faulty.faults import Fault, Kind
from tests.faulty.server import Embedded
from tests.session.parts import Desk, Notebook, deliver, reader, sent_by


@dataclass
class Song:
    """Ten tasks of five minutes in Asana."""

    asana: Gateway
    database: Database
    server: Embedded
    project_gid: str

    def runner(self, options: SessionOptions | None = None) -> tuple[Runner, Notebook]:
        """A session of it with the real courier, on a clock that is moved by hand."""
        queue = reader(self.asana, self.database, self.project_gid).read().timeboxes
        face, inbox = Notebook(pulse=60.0), Inbox()
        courier = sent_by(self.asana, self.database, inbox.put)
        courier.start()
        log = open_log(self.database, self.project_gid, "Song", queue, BEGIN, options)
        clock = HandClock()
        return Runner("Song", log, courier, clock, [face], inbox), face

    def completions(self) -> list[str]:
        """The tasks of all completions that Asana carried out, in order."""
        return [
            seen.path.rpartition("/")[2]
            for seen in self.server.sandbox.requests
            if seen.method == "PUT" and (seen.applied or seen.status == 200)
        ]


@pytest.fixture
def asana(sandbox: Embedded) -> Iterator[Gateway]:
    """The real SDK over HTTP, on a clock whose waits before another try take no time."""
    with gateway_to(sandbox, clock=HandClock()) as gateway:
        yield gateway


@pytest.fixture
def song(asana: Gateway, database: Database, sandbox: Embedded) -> Song:
    workspace = asana.me().workspaces[0].gid
    project = asana.create_project(workspace, "Song", "")
    section = asana.sections(project.gid)[0].gid
    for at in range(10):
        asana.create_task(project.gid, section, f"T{at} (5m)", "")
    return Song(asana, database, sandbox, project.gid)


def until_told(database: Database, seconds: float) -> float:
    """Wait until nothing is pending; the seconds it took. Fails after `seconds`."""
    begun, never = monotonic(), threading.Event()
    while Outbox(database).count():
        assert monotonic() - begun < seconds, "not everything was delivered in time"
        never.wait(0.02)
    return monotonic() - begun


def test_offline_for_ten_timeboxes_then_all_arrive_in_order(song: Song) -> None:
    runner, face = song.runner()
    song.server.stop()
    state = runner.run()
    assert len(state.done) == 10
    assert Outbox(song.database).count() == 10
    song.server.start()
    until_told(song.database, 60.0)
    assert runner.shutdown(5.0) == 0
    assert song.completions() == [over.timebox.gid for over in state.done]
    assert len([notice for notice in face.notices if "waits here" in notice]) <= 1, "said once"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", status=429, retry_after=1, method="PUT", after=1, times=4),
        Fault("status", status=500, applied=True, method="PUT", after=1, times=2),
        Fault("drop", applied=True, method="PUT", after=1, times=2),
        Fault("drop", method="PUT", after=1, times=2),
    ],
    ids=["429 storm", "500 applied", "answer dropped", "dropped before"],
)
def test_bad_weather_loses_and_doubles_nothing(song: Song, fault: Fault) -> None:
    song.server.faults.add(fault)
    runner, _ = song.runner()
    state = runner.run()
    # A connection that dies without a word costs the whole timeout of a request.
    until_told(song.database, 90.0)
    assert runner.shutdown(5.0) == 0
    assert song.completions() == [over.timebox.gid for over in state.done]


def test_what_a_slow_asana_has_not_taken_at_the_end_is_not_said_to_be_on_its_way(song: Song) -> None:
    never = song.server.faults.add(Fault("hang", method="PUT", times=None))
    runner, face = song.runner()
    runner.run()
    assert standing_of(face.snapshots[-1]).hint == "sending the last 10 to Asana…"
    assert runner.shutdown(0.0) == 10
    shown = face.snapshots[-1]
    assert asana_of(shown) == ("Asana: slow, 10 waiting", True)
    assert standing_of(shown).hint == WHAT_IS_NEXT
    song.server.faults.remove(never)


def test_who_stops_twice_does_not_wait_for_a_slow_asana(song: Song) -> None:
    never = song.server.faults.add(Fault("hang", method="PUT", times=None))
    runner, face = song.runner()
    runner.run()
    face.in_hurry = True
    runner.send_pending(3600.0)
    assert runner.shutdown(3600.0) == 10
    song.server.faults.remove(never)


def test_a_late_second_ctrl_c_gives_the_end_its_moment_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, face = HandClock(), StoppableFace()
    monkeypatch.setattr("asana_tbp.session.messages.Clock", lambda: clock)
    assert face.ask_to_stop(), "there is no session yet"
    face._inbox = Inbox()
    assert not face.ask_to_stop()
    clock.advance(60)
    for seconds in (0.0, 0.1, 1.0):
        clock.advance(seconds)
        assert not face.ask_to_stop()
        assert face.in_hurry
    clock.advance(1.0)
    assert face.ask_to_stop()
    assert face._inbox.qsize() == 1


def test_one_task_that_always_fails_holds_up_only_itself(song: Song) -> None:
    queue = reader(song.asana, song.database, song.project_gid).read().timeboxes
    song.server.faults.add(Fault("status", status=500, method="PUT", path=queue[0].gid, times=None))
    runner, _ = song.runner()
    state = runner.run()
    never, begun = threading.Event(), monotonic()
    while Outbox(song.database).count() > 1:
        assert monotonic() - begun < 60
        never.wait(0.02)
    assert song.completions() == [over.timebox.gid for over in state.done[1:]]
    runner.shutdown(0.0)


def test_a_task_whose_read_always_fails_holds_up_only_itself(song: Song) -> None:
    """Before a second try Asana is read; a read that fails is a failed try as well."""
    queue = reader(song.asana, song.database, song.project_gid).read().timeboxes[:3]
    Desk(song.database, queue).work(900)
    song.server.faults.add(Fault("status", status=500, path=queue[0].gid, times=None))
    outbox, clock = Outbox(song.database), HandClock()
    told: list[Delivery | Notice] = []
    for _ in range(PARKED_AFTER):
        deliver(outbox, song.asana, clock, told.append)
    assert song.completions() == [queue[1].gid, queue[2].gid]
    (parked,) = outbox.parked()
    assert parked.task_gid == queue[0].gid
    assert "status 500" in parked.reason


def test_a_completion_that_arrived_is_not_sent_again(song: Song) -> None:
    """Its answer was lost: before it is sent again, Asana is read."""
    desk = Desk(song.database, reader(song.asana, song.database, song.project_gid).read().timeboxes[:1])
    desk.work(300)
    song.server.faults.add(Fault("drop", applied=True, method="PUT"))
    outbox, told = Outbox(song.database), SimpleQueue[Delivery | Notice]()
    assert deliver(outbox, song.asana, Clock(), told.put)
    assert len(song.completions()) == 1
    assert song.asana.task(desk.state.done[0].timebox.gid).completed


def test_a_time_entry_of_an_old_version_is_never_sent(song: Song) -> None:
    desk = Desk(song.database, reader(song.asana, song.database, song.project_gid).read().timeboxes[:1])
    desk.work(300)
    before = len(song.server.sandbox.requests)
    with song.database.transaction():
        song.database.write("UPDATE outbox SET intent = 'time', state = 'parked', reason = 'old'")
    outbox = Outbox(song.database)
    (old,) = outbox.parked()
    outbox.retry(old)
    assert deliver(outbox, song.asana, Clock(), lambda _outcome: None)
    assert len(song.server.sandbox.requests) == before
    (parked,) = outbox.parked()
    assert "Time entries are no longer sent" in parked.reason


COMMENTED = SessionOptions(comments=True)


def told_all(song: Song, options: SessionOptions) -> list[Delivery | Notice]:
    queue = reader(song.asana, song.database, song.project_gid).read().timeboxes[:3]
    desk = Desk(song.database, queue, options)
    desk.work(900)
    assert desk.state.ended == "finished"
    told: list[Delivery | Notice] = []
    for _ in range(4):
        deliver(Outbox(song.database), song.asana, Clock(), told.append)
    assert Outbox(song.database).pending() == ()
    return told


def test_one_comment_a_task_is_written(song: Song) -> None:
    told = told_all(song, COMMENTED)
    assert all(isinstance(outcome, Delivery) and outcome.is_delivered for outcome in told)
    comments = list(song.server.board.all(Story))
    assert [comment.text for comment in comments] == ["Worked 5m of 5m, done. (asana-tbp)"] * 3


@pytest.mark.parametrize("kind", ["drop", "status", "html"])
@pytest.mark.parametrize("applied", [True, False])
def test_a_lost_answer_doubles_no_comment(song: Song, kind: Kind, applied: bool) -> None:
    song.server.faults.add(Fault(kind, status=502, applied=applied, method="POST", path="stories$", nth=2))
    told_all(song, COMMENTED)
    assert len(list(song.server.board.all(Story))) == 3


def test_parked_entries_are_retried_or_discarded(song: Song) -> None:
    queue = reader(song.asana, song.database, song.project_gid).read().timeboxes[:2]
    song.server.faults.add(Fault("status", status=403, method="PUT", times=2))
    Desk(song.database, queue).work(600)
    outbox, told = Outbox(song.database), SimpleQueue[Delivery | Notice]()
    assert deliver(outbox, song.asana, Clock(), told.put)
    first, second = outbox.parked()
    refused = told.get()
    assert isinstance(refused, Delivery)
    assert refused.reason
    assert "status 403" in first.reason
    outbox.retry(first)
    outbox.discard(second, BEGIN)
    assert deliver(outbox, song.asana, Clock(), told.put)
    assert song.completions() == [first.task_gid]
    assert outbox.parked() == ()
    kept = outbox.entry(second.id)
    assert kept is not None
    assert (kept.state, kept.reason) == ("parked", DISCARDED)


def test_a_refused_token_keeps_everything_and_says_what_to_do(song: Song) -> None:
    revoked = song.server.faults.add(Fault("revoke"))
    task = next(iter(song.server.board.all(Task)))
    Desk(song.database, (Timebox(task.gid, task.name, "T0", 5),)).work(300)
    told: list[Delivery | Notice] = []
    assert not deliver(Outbox(song.database), song.asana, Clock(), told.append)
    (waiting,) = told
    assert isinstance(waiting, Delivery)
    assert waiting.error is not None
    assert "auth login" in waiting.error.hint
    song.server.faults.remove(revoked)
    assert deliver(Outbox(song.database), song.asana, Clock(), told.append)


def test_what_was_sent_by_a_clock_far_ahead_hides_no_task(song: Song) -> None:
    Desk(song.database, reader(song.asana, song.database, song.project_gid).read().timeboxes[:2]).work(600)
    outbox = Outbox(song.database)
    first, second = outbox.pending()
    outbox.finish(first, BEGIN + timedelta(days=365))
    outbox.finish(second, BEGIN + timedelta(seconds=5))
    assert outbox.untold(BEGIN) == {second.task_gid}


def test_two_at_once_send_the_changes_of_one_task_in_order_and_once(song: Song) -> None:
    """A session and `outbox retry` in another terminal: they take turns, entry by entry."""
    queue = reader(song.asana, song.database, song.project_gid).read().timeboxes[:4]
    desk = Desk(song.database, queue)
    for _ in range(3):
        for command in (Done(), Undo(), Skip()):
            assert desk.say(command) == ""
    desk.work(300)
    sent = [entry.intent for entry in Outbox(song.database).pending() if entry.task_gid == queue[0].gid]
    assert sent == ["complete", "reopen"] * 3 + ["complete"]
    # The second and the fourth change arrive, and their answers do not.
    song.server.faults.add(Fault("drop", applied=True, method="PUT", after=1, times=3))

    def send_all() -> None:
        while not deliver(
            Outbox(song.database), song.asana, Clock(), lambda _outcome: None, song.database.path.parent
        ):
            pass

    both = [threading.Thread(target=send_all) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(60.0)
    assert Outbox(song.database).pending() == ()
    applied = [
        seen.path.rpartition("/")[2]
        for seen in song.server.sandbox.requests
        if seen.method == "PUT" and (seen.applied or seen.status == 200)
    ]
    assert applied.count(queue[0].gid) == 7
    assert song.asana.task(queue[0].gid).completed


def test_an_end_that_comes_while_the_courier_looks_for_it_is_heard(
    asana: Gateway, database: Database
) -> None:
    courier = sent_by(asana, database, lambda _outcome: None)

    class EndsNow(threading.Event):
        """The end: it comes right after it was first looked for."""

        def is_set(self) -> bool:
            found = super().is_set()
            if not found:
                self.set()
                courier.wake()
            return found

    courier._closing = EndsNow()
    courier.start()
    courier._thread.join(60)
    assert not courier._thread.is_alive(), "it waits for ever, and the session for it"
