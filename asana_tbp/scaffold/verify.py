"""Verified, not assumed: what was made is read back, and its order repaired until it is the map's.

Only what is not placed yet is moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Anchor, Section, Task
from asana_tbp.scaffold.base import Entry
from asana_tbp.scaffold.desired import Desired
from asana_tbp.scaffold.journal import Journal
from asana_tbp.scaffold.order import Move, beside_one_anchor, merge_order, minimal_moves
from asana_tbp.scaffold.parallel import ParallelCreates, Stream, Work
from asana_tbp.text import quote

ROUNDS = 5
"""A repair is read back too. Asana that needs more rounds than this is not repairable by moves."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Asana has after all repairs: `moves` made, and what could not be achieved, a sentence each.

    `first` are the gids of the project's tasks as they stood before any repair.
    """

    moves: int
    shortcomings: tuple[str, ...]
    tasks: tuple[Task, ...]
    first: tuple[str, ...]


def verify(asana: Gateway, journal: Journal, desired: Desired, lanes: ParallelCreates) -> Verdict:
    """Read back and repair until sections and tasks stand as desired, at most `ROUNDS` times."""
    return _Verification(asana, journal, desired, lanes).verdict()


class _Verification:
    def __init__(self, asana: Gateway, journal: Journal, desired: Desired, lanes: ParallelCreates) -> None:
        self._asana = asana
        self._desired = desired
        self._lanes = lanes
        self._gid = journal.song.project_gid or ""
        self._sections = journal.entries("section")
        self._tasks = journal.entries("task")

    def verdict(self) -> Verdict:
        moves = 0
        first: tuple[str, ...] = ()
        read_sections = not self._tasks_tell_all()
        for round_ in range(ROUNDS):
            sections, tasks = self._read(read_sections)
            if round_ == 0:
                first = tuple(task.gid for task in tasks)
            if not read_sections and not self._sections_in_order(tasks):
                sections, tasks = self._read(True)
            section_work = self._section_moves(sections)
            work = section_work + self._task_moves(tasks)
            if not work or round_ == ROUNDS - 1:
                break
            self._lanes.stream(work)
            moves += sum(len(stream.work) for stream in work)
            read_sections = bool(section_work)
        short = self._unassigned(tasks) + (_disorder(len(work)) if work else ())
        return Verdict(moves, short, tasks, first)

    def _read(self, with_sections: bool) -> tuple[tuple[Section, ...], tuple[Task, ...]]:
        sections: list[Section] = []
        tasks: list[Task] = []
        work: list[Sequence[Work]] = [[lambda: tasks.extend(self._asana.tasks(self._gid))]]
        if with_sections:
            work.append([lambda: sections.extend(self._asana.sections(self._gid))])
        self._lanes.run(*work)
        return tuple(sections), tuple(tasks)

    def _tasks_tell_all(self) -> bool:
        """Whether the list of tasks shows the order of all sections: none that may be moved is empty."""
        empty = {section.key for section in self._desired.sections if not section.tasks}
        return not any(
            self._sections[key].gid in _movable(self._sections) for key in empty & set(self._sections)
        )

    def _sections_in_order(self, tasks: Sequence[Task]) -> bool:
        # A project's tasks come in list order (Asana docs: getTasksForProject), that is section by section.
        shown = list(dict.fromkeys(task.section_gid for task in tasks))
        wanted = [gid for gid in self._wanted_sections() if gid in shown]
        movable = _movable(self._sections)
        return [gid for gid in shown if gid in wanted] == wanted or not movable & set(wanted)

    def _wanted_sections(self) -> list[str]:
        return [
            entry.gid
            for section in self._desired.sections
            if (entry := self._sections.get(section.key)) and entry.gid
        ]

    def _section_moves(self, sections: Sequence[Section]) -> list[Stream]:
        actual = [section.gid for section in sections]
        wanted = [gid for gid in self._wanted_sections() if gid in actual]
        movable = _movable(self._sections)
        settled = [gid for gid in actual if gid not in movable]
        found = minimal_moves(actual, merge_order(settled, wanted), settled)
        return [
            Stream([partial(self._place_section, move, actual[0]) for move in chain], strict=True)
            for chain in found
        ]

    def _place_section(self, move: Move, first: str) -> None:
        anchor = Anchor(first, "before") if move.after is None else Anchor(move.after)
        self._asana.place_section(self._gid, move.gid, anchor)

    def _task_moves(self, tasks: Sequence[Task]) -> list[Stream]:
        movable = _movable(self._tasks)
        present = {task.gid for task in tasks}
        work: list[Stream] = []
        for section in self._desired.sections:
            home = self._sections.get(section.key)
            if home is None or home.gid is None:
                continue
            actual = [task.gid for task in tasks if task.section_gid == home.gid]
            wanted = [
                entry.gid
                for task in section.tasks
                if (entry := self._tasks.get(task.key)) and entry.gid
                if entry.gid in actual or (entry.gid in movable and entry.gid in present)
            ]
            settled = [gid for gid in actual if gid not in movable]
            for chain in minimal_moves(actual, merge_order(settled, wanted), settled):
                moves = beside_one_anchor(chain)
                work.append(
                    Stream(
                        [
                            partial(self._asana.place_task, self._gid, home.gid, move.gid, move.after)
                            for move in moves
                        ]
                    )
                )
        return work

    def _unassigned(self, tasks: Sequence[Task]) -> tuple[str, ...]:
        ours = _movable(self._tasks)
        names = [task.name for task in tasks if task.gid in ours and task.assignee_gid is None]
        if not names:
            return ()
        return (f"Asana did not assign {len(names)} of the tasks to you, {quote(names[0])} among them.",)


def _movable(entries: Mapping[str, Entry]) -> set[str]:
    return {entry.gid for entry in entries.values() if entry.gid and not entry.placed}


def _disorder(count: int) -> tuple[str, ...]:
    return (
        f"Asana does not keep the order: {count} places are still not the map's after {ROUNDS - 1} repairs.",
    )
