"""Sums over what was worked on: planned against spent, how tasks ended, streaks, forecasts, suggested budgets.

Each has its sentence, which is the same in the terminal and on the page. Pure. Times are seconds; days are those of
the machine's zone.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Literal, get_args

from asana_tbp.report.history import How, Run
from asana_tbp.songmap.budget import LONGEST, format_budget
from asana_tbp.songmap.task_name import kind_of, normalize
from asana_tbp.text import plural, weekday_text

By = Literal["song", "section", "task", "day", "template"]

NO_SECTION = "No section"
NO_TEMPLATE = "No template"

PACE_DAYS = 28
"""The last days, by which the present pace is measured."""

PACE_SECONDS = 600.0
"""With fewer seconds of work than this, a song has no pace."""

ENOUGH = 5
"""Finished tasks needed to suggest a budget or forecast a song's end: one bad evening must not decide it."""

STEP = 5
"""Minutes that suggested budgets are rounded to."""


DONE = (("on time", "on_time"), ("early", "early"), ("late", "late"), ("in Asana", "in_asana"))
OPEN = (("skipped", "skipped"), ("left open", "left"), ("undone", "undone"))


def duration(seconds: float) -> str:
    """Seconds as whole minutes: `1h30m`."""
    return format_budget(round(seconds / 60))


def signed(seconds: float) -> str:
    """Seconds as whole minutes with their sign: `+6m`, `-1h`, `0m`."""
    minutes = round(seconds / 60)
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}" if minutes < 0 else ""
    return sign + format_budget(abs(minutes))


@dataclass(frozen=True, slots=True)
class Row:
    """The tasks of one group, and their runs.

    `planned` counts the budget of each task once, `spent` every run. `on_time` to `undone` count tasks by how
    they stand after their last run, and add up to `tasks`; the first four are `done`. A task is `late` where
    the time of all its runs went beyond its budget. `over` are the seconds beyond the plan: of done tasks, less
    what they left of it; of open tasks, only what they are over already. `extended` counts runs that got more
    time, `come_backs` tasks to come back to. `median_spent` is what the middle done task took.
    """

    label: str
    planned: float
    spent: float
    over: float
    runs: int
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
    median_spent: float | None
    suggested: float | None

    def counts(self, names: Iterable[tuple[str, str]]) -> str:
        """`9 on time, 3 early`, without zeros."""
        return ", ".join(f"{count} {word}" for word, field in names if (count := getattr(self, field)))

    @property
    def sentences(self) -> Iterator[str]:
        """What stands under a report."""
        yield (
            f"Spent {duration(self.spent)} of {duration(self.planned)} planned:"
            f" {self.done} of {plural(self.tasks, 'task')} done in {plural(self.runs, 'run')}."
        )
        more = f"{plural(self.extended, 'run')} got more time" if self.extended else ""
        if sentence := "; ".join(filter(None, (self.counts(DONE), self.counts(OPEN), more))):
            yield f"{sentence[:1].upper()}{sentence[1:]}."


@dataclass(frozen=True, slots=True)
class TaskTotal:
    """All runs of one task."""

    last: Run
    spent: float

    @property
    def how(self) -> How:
        """How the task stands after its last run."""
        late = self.last.done and round(self.spent) > round(self.last.timebox.seconds)
        return "late" if late and self.last.how in {"early", "on time"} else self.last.how

    @property
    def over(self) -> float:
        """Seconds beyond the budget; negative only where the task is done, so that nothing else looks saved."""
        difference = self.spent - self.last.timebox.seconds
        return difference if self.last.done else max(0.0, difference)


def task_totals(runs: Iterable[Run]) -> tuple[TaskTotal, ...]:
    """One value for each task, in the order in which they ran first. Its budget is what its last run had."""
    by_task: dict[str, list[Run]] = {}
    for run in runs:
        by_task.setdefault(run.timebox.gid, []).append(run)
    return tuple(TaskTotal(each[-1], sum(run.spent for run in each)) for each in by_task.values())


def row_of(label: str, runs: Sequence[Run], *, alike: bool = False) -> Row:
    """One group's sums; with `alike` its tasks are of one kind, and a budget may be suggested for it."""
    tasks = task_totals(runs)
    ended = Counter(task.how for task in tasks)
    took = [task.spent for task in tasks if task.last.done]
    return Row(
        label=label,
        planned=sum(task.last.timebox.seconds for task in tasks),
        spent=sum(run.spent for run in runs),
        over=sum(task.over for task in tasks),
        runs=len(runs),
        tasks=len(tasks),
        done=len(took),
        **{how.lower().replace(" ", "_"): ended[how] for how in get_args(How)},
        extended=sum(run.extended > 0 for run in runs),
        come_backs=sum(task.last.come_back for task in tasks),
        median_spent=median(took) if took else None,
        suggested=_suggested(tasks) if alike else None,
    )


def _suggested(tasks: Sequence[TaskTotal]) -> float | None:
    """A budget in seconds for similar tasks; None if too few are finished.

    Gates and breaks get none: a gate is a decision, and a break is not work.
    """
    took = [task.spent / 60 for task in tasks if task.last.done and task.spent > 0]
    if len(took) < ENOUGH or kind_of(tasks[0].last.timebox.title) != "task":
        return None
    return rounded(median(took)) * 60.0


def rounded(minutes: float) -> int:
    """Minutes rounded to a step, half up; a budget is at least one step and at most the longest there is."""
    return min(LONGEST, max(STEP, math.floor(minutes / STEP + 0.5) * STEP))


def rows_of(runs: Sequence[Run], by: By) -> tuple[Row, ...]:
    """One row per group: days in their order, everything else by the time spent on it, most first.

    Tasks of one title, or from one line of a template, are one group, whatever song they are in: that is what a
    budget can be learnt from.
    """
    groups: dict[str, list[Run]] = {}
    labels: dict[str, str] = {}
    for run in runs:
        day = run.day.isoformat()
        key, labels[key] = {
            "day": (day, day),
            "section": (normalize(run.timebox.section), run.timebox.section or NO_SECTION),
            "task": (normalize(run.line or run.timebox.title), run.timebox.title),
            "template": (run.template, run.template or NO_TEMPLATE),
            "song": (run.timebox.project_gid, run.timebox.song),
        }[by]
        groups.setdefault(key, []).append(run)
    for key, group in groups.items():
        if by == "task" and len({normalize(run.timebox.title) for run in group}) > 1:
            labels[key] = f"{key[:1].upper()}{key[1:]}"
    rows = [row_of(labels[key], group, alike=by == "task") for key, group in groups.items()]
    return tuple(sorted(rows, key=lambda row: (0.0 if by == "day" else -row.spent, row.label)))


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row on which a task was done: the present row of them, the longest, and all such days."""

    now: int
    longest: int
    days: int

    @property
    def sentence(self) -> str:
        """`Streak: 2 days (best: 5), 9 days in total.`"""
        if not self.days:
            return "Streak: none yet. A day counts on which a task was done."
        now = plural(self.now, "day") if self.now else "none at present"
        return f"Streak: {now} (best: {self.longest}), {plural(self.days, 'day')} in total."


def streak_of(runs: Iterable[Run], today: date) -> Streak:
    """Days in a row. Today does not break the row before it is over; future days don't count."""
    days = sorted({day for run in runs if run.done and (day := run.day) <= today})
    longest = length = 0
    before: date | None = None
    for day in days:
        length = length + 1 if before is not None and day - before == timedelta(days=1) else 1
        longest, before = max(longest, length), day
    alive = before is not None and today - before <= timedelta(days=1)
    return Streak(length if alive else 0, longest, len(days))


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a song would be finished.

    `left` are the seconds planned for what is open, `expected` what they will take as far as the past shows,
    `finish` the day, None where too little is known. `is_read` if Asana gave what is open, not the last session.
    """

    project_gid: str
    song: str
    left: float
    expected: float
    finish: date | None
    is_read: bool = False

    def sentence(self, today: date) -> str:
        """`1h30m still planned, likely to take 2h; done by Sat 5 Dec.`"""
        left, expected = duration(self.left), duration(self.expected)
        known = "" if self.is_read else " as far as known here"
        likely = "" if left == expected else f", likely to take {expected}"
        unknown = "no date yet (too little work lately to say)"
        when = f"done by {weekday_text(self.finish, today)}" if self.finish else unknown
        return f"{left} still planned{known}{likely}; {when}."


def forecasts(
    runs: Sequence[Run], left: Mapping[str, tuple[str, float]], now: datetime, read: Collection[str] = ()
) -> tuple[Forecast, ...]:
    """A forecast for each song in `left`: its name and the seconds planned for what is open, by project.

    `read` are the projects of which Asana gave that.

    Open work takes as much longer than planned as the median task did, once enough tasks were done. The pace is that
    of the last four weeks, idle days included, and each song keeps its share of it. Runs dated in the future, from
    when the machine's clock was wrong, don't count.
    """
    today = now.astimezone().date()
    lately = [run for run in runs if 0 <= (today - run.day).days < PACE_DAYS]
    span = max(((today - run.day).days for run in lately), default=0) + 1
    tasks = [task for task in task_totals(runs) if task.last.done and task.last.timebox.seconds > 0]
    forecasts = []
    for project_gid, (song, seconds) in left.items():
        own = [task for task in tasks if task.last.timebox.project_gid == project_gid]
        ratios = [task.spent / task.last.timebox.seconds for task in (own if len(own) >= ENOUGH else tasks)]
        expected = seconds * (median(ratios) if len(ratios) >= ENOUGH else 1.0)
        spent = sum(run.spent for run in lately if run.timebox.project_gid == project_gid)
        finish = None
        if seconds <= 0:
            finish = today
        elif spent > PACE_SECONDS:
            days = math.ceil(expected / (spent / span))
            finish = today + timedelta(days=days) if days < 3650 else None
        forecasts.append(Forecast(project_gid, song, seconds, expected, finish, project_gid in read))
    return tuple(sorted(forecasts, key=lambda each: (each.finish or date.max, each.song)))
