"""Makes what a plan lacks and changes what it changes, in an order that makes the right one likely.

With My Tasks the tasks are created one after the other, so that they land there in the ideal order. Without, several
at once; in a project, where anchors are documented, what lands elsewhere is put right afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Anchor
from asana_tbp.scaffold.base import SectionBase
from asana_tbp.scaffold.creates import JournalledCreates
from asana_tbp.scaffold.desired import DesiredSection, DesiredTask
from asana_tbp.scaffold.insertion_rule import Landing, creation_order, infer_rule
from asana_tbp.scaffold.journal import Journal
from asana_tbp.scaffold.my_tasks import MyTasks
from asana_tbp.scaffold.parallel import ParallelCreates, Stream, Work
from asana_tbp.scaffold.plan import (
    ChangeTask,
    CreateSection,
    CreateTask,
    NameSection,
    Plan,
    RenameSection,
)

WORTH_A_PROBE = 6
"""Tasks from which finding out the landing rule costs less than repairing what a wrong guess makes."""


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class PlanExecutor:
    """Makes what one plan lacks. `step` is told of each thing made."""

    def __init__(
        self,
        asana: Gateway,
        journal: Journal,
        creates: JournalledCreates,
        lanes: ParallelCreates,
        step: Callable[[], None],
    ) -> None:
        self._asana = asana
        self._journal = journal
        self._creates = creates
        self._lanes = lanes
        self._step = step
        self._project_gid = journal.song.project_gid or ""
        # Sections that were there before any request of this making, and those it has made, by key.
        self._homes: dict[str, str] = {}
        self._made: dict[str, str] = {}

    def change(self, planned: Plan) -> None:
        """Send what is different about sections and tasks that are there."""
        work: list[Sequence[Work]] = []
        for change in planned.changes:
            if isinstance(change, RenameSection):
                work.append([partial(self._rename_section, change)])
            elif isinstance(change, ChangeTask):
                work.append([partial(self._change_task, change)])
        self._lanes.run(*work)

    def make_in_order(
        self, planned: Plan, sections: Sequence[DesiredSection], mine: MyTasks
    ) -> list[list[str]]:
        """Make it all, the tasks one after the other, so that My Tasks has them in the ideal order.

        The keys of each section's new tasks, in the order they were sent.
        """
        lacking = self._begin(planned)
        self._lanes.stream(self._sections_streams(planned, sections))
        waiting = sorted((task for tasks in lacking.values() for task in tasks), key=lambda task: task.place)
        sent: list[DesiredTask] = []
        rule = mine.landing
        if rule is None and len(waiting) > 2:
            probe, waiting = waiting[:2], waiting[2:]
            created = [self._make_task(task.section_key, task, mine.section_for_creates) for task in probe]
            rule = mine.saw(created)
            sent += probe
        if not mine.section_for_creates:
            # Each has to be put there by a request of its own anyway.
            rest: dict[str, list[DesiredTask]] = {}
            for task in waiting:
                rest.setdefault(task.section_key, []).append(task)
            self._lanes.run(
                *[[partial(self._make_task, key, t) for t in tasks] for key, tasks in rest.items()]
            )
            return [[task.key for task in tasks] for tasks in rest.values()]
        for task in reversed(waiting) if rule == "top" else waiting:
            self._make_task(task.section_key, task, mine.section_for_creates)
            sent.append(task)
        made: dict[str, list[str]] = {}
        for task in sent:
            made.setdefault(task.section_key, []).append(task.key)
        return list(made.values())

    def _begin(self, planned: Plan) -> dict[str, list[DesiredTask]]:
        """Note what is there; the lacking tasks by their section's key."""
        naming = [change for change in planned.changes if isinstance(change, NameSection)]
        self._homes = {**planned.sections, **{change.section.key: change.gid for change in naming}}
        lacking: dict[str, list[DesiredTask]] = {}
        for change in planned.changes:
            if isinstance(change, CreateTask):
                lacking.setdefault(change.section.key, []).append(change.task)
        return lacking

    def make(
        self, planned: Plan, sections: Sequence[DesiredSection], landing: Landing | None
    ) -> list[list[str]]:
        """Make it all; the keys of each section's new tasks, in the order they were sent.

        `landing` is what is known of the workspace; None has it found out with a read and a move.
        """
        lacking = self._begin(planned)
        sections_made = self._sections_streams(planned, sections)
        probed = _worth_probing(lacking, self._homes) if landing is None else None
        repair = None
        if probed is not None:
            wanted = lacking[probed]
            found: list[Landing | None] = []
            probe = Stream(
                [partial(self._make_task, probed, task) for task in (wanted[0], wanted[-1])],
                last=lambda: found.append(self._seen_landing(probed, wanted[0], wanted[-1])),
                # Where its section is there before it has its name, the probe need not wait for the others.
                after=() if probed in self._homes else sections_made,
            )
            self._lanes.stream([*sections_made, probe])
            sections_made = []
            landing = found[0]
            repair = self._repair_of_probe(probed, wanted, landing)
            lacking[probed] = wanted[1:-1]
        orders = {key: creation_order(wanted, landing) for key, wanted in lacking.items()}
        tasks = [
            Stream(
                [partial(self._make_task, key, task) for task in order],
                last=repair if key == probed else None,
                after=() if key in self._homes else sections_made,
                # Where tasks land anywhere, none is sent later for the sake of the others.
                spaced=landing != "mixed",
            )
            for key, order in orders.items()
        ]
        self._lanes.stream([*sections_made, *tasks])
        # What was made to probe stands elsewhere by now, and says nothing more about landing.
        return [[task.key for task in order] for order in orders.values()]

    # -- sections ---------------------------------------------------------------------------------

    def _sections_streams(self, planned: Plan, sections: Sequence[DesiredSection]) -> list[Stream]:
        naming: list[Work] = [
            partial(self._name_section, change)
            for change in planned.changes
            if isinstance(change, NameSection)
        ]
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
        return [Stream(naming), Stream(below), Stream(above)]

    def _name_section(self, change: NameSection) -> None:
        self._asana.rename_section(change.gid, change.section.name)
        base = SectionBase(change.section.name)
        self._journal.answered("section", change.section.key, change.gid, base=base)
        self._step()

    def _rename_section(self, change: RenameSection) -> None:
        self._asana.rename_section(change.gid, change.section.name)
        self._step()

    def _change_task(self, change: ChangeTask) -> None:
        self._asana.change_task(change.gid, name=change.name, notes=change.notes, due_on=change.due_on)
        self._step()

    def _make_section(self, section: DesiredSection, anchor: Anchor | None) -> None:
        made = self._creates.section(self._project_gid, section, anchor)
        self._made[section.key] = made.gid
        self._step()

    # -- tasks ------------------------------------------------------------------------------------

    def _make_task(self, section_key: str, task: DesiredTask, my_section: str = "") -> str:
        home = self._homes.get(section_key) or self._made[section_key]
        made = self._creates.task(self._project_gid, home, task, my_section)
        self._step()
        return made.gid

    def _seen_landing(self, section_key: str, *probes: DesiredTask) -> Landing | None:
        """Where the later of two tasks has landed. Asana says which it was: one may overtake the other."""
        entries = self._journal.entries("task")
        home = self._homes.get(section_key) or self._made[section_key]
        shown = self._asana.section_tasks(self._project_gid, home)
        born = {task.gid: task.created_at or _LONG_AGO for task in shown}
        made = sorted(
            (entries[probe.key].gid or "" for probe in probes), key=lambda gid: born.get(gid, _LONG_AGO)
        )
        return infer_rule([made], [task.gid for task in shown])

    def _repair_of_probe(
        self, section_key: str, wanted: Sequence[DesiredTask], landing: Landing | None
    ) -> Work | None:
        """The move that brings the one task home which the probe has left at the wrong end."""

        def place() -> None:
            gids = self._journal.entries("task")
            strayed = gids[wanted[-1 if landing == "bottom" else 0].key].gid or ""
            after = gids[wanted[-2].key].gid if landing == "bottom" else None
            home = self._homes.get(section_key) or self._made[section_key]
            self._asana.place_task(self._project_gid, home, strayed, after)

        return place if landing in {"top", "bottom"} else None


def _worth_probing(lacking: Mapping[str, Sequence[DesiredTask]], homes: Mapping[str, str]) -> str | None:
    """The section to find the landing rule out in: one that is there already before one still to be made."""
    if sum(map(len, lacking.values())) < WORTH_A_PROBE:
        return None
    long = [key for key, tasks in lacking.items() if len(tasks) > 2]
    return next((key for key in long if key in homes), next(iter(long), None))


def _anchored(
    sections: Sequence[DesiredSection], present: Mapping[str, str], missing: set[str]
) -> list[tuple[DesiredSection, Anchor | None]]:
    """The missing sections, each beside one that is there: after the nearest above, else before the nearest below.

    Without an anchor where the project has none of the map's sections: then order is for the repair.
    """
    found: list[tuple[DesiredSection, Anchor | None]] = []
    above: str | None = None
    for index, section in enumerate(sections):
        if section.key in present:
            above = present[section.key]
        elif section.key in missing:
            below = next((present[later.key] for later in sections[index:] if later.key in present), None)
            if above:
                found.append((section, Anchor(above)))
            elif below:
                found.append((section, Anchor(below, "before")))
            else:
                found.append((section, None))
    return found
