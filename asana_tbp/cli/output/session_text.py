"""A session in lines: what an event, a delivery or a moment says in words.

Knows wording. Must not know where a line is written. Everything from Asana is made printable here.
"""

from __future__ import annotations

from asana_tbp.session.courier import Delivered, DeliveryOutcome, Parked, Remark, Waiting
from asana_tbp.session.snapshot import Snapshot
from asana_tbp.store.outbox import Entry
from asana_tbp.text import escape_controls
from asana_tbp.timer.countdown import clock_text
from asana_tbp.timer.events import (
    Added,
    BreakEnded,
    BreakStarted,
    Event,
    Extended,
    Held,
    MarkedToComeBack,
    Paused,
    Released,
    Removed,
    Renamed,
    Reordered,
    Resumed,
    SessionEnded,
    TimeboxEnded,
    TimeboxLeft,
    TimeboxStarted,
    TimeUp,
    Undone,
    Warned,
)

INTENTS = {
    "complete": "complete {}",
    "reopen": "reopen {}",
    "time": "write down your time on {}",
    "comment": "comment on {}",
}


def line_of(event: Event, snapshot: Snapshot) -> str:
    """What an event says in one line; "" for one that says nothing."""
    match event:
        case TimeboxStarted() if snapshot.running:
            section = f"{snapshot.running.section}: " if snapshot.running.section else ""
            return f"> {escape_controls(section)}{escape_controls(snapshot.running.name)}"
        case TimeboxEnded(_, _, spent, why):
            what = {
                "time": "time is up",
                "early": f"done after {clock_text(spent)}",
                "there": "completed in Asana",
            }[why]
            if why != "there" and snapshot.finished[-1].timebox.is_gate:
                what = "kept"
            return f"  {what}, {snapshot.done} of {snapshot.total} done.{_next(snapshot)}"
        case TimeboxLeft(_, spent, _, _, "scrapped"):
            return f"  scrapped after {clock_text(spent)}; the rest of {escape_controls(_last_song(snapshot))} is left."
        case TimeboxLeft(_, spent, lost, _, why) if not lost:
            gone = " It is no longer yours in Asana." if why == "gone" else ""
            return f"  {'skipped' if why == 'skipped' else 'left'} after {clock_text(spent)}; not completed.{gone}"
        case TimeUp() if snapshot.running and snapshot.running.is_gate:
            return "  keep or scrap? done keeps the song, scrap leaves it."
        case TimeUp():
            if snapshot.options.at_zero == "overtime":
                return "  time is up; it counts on until you say done."
            return "  time is up: done, extend, skip or come-back?"
        case Warned():
            return f"  {clock_text(max(0.0, snapshot.left))} left."
        case Extended(_, _, seconds):
            more = "more" if seconds > 0 else "less"
            return f"  {clock_text(abs(seconds))} {more}; {clock_text(snapshot.left)} left."
        case Paused():
            return f"  paused with {clock_text(snapshot.left)} left."
        case Resumed():
            return f"  goes on with {clock_text(snapshot.left)} left."
        case Held():
            return "  held: no alarm, and nothing is completed, until you release it."
        case Released():
            return "  released."
        case MarkedToComeBack(gid):
            return f"  {_named(snapshot, gid)}: marked to come back to."
        case Undone(gid):
            return f"  undone: {_named(snapshot, gid)} is open again."
        case BreakStarted(_, seconds, title):
            return f"> break{f': {escape_controls(title)}' if title else ''}, {clock_text(seconds)}"
        case BreakEnded():
            return "  the break is over."
        case SessionEnded("stopped"):
            return "Stopped."
        case SessionEnded("time"):
            return "No time is left for the next task."
    return _line_of_change(event, snapshot)


def _line_of_change(event: Event, snapshot: Snapshot) -> str:
    match event:
        case Added(timebox):
            return f"  + {escape_controls(timebox.name)} (new in Asana)"
        case Removed(_, _, "scrapped"):
            return ""
        case Removed(_, _, why):
            return (
                f"  {'a waiting task was completed' if why == 'there' else 'a task left your list'} in Asana."
            )
        case Renamed(timebox):
            left = ""
            if snapshot.running and snapshot.running.gid == timebox.gid:
                left = f"; {clock_text(snapshot.left)} left"
            return f"  is now {escape_controls(timebox.name)}{left}"
        case Reordered() if snapshot.following:
            return f"  another order in Asana.{_next(snapshot)}"
    return ""


def _next(snapshot: Snapshot) -> str:
    return f" Next: {escape_controls(snapshot.following.title)}." if snapshot.following else ""


def _last_song(snapshot: Snapshot) -> str:
    return snapshot.finished[-1].timebox.song or snapshot.song


def _named(snapshot: Snapshot, gid: str) -> str:
    timeboxes = [over.timebox for over in snapshot.finished] + (
        [snapshot.running] if snapshot.running else []
    )
    return next((escape_controls(timebox.name) for timebox in timeboxes if timebox.gid == gid), "the task")


def line_of_outcome(outcome: DeliveryOutcome) -> str:
    """What a delivery says in one line; "" where all is well."""
    match outcome:
        case Delivered():
            return ""
        case Parked(entry, reason):
            return f"  ! Asana will not {intent(entry)}: {escape_controls(reason)}"
        case Waiting(entry, error):
            name = escape_controls(entry.task_name)
            # What to do belongs here only where waiting does not help.
            hint = f" {error.hint}" if error.exit_code == 4 and error.hint else ""
            return f"  ! {escape_controls(error.sentence)} {name} waits here and is sent later.{hint}"
        case Remark(sentence):
            return f"  ! {sentence}"


def intent(entry: Entry) -> str:
    """What an entry wants Asana to do: `complete Write bassline (25m)`."""
    return INTENTS[entry.intent].format(escape_controls(entry.task_name))
