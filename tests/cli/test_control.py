"""Steering a running session from other processes, and asking it what it does."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from asana_tbp.sandbox.records import Task
from tests.cli.command import PROGRAM, begin, process, run, state_folder, unmeasured, until
from tests.faulty.server import Embedded


@pytest.fixture
def session(studio: Embedded, song_file: Path) -> Iterator[subprocess.Popen[str]]:
    """A session that runs in a process of its own, at real speed."""
    assert run("scaffold", str(song_file)).code == 0
    running = begin("start")
    assert running.stdout is not None
    assert running.stdout.readline().startswith("> Composition: Write chord progression")
    until(lambda: list((state_folder() / "sessions").glob("*.session")))
    yield running
    if running.poll() is None:
        running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)


def snapshot() -> dict[str, object]:
    """What `status --json` says of the running session."""
    found = json.loads(run("status", "--json").out)
    assert found["version"] == 1
    session = found["session"]
    assert isinstance(session, dict)
    return session


def shows(line: str, minutes: int, rest: str = "") -> None:
    """Fail unless a line of `status` begins with about `minutes`, the machine being slow, and goes on with `rest`."""
    found = re.match(r"(\d+):(\d\d)(?: (.*))?", line)
    assert found, line
    assert minutes * 60 - 30 <= int(found[1]) * 60 + int(found[2]) <= minutes * 60, line
    assert (found[3] or "").startswith(rest), line


def test_the_mark_of_the_task_that_runs_is_listed_and_cleared(session: subprocess.Popen[str]) -> None:
    assert run("come-back").code == 0
    assert run("come-back", "--list").out.startswith("Midnight Galaxy: Write chord progression (")
    run("come-back", "--clear").says("1 mark cleared.")
    assert run("come-back", "--list").out == ""
    assert snapshot()["come_back"] is False
    named = "Write chord progression (20m)"
    run("come-back", named).says(f"{named} is marked to come back to.")
    assert run("done").code == 0
    run("come-back", "--clear")
    run("come-back", "write chord progression").says(f"{named} is marked to come back to.")
    run("come-back", "Write bassline").says('No task called "Write bassline" was done here.')


def test_every_command_acts_on_the_running_session(session: subprocess.Popen[str], studio: Embedded) -> None:
    assert snapshot()["phase"] == "running"
    shows(run("pause").out, 20, "Write chord progression [paused] (0 of 4 done)")
    refused = run("pause")
    assert refused.code == 1
    refused.says("paused already")
    assert run("resume").code == 0
    shows(run("extend", "5m").out, 25, "Write chord progression")
    run("extend", "12m").says("A task gets 15 more minutes at most", "Be strict")
    shows(run("shorten", "10m").out, 15)
    assert "[held]" in run("hold").out
    assert run("hold", "--off").code == 0
    run("come-back").says("Write chord progression (20m) is marked to come back to.")
    assert snapshot()["come_back"] is True
    shows(run("done").out, 30, "Design sound for bassline (1")
    until(lambda: studio.board.task("Write chord progression (20m)").completed)
    assert run("undo").code == 0
    until(lambda: not studio.board.task("Write chord progression (20m)").completed)
    skipped = run("skip")
    skipped.says("Skipped after", "the task stays open")
    shows(skipped.out, 20, "Write chord progression")
    assert run("toggle").out.strip().endswith("[paused] (0 of 4 done)")
    assert run("stop").out.startswith("the session is over")
    out, err = session.communicate(timeout=60)
    assert session.returncode == 130
    assert "Traceback" not in err
    assert "Not completed: Design sound for bassline (30m)" in out
    gone = run("pause")
    assert gone.code == 1
    gone.says("No session is running here")


def test_status_in_every_form(session: subprocess.Popen[str]) -> None:
    shows(run("status").out, 20, "Write chord progression (0 of 4 done)")
    form = "{title}|{song}|{next}|{state}|{done}/{total}"
    expected = "Write chord progression|Midnight Galaxy|Design sound for bassline|running|0/4"
    assert run("status", "--format", form).out.strip() == expected
    refused = run("status", "--format", "{title.__class__}")
    assert refused.code == 2
    refused.says("knows no {title.__class__}")
    assert run("status", "--format", "{remaining}", "--outfile", "overlay.txt").out == ""
    shows(Path("overlay.txt").read_text(encoding="utf-8"), 20)
    following = begin("status", "--follow", "--format", "{remaining}")
    assert following.stdout is not None
    lines = [following.stdout.readline().strip() for _ in range(3)]
    assert len(set(lines)) == 3, "a new line each second"
    following.terminate()
    following.communicate(timeout=60)


def test_status_is_quick_and_loads_little(session: subprocess.Popen[str]) -> None:
    program = (
        "import sys; from asana_tbp.cli.app import main\n"
        "sys.argv = ['asana-tbp', 'status']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = 'asana', 'urllib3', 'sqlite3', 'keyring', 'rich.live', 'asana_tbp.bridge'\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [PROGRAM[0], "-c", program], capture_output=True, text=True, check=True, timeout=60, env=unmeasured()
    )
    line, loaded = done.stdout.splitlines()
    shows(line, 20, "Write chord progression (0 of 4 done)")
    assert loaded == "[]"


def test_control_acts_at_once_and_twenty_at_a_time_do_no_harm(
    session: subprocess.Popen[str], studio: Embedded
) -> None:
    from asana_tbp.session.control_client import running_sessions

    (address,) = running_sessions(state_folder() / "sessions")
    assert address.ask({"do": "pause"})["ok"]
    assert address.ask({"do": "resume"})["ok"]
    assert address.ask({"do": "fly"}) == {
        "ok": False,
        "sentence": "This session does not know that command.",
        "session": None,
    }
    crowd = [begin("come-back") for _ in range(20)]
    for one in crowd:
        out, err = one.communicate(timeout=60)
        assert one.returncode == 0, err
        shows(out, 20, "Write chord progression")
    assert snapshot()["phase"] == "running"
    assert not [task for task in studio.board.all(Task) if task.completed]


def test_what_a_killed_session_left_is_cleared_away(session: subprocess.Popen[str]) -> None:
    session.kill()
    session.communicate(timeout=60)
    assert list((state_folder() / "sessions").glob("*.session"))
    assert run("status").out.strip() == "no session"
    assert not list((state_folder() / "sessions").glob("*.session"))
    assert run("stop").code == 1


def test_next_does_not_begin_what_runs(session: subprocess.Popen[str]) -> None:
    run("next").says("It runs now: asana-tbp status")
    assert run("stop").code == 0
    until(lambda: "Begin: asana-tbp start 'Midnight Galaxy'" in run("next").err)


def test_a_second_start_says_who_runs(session: subprocess.Popen[str]) -> None:
    refused = run("start")
    assert refused.code == 1
    refused.says("is already running", "asana-tbp status")


def test_undo_after_the_session_opens_the_last_task_again(studio: Embedded, song_file: Path) -> None:
    run("undo").says("No session has run here yet")
    run("scaffold", str(song_file))
    assert run("start", "--task", "Write bassline", "--speed", "20000").code == 0
    assert studio.board.task("Write bassline (25m)").completed
    undone = run("undo")
    assert undone.code == 0
    assert undone.out.strip() == "Write bassline (25m) is open again."
    assert not studio.board.task("Write bassline (25m)").completed
    run("undo").says("There is no completed task")


def test_an_undo_that_waits_for_asana_says_so_with_its_exit_code(
    studio: Embedded, song_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("scaffold", str(song_file))
    assert run("start", "--task", "Write bassline", "--speed", "20000").code == 0
    with monkeypatch.context() as offline:
        offline.setenv("ASANA_TBP_HOST", "http://127.0.0.1:9/api/1.0")
        assert run("undo").code == 6
    assert run("outbox", "retry").code == 0
    assert not studio.board.task("Write bassline (25m)").completed


def test_two_sessions_are_told_apart(studio: Embedded) -> None:
    timers = [begin("timer", "10m", name) for name in ("Tea", "Stretch")]
    until(lambda: len(list((state_folder() / "sessions").glob("*.session"))) == 2)
    unclear = run("pause")
    assert unclear.code == 2
    unclear.says("2 sessions are running", '"Tea"', '"Stretch"', "--song")
    shows(run("pause", "--song", "tea").out, 10, "Tea [paused]")
    shows(run("status", "--song", "stretch").out, 10, "Stretch")
    for timer in timers:
        timer.send_signal(signal.SIGTERM)
        timer.communicate(timeout=60)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["25m", "Mixing"], "Mixing: 25:00 of 25:00."),
        (["5minutes"], "Timer: 5:00 of 5:00."),
        (["1h", "30m", "Long", "walk"], "Long walk: 1:30:00 of 1:30:00."),
        (["1hour and 30minutes"], "Timer: 1:30:00 of 1:30:00."),
        (["90s"], "Timer: 1:30 of 1:30."),
        (["7"], "Timer: 7:00 of 7:00."),
        (["pomodoro"], "Timer: 30:00 of 30:00."),
    ],
)
def test_a_timer_takes_every_form(words: list[str], line: str) -> None:
    result = run("timer", *words, "--speed", "50000")
    assert result.code == 0
    assert result.out.strip().splitlines()[-1] == line
    assert result.out.startswith("> ")
    assert " done" not in result.out, "a countdown is no task"


@pytest.mark.parametrize("words", [["soon"], ["0m"], ["25h"], ["-5m"], ["25:99"], [" "]])
def test_a_timer_refuses_what_is_no_time(words: list[str]) -> None:
    result = run("timer", "--", *words)
    assert result.code == 2
    result.says("is not a time")


def test_a_stopped_timer_says_so_in_its_exit_code() -> None:
    timer = begin("timer", "10m", "Tea")
    until(lambda: list((state_folder() / "sessions").glob("*.session")))
    assert process("stop").code == 0
    lines, _ = timer.communicate(timeout=60)
    assert timer.returncode == 130
    assert "task" not in lines
    assert re.search(r"^Tea: 0:\d\d of 10:00\.$", lines, re.MULTILINE)
