"""A song as a tree: sections, tasks with their budgets, totals."""

from __future__ import annotations

from collections.abc import Sequence

from asana_tbp.cli.output.console import out
from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import escape_controls, plural

Branch = tuple[str, Sequence[tuple[str, int]]]
"""A section's name with its tasks: name and minutes."""


def print_tree(title: str, branches: Sequence[Branch], tasks: int | None = None) -> None:
    """Print a song as a tree on stdout. `tasks` says how many there are where some leaves are only breaks."""
    leaves = [minutes for _, branch in branches for _, minutes in branch]
    out(f"{escape_controls(title)}  ({summed(len(leaves) if tasks is None else tasks, sum(leaves))})")
    for index, (section, branch) in enumerate(branches):
        last = index == len(branches) - 1
        sums = f"  ({_time(sum(minutes for _, minutes in branch))})" if branch else "  (no tasks yet)"
        out(f"{'└── ' if last else '├── '}{escape_controls(section)}{sums}")
        for at, (name, _) in enumerate(branch):
            stem = "    " if last else "│   "
            out(f"{stem}{'└── ' if at == len(branch) - 1 else '├── '}{escape_controls(name)}")


def summed(tasks: int, minutes: int) -> str:
    """Tasks and the sum of their budgets: `21 tasks, 7h25m`."""
    return f"{plural(tasks, 'task')}, {_time(minutes)}"


def _time(minutes: int) -> str:
    return format_budget(minutes) if minutes else "no time"
