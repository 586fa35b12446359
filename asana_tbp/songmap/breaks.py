"""The breaks of a song map, as rests after its tasks.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from asana_tbp.songmap.order import OrderedTask
from asana_tbp.songmap.task_name import bare_title


class MapBreak(NamedTuple):
    """What follows a task: a break of so many minutes, and what it is for, `leave the room`."""

    minutes: int
    title: str


def rests_of(ordered: Iterable[OrderedTask]) -> dict[OrderedTask, MapBreak]:
    """The rest after each task that has one. `ordered` is the whole ideal order.

    Breaks in a row are one. Before the first task there is nothing to rest from. A break that is a task in
    Asana runs like every other task and is none here.
    """
    rests: dict[OrderedTask, MapBreak] = {}
    before: OrderedTask | None = None
    for each in ordered:
        if each.task.in_asana:
            before = each
        elif before is not None:
            minutes, titles = rests.get(before, MapBreak(0, ""))
            title = bare_title(each.task.title)
            rests[before] = MapBreak(minutes + each.task.minutes, f"{titles}, {title}" if titles else title)
    return rests
