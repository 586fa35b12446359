"""A song's tasks in My Tasks, in the ideal order, as far as Asana lets a program order them.

Knows the ways that are said to work, each a rung of a ladder, and that only reading back tells whether one
did. Sections that are not the song's are never touched. Sources: Gateway docs addTaskForSection (an anchor, or
the top), TaskRequestBase.assignee_section (a place that nobody documents).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import isqrt
from typing import Literal, get_args

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Section, Task
from asana_tbp.errors import NotFound, PlanLimit, Refused
from asana_tbp.scaffold.create_once import JournalledCreates
from asana_tbp.scaffold.desired import Desired
from asana_tbp.scaffold.journal import Journal
from asana_tbp.scaffold.order import merge_order, minimal_moves
from asana_tbp.scaffold.parallel import ParallelCreates
from asana_tbp.scaffold.workspace_memory import WorkspaceMemory
from asana_tbp.songmap.task_name import normalize
from asana_tbp.system.clock import Clock
from asana_tbp.text import quote

OWN = "own"
LEAVE = "leave"

Rung = Literal["anchored", "top", "assigned, last first", "assigned, first first"]
"""Next to the one before; each onto the top, last first; by `assignee_section`, in both orders."""

LADDER: tuple[Rung, ...] = get_args(Rung)
WAYS_OUT = (
    "Two things do: names with their place in front (numbered_names = true in the settings), or due dates "
    "(sessions in the song map), by which My Tasks can sort."
)


class MyTasks:
    """My Tasks of one song."""

    def __init__(
        self,
        asana: Gateway,
        journal: Journal,
        desired: Desired,
        creates: JournalledCreates,
        lanes: ParallelCreates,
        facts: WorkspaceMemory,
        clock: Clock,
    ) -> None:
        self._asana = asana
        self._journal = journal
        self._desired = desired
        self._creates = creates
        self._lanes = lanes
        self._facts = facts
        self._clock = clock
        self._list_gid = ""
        self._section_gid = ""

    def arrange(self, where: str) -> str:
        """Put the song's open tasks into a section, in the ideal order. A sentence where that is not to be had.

        `where` is `own` for a section with the song's title, else an existing section's name or gid.
        """
        entries = self._journal.entries("task")
        ideal = sorted(self._desired.tasks, key=lambda task: task.place)
        wanted = [gid for task in ideal if (entry := entries.get(task.key)) and (gid := entry.gid)]
        queued = {entry.gid for entry in entries.values() if entry.queued}
        if self._journal.song.my_order is not None and set(wanted) <= queued:
            return ""
        self._list_gid = self._asana.my_tasks_list(self._journal.song.workspace_gid)
        if sentence := self._find_section(where):
            return sentence
        shown = self._asana.my_open_tasks(self._list_gid)
        mine = {task.gid for task in shown}
        wanted = [gid for gid in wanted if gid in mine]
        settled = [gid for gid in self._row(shown) if gid in queued or gid not in wanted]
        asked = merge_order(settled, wanted)
        placed = self._row(shown) == asked or self._climb(asked, wanted, settled)
        self._journal.my_order("placed" if placed else "given up", wanted)
        if placed:
            return ""
        return f"Asana does not let a program put My Tasks in the ideal order. {WAYS_OUT}"

    # -- the section ------------------------------------------------------------------------------

    def _find_section(self, where: str) -> str:
        sections = self._asana.sections(self._list_gid)
        gids = [section.gid for section in sections]
        if self._journal.song.my_section in gids:
            self._section_gid = self._journal.song.my_section or ""
            return ""
        if where == OWN:
            return self._own_section(sections)
        for section in sections:
            if section.gid == where or normalize(section.name) == normalize(where):
                self._section_gid = section.gid
                self._journal.my_section(section.gid)
                return ""
        return f"My Tasks has no section called {quote(where)}; the song's tasks stay where Asana put them."

    def _own_section(self, sections: Sequence[Section]) -> str:
        title = self._desired.title
        others = self._journal.sections_of_other_songs()
        for section in sections:
            if normalize(section.name) == normalize(title) and section.gid not in others:
                self._section_gid = section.gid
                break
        else:
            gids = [section.gid for section in sections]
            try:
                # At the end: the first section is where Asana puts what is newly assigned.
                made = self._creates.my_section(self._list_gid, title, gids, gids[-1] if gids else "")
            except (Refused, NotFound, PlanLimit):
                return (
                    f"Asana does not let a program make a section in My Tasks. Make one there called "
                    f"{quote(title)} and run the same command: the song's tasks will go into it."
                )
            self._section_gid = made.gid
        self._journal.my_section(self._section_gid)
        return ""

    # -- the ladder -------------------------------------------------------------------------------

    def _climb(self, asked: Sequence[str], wanted: Sequence[str], settled: Sequence[str]) -> bool:
        known = self._facts.believed("my tasks", self._clock.now())
        first = next((rung for rung in LADDER if rung == known), LADDER[0])
        for rung in (first, *(rung for rung in LADDER if rung != first)):
            try:
                self._take(rung, asked, wanted, settled)
            except (Refused, NotFound, PlanLimit):
                continue
            if self._row(self._asana.my_open_tasks(self._list_gid)) == list(asked):
                self._facts.learnt("my tasks", rung, self._clock.now())
                return True
        return False

    def _row(self, shown: Sequence[Task]) -> list[str]:
        return [task.gid for task in shown if task.section_gid == self._section_gid]

    def _take(self, rung: Rung, asked: Sequence[str], wanted: Sequence[str], settled: Sequence[str]) -> None:
        if rung == "anchored":
            self._anchored(asked, settled)
            return
        # Without anchors a place between two others can't be named: from there on, all are placed anew. What
        # the producer has put there, or rearranged, stays below.
        ours = [gid for gid in asked if gid in wanted] if _in_order(settled, wanted) else None
        new = ours if ours is not None else [gid for gid in wanted if gid not in settled]
        place: dict[str, Callable[[str], None]] = {
            "top": partial(self._add, after=None),
            "assigned, last first": self._assign,
            "assigned, first first": self._assign,
        }
        order = list(new) if rung == "assigned, first first" else list(reversed(new))
        self._lanes.run([partial(place[rung], gid) for gid in order])

    def _anchored(self, asked: Sequence[str], settled: Sequence[str]) -> None:
        actual = self._row(self._asana.my_open_tasks(self._list_gid)) if settled else []
        missing = [gid for gid in asked if gid not in actual]
        # One after the other takes long. So a few pillars go first, and then the stretches between them at once.
        stretch = max(1, isqrt(len(missing)))
        pillars = set(missing[::stretch]) if not settled else set()
        for part in ([gid for gid in asked if gid in pillars or gid in actual], asked):
            found = minimal_moves(actual, part, [gid for gid in settled if gid in actual])
            self._lanes.run(
                *[[partial(self._add, move.gid, after=move.after) for move in chain] for chain in found]
            )
            actual = list(part)

    def _add(self, gid: str, after: str | None) -> None:
        self._asana.add_to_section(self._section_gid, gid, after)

    def _assign(self, gid: str) -> None:
        self._asana.assign_section(gid, self._section_gid)


def _in_order(settled: Sequence[str], wanted: Sequence[str]) -> bool:
    position = {gid: index for index, gid in enumerate(wanted)}
    known = [position[gid] for gid in settled if gid in position]
    return known == sorted(known)
