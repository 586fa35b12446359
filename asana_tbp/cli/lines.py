"""A session in lines: what an event, a delivery or a moment says in words.

Knows wording. Must not know where a line is written. Everything from Asana is made printable here.
"""

from __future__ import annotations

from asana_tbp.session.countdown import clock_text
from asana_tbp.session.delivery import Delivered, Outcome, Parked, Remark, Waiting
from asana_tbp.session.events import (
    BoxEnded,
    BoxLeft,
    BoxStarted,
    BreakEnded,
    BreakStarted,
    Event,
    Extended,
    Gone,
    Held,
    Joined,
    MarkedToComeBack,
    Paused,
    Released,
    Renamed,
    Reordered,
    Resumed,
    SessionEnded,
    TimeUp,
    Undone,
    Warned,
)
from asana_tbp.session.outbox import Entry
from asana_tbp.session.snapshot import Snapshot
from asana_tbp.songmap.wording import printable

INTENTS = {
    "complete": "complete {}",
    "reopen": "reopen {}",
    "time": "write down your time on {}",
    "comment": "comment on {}",
}


def line_of(event: Event, snapshot: Snapshot) -> str:
    """What an event says in one line; "" for one that says nothing."""
    match event:
        case BoxStarted() if snapshot.running:
            section = f"{snapshot.running.section}: " if snapshot.running.section else ""
            return f"> {printable(section)}{printable(snapshot.running.name)}"
        case BoxEnded(_, _, spent, why):
            what = {
                "time": "time is up",
                "early": f"done after {clock_text(spent)}",
                "there": "completed in Asana",
            }[why]
            if why != "there" and snapshot.finished[-1].box.is_gate:
                what = "kept"
            return f"  {what}, {snapshot.done} of {snapshot.total} done.{_next(snapshot)}"
        case BoxLeft(_, spent, _, _, "scrapped"):
            return f"  scrapped after {clock_text(spent)}; the rest of {printable(_last_song(snapshot))} is left."
        case BoxLeft(_, spent, lost, _, why) if not lost:
            gone = " It is no longer yours in Asana." if why == "gone" else ""
            return f"  {'skipped' if why == 'skipped' else 'left'} after {clock_text(spent)}; not completed.{gone}"
        case TimeUp() if snapshot.running and snapshot.running.is_gate:
            return "  keep or scrap? done keeps the song, scrap leaves it."
        case TimeUp():
            if snapshot.policy.at_zero == "overtime":
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
            return f"> break{f': {printable(title)}' if title else ''}, {clock_text(seconds)}"
        case BreakEnded():
            return "  the break is over."
        case SessionEnded("stopped"):
            return "Stopped."
        case SessionEnded("time"):
            return "No time is left for the next task."
    return _line_of_change(event, snapshot)


def _line_of_change(event: Event, snapshot: Snapshot) -> str:
    match event:
        case Joined(box):
            return f"  + {printable(box.name)} (new in Asana)"
        case Gone(_, _, "scrapped"):
            return ""
        case Gone(_, _, why):
            return (
                f"  {'a waiting task was completed' if why == 'there' else 'a task left your list'} in Asana."
            )
        case Renamed(box):
            left = ""
            if snapshot.running and snapshot.running.gid == box.gid:
                left = f"; {clock_text(snapshot.left)} left"
            return f"  is now {printable(box.name)}{left}"
        case Reordered() if snapshot.following:
            return f"  another order in Asana.{_next(snapshot)}"
    return ""


def _next(snapshot: Snapshot) -> str:
    return f" Next: {printable(snapshot.following.title)}." if snapshot.following else ""


def _last_song(snapshot: Snapshot) -> str:
    return snapshot.finished[-1].box.song or snapshot.song


def _named(snapshot: Snapshot, gid: str) -> str:
    boxes = [over.box for over in snapshot.finished] + ([snapshot.running] if snapshot.running else [])
    return next((printable(box.name) for box in boxes if box.gid == gid), "the task")


def line_of_outcome(outcome: Outcome) -> str:
    """What a delivery says in one line; "" where all is well."""
    match outcome:
        case Delivered():
            return ""
        case Parked(entry, reason):
            return f"  ! Asana will not {intent(entry)}: {printable(reason)}"
        case Waiting(entry, error):
            name = printable(entry.task_name)
            # What to do belongs here only where waiting does not help.
            hint = f" {error.hint}" if error.exit_code == 4 and error.hint else ""
            return f"  ! {printable(error.sentence)} {name} waits here and is sent later.{hint}"
        case Remark(sentence):
            return f"  ! {sentence}"


def intent(entry: Entry) -> str:
    """What an entry wants Asana to do: `complete Write bassline (25m)`."""
    return INTENTS[entry.intent].format(printable(entry.task_name))
