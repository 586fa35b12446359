"""What changed in Asana meanwhile, as events of a session. Pure.

A task that is not in a reading is never taken for gone on that account: only its own fate, asked for by its gid,
says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from asana_tbp.timer import events
from asana_tbp.timer.events import Event, Timebox
from asana_tbp.timer.state import State

Fate = Literal["there", "gone"]
"""Completed in Asana, or no longer among this user's tasks of the song."""


@dataclass(frozen=True, slots=True)
class RemoteTasks:
    """What Asana has: the open tasks as boxes in the order to work in, and the fate of those that left.

    `at` is when the reading began; None for a reading that nothing was untold at.
    """

    timeboxes: tuple[Timebox, ...]
    fates: Mapping[str, Fate] = field(default_factory=dict)
    at: datetime | None = None


def reconcile(state: State, reading: RemoteTasks, tick: float, untold: frozenset[str]) -> tuple[Event, ...]:
    """The facts that bring a session in line with a reading.

    `untold` are the tasks about which Asana was still to be told something when it was read: what it says of
    them is old.
    """
    if state.ended is not None:
        return ()
    facts: list[Event] = []
    running = state.running
    here = {timebox.gid: timebox for timebox in state.queue}
    if running:
        here[running.timebox.gid] = running.timebox
    for gid, fate in reading.fates.items():
        if gid not in here or gid in untold:
            continue
        if here[gid].again and fate == "there" and not (running and gid == running.timebox.gid):
            # It is done until its turn comes.
            continue
        if running and gid == running.timebox.gid:
            spent = running.spent(tick)
            ended: Event = events.TimeboxLeft(tick, gid, spent, "gone")
            facts.append(events.TimeboxEnded(tick, gid, spent, "there") if fate == "there" else ended)
        else:
            facts.append(events.Removed(tick, gid, fate))
        del here[gid]
    over = {finished.timebox.gid for finished in state.finished}
    for timebox in reading.timeboxes:
        old = here.get(timebox.gid)
        if old is None and timebox.gid not in over | untold and timebox.project_gid not in state.scrapped:
            facts.append(events.Added(tick, timebox))
            here[timebox.gid] = timebox
        elif old is not None:
            now = timebox
            if old.again:
                # Its budget was asked for; its name in Asana keeps the first one.
                now = replace(timebox, minutes=old.minutes, length=old.length, again=True)
            if _shown(old) != _shown(now):
                facts.append(events.Renamed(tick, now))
    return (*facts, *_order(state, reading, here, tick))


def _shown(timebox: Timebox) -> tuple[str, float, str]:
    return timebox.name, timebox.seconds, timebox.section


def _order(state: State, reading: RemoteTasks, here: Mapping[str, Timebox], tick: float) -> tuple[Event, ...]:
    running = state.running.timebox.gid if state.running else None
    have = [timebox.gid for timebox in state.queue if timebox.gid in here]
    have += [gid for gid in here if gid not in have and gid != running]
    place = {timebox.gid: at for at, timebox in enumerate(reading.timeboxes)}
    # What the reading does not have keeps to the one it stood behind.
    ordered = iter(sorted((gid for gid in have if gid in place), key=place.__getitem__))
    want = [next(ordered) if gid in place else gid for gid in have]
    return (events.Reordered(tick, tuple(want)),) if want != have else ()
