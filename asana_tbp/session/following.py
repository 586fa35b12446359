"""What changed in Asana meanwhile, as facts of a session.

Pure. Knows how a reading of Asana and a session differ. Must not know how it was read. A task that is not
in a reading is never taken for gone on that account: only its own fate, asked for by its gid, says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from asana_tbp.session.events import Box, BoxEnded, BoxLeft, Event, Gone, Joined, Renamed, Reordered
from asana_tbp.session.state import State

Fate = Literal["there", "gone"]
"""Completed in Asana, or no longer among this user's tasks of the song."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What Asana has: the open tasks as boxes in the order to work in, and the fate of those that left.

    `at` is when the reading began; None for a reading that nothing was untold at.
    """

    boxes: tuple[Box, ...]
    fates: Mapping[str, Fate] = field(default_factory=dict)
    at: datetime | None = None


def follow(state: State, reading: Reading, tick: float, untold: frozenset[str]) -> tuple[Event, ...]:
    """The facts that bring a session in line with a reading.

    `untold` are the tasks about which Asana was still to be told something when it was read: what it says of
    them is old.
    """
    if state.ended is not None:
        return ()
    facts: list[Event] = []
    running = state.running
    here = {box.gid: box for box in state.queue}
    if running:
        here[running.box.gid] = running.box
    for gid, fate in reading.fates.items():
        if gid not in here or gid in untold:
            continue
        if running and gid == running.box.gid:
            spent = running.spent(tick)
            ended: Event = BoxLeft(gid, spent, tick=tick, why="gone")
            facts.append(BoxEnded(gid, tick, spent, "there") if fate == "there" else ended)
        else:
            facts.append(Gone(gid, tick, fate))
        del here[gid]
    over = {finished.box.gid for finished in state.finished}
    for box in reading.boxes:
        old = here.get(box.gid)
        if old is None and box.gid not in over | untold and box.project_gid not in state.scrapped:
            facts.append(Joined(box, tick))
            here[box.gid] = box
        elif old is not None and _shown(old) != _shown(box):
            facts.append(Renamed(box, tick))
    return (*facts, *_order(state, reading, here, tick))


def _shown(box: Box) -> tuple[str, float, str]:
    return box.name, box.seconds, box.section


def _order(state: State, reading: Reading, here: Mapping[str, Box], tick: float) -> tuple[Event, ...]:
    running = state.running.box.gid if state.running else None
    have = [box.gid for box in state.queue if box.gid in here]
    have += [gid for gid in here if gid not in have and gid != running]
    place = {box.gid: at for at, box in enumerate(reading.boxes)}
    # What the reading does not have keeps to the one it stood behind.
    ordered = iter(sorted((gid for gid in have if gid in place), key=place.__getitem__))
    want = [next(ordered) if gid in place else gid for gid in have]
    return (Reordered(tuple(want), tick),) if want != have else ()
