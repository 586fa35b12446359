"""A song as a tree: sections, tasks with their budgets, totals.

Knows how a plan looks on a terminal and in a pipe. Must not know how it is made.
"""

from __future__ import annotations

from collections.abc import Sequence

from asana_tbp.cli.output import out
from asana_tbp.songmap.budget import format_budget
from asana_tbp.songmap.wording import printable

Branch = tuple[str, Sequence[tuple[str, int]]]
"""A section's name with its tasks: name and minutes."""


def print_tree(title: str, branches: Sequence[Branch]) -> None:
    """Print a song as a tree on stdout."""
    tasks = [minutes for _, leaves in branches for _, minutes in leaves]
    out(f"{printable(title)}  ({len(tasks)} tasks, {total(tasks)})")
    for index, (section, leaves) in enumerate(branches):
        last = index == len(branches) - 1
        sums = f"  ({total([minutes for _, minutes in leaves])})" if leaves else "  (no tasks yet)"
        out(f"{'└── ' if last else '├── '}{printable(section)}{sums}")
        for at, (name, _) in enumerate(leaves):
            stem = "    " if last else "│   "
            out(f"{stem}{'└── ' if at == len(leaves) - 1 else '├── '}{printable(name)}")


def total(minutes: Sequence[int]) -> str:
    """A sum of budgets in words: `7h25m`, `no time` for nothing."""
    return format_budget(sum(minutes)) if sum(minutes) else "no time"
