"""Every shape of `--json` is held by a golden file, which `help json` shows."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.cli.app import every_command
from asana_tbp.sandbox.records import Task
from asana_tbp.store.database import open_database
from asana_tbp.timer.commands import ComeBack, Done, Extend
from tests.cli.command import commands, run, state_folder
from tests.cli.shapes import GOLDENS, hold
from tests.cli.test_board import project_by_hand, scaffolded
from tests.cli.test_control import session as session  # noqa: PLC0414  the fixture
from tests.cli.test_songs import tasks_of
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded
from tests.report.histories import Recorder, timebox

Answer = dict[str, Any]


def answer(*words: str, code: int = 0) -> Answer:
    """What a command prints with `--json`."""
    result = run(*words, "--json")
    assert result.code == code, result.err
    found: Answer = json.loads(result.out)
    return found


MAP = """\
song: Rain
bpm: 124
key: A minor
reference: [A track]
deadline: 2031-01-01
inspiration: [A tin roof]
themes: {musical: [driving], non-musical: [water]}
questions: {Who is it being produced for?: The open-air crowd}
sections:
  Composition:
    - Chords (20m)
    - task: Bass
      time: 25m
      after: Levels
    - Melody (30m)
  Mixing:
    - Levels (15m)
"""


@pytest.fixture
def rain(studio: Embedded) -> Embedded:
    """A song whose map and project were both changed since it was scaffolded."""
    Path("rain.yaml").write_text(MAP, encoding="utf-8")
    hold("scaffold", [answer("scaffold", "rain.yaml"), answer("scaffold", "rain.yaml")])
    studio.board.task("Bass (25m)").name = "Bass (40m)"
    studio.board.task("Chords (20m)").name = "Chords in D (20m)"
    studio.board.task("Levels (15m)").completed = True
    return studio


def test_templates_and_new(rain: Embedded) -> None:
    hold("templates-list", [answer("templates"), answer("templates", "list")])
    Path("wrong.yaml").write_text("song: Rain\nsections: 3\n", encoding="utf-8")
    hold("templates-check", [answer("templates", "check", "rain.yaml", "wrong.yaml", code=2)])
    hold("templates-show", [answer("templates", "show", name) for name in ("edm-track", "rain.yaml")])
    hold("new", [answer("new", "Northern Lights", "--no-input")])
    both = answer("new", "Fjord", "--no-input", "--scaffold")
    assert (both["command"], both["song"]) == ("scaffold", "Fjord")


def test_plan_and_pull(rain: Embedded, asana: Gateway) -> None:
    fresh = MAP.replace("song: Rain", "song: Fjord\nsessions: {days: [tue], minutes: 60}")
    Path("fresh.yaml").write_text(fresh, encoding="utf-8")
    unclear = MAP.replace("Bass", "Strings") + "    - Master (20m)\n"
    Path("rain.yaml").write_text(unclear, encoding="utf-8")
    plans = [answer("plan", "rain.yaml", code=5), answer("plan", "fresh.yaml")]
    both_sides = MAP.replace("time: 25m", "time: 35m").replace("    - Melody (30m)\n", "")
    Path("rain.yaml").write_text(both_sides, encoding="utf-8")
    project = rain.board.project("Rain")
    asana.create_task(project.gid, rain.board.sections_of(project)[1].gid, "Record rain", "", None)
    hold("plan", [*plans, answer("plan", "rain.yaml", code=5)])
    into = ("pull", "Rain", "--into", "rain.yaml")
    hold("pull-into", [answer(*into, code=5), answer(*into, "--yes", code=5)])
    hold("pull", [answer("pull", "Rain"), answer("pull", "Rain", "-o", "other.yaml")])


def test_set_up(studio: Embedded) -> None:
    studio.board.add_organization("Label", "A&R", members=(studio.board.user,))
    hold("auth-status", [answer("auth", "status")])
    hold("workspaces", [answer("workspaces"), answer("workspaces", "--use", "Label")])
    hold("config-list", [answer("config", "list")])
    hold("config-get", [answer("config", "get", "at_zero")])
    hold("doctor", [answer("doctor")])


def worked(project: str, task: Task, days: int) -> None:
    """A run of a task that was done, and marked to come back to."""
    with open_database(state_folder() / "asana-tbp.db") as database:
        recorder = Recorder(database, datetime.now(UTC) - timedelta(days=days))
        box = timebox(task.gid, "Write chords", 20, project=project)
        other = timebox("4711", "Write bassline", 25, project=project)
        recorder.session([box, other], [(60, ComeBack()), (70, Extend(60.0)), (120, Done())], 130)


def test_your_songs(studio: Embedded) -> None:
    empty = [answer("next"), answer("songs"), answer("report")]
    project_by_hand(studio, "By Hand", ["One", "Two"])
    scaffolded("Before")
    loose = answer("songs")
    adopted = answer("board", "init", "By Hand")
    studio.board.project("By Hand").name = "By hand"
    hold("board-init", [adopted, answer("board", "init"), answer("board", "init")])
    scaffolded("Aurora")
    hold("board-add", [answer("board", "add", "Before")])
    hold("board-move", [answer("board", "move", "Aurora", "Mixing")])
    refused = studio.faults.add(Fault("status", status=403, method="POST", path="^/tasks$", times=None))
    ideas = [answer("idea", "rain on tin", code=1)]
    hold("outbox-list", [answer("outbox", "list"), answer("outbox")])
    studio.faults.remove(refused)
    hold("idea", [*ideas, answer("idea", "choir")])
    aurora = studio.board.project("Aurora").gid
    for days in range(5, 0, -1):
        worked(aurora, next(tasks_of(studio, "Aurora")), days)
    hold("board", [answer("board"), answer("board", "--local")])
    hold("next", [empty[0], answer("next")])
    hold("open", [answer("open", "Aurora")])
    hold("songs", [empty[1], loose, answer("songs")])
    reports = [answer("report"), answer("report", "--by", "task", "--since", "7d"), answer("report", aurora)]
    hold("report", [empty[2], *reports])
    hold("come-back", [answer("come-back"), answer("come-back", "--list")])
    hold("songs-archive", [answer("songs", "archive", "Aurora", "--unassign")])
    hold("songs-restore", [answer("songs", "restore", "Aurora")])
    hold("board-archive", [answer("board", "archive", "Aurora"), answer("board", "archive", "rain on tin")])


OTHER_SHAPES = {"come-back", "scrap"}
"""The list of marks, and what only a gate takes."""

STEERING = {
    word for word, command in every_command().items() if command.panel == "Steer a session"
} - OTHER_SHAPES


def test_a_session(session: subprocess.Popen[str], studio: Embedded) -> None:
    seen = [answer("status")]
    words: list[tuple[str, ...]] = [
        ("pause",), ("resume",), ("toggle",), ("toggle",), ("extend", "5m"), ("shorten", "5m"),
        ("hold",), ("hold", "--off"), ("done",), ("skip",)
    ]  # fmt: skip
    control = [answer(*command) for command in words]
    assert answer("come-back", "--last")["command"] == "come-back"
    seen.append(answer("status"))
    control += [answer("undo"), answer("stop")]
    session.wait(timeout=60)
    hold("status", [*seen, answer("status")])
    hold("control", control)
    assert {answer["command"] for answer in control} == STEERING


def test_every_command_with_json_has_a_shape() -> None:
    held = {
        word
        for path in GOLDENS.glob("*.json")
        for word in json.loads(path.read_text(encoding="utf-8"))["command"].split(" | ")
    }
    takes = {
        " ".join(words)
        for words, command in commands().items()
        if any("--json" in parameter.opts for parameter in command.params)
    }
    assert takes == held - {"pull --into"} | {"scrap"}
