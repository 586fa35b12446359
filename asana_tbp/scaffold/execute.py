"""Makes what a plan lacks and changes what it changes, in an order that makes the right one likely.

With My Tasks the tasks are created one after the other, so that they land there in the ideal order. Without, several
at once; in a project, where anchors are documented, what lands elsewhere is put right afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Anchor
from asana_tbp.scaffold.base import SectionBase
from asana_tbp.scaffold.compare.changes import (
    ChangeTask,
    CreateSection,
    CreateTask,
    NameSection,
    RenameSection,
)
from asana_tbp.scaffold.compare.plan import Plan
from asana_tbp.scaffold.creates import JournalledCreates
from asana_tbp.scaffold.desired import DesiredSection, DesiredTask
from asana_tbp.scaffold.journal import Journal
from asana_tbp.scaffold.my_tasks import MyTasks
from asana_tbp.scaffold.parallel import Work, Workers
from asana_tbp.scaffold.workspace_memory import Landing, creation_order, infer_rule

WORTH_A_PROBE = 6
"""Tasks from which finding out the landing rule costs less than repairing what a wrong guess makes."""


class PlanExecutor:
    """Makes what one plan lacks. `step` is called after each thing made.

    `sent` has the keys of each section's new tasks, by its key, in the order they were sent.
    """

    def __init__(
        self,
        asana: Gateway,
        journal: Journal,
        creates: JournalledCreates,
        workers: Workers,
        step: Callable[[], None],
    ) -> None:
        self._asana = asana
        self._journal = journal
        self._creates = creates
        self._workers = workers
        self._step = step
        self._project_gid = journal.song.project_gid or ""
        self._homes: dict[str, str] = {}
        self.sent: dict[str, list[str]] = {}

    def change(self, planned: Plan) -> None:
        """Send what is different about sections and tasks that are there."""
        work: list[list[Work]] = []
        for change in planned.changes:
            if isinstance(change, RenameSection):
                work.append(
                    [partial(self._asana.rename_section, change.gid, change.section.name), self._step]
                )
            elif isinstance(change, ChangeTask):
                send = partial(
                    self._asana.change_task,
                    change.gid,
                    name=change.name,
                    notes=change.notes,
                    due_on=change.due_on,
                )
                work.append([send, self._step])
        self._workers.run(*work)

    def make(
        self,
        planned: Plan,
        sections: Sequence[DesiredSection],
        landing: Landing | None,
        mine: MyTasks | None = None,
    ) -> None:
        """Make sections and tasks. `landing` is what is known of projects; None has it found out."""
        lacking = [change.task for change in planned.changes if isinstance(change, CreateTask)]
        naming = [change for change in planned.changes if isinstance(change, NameSection)]
        self._homes = {**planned.sections, **{change.section.key: change.gid for change in naming}}
        lanes = self._section_lanes(planned, sections, naming)
        if mine is not None and mine.section_for_creates:
            self._workers.spread(*lanes)
            lacking = self._make_in_ideal_order(lacking, mine)
            lanes = []
        found = [landing]
        if landing is None and (probes := self._probes(lacking)):
            lacking = [task for task in lacking if task not in probes]
            probe = partial(self._probe, probes, found)
            if probes[0].section_key in self._homes:
                self._workers.spread(*lanes, [probe])
            else:
                self._workers.spread(*lanes)
                probe()
        else:
            self._workers.spread(*lanes)
        by_section: dict[str, list[Work]] = {}
        for task in creation_order(lacking, found[0]):
            self.sent.setdefault(task.section_key, []).append(task.key)
            by_section.setdefault(task.section_key, []).append(partial(self._make_task, task))
        self._workers.spread(*by_section.values())

    # -- sections ---------------------------------------------------------------------------------

    def _section_lanes(
        self, planned: Plan, sections: Sequence[DesiredSection], naming: Sequence[NameSection]
    ) -> list[list[Work]]:
        missing = {change.section.key for change in planned.changes if isinstance(change, CreateSection)}
        below: list[Work] = []
        above: list[Work] = []
        for section, anchor in _anchored(sections, self._homes, missing):
            work = partial(self._make_section, section, anchor)
            if anchor is not None and anchor.side == "before":
                above.append(work)
            else:
                # Each lands right after its anchor, so the last one is sent first.
                below.insert(0, work)
        return [[partial(self._name_section, change) for change in naming], below, above]

    def _name_section(self, change: NameSection) -> None:
        self._asana.rename_section(change.gid, change.section.name)
        base = SectionBase(change.section.name)
        self._journal.answered("section", change.section.key, change.gid, base=base)
        self._step()

    def _make_section(self, section: DesiredSection, anchor: Anchor | None) -> None:
        self._homes[section.key] = self._creates.section(self._project_gid, section, anchor).gid
        self._step()

    # -- tasks ------------------------------------------------------------------------------------

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
