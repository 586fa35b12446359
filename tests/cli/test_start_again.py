"""`start` with what an earlier session left, with times that are unclear, and with tasks to come back to."""

from __future__ import annotations

import json
import signal
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pexpect
import pytest

from asana_tbp.cli.commands.start import until_of
from asana_tbp.errors import UsageError
from asana_tbp.sandbox.records import Task
from asana_tbp.session.log import open_log
from asana_tbp.store.database import open_database
from asana_tbp.store.outbox import Outbox
from asana_tbp.timer.commands import ComeBack, Done
from asana_tbp.timer.events import SessionEnded, SessionOptions, Timebox, TimeboxEnded, TimeboxStarted
from tests.cli.command import PROGRAM, begin, run, state_folder, until
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded
from tests.forked import ForkedTerminal


@pytest.fixture
def song(studio: Embedded, song_file: Path) -> Embedded:
    assert run("scaffold", str(song_file)).code == 0
    return studio


def completed(studio: Embedded) -> set[str]:
    return {task.name for task in studio.board.all(Task) if task.completed}


def killed(*flags: str) -> None:
    """A session that broke off during its first task."""
    running = begin("start", "--plain", *flags)
    assert running.stdout is not None
    while not running.stdout.readline().startswith("> "):
        pass
    running.kill()
    running.communicate(timeout=60)


def test_a_session_that_goes_on_keeps_what_was_asked_for(song: Embedded) -> None:
    killed("--no-complete", "--only", "Composition")
    again = run("start", "--speed", "20000")
    assert again.code == 0
    assert "2 of 2 tasks done" in again.out
    assert completed(song) == set()


def test_a_flag_given_now_replaces_that_option_alone(song: Embedded) -> None:
    killed("--at-zero", "ask", "--only", "Composition")
    again = run("start", "--speed", "20000", "--at-zero", "complete")
    assert again.code == 0
    assert completed(song) == {"Write chord progression (20m)", "Write bassline (25m)"}


def test_until_takes_a_time_of_day_and_limit_a_length(song: Embedded) -> None:
    run("start", "--until", "90m").says("--until takes a time of day", "--limit 90m")
    run("start", "--limit", "21:30").says("--limit", "--until takes a time of day")
    now = datetime(2026, 11, 27, 22, 48).astimezone()
    assert until_of("23:30", now).astimezone().hour == 23
    with pytest.raises(UsageError, match="tomorrow") as refused:
        until_of("9pm", now)
    assert refused.value.hint == "If you mean tomorrow, use: --limit 22h12m"
    with pytest.raises(UsageError, match="tomorrow") as refused:
        until_of("0:30", now + timedelta(seconds=20))
    assert refused.value.hint == "If you mean tomorrow, use: --limit 1h42m"


def test_a_session_with_a_limit_says_what_it_means(song: Embedded) -> None:
    limited = run("start", "--limit", "50m", "--speed", "20000")
    limited.says("No task starts that would end after ")
    assert "2 of 4 tasks done in 50:00." in limited.out


def test_an_archived_song_is_said_to_be_archived(song: Embedded) -> None:
    assert run("songs", "archive", "Midnight Galaxy", "--keep").code == 0
    gone = run("start", "midnight galaxy")
    assert gone.code == 1
    gone.says('"Midnight Galaxy" is archived.', "  asana-tbp songs restore 'Midnight Galaxy'")
    linked = run("start", song.board.project("Midnight Galaxy").gid)
    assert linked.code == 1
    linked.says('"Midnight Galaxy" is archived.')
    run("start").says('"Midnight Galaxy" is archived.')
    assert completed(song) == set()
    assert run("songs", "restore", "Midnight Galaxy").code == 0
    assert run("start", "--speed", "20000").code == 0


def test_a_budget_without_come_back_is_not_ignored(song: Embedded) -> None:
    wrong = run("start", "--budget", "15m")
    assert wrong.code == 2
    wrong.says("--budget belongs to --come-back.")


def test_where_nothing_is_marked_that_is_all_it_says() -> None:
    for flags in ((), ("--limit", "30m"), ("--until", "21:30"), ("--budget", "15m")):
        nothing = run("start", "--come-back", *flags)
        assert (nothing.code, nothing.out, nothing.err) == (0, "", "Nothing is marked to come back to.\n")


def test_an_unknown_task_or_section_is_guessed(song: Embedded) -> None:
    wrong = run("start", "--task", "Write basline")
    assert wrong.code == 2
    wrong.says('No open task of yours is called "Write basline".', 'Did you mean "Write bassline"?')
    wrong = run("start", "--only", "Compositon")
    assert wrong.code == 2
    wrong.says('Did you mean "Composition"?')
    both = run("start", "--task", "Write bassline", "--task", "Write chord progression", "--speed", "20000")
    assert both.code == 0
    assert "2 of 2 tasks done" in both.out


def test_unclear_times_are_left_open_and_missing_ones_assumed(song: Embedded) -> None:
    song.board.task("Write bassline (25m)").name = "Lead (25h)"
    song.board.task("Write chord progression (20m)").name = "Tuning"
    result = run("start", "--speed", "20000")
    assert result.code == 5
    result.says("Lead (25h): the time is unclear", "left open", "Tuning: no time in its name, 25m assumed.")
    assert "[no time in its name, 25m assumed]" in result.out
    assert "Lead (25h)" not in completed(song)
    assert "Tuning" in completed(song)


def test_a_rehearsal_counts_nowhere(song: Embedded) -> None:
    timebox = Timebox("900", "Lead (5m)", "Lead", 5, "", "Song", "77")
    with open_database(state_folder() / "asana-tbp.db") as database:
        options = SessionOptions(rehearsal=True)
        at = datetime(2026, 1, 5, 20).astimezone()
        log = open_log(database, "77", "Song", (timebox,), at, options)
        log.record([TimeboxStarted(0.0, "900")], at)
        for command in (ComeBack(), Done()):
            events = command.decide(log.state, 60.0)
            assert isinstance(events, tuple)
            log.record(events, at)
        assert database.rows("SELECT * FROM outbox") == []
    assert json.loads(run("report", "--json").out)["total"]["runs"] == 0
    assert json.loads(run("come-back", "--list", "--json").out)["marks"] == []
    run("undo").says("No session has run here yet")


def test_a_marked_task_is_run_again_and_its_mark_cleared(song: Embedded) -> None:
    assert run("start", "--task", "Write bassline", "--speed", "20000").code == 0
    assert run("come-back", "--last").out == "Write bassline (25m) is marked to come back to.\n"
    (mark,) = json.loads(run("come-back", "--list", "--json").out)["marks"]
    assert (mark["title"], mark["song"]) == ("Write bassline", "Midnight Galaxy")
    running = begin("start", "--come-back", "--budget", "15m", "--plain")
    until(lambda: run("status").out.startswith(("15:", "14:")))
    until(lambda: not song.board.task("Write bassline (25m)").completed)
    status = json.loads(run("status", "--json").out)["session"]
    assert status["budget"] == 900.0
    assert run("done").code == 0
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert "1 of 1 task done" in out
    assert song.board.task("Write bassline (25m)").completed
    assert run("come-back", "--list").out == ""
    run("start", "--come-back").says("Nothing is marked to come back to.")


def test_marks_are_set_by_title_and_cleared(song: Embedded) -> None:
    assert run("start", "--only", "Composition", "--speed", "20000").code == 0
    wrong = run("come-back", "Write basline")
    assert wrong.code == 2
    wrong.says('Did you mean "Write bassline"?')
    assert run("come-back", "Write bassline").code == 0
    assert run("come-back", "Write chord progression").code == 0
    assert len(run("come-back", "--list").out.splitlines()) == 2
    run("come-back", "--clear", "Write bassline").says("1 mark cleared.")
    assert run("come-back", "--list").out.startswith("Midnight Galaxy: Write chord progression")
    run("come-back", "--clear").says("1 mark cleared.")
    assert run("come-back", "--list").out == ""


def test_a_suspended_session_is_not_dead_and_obeys_nothing_late(song: Embedded) -> None:
    running = begin("start", "--plain")
    assert running.stdout is not None
    running.stdout.readline()
    until(lambda: list((state_folder() / "sessions").glob("*.session")))
    running.send_signal(signal.SIGSTOP)
    silent = run("done")
    assert silent.code == 1
    silent.says("does not answer, so done was withdrawn")
    run("status").says("does not answer")
    running.send_signal(signal.SIGCONT)
    until(lambda: run("status").out.startswith("20:00") or run("status").out.startswith("19:"))
    assert completed(song) == set()
    stop(running)


def test_marks_of_a_suspended_session_wait_until_it_answers(song: Embedded) -> None:
    running = begin("start", "--plain")
    until(lambda: run("done").code == 0)
    run("come-back", "--last").says("is marked to come back to")
    title = run("status", "--format", "{title}").out.strip()
    running.send_signal(signal.SIGSTOP)
    for words in (("--clear",), (title,)):
        silent = run("come-back", *words)
        assert silent.code == 1
        silent.says("does not answer, so come-back was withdrawn")
    running.send_signal(signal.SIGCONT)
    run("come-back", "--clear").says("1 mark cleared.")
    assert run("come-back", "--list").out == ""
    stop(running)


def test_another_song_and_the_sandbox_are_named(song: Embedded) -> None:
    timer = begin("timer", "10m", "Dusty Tape")
    until(lambda: list((state_folder() / "sessions").glob("*.session")))
    wrong = run("pause", "--song", "Dusty Tap")
    assert wrong.code == 0, "part of a name is enough"
    other = run("pause", "--song", "Dsty Tape")
    assert other.code == 2
    other.says('No session of "Dsty Tape" is running here', 'Did you mean "Dusty Tape"?')
    stop(timer)
    sandboxed = begin("--sandbox", "timer", "10m", "Tea")
    until(lambda: run("--sandbox", "status").out.startswith(("10:", "9:")))
    run("hold").says("A sandbox session is running", "asana-tbp --sandbox hold")
    stop(sandboxed)


def stop(running: subprocess.Popen[str]) -> None:
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)


def test_a_delivery_that_failed_is_shown_until_it_is_dealt_with(song: Embedded) -> None:
    task = song.board.task("Write bassline (25m)")
    fault = Fault("status", status=403, method="PUT", path=f"/tasks/{task.gid}$", times=None)
    song.faults.add(fault)
    first = run("start", "--task", "Write bassline", "--speed", "20000")
    assert first.code == 5
    first.says("Not in Asana: complete Write bassline (25m) failed.", "asana-tbp outbox retry")
    again = run("start", "--task", "Write chord progression", "--speed", "20000")
    assert again.code == 0, "what failed before is no news of this session"
    again.says("Not in Asana: complete Write bassline (25m) failed.")
    run("status").says("1 change is not in Asana", "asana-tbp outbox list")
    run("report").says("Not in Asana: complete Write bassline (25m) failed.")
    for words in (["outbox"], ["outbox", "list"]):
        assert "failed   complete Write bassline (25m): " in run(*words).out
    running = begin("start", "--plain")
    until(lambda: run("hold").code == 0)
    run("status").says("1 change failed and is not in Asana", "asana-tbp outbox list")
    stop(running)
    assert run("idea", "rain on tin").code == 6, "it waits until there is a board"
    run("status").says("2 changes are not in Asana", "asana-tbp outbox list")
    assert len(json.loads(run("outbox", "list", "--json").out)["entries"]) == 2
    run("board", "init")
    song.faults.clear()
    assert run("outbox", "retry").code == 0
    assert task.completed
    assert "not in Asana" not in run("status").err


def test_a_completion_that_failed_and_was_done_in_asana_is_no_failure_any_more(song: Embedded) -> None:
    task = song.board.task("Write bassline (25m)")
    song.faults.add(Fault("status", status=403, method="PUT", path=f"/tasks/{task.gid}$", times=None))
    assert run("start", "--task", "Write bassline", "--speed", "20000").code == 5
    assert run("outbox", "retry").code == 5
    task.completed = True
    again = run("outbox", "retry")
    assert again.code == 0, again.err
    again.says("Write bassline (25m) is complete in Asana by now.")
    assert "Not in Asana" not in run("report").err
    assert json.loads(run("outbox", "list", "--json").out)["entries"] == []
    assert json.loads(run("outbox", "--json").out)["entries"] == []


@pytest.mark.parametrize("write", ["yes", "no"])
def test_in_a_terminal_the_times_are_asked_for(song: Embedded, write: str) -> None:
    lead = song.board.task("Write bassline (25m)")
    tuning = song.board.task("Write chord progression (20m)")
    lead.name, tuning.name = "Lead (25h)", "Tuning"
    words = ["start", "--plain", "--only", "Composition", "--speed", "20000"]
    terminal = ForkedTerminal([*words], timeout=60)
    terminal.expect("2 tasks without a clear time:")
    terminal.expect("Press Enter for 25m each")
    terminal.expect("Time")
    terminal.send("1 40m\r")
    terminal.expect("40m")
    terminal.send("\r")
    terminal.expect("Write these times into the names in Asana")
    terminal.send(f"{write}\r")
    terminal.expect("2 of 2 tasks done in 1:05:00")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    names = ("Lead (40m)", "Tuning (25m)") if write == "yes" else ("Lead (25h)", "Tuning")
    assert (lead.name, tuning.name) == names
    assert lead.completed
    assert tuning.completed


def test_a_window_that_is_closed_ends_the_session_and_is_no_bug(song: Embedded) -> None:
    terminal = pexpect.spawn(PROGRAM[0], [*PROGRAM[1:], "start"], timeout=60, dimensions=(24, 100))
    terminal.expect("chord")
    until(lambda: list((state_folder() / "sessions").glob("*.session")))
    pty = terminal.ptyproc  # type: ignore[attr-defined]
    pty.fileobj.close()
    until(lambda: not list((state_folder() / "sessions").glob("*.session")))
    pty.wait()
    assert not (state_folder() / "fault.txt").exists()
    assert run("status").out == "no session\n"


def test_in_a_terminal_each_marked_task_may_get_another_time(song: Embedded) -> None:
    """Asked before the screen opens: the screen itself has no room for a list of times."""
    assert run("start", "--only", "Composition", "--speed", "20000").code == 0
    for title in ("Write bassline", "Write chord progression"):
        assert run("come-back", title).code == 0
    words = ["start", "--come-back", "--speed", "20000"]
    terminal = ForkedTerminal([*words], timeout=60)
    terminal.expect("To come back to:")
    terminal.expect("Write chord progression")
    terminal.expect("Press Enter for 15m each")
    terminal.expect("Time")
    terminal.send("1 7m\r")
    terminal.expect("7m")
    terminal.send("\r")
    terminal.expect("Press any key to close")
    terminal.send("x")
    terminal.expect("2 of 2 tasks done in 22:00")
    terminal.expect(pexpect.EOF)
    terminal.close()


def test_only_the_marks_of_the_named_song_are_run(song: Embedded) -> None:
    assert run("start", "--only", "Composition", "--speed", "20000").code == 0
    assert run("come-back", "--last").code == 0
    run("start", "Another Song", "--come-back").says("Nothing is marked to come back to.")
    again = run("start", "midnight galaxy", "--come-back", "--budget", "5m", "--speed", "20000")
    assert again.code == 0
    assert "1 of 1 task done in 5:00." in again.out


def test_a_song_named_beside_one_that_broke_off_runs_too(song: Embedded, tmp_path: Path) -> None:
    other = tmp_path / "rain.yaml"
    other.write_text(
        "song: Rain\nsections:\n  Mixing:\n    - Balance drums (10m)\n    - Bass (5m)\n", "utf-8"
    )
    assert run("scaffold", str(other)).code == 0
    song.board.task("Bass (5m)").name = "Bass (25h)"
    assert run("start", "Midnight Galaxy", "--task", "Write bassline", "--speed", "20000").code == 0
    assert run("come-back", "--last").code == 0
    killed("--come-back", "--budget", "5m")
    both = run("start", "Midnight Galaxy", "Rain", "--speed", "20000")
    assert "Next: Rain / Balance drums." in both.out
    assert "> Rain / Mixing: Balance drums (10m)" in both.out
    both.says("Rain / Bass (25h): the time is unclear")
    assert {"Write bassline (25m)", "Write chord progression (20m)", "Balance drums (10m)"} <= completed(song)


def test_a_limit_given_when_it_resumes_counts_from_then(song: Embedded) -> None:
    killed("--limit", "5h")
    again = run("start", "--resume", "left", "--limit", "30m", "--speed", "20000")
    # 20 minutes are left of the task that broke off; the next one takes 30.
    assert "1 of 1 task done" not in again.out
    assert "No time is left for the next task: Design sound for bassline (30m)." in again.out
    assert completed(song) == {"Write chord progression (20m)"}


def test_tasks_dated_in_the_future_break_nothing(song: Embedded) -> None:
    """A clock that was a year ahead once: what was sent then, and when it was worked."""
    with open_database(state_folder() / "asana-tbp.db") as database:
        task = song.board.task("Write chord progression (20m)")
        timebox = Timebox(
            task.gid, task.name, "Write chord progression", 20, "Composition", "Midnight Galaxy"
        )
        at = datetime.now().astimezone() + timedelta(days=365)
        log = open_log(database, song.board.project("Midnight Galaxy").gid, "Midnight Galaxy", (timebox,), at)
        log.record([TimeboxStarted(0.0, task.gid), TimeboxEnded(1200.0, task.gid, 1200.0)], at)
        log.record([SessionEnded(1200.0, "finished")], at)
        outbox = Outbox(database)
        for entry in outbox.pending():
            outbox.finish(entry, at)
    for words in (
        ["report"],
        ["report", "--by", "task"],
        ["report", "--json"],
        ["next"],
        ["songs"],
        ["status"],
    ):
        shown = run(*words)
        assert shown.code == 0, shown.err
        assert "fault of its own" not in shown.err
    assert json.loads(run("report", "--json").out)["total"]["runs"] == 1
    result = run("start", "--speed", "20000")
    assert result.code == 0
    assert "4 of 4 tasks done" in result.out, "the task is open in Asana, whatever the clock said"


def test_a_token_that_expires_in_mid_session_stops_nothing(song: Embedded) -> None:
    running = begin("start", "--plain")
    until(lambda: run("done").code == 0)
    until(lambda: len(completed(song)) == 1)
    revoked = song.faults.add(Fault("revoke"))
    for _ in range(3):
        assert run("done").code == 0
    out, err = running.communicate(timeout=60)
    assert running.returncode == 6, out + err
    assert "4 of 4 tasks done" in out
    assert (out + err).count("asana-tbp auth login") == 1, "said once"
    assert completed(song) == {"Write chord progression (20m)"}
    song.faults.remove(revoked)
    run("start").says("Sent to Asana now: Design pad (20m) is complete.", "Nothing to do")
    assert len(completed(song)) == 4
