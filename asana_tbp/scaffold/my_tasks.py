"""A song's section of My Tasks: its tasks are created into it, read back, and put into the ideal order where needed.

Nobody documents where in it a task lands, nor whether Asana lets a program order it, so only reading back tells.
Sections that are not the song's are never touched. Sources: Asana docs TaskRequestBase.assignee_section (a place
that nobody documents) and addTaskForSection (an anchor, or the top).
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, get_args

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.retry import FINAL, create_once
from asana_tbp.bridge.values import Anchor, Section, Task
from asana_tbp.scaffold.compare.plan import MY_TASKS, Plan
from asana_tbp.scaffold.journal import Journal, known_songs
from asana_tbp.scaffold.order import merge_order, minimal_moves, onto_the_top
from asana_tbp.scaffold.workspace_memory import Landing, WorkspaceMemory, infer_rule
from asana_tbp.songmap.task_name import normalize
from asana_tbp.system.clock import Clock
from asana_tbp.text import quote

OWN = "own"
LEAVE = "leave"

Strategy = Literal["top", "anchored", "assigned, then anchored", "assigned"]
"""Onto the top, last first; next to the one before; the same once all are in the section; by landing alone."""

STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
WAYS_OUT = (
    "Two things do: names with their place in front (numbered_names = true in the settings), or due dates "
    "(sessions in the song map), by which My Tasks can sort."
)


def open_tasks(asana: Gateway, section_gid: str) -> tuple[str, ...]:
    """The gids of the open tasks in a section of My Tasks, from top to bottom."""
    return tuple(task.gid for task in asana.section_tasks("", section_gid) if not task.completed)


@dataclass(slots=True)
class MyTasks:
    """My Tasks of one song. Call `prepare` before its tasks are created and `arrange` afterwards.

    `where` is `own` for a section with the song's title, `leave`, or an existing section's name or id; `section_gid`
    is the song's section, "" where there is none.
    """

    _asana: Gateway
    _journal: Journal
    facts: WorkspaceMemory
    _clock: Clock
    where: str = LEAVE
    section_gid: str = ""

    def prepare(self, title: str) -> str:
        """Find or create the section of the song `title`; returns a sentence for the user if there is none."""
        where, list_gid = self.where, self._asana.my_tasks_list(self._journal.song.workspace_gid)
        sections = self._asana.sections(list_gid)
        if (known := self._journal.song.my_section) in {section.gid for section in sections}:
            self.section_gid = known or ""
            return ""
        songs = known_songs(self._journal.database) if where == OWN else ()
        others = {song.my_section for song in songs if song.id != self._journal.song.id}
        name = normalize(title if where == OWN else where)

        def find(sections: Iterable[Section]) -> Section | None:
            same = (each for each in sections if where == each.gid or normalize(each.name) == name)
            return next((each for each in same if each.gid not in others), None)

        section = find(sections)
        if section is None and where == OWN and self.facts.believed("my sections") != "refused":
            # At the end: the first section is where Asana puts what is newly assigned.
            create = partial(self._asana.create_section, list_gid, title, Anchor(sections[-1].gid))
            try:
                section = create_once(create, lambda: find(self._asana.sections(list_gid)), self._clock)
            except FINAL:
                self.facts.learn("my sections", "refused")
        if section is not None:
            self.section_gid = section.gid
            self._journal.change_song(my_section=section.gid)
            return ""
        if where == OWN:
            return (
                f"Asana does not let a program make a section in My Tasks. Make one there called "
                f"{quote(title)} and run the same command: the song's tasks will go into it."
            )
        return f"My Tasks has no section called {quote(where)}; the song's tasks stay where Asana put them."

    @property
    def section_for_creates(self) -> str:
        """The section to send with a create; "" where the workspace does not take it."""
        return "" if self.facts.believed("section on create") in {"refused", "ignored"} else self.section_gid

    def observe(self, created: Sequence[str]) -> Landing | None:
        """Read where tasks, in the order of their creation, have landed, and remember it."""
        if not self.section_for_creates:
            return None
        shown = open_tasks(self._asana, self.section_gid)
        if not set(created) <= set(shown):
            self.facts.learn("section on create", "ignored")
            return None
        rule = infer_rule([created], shown)
        if rule in ("top", "bottom"):
            self.facts.learn("my landing", rule)
        return rule

    def arrange(self, planned: Plan, tasks: Sequence[Task], made: Collection[str]) -> str:
        """Put the user's open tasks in order; returns a sentence for the user if Asana does not allow it.

        `tasks` are the project's, as last read; those in `made` were just made. Tasks that were put into the section
        before stay where the user left them, unless the plan puts My Tasks into another order.
        """
        entries, anew = self._journal.entries(), planned.reorders_my_tasks
        open_ones = {
            task.gid: task.assignee_gid for task in tasks if not task.completed and task.assignee_gid
        }
        queued = {entry.gid for entry in entries.values() if entry.gid and entry.queued}
        ideal = [
            entry.gid
            for task in sorted(planned.desired.tasks, key=lambda task: task.place)
            if (entry := entries.get(task.key)) and entry.gid in open_ones and entry.gid
        ]
        if self._journal.song.my_order is not None and set(ideal) <= queued and not anew:
            return ""
        if not set(ideal) <= queued:
            # Asana gave the tasks that were just made to the user.
            mine = next((gid for gid in made if gid in open_ones), None)
            me = open_ones[mine] if mine else self._asana.me().gid
            ideal = [gid for gid in ideal if open_ones[gid] == me]
        if not self.section_gid and (sentence := self.prepare(planned.desired.title)):
            return sentence
        if anew:
            # From here on the order in My Tasks may be half ours: another run must not take it for the user's.
            self._journal.change(entries, queued=False)
        row = open_tasks(self._asana, self.section_gid)
        song = self._journal.song
        # Another computer has put them there, or the user: nobody knows here which order is the newer one.
        is_unknown = song.my_order is None and not song.ours
        if is_unknown:
            queued = {entry.gid for entry in entries.values() if entry.gid and not entry.ours}
        settled = [gid for gid in row if gid not in ideal or (gid in queued and not anew)]
        asked = tuple(merge_order(settled, ideal))
        differs = is_unknown and [gid for gid in asked if gid in ideal] != ideal
        placed = row == asked or self._repair(row, asked, settled)
        self._journal.my_order("placed" if placed else "given up", ideal)
        if placed:
            is_decided = all(each.field != MY_TASKS for each in planned.conflicts)
            if differs or (
                is_decided and any(base.shown_place is not None for base in planned.bases.values())
            ):
                # What was made stands among tasks in another order than the map's.
                places = {gid: place for place, gid in enumerate(asked)}
                for key in entries.keys() & planned.bases.keys():
                    at = places.get(entries[key].gid or "")
                    planned.bases[key] = replace(planned.bases[key], shown_place=at)
            return "My Tasks has the song in another order than the map, and keeps it." if differs else ""
        return f"Asana does not let a program put My Tasks in the ideal order. {WAYS_OUT}"

    def _repair(self, before: Sequence[str], asked: Sequence[str], settled: Sequence[str]) -> bool:
        """Try every strategy, first the one that has worked before, or is the cheapest; returns whether one did."""
        row, anchored = before, sum(map(len, minimal_moves(before, asked, settled)))
        # If both cost the same, the one that Asana documents.
        first = "top" if len(onto_the_top(row, asked)) <= anchored else "anchored"
        if (known := self.facts.believed("my tasks")) in STRATEGIES:
            first = known
        for strategy in sorted(STRATEGIES, key=lambda each: each != first):
            try:
                self._carry_out(strategy, row, asked, settled)
            except FINAL:
                continue
            row = open_tasks(self._asana, self.section_gid)
            if row == asked:
                self.facts.learn("my tasks", strategy)
                return True
        if sum(map(len, minimal_moves(row, asked))) > sum(map(len, minimal_moves(before, asked))):
            with suppress(*FINAL):
                self._anchored(row, [*before, *(gid for gid in row if gid not in before)], [])
        return False

    def _carry_out(
        self, strategy: Strategy, row: Sequence[str], asked: Sequence[str], settled: Sequence[str]
    ) -> None:
        match strategy:
            case "top":
                for gid in onto_the_top(row, asked):
                    self._asana.add_to_section(self.section_gid, gid, None)
            case "anchored":
                self._anchored(row, asked, settled)
            case "assigned, then anchored":
                self._assign(gid for gid in asked if gid not in row)
                self._anchored(open_tasks(self._asana, self.section_gid), asked, settled)
            case "assigned":
                # By landing alone: at the bottom the last one must come last.
                way = -1 if self.facts.landing("my landing") == "bottom" else 1
                self._assign(onto_the_top(row[::way], asked[::way]))

    def _assign(self, gids: Iterable[str]) -> None:
        for gid in gids:
            self._asana.change_task(gid, assignee_section=self.section_gid)

    def _anchored(self, row: Sequence[str], asked: Sequence[str], settled: Sequence[str]) -> None:
        for chain in minimal_moves(row, asked, [gid for gid in settled if gid in row]):
            for move in chain:
                self._asana.add_to_section(self.section_gid, move.gid, move.after)
