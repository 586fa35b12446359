"""Hooks of a real session, and the outbox from the command line."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.cli.command import PROGRAM, begin, run, unmeasured, until
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded


def settings(text: str) -> None:
    """Write the settings file of this test."""
    folder = Path(os.environ["ASANA_TBP_CONFIG_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.toml").write_text(text, encoding="utf-8")


def test_hooks_of_a_session_run_at_their_occasions() -> None:
    out = Path("heard").resolve()
    hooks = [
        f"hook_{occasion} = 'echo $TBP_OCCASION $TBP_TITLE $TBP_NEXT >> {out}'\n"
        for occasion in ("start", "warn", "end", "done", "stop")
    ]
    settings('alerts = ["none"]\n' + "".join(hooks))
    assert run("timer", "pomodoro", "--speed", "1000").code == 0
    heard = [line.split()[:2] for line in out.read_text().splitlines()]
    assert heard[:3] == [["start", "Work"], ["warn", "Work"], ["end", "Work"]]
    assert heard[3:6] == [["start", "Break"], ["warn", "Break"], ["end", "Break"]]
    assert heard[6][0] == "stop"


def test_the_summary_does_not_wait_for_a_slow_alert_and_the_alert_is_given_all_the_same(
    tmp_path: Path,
) -> None:
    shown, seen = tmp_path / "shown", tmp_path / "seen"
    look = (
        f"for at in $(seq 12); do grep -q 1:00.of.1:00 {shown} && echo yes > {seen} && exit; sleep 0.05; done"
    )
    settings(f"alerts = ['none']\nhook_stop = '{look}; echo no > {seen}'\n")
    with shown.open("w") as out:
        subprocess.run(
            [*PROGRAM, "timer", "1m", "--speed", "5000"], stdout=out, check=True, timeout=90, env=unmeasured()
        )
    until(lambda: seen.exists() and bool(seen.read_text()))
    assert seen.read_text() == "yes\n"


def test_a_held_timebox_makes_no_noise(tmp_path: Path) -> None:
    out = tmp_path / "noise"
    settings(f'alerts = "sound"\nsound_command = "echo noise >> {out}"\n')
    timer = begin("timer", "10m", "Take")
    until(lambda: run("hold").code == 0)
    assert run("shorten", "9m59s").code == 0
    assert timer.poll() is None
    until(lambda: run("status").out.startswith("+"))
    assert timer.poll() is None, "it does not end while held"
    assert not out.exists()
    assert run("hold").code == 0
    assert timer.poll() is None, "released past zero, it asks"
    assert run("done").code == 0
    timer.communicate(timeout=90)
    assert timer.returncode == 0


def test_commands_are_not_read_from_the_environment() -> None:
    out = Path("pwned").resolve()
    Path(".env").write_text(f"ASANA_TBP_HOOK_START=touch {out}\nhook_start=touch {out}\n", encoding="utf-8")
    assert run("timer", "1m", "--speed", "5000").code == 0
    assert not out.exists()


def test_the_outbox_is_listed_retried_and_discarded(studio: Embedded, song_file: Path) -> None:
    assert run("scaffold", str(song_file)).code == 0
    run("outbox", "list").says("Nothing is waiting to be sent")
    refused = studio.faults.add(Fault("status", status=403, method="PUT", path="^/tasks/", times=None))
    result = run("start", "--speed", "20000")
    assert "Asana will not complete Design pad (20m): Asana refuses the request (status 403)" in result.out
    entries = json.loads(run("outbox", "list", "--json").out)["entries"]
    assert [entry["state"] for entry in entries] == ["parked"] * 4
    listed = run("outbox", "list")
    assert "failed   complete Write chord progression (20m): Asana refuses" in listed.out
    again = run("outbox", "retry")
    assert again.code == 5, "all of them failed again"
    for result in (listed, again):
        result.says("asana-tbp outbox retry", f"asana-tbp outbox discard {entries[0]['number']} ")
    studio.faults.remove(refused)
    numbers = [str(entry["number"]) for entry in entries]
    run("outbox", "discard").says("Which ones?")
    run("outbox", "discard", numbers[0]).says("Add --yes")
    assert run("outbox", "discard", numbers[0], "--yes").code == 0
    run("outbox", "retry", "4711").says("Nothing in the outbox has the number 4711")
    assert run("outbox", "retry").code == 0
    assert not studio.board.task("Write chord progression (20m)").completed
    assert studio.board.task("Design pad (20m)").completed
    run("outbox", "list").says("Nothing is waiting to be sent")


def test_a_section_a_task_and_my_tasks_are_run_alone(studio: Embedded, song_file: Path) -> None:
    assert run("scaffold", str(song_file)).code == 0
    only = run("start", "--only", "sound design", "--speed", "20000")
    assert "2 of 2 tasks done in 50:00." in only.out
    one = run("start", "Midnight Galaxy", "--task", "Write bassline", "--speed", "20000")
    assert "1 of 1 task done in 25:00." in one.out
    run("start", "--task", "Nothing like it").says("No open task of yours is called")
    run("start", "--my-tasks", "Nowhere").says('My Tasks has no section "Nowhere"')
    run("start", "--order", "alphabet").says("is not one of my-tasks, project")
    run("start", "--at-zero", "explode").says("is not one of complete, ask, overtime")
    run("start", "--until", "soon").says("is not a time of day")
    run("start", "--resume", "maybe").says("is not one of left, away, drop")
    short = run("start", "--limit", "10m", "--speed", "20000")
    assert "No time is left for the next task: " in short.out
    assert run("start", "--no-complete", "--speed", "20000").code == 0
    assert not studio.board.task("Write chord progression (20m)").completed
