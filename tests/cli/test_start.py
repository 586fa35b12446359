"""`start` from the command line: in a pipe, in a real terminal, interrupted and killed."""

from __future__ import annotations

import signal
from pathlib import Path

import pexpect
import pytest

from asana_tbp.sandbox.records import Task
from tests.cli.command import PROGRAM, begin, process, run, until
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded

IDEAL = [
    "Write chord progression (20m)",
    "Design sound for bassline (30m)",
    "Write bassline (25m)",
    "Design pad (20m)",
]


def completed(studio: Embedded) -> list[str]:
    """Names of completed tasks in the order Asana got to know."""
    done = [(task.completed_at, task.name) for task in studio.board.all(Task) if task.completed_at]
    return [name for _, name in sorted(done, key=lambda pair: str(pair[0]))]


def puts(studio: Embedded) -> list[str]:
    """Gids that completions were sent for, in order."""
    return [seen.path for seen in studio.sandbox.requests if seen.method == "PUT" and "/tasks/" in seen.path]


@pytest.fixture
def song(studio: Embedded, song_file: Path) -> Embedded:
    """A scaffolded song."""
    assert run("scaffold", str(song_file)).code == 0
    return studio


def test_the_last_song_runs_in_ideal_order_and_is_completed(song: Embedded) -> None:
    result = run("start", "--speed", "20000")
    assert result.code == 0
    assert completed(song) == IDEAL
    assert "4 of 4 tasks done in 1:35:00." in result.out
    assert "\a" not in result.out, "no bell in a pipe"
    assert "\x1b" not in result.out
    again = run("start")
    assert again.code == 0
    again.says("Nothing to do")


@pytest.mark.parametrize("how", ["name", "gid", "link"])
def test_a_project_is_found_by_name_gid_and_link(song: Embedded, how: str) -> None:
    project = song.board.project("Midnight Galaxy")
    wanted = {
        "name": "midnight galaxy",
        "gid": project.gid,
        "link": f"https://app.asana.com/0/{project.gid}/list",
    }[how]
    assert run("start", wanted, "--speed", "20000").code == 0
    assert completed(song) == IDEAL


def test_a_task_without_a_budget_gets_the_default(song: Embedded) -> None:
    task = song.board.task("Write chord progression (20m)")
    task.name = "Write chord progression"
    result = run("start", "--speed", "20000", "--default-budget", "7m")
    assert "4 of 4 tasks done in 1:22:00." in result.out


def test_ctrl_c_leaves_the_running_task_open(song: Embedded) -> None:
    running = begin("start")
    until(lambda: run("done").code == 0)
    until(lambda: len(completed(song)) == 1)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in err
    assert "Not completed: Design sound for bassline (30m)" in out
    assert completed(song) == IDEAL[:1]
    assert run("start", "--speed", "20000").code == 0
    assert completed(song) == IDEAL


def test_ctrl_c_again_and_again_loses_neither_the_end_nor_the_summary(song: Embedded) -> None:
    running = begin("start", "--speed", "600")
    until(lambda: len(completed(song)) == 1)
    for _ in range(200):
        running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "Interrupted" not in err
    assert "Traceback" not in err
    assert " of 4 tasks done in " in out
    assert "Not completed: Design sound for bassline (30m)" in out
    assert "broke off" not in run("start", "--speed", "20000").err


def test_kill_9_loses_no_completed_task_and_doubles_none(song: Embedded) -> None:
    running = begin("start")
    for _ in range(2):
        until(lambda: run("done").code == 0)
    until(lambda: len(completed(song)) == 2)
    running.kill()
    running.communicate(timeout=60)
    assert process("start", "--speed", "20000").code == 0
    assert completed(song) == IDEAL
    assert len(set(puts(song))) == 4, "nothing that was not due"


def test_without_asana_the_timer_goes_on_and_the_next_start_delivers(song: Embedded) -> None:
    running = begin("start")
    until(lambda: run("done").code == 0)
    until(lambda: len(completed(song)) == 1)
    song.stop()
    for _ in range(3):
        assert run("done").code == 0
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 6
    assert "4 of 4 tasks done" in out
    assert "the next start sends them" in out
    assert completed(song) == IDEAL[:1]
    song.start()
    result = run("start")
    assert result.code == 0
    result.says("Sent to Asana now: Design pad (20m) is complete.", "Nothing to do")
    assert completed(song) == IDEAL


def test_only_one_session_a_song(song: Embedded) -> None:
    running = begin("start", "--speed", "60")
    until(
        lambda: [
            seen for seen in song.sandbox.requests if seen.path.endswith("/tasks") and seen.method == "GET"
        ]
    )
    assert running.stdout is not None
    assert running.stdout.readline().startswith(">")
    refused = run("start")
    assert refused.code == 1
    refused.says("is already running")
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)


def test_in_a_terminal_it_is_alive(song: Embedded) -> None:
    terminal = pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], "start", "--speed", "1200"], dimensions=(24, 80), timeout=60
    )
    terminal.expect("Write chord progression")
    terminal.expect(r"\d+:\d\d")
    terminal.expect("next")
    terminal.expect("\a")
    terminal.expect("Press any key to close")
    terminal.send("x")
    terminal.expect("4 of 4 tasks done")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert completed(song) == IDEAL


@pytest.mark.parametrize("kind", ["drop", "status", "empty"])
def test_a_lost_answer_completes_once(song: Embedded, kind: str) -> None:
    song.faults.add(Fault(kind, status=503, applied=True, method="PUT", nth=1))  # type: ignore[arg-type]
    assert run("start", "--speed", "20000").code == 0
    assert completed(song) == IDEAL
