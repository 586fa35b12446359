"""A song in a terminal: its sections and tasks as a tree, its ideal order with a running clock, its totals."""

import shutil
import sys
import textwrap
from collections.abc import Sequence

from asana_tbp.cli.output.console import fold, out
from asana_tbp.scaffold.desired import DesiredSection
from asana_tbp.songmap.budget import format_budget
from asana_tbp.songmap.model import Section
from asana_tbp.text import escape_controls, plural


def print_tree(title: str, sections: Sequence[Section | DesiredSection], tasks: int | None = None) -> None:
    """Print a song's sections and tasks. `tasks` is their number if some leaves are only breaks."""
    sums = [sum(task.minutes for task in section.tasks) for section in sections]
    count = sum(len(section.tasks) for section in sections) if tasks is None else tasks
    out(fold(f"{title}  ({summed(count, sum(sums))})"))
    for section, minutes in zip(sections, sums, strict=True):
        branch, stem = ("└── ", "    ") if section is sections[-1] else ("├── ", "│   ")
        out(fold(f"{branch}{section.name}  ({_time(minutes) if section.tasks else 'no tasks yet'})", 4))
        for task in section.tasks:
            out(fold(f"{stem}{'└── ' if task is section.tasks[-1] else '├── '}{task.name}", 8))


def print_order(rows: Sequence[tuple[str, int, int]]) -> None:
    """Print the order to work in, with a running clock: `1. Write chord progression  20m -> 0:20`.

    A row is a title, its minutes, and the minute it ends.
    """
    if not rows:
        return
    out("Ideal order:")
    room = min(60, shutil.get_terminal_size().columns - 24) if sys.stdout.isatty() else 60
    titles = [
        textwrap.wrap(escape_controls(title), room, break_long_words=False) or [""] for title, _, _ in rows
    ]
    width = max(len(line) for lines in titles for line in lines)
    for number, ((*above, last), (_, minutes, end)) in enumerate(zip(titles, rows, strict=True), 1):
        lines = [*above, f"{last:<{width}}  {format_budget(minutes):>6} -> {end // 60}:{end % 60:02}"]
        for at, line in enumerate(lines):
            out(f"{'' if at else f'{number:4}.':5} {line}")


def summed(tasks: int, minutes: int) -> str:
    """Tasks and the sum of their budgets: `21 tasks, 7h25m`."""
    return f"{plural(tasks, 'task')}, {_time(minutes)}"


def _time(minutes: int) -> str:
    return format_budget(minutes) if minutes else "no time"
