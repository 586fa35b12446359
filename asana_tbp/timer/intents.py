"""What Asana must be told about an event of a session, and in which words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from asana_tbp.songmap.budget import format_budget
from asana_tbp.timer import events
from asana_tbp.timer.events import Event, Timebox
from asana_tbp.timer.state import Finished, State

Intent = tuple[Literal["complete", "reopen", "comment"], Timebox, str]
"""One change that Asana is to make to the task of a box, with the text of a comment."""


def intents_of(event: Event, before: State, after: State) -> Iterator[Intent]:
    """What Asana must be told of an event that leads from one state to another."""
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
            # Not of what Asana no longer gives us.
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
