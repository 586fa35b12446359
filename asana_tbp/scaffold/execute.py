"""Makes what a plan lacks and changes what it changes, in an order that makes the right one likely.

With My Tasks the tasks are created one after the other, so that they land there in the ideal order. Without, several
at once; in a project, where anchors are documented, what lands elsewhere is put right afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Anchor
from asana_tbp.scaffold.base import Base
from asana_tbp.scaffold.compare.plan import Plan
from asana_tbp.scaffold.creates import JournalledCreates
from asana_tbp.scaffold.desired import Desired, DesiredSection, DesiredTask
from asana_tbp.scaffold.journal import Journal
from asana_tbp.scaffold.my_tasks import MyTasks
from asana_tbp.scaffold.parallel import Work, Workers
from asana_tbp.scaffold.workspace_memory import Landing, creation_order, infer_rule

WORTH_A_PROBE = 6
"""Tasks from which finding out the landing rule costs less than repairing what a wrong guess makes."""


@dataclass(slots=True)
class PlanExecutor:
    """Makes what one plan lacks. `step` is called after each thing made.

    `sent` has the keys of each section's new tasks, by its key, in the order they were sent.
    """

    _asana: Gateway
    _journal: Journal
    _creates: JournalledCreates
    _workers: Workers
    _step: Callable[[], None]
    _homes: dict[str, str] = field(default_factory=dict)
    sent: dict[str, list[str]] = field(default_factory=dict)

    @property
    def _project_gid(self) -> str:
        return self._journal.song.project_gid or ""

    def change(self, planned: Plan) -> None:
        """Send what is different about sections and tasks that are there."""
        work: list[list[Work]] = []
        for change in planned.changes:
            if change.action not in ("rename", "change") or change.gid is None:
                continue
            if change.of == "section":
                send = partial(self._asana.rename_section, change.gid, change.new_name or "")
            else:
                fields = {"name": change.new_name, "notes": change.notes, "due_on": change.due_on}
                given = {name: value for name, value in fields.items() if value is not None}
                send = partial(self._asana.change_task, change.gid, **given)
            work.append([send, self._step])
        self._workers.run(*work)

    def make(self, planned: Plan, desired: Desired, landing: Landing | None, mine: MyTasks) -> None:
        """Make sections and tasks. `landing` is what is known of projects; None has it found out."""
        created = {change.key for change in planned.find("create", "task")}
        lacking = [task for task in desired.tasks if task.key in created]
        sections = planned.find("create", "section")
        named = {change.key: change.gid for change in sections if change.gid}
        self._homes = {**planned.matching.gids, **named}
        missing = {change.key for change in sections} - named.keys()
        lanes = self._section_lanes(desired.sections, named, missing)
        if mine.section_for_creates:
            self._workers.spread(*lanes)
            lacking = self._make_in_ideal_order(lacking, mine)
            lanes = []
        found = [landing]
        probes = self._probes(lacking) if landing is None else []
        probe = [partial(self._probe, probes, found)] if probes else []
        at_once = probe if probes and probes[0].section_key in self._homes else []
        self._workers.spread(*lanes, at_once)
        if probe and not at_once:
            self._workers.run(probe)
        lacking = [task for task in lacking if task not in probes]
        by_section: dict[str, list[Work]] = {}
        for task in creation_order(lacking, found[0]):
            self.sent.setdefault(task.section_key, []).append(task.key)
            by_section.setdefault(task.section_key, []).append(partial(self._make_task, task))
        self._workers.spread(*by_section.values())

    def _section_lanes(
        self, sections: Sequence[DesiredSection], named: Mapping[str, str], missing: set[str]
    ) -> list[list[Work]]:
        below: list[Work] = []
        above: list[Work] = []
        for section, anchor in _anchored(sections, self._homes, missing):
            work = partial(self._make_section, section, anchor)
            if anchor is not None and anchor.side == "before":
                above.append(work)
            else:
                # Each lands right after its anchor, so the last one is sent first.
                below.insert(0, work)
        naming: list[Work] = [
            partial(self._name_section, each, named[each.key]) for each in sections if each.key in named
        ]
        return [naming, below, above]

    def _name_section(self, section: DesiredSection, gid: str) -> None:
        self._asana.rename_section(gid, section.name)
        self._journal.answered(section.key, gid, base=Base(section.name))
        self._step()

    def _make_section(self, section: DesiredSection, anchor: Anchor | None) -> None:
        self._homes[section.key] = self._creates.section(self._project_gid, section, anchor).gid
        self._step()

    def _make_task(self, task: DesiredTask, my_section: str = "") -> str:
        made = self._creates.task(self._project_gid, self._homes[task.section_key], task, my_section)
        self._step()
        return made.gid

    def _make_next(self, task: DesiredTask, my_section: str = "") -> str:
        """Make a task while no other one is being made."""
        self.sent.setdefault(task.section_key, []).append(task.key)
        return self._make_task(task, my_section)

    def _make_in_ideal_order(self, lacking: Sequence[DesiredTask], mine: MyTasks) -> list[DesiredTask]:
        """Make the tasks so that My Tasks has them in order; gives back those left where Asana refuses that."""
        waiting = sorted(lacking, key=lambda task: task.place)
        rule = mine.landing
        if rule is None and len(waiting) > 2:
            probes, waiting = waiting[:2], waiting[2:]
            rule = mine.observe([self._make_next(task, mine.section_for_creates) for task in probes])
        if not mine.section_for_creates:
            # Each has to be put there by a request of its own anyway.
            return waiting
        for task in creation_order(waiting, rule):
            self._make_next(task, mine.section_for_creates)
        return []

    def _probes(self, lacking: Sequence[DesiredTask]) -> list[DesiredTask]:
        """The two tasks to find the landing rule out with, where that is worth it, the last one first.

        They stand right where tasks land on top, as they do for `addTask`. A section that is there already
        goes before one still to be made.
        """
        counts = Counter(task.section_key for task in lacking)
        long = [key for key, count in counts.items() if count > 2]
        home = next((key for key in long if key in self._homes), long[0] if long else None)
        if len(lacking) < WORTH_A_PROBE:
            return []
        return [task for task in reversed(lacking) if task.section_key == home][:2]

    def _probe(self, probes: Sequence[DesiredTask], found: list[Landing | None]) -> None:
        created = [self._make_next(task) for task in probes]
        home = self._homes[probes[0].section_key]
        shown = self._asana.section_tasks(self._project_gid, home)
        found[0] = infer_rule([created], [task.gid for task in shown])


def _anchored(
    sections: Sequence[DesiredSection], present: Mapping[str, str], missing: set[str]
) -> list[tuple[DesiredSection, Anchor | None]]:
    """The missing sections, each beside one that is there: after the nearest above, else before the nearest below.

    Without an anchor where the project has none of the map's sections: then order is for the repair.
    """
    anchored: list[tuple[DesiredSection, Anchor | None]] = []
    above = next((Anchor(present[each.key], "before") for each in sections if each.key in present), None)
    for section in sections:
        if section.key in present:
            above = Anchor(present[section.key])
        elif section.key in missing:
            anchored.append((section, above))
    return anchored
