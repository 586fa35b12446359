"""Verified, not assumed: what was made is read back, and its order repaired until it is the map's.

Only what is not placed yet is moved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Anchor, Section, Task
from asana_tbp.scaffold.desired import Desired, DesiredSection, DesiredTask
from asana_tbp.scaffold.journal import Journal
from asana_tbp.scaffold.order import beside_one_anchor, merge_order, minimal_moves
from asana_tbp.scaffold.parallel import Work, Workers
from asana_tbp.text import quote

ROUNDS = 5
"""A repair is read back too. If Asana needs more rounds than this, moves can't repair the order."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Asana has after all repairs: `moves` made, and what could not be achieved, a sentence each.

    `first` are the gids of the project's tasks as they stood before any repair.
    """

    moves: int
    shortcomings: tuple[str, ...]
    tasks: tuple[Task, ...]
    first: tuple[str, ...]


@dataclass
class Verifier:
    """Reads back and repairs until sections and tasks stand as desired."""

    asana: Gateway
    journal: Journal
    desired: Desired
    workers: Workers

    def __post_init__(self) -> None:
        self._gid = self.journal.song.project_gid or ""
        self._entries = self.journal.entries()
        self._movable = {each.gid for each in self._entries.values() if each.gid and not each.placed}

    def verify(self) -> Verdict:
        """Repair at most `ROUNDS` times."""
        moves, first = 0, None
        for round_ in range(ROUNDS):
            sections, tasks = self.workers.read(
                partial(self.asana.sections, self._gid), partial(self.asana.tasks, self._gid)
            )
            first = first or tuple(task.gid for task in tasks)
            section_moves, task_moves = self._section_moves(sections), self._task_moves(tasks)
            count = sum(map(len, [*section_moves, *task_moves]))
            if not count or round_ == ROUNDS - 1:
                break
            self.workers.run(*section_moves)
            self.workers.spread(*task_moves)
            moves += count
        short = []
        # What was in its place once, and is only moved, may have been unassigned by the user since.
        new = {
            each.gid
            for each in self._entries.values()
            if each.ours and not each.placed and each.ideal is None
        }
        nobodys = [task.name for task in tasks if task.gid in new and task.assignee_gid is None]
        if nobodys:
            short.append(
                f"Asana did not assign {len(nobodys)} of the tasks to you, {quote(nobodys[0])} among them."
            )
        if count:
            short.append(
                f"Asana does not keep the order: {count} places are still not the map's after {ROUNDS - 1} repairs."
            )
        return Verdict(moves, tuple(short), tasks, first or ())

    def _known(self, things: Iterable[DesiredSection | DesiredTask]) -> list[str]:
        entries = (self._entries.get(each.key) for each in things)
        return [entry.gid for entry in entries if entry and entry.gid]

    def _section_moves(self, sections: Sequence[Section]) -> list[list[Work]]:
        actual = [section.gid for section in sections]
        known = [gid for gid in self._known(self.desired.sections) if gid in actual]
        if known == [gid for gid in actual if gid in known]:
            # Other sections may stand between them, as the producer likes.
            return []
        settled = [gid for gid in actual if gid not in self._movable]
        place = partial(self.asana.place_section, self._gid)
        return [
            [
                partial(place, move.gid, Anchor(move.after) if move.after else Anchor(actual[0], "before"))
                for move in chain
            ]
            for chain in minimal_moves(actual, merge_order(settled, known), settled)
        ]

    def _task_moves(self, tasks: Sequence[Task]) -> list[list[Work]]:
        movable = self._movable & {task.gid for task in tasks}
        work: list[list[Work]] = []
        for section in self.desired.sections:
            for home in self._known([section]):
                actual = [task.gid for task in tasks if task.section_gid == home]
                here = movable.union(actual)
                settled = [gid for gid in actual if gid not in movable]
                order = merge_order(settled, [gid for gid in self._known(section.tasks) if gid in here])
                place = partial(self.asana.place_task, self._gid, home)
                work += [
                    [partial(place, move.gid, move.after) for move in beside_one_anchor(chain)]
                    for chain in minimal_moves(actual, order, settled)
                ]
        return work
