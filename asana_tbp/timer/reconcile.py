"""Between a session and Asana: changes there become events, and events become changes to send. Pure.

A task that is missing from a reading is not taken for gone: only its own fate, looked up by its gid, decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from asana_tbp.songmap.budget import format_budget
from asana_tbp.timer import events
from asana_tbp.timer.events import Event, Timebox
from asana_tbp.timer.state import Finished, State

Fate = Literal["there", "gone"]
"""Completed in Asana, or no longer among this user's tasks of the song."""

Intent = tuple[Literal["complete", "reopen", "comment"], Timebox, str]
"""One change to send for the task of a timebox, with the text of a comment."""


@dataclass(frozen=True, slots=True)
class RemoteTasks:
    """What Asana has: the open tasks as timeboxes in the order to work in, and the fate of those that left.

    `at` is when the reading began; None if nothing was waiting to be sent then.
    """

    timeboxes: tuple[Timebox, ...]
    fates: Mapping[str, Fate] = field(default_factory=dict)
    at: datetime | None = None


def reconcile(state: State, reading: RemoteTasks, tick: float, untold: frozenset[str]) -> tuple[Event, ...]:
    """The events that bring a session in line with a reading.

    `untold` are the tasks with changes that were not yet sent when Asana was read: what it shows of them is out
    of date.
    """
    if state.ended is not None:
        return ()
    facts: list[Event] = []
    run = state.running
    running = run.timebox.gid if run else None
    here = {timebox.gid: timebox for timebox in (*state.queue, *([run.timebox] if run else []))}
    for gid, fate in reading.fates.items():
        if gid not in here or gid in untold:
            continue
        if here[gid].again and fate == "there" and gid != running:
            # It stays done until its turn comes.
            continue
        if not run or gid != running:
            facts.append(events.Removed(tick, gid, fate))
        elif fate == "there":
            facts.append(events.TimeboxEnded(tick, gid, run.spent(tick), "there"))
        else:
            facts.append(events.TimeboxLeft(tick, gid, run.spent(tick), "gone"))
        del here[gid]
    over = {finished.timebox.gid for finished in state.finished}
    scrapped = {each.timebox.project_gid for each in state.finished if each.why == "scrapped"} - {""}
    for timebox in reading.timeboxes:
        old = here.get(timebox.gid)
        if old is None and timebox.gid not in over | untold and timebox.project_gid not in scrapped:
            facts.append(events.Added(tick, timebox))
            here[timebox.gid] = timebox
        elif old is not None:
            now = timebox
            if old.again:
                # Its budget was asked for; its name in Asana keeps the first one.
                now = replace(timebox, minutes=old.minutes, length=old.length, again=True)
            if (old.name, old.seconds, old.section) != (now.name, now.seconds, now.section):
                facts.append(events.Renamed(tick, now))
    have = [timebox.gid for timebox in state.queue if timebox.gid in here]
    have += [gid for gid in here if gid not in have and gid != running]
    place = {timebox.gid: at for at, timebox in enumerate(reading.timeboxes)}
    # A task that the reading does not have keeps its place.
    ordered = iter(sorted((gid for gid in have if gid in place), key=place.__getitem__))
    order = tuple(next(ordered) if gid in place else gid for gid in have)
    return (*facts, events.Reordered(tick, order)) if order != tuple(have) else tuple(facts)


def intents_of(event: Event, before: State, after: State) -> Iterator[Intent]:
    """The changes to send to Asana for an event that leads from one state to another."""
    options = after.options
    if not options.completes or options.rehearsal:
        return
    match event:
        case events.TimeboxStarted() if after.running and after.running.timebox.again:
            yield "reopen", after.running.timebox, ""
        case events.TimeboxEnded(why=why) if before.running and why != "there":
            yield "complete", before.running.timebox, ""
        case events.Undone(gid=gid):
            yield "reopen", next(over.timebox for over in after.finished if over.timebox.gid == gid), ""
        case events.SessionEnded() if options.comments:
            # Not on tasks that are no longer ours in Asana.
            runs = [over for over in after.finished if over.why != "gone"]
            for gid, timebox in {over.timebox.gid: over.timebox for over in runs}.items():
                yield "comment", timebox, _comment([over for over in runs if over.timebox.gid == gid])


def _comment(runs: list[Finished]) -> str:
    last = runs[-1]
    minutes = round(sum(over.spent for over in runs) / 60)
    words = [f"Worked {format_budget(minutes)} of {format_budget(last.timebox.minutes)}"]
    words.append("done" if last.done else "not done yet")
    if any(over.come_back for over in runs):
        words.append("the time was too short, to come back to")
    return f"{', '.join(words)}. (asana-tbp)"
