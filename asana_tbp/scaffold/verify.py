"""Verified, not assumed: what was made is read back, and its order repaired until it is the map's.

Knows which things may be moved: only what we made and have not verified before. Must not know how a
thing is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from asana_tbp.bridge.asana import Anchor, Asana, Section, Task
from asana_tbp.scaffold.desired import Desired
from asana_tbp.scaffold.journal import Entry, Journal
from asana_tbp.scaffold.lanes import Lanes, Work
from asana_tbp.scaffold.placement import Move, chains, merged
from asana_tbp.songmap.wording import quoted

ROUNDS = 5
"""A repair is read back too. Asana that needs more rounds than this is not repairable by moves."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Asana has after all repairs: `moves` made, and what could not be achieved, a sentence each."""

    moves: int
    shortcomings: tuple[str, ...]
    tasks: tuple[Task, ...]


def verify(
    asana: Asana, journal: Journal, desired: Desired, lanes: Lanes, progress: Callable[[], None]
) -> Verdict:
    """Read back and repair until sections and tasks stand as desired, at most `ROUNDS` times."""
    gid = journal.song.project_gid or ""
    moves = 0
    tasks: tuple[Task, ...] = ()
    for round_ in range(ROUNDS):
        sections, tasks = _read_both(asana, gid, lanes)
        work = _section_moves(asana, journal, desired, sections) + _task_moves(asana, journal, desired, tasks)
        if not work:
            break
        if round_ == ROUNDS - 1:
            return Verdict(moves, (*_unassigned(journal, tasks), _disorder(len(work))), tasks)
        lanes.run(work)
        moves += sum(len(chain) for chain in work)
        progress()
    return Verdict(moves, _unassigned(journal, tasks), tasks)


def _read_both(asana: Asana, gid: str, lanes: Lanes) -> tuple[tuple[Section, ...], tuple[Task, ...]]:
    sections: list[Section] = []
    tasks: list[Task] = []
    lanes.run([[lambda: sections.extend(asana.sections(gid))], [lambda: tasks.extend(asana.tasks(gid))]])
    return tuple(sections), tuple(tasks)


def _section_moves(
    asana: Asana, journal: Journal, desired: Desired, sections: Sequence[Section]
) -> list[list[Work]]:
    entries = journal.entries("section")
    actual = [section.gid for section in sections]
    wanted = [
        entry.gid
        for section in desired.sections
        if (entry := entries.get(section.key)) and entry.gid and entry.gid in actual
    ]
    movable = _movable(entries)
    settled = [gid for gid in actual if gid not in movable]
    found = chains(actual, merged(settled, wanted), settled)
    gid = journal.song.project_gid or ""
    return [[partial(_place_section, asana, gid, move, actual[0]) for move in chain] for chain in found]


def _place_section(asana: Asana, project_gid: str, move: Move, first: str) -> None:
    anchor = Anchor(first, "before") if move.after is None else Anchor(move.after)
    asana.place_section(project_gid, move.gid, anchor)


def _task_moves(asana: Asana, journal: Journal, desired: Desired, tasks: Sequence[Task]) -> list[list[Work]]:
    sections = journal.entries("section")
    entries = journal.entries("task")
    movable = _movable(entries)
    present = {task.gid for task in tasks}
    gid = journal.song.project_gid or ""
    work: list[list[Work]] = []
    for section in desired.sections:
        home = sections.get(section.key)
        if home is None or home.gid is None:
            continue
        actual = [task.gid for task in tasks if task.section_gid == home.gid]
        wanted = [
            entry.gid
            for task in section.tasks
            if (entry := entries.get(task.key)) and entry.gid
            if entry.gid in actual or (entry.gid in movable and entry.gid in present)
        ]
        settled = [gid for gid in actual if gid not in movable]
        for chain in chains(actual, merged(settled, wanted), settled):
            work.append([partial(asana.place_task, gid, home.gid, move.gid, move.after) for move in chain])
    return work


def _movable(entries: Mapping[str, Entry]) -> set[str]:
    return {entry.gid for entry in entries.values() if entry.gid and entry.ours and not entry.placed}


def _unassigned(journal: Journal, tasks: Sequence[Task]) -> tuple[str, ...]:
    ours = _movable(journal.entries("task"))
    names = [task.name for task in tasks if task.gid in ours and task.assignee_gid is None]
    if not names:
        return ()
    return (f"Asana did not assign {len(names)} of the tasks to you, {quoted(names[0])} among them.",)


def _disorder(count: int) -> str:
    return (
        f"Asana does not keep the order: {count} places are still not the map's after {ROUNDS - 1} repairs."
    )
