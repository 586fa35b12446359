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
from asana_tbp.scaffold.order import beside_one_anchor, merge_order, minimal_moves
from asana_tbp.scaffold.parallel import Work, Workers
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


def read_both(
    asana: Gateway, project_gid: str, workers: Workers, *beside: Work
) -> tuple[list[Section], list[Task]]:
    """A project's sections in display order, and its tasks in the project's order. Other work is done `beside`."""
    sections: list[Section] = []
    tasks: list[Task] = []
    workers.run(
        [lambda: sections.extend(asana.sections(project_gid))],
        [lambda: tasks.extend(asana.tasks(project_gid))],
        beside,
    )
    return sections, tasks


def verify(asana: Gateway, journal: Journal, desired: Desired, workers: Workers) -> Verdict:
    """Read back and repair until sections and tasks stand as desired, at most `ROUNDS` times."""
    gid = journal.song.project_gid or ""
    entries = journal.entries()
    moves, first = 0, None
    for round_ in range(ROUNDS):
        sections, tasks = read_both(asana, gid, workers)
        if first is None:
            first = tuple(task.gid for task in tasks)
        section_moves = _section_moves(asana, gid, desired, entries, sections)
        task_moves = _task_moves(asana, gid, desired, entries, tasks)
        count = sum(map(len, [*section_moves, *task_moves]))
        if not count or round_ == ROUNDS - 1:
            break
        workers.run(*section_moves)
        workers.spread(*task_moves)
        moves += count
    short = _unassigned(entries, tasks)
    if count:
        short += (
            f"Asana does not keep the order: {count} places are still not the map's after {ROUNDS - 1} repairs.",
        )
    return Verdict(moves, short, tuple(tasks), first or ())


def _section_moves(
    asana: Gateway,
    project_gid: str,
    desired: Desired,
    entries: Mapping[str, Entry],
    sections: Sequence[Section],
) -> list[list[Work]]:
    actual = [section.gid for section in sections]
    known = [
        gid for each in desired.sections if (e := entries.get(each.key)) and (gid := e.gid) and gid in actual
    ]
    if known == [gid for gid in actual if gid in known]:
        # Where sections of others stand between them is the producer's affair.
        return []
    movable = _movable(entries)
    settled = [gid for gid in actual if gid not in movable]
    order = merge_order(settled, known)

    def anchor(after: str | None) -> Anchor:
        return Anchor(actual[0], "before") if after is None else Anchor(after)

    return [
        [partial(asana.place_section, project_gid, move.gid, anchor(move.after)) for move in chain]
        for chain in minimal_moves(actual, order, settled)
    ]


def _task_moves(
    asana: Gateway,
    project_gid: str,
    desired: Desired,
    entries: Mapping[str, Entry],
    tasks: Sequence[Task],
) -> list[list[Work]]:
    movable = _movable(entries)
    present = {task.gid for task in tasks}
    work: list[list[Work]] = []
    for section in desired.sections:
        home = entries.get(section.key)
        if home is None or home.gid is None:
            continue
        actual = [task.gid for task in tasks if task.section_gid == home.gid]
        here = {*actual, *(movable & present)}
        known = [entry.gid for task in section.tasks if (entry := entries.get(task.key)) and entry.gid]
        settled = [gid for gid in actual if gid not in movable]
        order = merge_order(settled, [gid for gid in known if gid in here])
        work += [
            [
                partial(asana.place_task, project_gid, home.gid, move.gid, move.after)
                for move in beside_one_anchor(chain)
            ]
            for chain in minimal_moves(actual, order, settled)
        ]
    return work


def _unassigned(entries: Mapping[str, Entry], tasks: Sequence[Task]) -> tuple[str, ...]:
    ours = _movable(entries)
    names = [task.name for task in tasks if task.gid in ours and task.assignee_gid is None]
    if not names:
        return ()
    return (f"Asana did not assign {len(names)} of the tasks to you, {quote(names[0])} among them.",)


def _movable(entries: Mapping[str, Entry]) -> set[str]:
    return {entry.gid for entry in entries.values() if entry.gid and not entry.placed}
