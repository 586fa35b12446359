"""Which tasks a session runs, in which order, for how long.

Pure. Knows names, budgets and orders. Must not know where the tasks were read from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from asana_tbp.bridge.values import Task
from asana_tbp.songmap.breaks import MapBreak
from asana_tbp.songmap.task_name import normalize, split_name
from asana_tbp.timer.events import Timebox


def build_queue(
    tasks: Iterable[Task],
    me_gid: str,
    ideal_order: Mapping[str, int],
    sections: Mapping[str, str],
    default_minutes: int,
    already_done: frozenset[str] = frozenset(),
    *,
    song: str = "",
    project_gid: str = "",
    rests: Mapping[str, MapBreak] | None = None,
) -> tuple[Timebox, ...]:
    """The boxes of a session.

    `tasks` stand in the project's order; those complete, of other people or in `already_done` (done here,
    Asana not yet told) are left out. `ideal_order` maps gids to places; tasks it does not know follow in
    the project's order. `sections` maps section gids to names. A name without a budget gets
    `default_minutes`. `rests` are the breaks that follow tasks, by gid.
    """
    mine = [
        task
        for task in tasks
        if not task.completed and task.assignee_gid == me_gid and task.gid not in already_done
    ]
    mine.sort(key=lambda task: ideal_order.get(task.gid, len(ideal_order)))
    timeboxes = []
    for task in mine:
        title, minutes = split_name(task.name)
        section = sections.get(task.section_gid, "")
        budget = minutes or default_minutes
        rest = (rests or {}).get(task.gid, MapBreak(0, ""))
        timeboxes.append(
            Timebox(
                task.gid, task.name, title, budget, section, song, project_gid,
                rest=rest.minutes * 60.0, rest_title=rest.title,
            )
        )  # fmt: skip
    return tuple(timeboxes)


def chosen(timeboxes: Iterable[Timebox], only: str | None, task: str | None) -> tuple[Timebox, ...]:
    """Those in the section `only` and with the name, title or gid `task`, where these are given."""
    return tuple(
        timebox
        for timebox in timeboxes
        if (only is None or normalize(timebox.section) == normalize(only))
        and (
            task is None
            or task == timebox.gid
            or normalize(task) in {normalize(timebox.title), normalize(timebox.name)}
        )
    )
