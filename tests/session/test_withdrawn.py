"""Commands that were given up, and a session that cannot write for a moment."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.session.control_client import (
    SessionSilent,
    running_sessions,
)
from asana_tbp.session.control_server import control_server
from asana_tbp.session.log import find_broken_off, go_on
from asana_tbp.session.messages import CommandRequest, Delivery, Inbox, Notice, ask
from asana_tbp.session.run import Poller
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Outbox
from asana_tbp.system.clock import Clock
from asana_tbp.timer.commands import Done, Undo
from asana_tbp.timer.events import TimeboxEnded, TimeboxLeft
from asana_tbp.timer.reconcile import RemoteTasks
from tests.cli.command import until
from tests.faulty.server import Embedded
from tests.session.parts import Desk, reader, timeboxes


def test_a_command_that_was_given_up_is_never_carried_out(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5, 5))
    for _ in range(3):
        assert ask(desk.inbox, Done(), 0.01) is None
    desk.rest()
    assert desk.state.done == ()
    assert Outbox(database).pending() == ()
    assert desk.say(Done()) == ""
    assert len(desk.state.done) == 1


def test_a_client_that_hung_up_is_not_obeyed(database: Database, tmp_path: Path) -> None:
    desk = Desk(database, timeboxes(5, 5))
    with control_server(tmp_path, 1, "Song", desk.inbox):
        (address,) = running_sessions(tmp_path)
        connection = address.connect()
        connection.sendall(f'{address.secret}\n{{"do": "done"}}\n'.encode())
        until(lambda: not desk.inbox.empty())
        connection.close()
        desk.rest()
    assert desk.state.done == ()


def test_a_session_that_does_not_answer_is_not_a_dead_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asana_tbp.session.control_server.PATIENCE", 1.05)
    inbox = Inbox()
    with control_server(tmp_path, 1, "Song", inbox):
        (address,) = running_sessions(tmp_path)
        with pytest.raises(SessionSilent):
            address.ask({"do": "done"})
        assert running_sessions(tmp_path) == (address,)


def test_an_undo_while_the_last_is_sent_counts_as_unsent(database: Database) -> None:
    desk = Desk(database, timeboxes(5))
    desk.work(300)
    assert desk.state.ended == "finished"
    for entry in Outbox(database).pending():
        Outbox(database).finish(entry, desk.clock.now())
    answers = []
    asked = threading.Thread(target=lambda: answers.append(ask(desk.inbox, Undo(), 60.0)))
    asked.start()
    while desk.inbox.empty():
        asked.join(0.01)
    assert desk.runner.shutdown(1.0) == 1, "the task to reopen is counted"
    asked.join()
    assert answers[0] is not None
    assert answers[0].ok


def test_an_undo_wakes_the_courier_before_the_last_delivery_is_heard_of(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5))
    assert desk.say(Done()) == ""
    woken = desk.courier.woken
    for entry in Outbox(database).pending():
        # The courier has written it down; what it says of it has not been read yet.
        Outbox(database).finish(entry, desk.clock.now())
    assert desk.say(Undo()) == ""
    assert [entry.intent for entry in Outbox(database).pending()] == ["reopen"]
    assert desk.courier.woken == woken + 1


def test_while_the_last_is_sent_commands_are_taken_for_so_long(database: Database) -> None:
    desk = Desk(database, timeboxes(5))
    desk.work(300)
    before = desk.clock.elapsed()
    desk.inbox.put(CommandRequest(Undo()))
    desk.clock.until = before + 60
    desk.runner.send_pending(8.0)
    assert desk.clock.elapsed() - before == 8.0, "the courier sends nothing here"
    assert [over.why for over in desk.state.finished] == ["undone"]
    assert [entry.intent for entry in Outbox(database).pending()] == ["complete", "reopen"]
    for entry in Outbox(database).pending():
        Outbox(database).finish(entry, desk.clock.now())
        desk.inbox.put(Delivery(entry))
    desk.runner.send_pending(8.0)
    assert desk.clock.elapsed() - before == 8.0, "all is sent: it waits no longer"


def test_what_asana_says_comes_before_the_end_that_is_due(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5))
    desk.work(100)
    desk.clock.advance(3000)
    lost = find_broken_off(database, "1", desk.clock.now())
    assert lost is not None
    log = go_on(lost, "away", desk.clock.now())
    desk.face.events.clear()
    desk.take_up(log, lost.tick, RemoteTasks((), {"1": "gone"}))
    assert desk.face.of(TimeboxEnded) == []
    (left,) = desk.face.of(TimeboxLeft)
    assert isinstance(left, TimeboxLeft)
    assert left.why == "gone"
    assert Outbox(database).pending() == ()


@contextlib.contextmanager
def read_only(database: Database) -> Iterator[None]:
    """For the length of the block nothing can be written, as on a full disk."""
    database.row("PRAGMA query_only = ON")
    try:
        yield
    finally:
        database.row("PRAGMA query_only = OFF")


def test_a_heartbeat_that_can_not_be_written_ends_nothing(database: Database) -> None:
    desk = Desk(database, timeboxes(5, 5))
    desk.work(20)
    with read_only(database):
        desk.work(60)
    assert desk.state.ended is None
    assert len([notice for notice in desk.face.notices if "The timer goes on." in notice]) == 1
    desk.work(220)
    assert len(desk.state.done) == 1


def test_a_database_that_can_not_be_written_does_not_stop_the_reading(
    asana: Gateway, database: Database, sandbox: Embedded
) -> None:
    project = asana.create_project(asana.me().workspaces[0].gid, "Song", "")
    asana.create_task(project.gid, asana.sections(project.gid)[0].gid, "One (5m)", "")
    source = reader(asana, database, project.gid)
    facts = source.facts("")
    gid = source.read().timeboxes[0].gid
    source.facts = lambda _gid: replace(facts, ideal={gid: 0})
    sent: list[object] = []
    poller = Poller(source, Clock(), sent.append)
    with read_only(database):
        assert poller.poll() > 0
    assert isinstance(sent[0], Notice)
    poller.poll()
    assert isinstance(sent[-1], RemoteTasks)


def test_what_became_of_a_task_is_asked_however_long_my_tasks_is(database: Database, asana: Gateway) -> None:
    project = asana.create_project(asana.me().workspaces[0].gid, "Song", "")
    section = asana.sections(project.gid)[0].gid
    gone = asana.create_task(project.gid, section, "Gone (5m)", "")
    asana.set_completed(gone.gid, True)
    source = reader(asana, database, project.gid)
    source.expect([gone.gid])
    source.requests = 800
    assert source.read().fates == {gone.gid: "there"}
