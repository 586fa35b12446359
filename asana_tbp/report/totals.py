"""Sums over what was worked on.

Pure. Knows planned against spent, how boxes ended, days in a row and when a song would be finished. Must not
know events, Asana or screens. Times are seconds; days are those of the zone that is given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from statistics import median
from typing import Literal

from asana_tbp.report.history import Run, Waiting
from asana_tbp.songmap.task_name import normalize

By = Literal["song", "section", "task", "day", "template"]

NO_SECTION = "No section"
NO_TEMPLATE = "No template"

PACE_DAYS = 28
"""Days that say how fast somebody works now."""


@dataclass(frozen=True, slots=True)
class Row:
    """The boxes of one group. `planned` counts the budget of each task once, `spent` every box.

    `on_time`, `early`, `late`, `in_asana`, `skipped`, `left` and `undone` say how the boxes ended, and add up
    to `boxes`; `extended` and `come_backs` are counted beside that.
    """

    label: str
    planned: float
    spent: float
    timeboxes: int
    tasks: int
    done: int
    on_time: int
    early: int
    late: int
    in_asana: int
    skipped: int
    left: int
    undone: int
    extended: int
    come_backs: int

    @property
    def over(self) -> float:
        """Seconds spent beyond the plan; negative where time was left."""
        return self.spent - self.planned


def row_of(label: str, runs: Sequence[Run]) -> Row:
    """One group's sums. The budget of a task is what its last box here had."""
    budgets = {run.task_gid: run.planned for run in runs}
    ended = [run.how for run in runs]
    return Row(
        label=label,
        planned=sum(budgets.values()),
        spent=sum(run.spent for run in runs),
        timeboxes=len(runs),
        tasks=len(budgets),
        done=len({run.task_gid for run in runs if run.done}),
        on_time=ended.count("on time"),
        early=ended.count("early"),
        late=ended.count("late"),
        in_asana=ended.count("in Asana"),
        skipped=ended.count("skipped"),
        left=ended.count("left"),
        undone=ended.count("undone"),
        extended=sum(run.extended > 0 for run in runs),
        come_backs=sum(run.come_back for run in runs),
    )


def rows_by(
    runs: Sequence[Run], by: By, zone: tzinfo | None, templates: Mapping[str, str]
) -> tuple[Row, ...]:
    """One row a group: days in their order, everything else by the time spent on it, most first.

    `templates` gives a project's template by its gid. Tasks of one title are one group, whatever song they
    are in: that is what a budget can be learnt from.
    """
    key, label = _grouping(by, zone, templates)
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(key(run), []).append(run)
    rows = [row_of(label(group[-1]), group) for group in groups.values()]
    if by == "day":
        return tuple(sorted(rows, key=lambda row: row.label))
    return tuple(sorted(rows, key=lambda row: (-row.spent, row.label)))


def _grouping(
    by: By, zone: tzinfo | None, templates: Mapping[str, str]
) -> tuple[Callable[[Run], str], Callable[[Run], str]]:
    match by:
        case "day":
            return lambda run: day_of(run, zone).isoformat(), lambda run: day_of(run, zone).isoformat()
        case "section":
            return lambda run: normalize(run.section), lambda run: run.section or NO_SECTION
        case "task":
            return lambda run: normalize(run.title), lambda run: run.title
        case "template":
            return (
                lambda run: templates.get(run.project_gid, ""),
                lambda run: templates.get(run.project_gid, "") or NO_TEMPLATE,
            )
        case _:
            return lambda run: run.project_gid, lambda run: run.song


def day_of(run: Run, zone: tzinfo | None) -> date:
    """The day on which a box ended; `zone` None is the machine's own."""
    return run.ended_at.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row on which a task was done: the present row of them, the longest, and all such days."""

    now: int
    longest: int
    days: int


def streak_of(runs: Iterable[Run], today: date, zone: tzinfo | None) -> Streak:
    """Days in a row. Today does not break the row before it is over."""
    days = sorted({day_of(run, zone) for run in runs if run.done})
    longest = length = 0
    before: date | None = None
    for day in days:
        length = length + 1 if before is not None and day - before == timedelta(days=1) else 1
        longest, before = max(longest, length), day
    alive = before is not None and today - before <= timedelta(days=1)
    return Streak(length if alive else 0, longest, len(days))


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a song would be finished: `left` are the seconds planned for what is open, `expected` what they
    will take as far as the past tells, `finish` the day, None where too little is known.
    """

    project_gid: str
    song: str
    left: float
    expected: float
    finish: date | None


def forecasts(
    runs: Sequence[Run], left: Mapping[str, tuple[str, float]], now: datetime, zone: tzinfo | None
) -> tuple[Forecast, ...]:
    """A forecast for each song in `left`: its name and the seconds planned for what is open, by project.

    What is open takes as much longer than planned as the median box did. Work goes on at the pace of the last
    four weeks, idle days counted, and goes to each song in the share it had.
    """
    today = now.astimezone(zone).date()
    lately = [run for run in runs if (today - day_of(run, zone)).days < PACE_DAYS]
    span = max(((today - day_of(run, zone)).days for run in lately), default=-1) + 1
    found = []
    for project_gid, (song, seconds) in left.items():
        done = [run for run in runs if run.done and run.planned > 0]
        own = [run for run in done if run.project_gid == project_gid]
        ratios = [run.spent / run.planned for run in (own if len(own) >= 5 else done)]
        expected = seconds * (median(ratios) if ratios else 1.0)
        spent = sum(run.spent for run in lately if run.project_gid == project_gid)
        finish = None
        if seconds <= 0:
            finish = today
        elif spent > 0:
            days = math.ceil(expected / (spent / span))
            finish = today + timedelta(days=days) if days < 3650 else None
        found.append(Forecast(project_gid, song, seconds, expected, finish))
    return tuple(sorted(found, key=lambda each: (each.finish or date.max, each.song)))


def left_of(waiting: Iterable[Waiting]) -> dict[str, tuple[str, float]]:
    """What is open by project, as the last sessions left it."""
    left: dict[str, tuple[str, float]] = {}
    for task in waiting:
        song, seconds = left.get(task.project_gid, (task.song, 0.0))
        left[task.project_gid] = (song, seconds + task.seconds)
    return left
