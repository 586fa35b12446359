"""Which tasks a session runs, in which order, for how long.

Pure. Knows names and budgets. Must not know where the tasks were read from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from asana_tbp.bridge.asana import Task
from asana_tbp.session.timebox import Box
from asana_tbp.songmap.name import split_name


def build_queue(
    tasks: Iterable[Task],
    me_gid: str,
    ideal_order: Mapping[str, int],
    sections: Mapping[str, str],
    default_minutes: int,
    already_done: frozenset[str] = frozenset(),
) -> tuple[Box, ...]:
    """The boxes of a session.

    `tasks` stand in the project's order; those complete, of other people or in `already_done` (done here,
    Asana not yet told) are left out. `ideal_order` maps gids to places; tasks it does not know follow in
    the project's order. `sections` maps section gids to names. A name without a budget gets
    `default_minutes`.
    """
    mine = [
        task
        for task in tasks
        if not task.completed and task.assignee_gid == me_gid and task.gid not in already_done
    ]
    mine.sort(key=lambda task: ideal_order.get(task.gid, len(ideal_order)))
    boxes = []
    for task in mine:
        title, minutes = split_name(task.name)
        boxes.append(
            Box(task.gid, task.name, title, minutes or default_minutes, sections.get(task.section_gid, ""))
        )
    return tuple(boxes)
