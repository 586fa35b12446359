"""kill -9 at any request: the same command again finishes what was begun, and nothing is there twice.

Here a few request numbers; with TBP_EVERY_KILL=1 all of them, which takes some minutes.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.sandbox.records import Project, Section, Task
from tests.cli.command import begin, run, until
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded
from tests.needs import examples

SAMPLED = 6
Shape = dict[str, list[str]]
LARGE: Shape = {f"Section {s}": [f"Task {s}.{t} (20m)" for t in range(examples(6, 15))] for s in range(4)}
BEFORE: Shape = {"A": ["One (10m)", "Two (20m)", "Three (30m)"], "B": ["Four (40m)"], "C": ["Five (5m)"]}
# A rename, a budget, a move, another order, a new task, a new section, and one pruned.
AFTER: Shape = {
    "A": ["Three (30m)", "Uno (10m)"],
    "B": ["Four (45m)", "Two (20m)", "Six (6m)"],
    "D": ["Nine (9m)"],
}
# What somebody does in Asana to BEFORE: a rename, a budget, a move, a new task, one deleted.
PULLED: Shape = {"A": ["Uno (10m)", "Three (35m)"], "B": ["Two (20m)", "Four (40m)", "Six (6m)"], "C": []}


def written(shape: Shape) -> str:
    lines = ["song: Killed", "sections:"]
    for name, tasks in shape.items():
        lines += [f"  {name}:{'' if tasks else ' []'}", *(f"    - {task}" for task in tasks)]
    return "\n".join(lines) + "\n"


def edit_in_asana(studio: Embedded, asana: Gateway) -> None:
    project = studio.board.project("Killed")
    sections = {section.name: section.gid for section in asana.sections(project.gid)}
    gids = {task.name: task.gid for task in asana.tasks(project.gid)}
    asana.change_task(gids["One (10m)"], name="Uno (10m)")
    asana.change_task(gids["Three (30m)"], name="Three (35m)")
    asana.place_task(project.gid, sections["B"], gids["Two (20m)"], None)
    asana.create_task(project.gid, sections["B"], "Six (6m)", "")
    six = studio.board.task("Six (6m)").gid
    asana.place_task(project.gid, sections["B"], six, gids["Four (40m)"])
    asana.delete_task(gids["Five (5m)"])


@dataclass(frozen=True)
class Scenario:
    """A command to be killed, what there is before it, and what both sides have after it."""

    command: tuple[str, ...]
    before: Shape | None
    shape: Shape
    edit: Callable[[Embedded, Gateway], None] | None = None

    def prepare(self, studio: Embedded, asana: Gateway) -> None:
        """What there is before."""
        if self.before is not None:
            Path("killed.yaml").write_text(written(self.before), encoding="utf-8")
            assert run("scaffold", "killed.yaml").code == 0
        if self.edit is not None:
            self.edit(studio, asana)
        else:
            Path("killed.yaml").write_text(written(self.shape), encoding="utf-8")

    def is_whole(self, studio: Embedded) -> None:
        board = studio.board
        project = board.project("Killed")
        asked = [(name, tasks) for name, tasks in self.shape.items()]
        assert [each for each in board.listing(project) if each[1] or each[0] in self.shape] == asked
        assert len(list(board.all(Project))) == 1
        open_ones = [task for task in board.all(Task) if not task.trashed]
        assert len(open_ones) == sum(map(len, self.shape.values()))
        assert len([section for section in board.all(Section) if section.container == project.gid]) == len(
            asked
        )
        if self.edit is None:
            mine = board.my_tasks()
            assert mine is not None
            assert dict(board.listing(mine))["Killed"] == [
                task for tasks in self.shape.values() for task in tasks
            ]


SCENARIOS = {
    "create": Scenario(("scaffold", "killed.yaml"), None, LARGE),
    "change": Scenario(("scaffold", "killed.yaml", "--rename", "One=Uno", "--yes", "--prune"), BEFORE, AFTER),
    "pull": Scenario(("pull", "Killed", "--into", "killed.yaml", "--yes"), BEFORE, PULLED, edit_in_asana),
}


def killed_at(studio: Embedded, command: tuple[str, ...], number: int, *, applied: bool) -> None:
    """Start the command, let it hang at its request number `number`, and kill it there."""
    before = studio.sandbox.control.count
    hanging = studio.faults.add(Fault("hang", nth=number, applied=applied))
    child = begin(*command)
    try:
        until(lambda: studio.sandbox.control.count - before >= number or child.poll() is not None)
        assert child.poll() is None, child.communicate()
        child.send_signal(signal.SIGKILL)
    finally:
        child.kill()
        child.communicate()
        studio.faults.remove(hanging)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_killed_command_is_finished_by_the_same_command(
    studio: Embedded, asana: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("ASANA_TBP_REQUESTS_PER_MINUTE", "100000")
    scenario = SCENARIOS[name]
    scenario.prepare(studio, asana)
    begun, machine, kept = studio.board.saved(), Path.cwd(), tmp_path / "kept"
    shutil.copytree(machine, kept)
    before = studio.sandbox.control.count
    assert run(*scenario.command).code == 0
    count = studio.sandbox.control.count - before
    scenario.is_whole(studio)
    text = Path("killed.yaml").read_text(encoding="utf-8")
    # Its last reads may come in another number: what is killed then has nothing left to do.
    numbers = range(1, count - 3 if scenario.edit is None else count + 1)
    if os.environ.get("TBP_EVERY_KILL") != "1":
        numbers = numbers[:: max(1, count // SAMPLED)]
    for number in numbers:
        studio.sandbox.control.reset()
        studio.board.restore(begun)
        shutil.rmtree(machine / "state")
        shutil.copytree(kept, machine, dirs_exist_ok=True)
        killed_at(studio, scenario.command, number, applied=number % 2 == 0)
        result = run(*scenario.command)
        assert result.code == 0, f"killed at {number}: {result.err}"
        try:
            scenario.is_whole(studio)
        except AssertionError as failure:
            raise AssertionError(f"killed at request {number} of {count}") from failure
        assert Path("killed.yaml").read_text(encoding="utf-8") == text, f"killed at {number}"
        before = studio.sandbox.control.count
        again = run("scaffold", "killed.yaml")
        assert "Nothing to do" in again.err, f"killed at {number}: {again.out}"
        sent = studio.sandbox.requests[before - studio.sandbox.control.count :]
        assert {seen.method for seen in sent} == {"GET"}, f"killed at {number}"
