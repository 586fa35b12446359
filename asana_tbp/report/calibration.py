"""Honest budgets: what alike tasks really took.

Pure. Knows when the past says enough to propose a budget. Must not know where a budget is written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from asana_tbp.report.history import Run
from asana_tbp.songmap import task_name as name
from asana_tbp.songmap.budget import LONGEST
from asana_tbp.songmap.task_name import normalize

ENOUGH = 5
"""Finished boxes of alike tasks from which a budget is proposed: one bad evening must not set it."""

STEP = 5
"""Minutes that budgets are rounded to."""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """What alike tasks have in common. `template` is "" where none is known.

    `title` is the template's, with its variables, or the task's own where no line of the template has it.
    """

    template: str
    title: str

    @property
    def key(self) -> str:
        """What it is known by in the template's text."""
        return normalize(self.title)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A budget for alike tasks.

    `minutes` is the median of what `boxes` finished tasks took, rounded; `least` and `most` are the minutes
    that the middle half of them took.
    """

    kind: TaskKind
    minutes: int
    timeboxes: int
    least: int
    most: int

    @property
    def why(self) -> str:
        """What the proposal stands on, in words."""
        spread = f"half of them {self.least} to {self.most} min" if self.least != self.most else ""
        return f"{self.timeboxes} boxes" + (f", {spread}" if spread else f", {self.least} min")


def proposals(runs: Sequence[Run], kind_of: Callable[[Run], TaskKind | None]) -> tuple[Proposal, ...]:
    """A budget for every kind of task that was finished often enough; a task of no kind is left out.

    A task that took several boxes counts once, with all the time it took. A task that was opened again is not
    finished. A gate is a decision and a break is none of the work: neither has a budget to be honest about.
    """
    spent: dict[str, float] = {}
    last: dict[str, Run] = {}
    for run in runs:
        spent[run.task_gid] = spent.get(run.task_gid, 0.0) + run.spent
        last[run.task_gid] = run
    groups: dict[tuple[str, str], list[str]] = {}
    kinds: dict[tuple[str, str], TaskKind] = {}
    for gid, run in last.items():
        is_work = name.kind_of(run.title) == "task"
        if run.done and is_work and spent[gid] > 0 and (kind := kind_of(run)) is not None:
            groups.setdefault((kind.template, kind.key), []).append(gid)
            kinds[kind.template, kind.key] = kind
    found = []
    for key, gids in groups.items():
        if len(gids) < ENOUGH:
            continue
        minutes = sorted(spent[gid] / 60 for gid in gids)
        found.append(
            Proposal(
                kind=kinds[key],
                minutes=rounded(median(minutes)),
                timeboxes=len(gids),
                least=round(_quantile(minutes, 0.25)),
                most=round(_quantile(minutes, 0.75)),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.kind.template, each.kind.key)))


def rounded(minutes: float) -> int:
    """Minutes rounded to a step, half up; a budget is at least one step and at most a day."""
    return min(LONGEST, max(STEP, math.floor(minutes / STEP + 0.5) * STEP))


def _quantile(ordered: Sequence[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    below, above = ordered[math.floor(at)], ordered[math.ceil(at)]
    return below + (above - below) * (at - math.floor(at))
