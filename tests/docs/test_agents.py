"""What `help agents` says, done by a script that uses nothing but that page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from asana_tbp.errors import ExitCode
from asana_tbp.sandbox.records import Project, Task
from tests.cli.command import account, process, run
from tests.docs.pages import DOCS, blocks, words_of
from tests.faulty.server import Embedded

PAGE = DOCS / "agents.md"


def test_a_script_that_follows_the_page_sets_up_a_song_once_and_completes_nothing(
    sandbox: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account(sandbox).items():
        monkeypatch.setenv(name, value)
    text = PAGE.read_text(encoding="utf-8")
    song_map = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert song_map is not None
    learn, schema, check, plan, scaffold = [words_of(command) for command in blocks(PAGE)]
    assert "sections" in process(*learn).out
    assert "properties" in json.loads(process(*schema).out)
    path = Path("night-drive.yaml")
    path.write_text(song_map.group(1).replace("(25m)", "(soon)").replace("song:", "sog:"), encoding="utf-8")
    wrong = process(*check)
    assert wrong.code == 2
    assert json.loads(wrong.out)["files"][0]["problems"][0]["line"] == 1
    path.write_text(song_map.group(1), encoding="utf-8")
    assert process(*check).code == 0
    planned = process(*plan)
    assert planned.code == 0
    assert json.loads(planned.out)["nothing_to_do"] is False
    assert {seen.method for seen in sandbox.sandbox.requests} <= {"GET"}, "a plan sends no change"
    assert process(*scaffold).code == 0
    before = len(sandbox.sandbox.requests)
    assert process(*scaffold).code == 0
    assert {seen.method for seen in sandbox.sandbox.requests[before:]} <= {"GET"}, (
        "the second time nothing is sent"
    )
    assert [project.name for project in sandbox.board.all(Project)] == ["Night Drive"]
    tasks = list(sandbox.board.all(Task))
    assert {task.name for task in tasks} == {
        "Write chord progression (20m)",
        "Write bassline (25m)",
        "Design lead sound (30m)",
    }
    assert not any(task.completed for task in tasks)


def test_the_exit_codes_of_the_page_are_the_programs() -> None:
    codes = re.findall(r"^\| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(code) for code in codes] == sorted(ExitCode)
    assert run("help", "agents").code == 0
