"""The words for what happens in a session and for how it stands, for every face of it. Pure.

`moment_of` names an event that matters and words it; `line_of` is the sentence of any event; `standing_of` is what
is so until the next event. Whatever comes from Asana is made printable here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import escape_controls
from asana_tbp.timer.countdown import clock_text
from asana_tbp.timer.events import (
    Added,
    BreakEnded,
    BreakStarted,
    Event,
    Extended,
    Held,
    MarkCleared,
    MarkedToComeBack,
    Paused,
    Released,
    Removed,
    Renamed,
    Reordered,
    Resumed,
    SessionEnded,
    Timebox,
    TimeboxEnded,
    TimeboxLeft,
    TimeboxStarted,
    TimeUp,
    Undone,
    Warned,
)
from asana_tbp.timer.snapshot import Snapshot

LAST_MINUTE = 60.0

Name = Literal[
    "started",
    "handed over",
    "last minute",
    "time up",
    "gate",
    "overtime",
    "done",
    "left",
    "paused",
    "resumed",
    "held",
    "released",
    "come back",
    "undone",
    "break",
    "break over",
    "finished",
    "stopped",
]
Mood = Literal["reading", "calm", "last", "still", "held", "up", "over", "rest"]
"""What the countdown looks like, from across the room."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that just happened and that every face shows.

    `word` is short, for large type; `sentence` says it whole; `commands` are the words of what to do now, the most
    obvious first. A `loud` one is heard, unless the task is held.
    """

    name: Name
    word: str
    sentence: str
    commands: tuple[str, ...] = ()
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a session stands: a `word` for what is unusual, and what to do about it; "" where a task simply runs."""

    mood: Mood
    word: str = ""
    hint: str = ""


def moment_of(event: Event, snapshot: Snapshot) -> Moment | None:
    """The moment that an event makes, None for one that passes unnoticed. `snapshot` is taken just after it."""
    sentence = line_of(event, snapshot).strip(" >")
    match event:
        case TimeboxStarted() if snapshot.running and snapshot.finished and snapshot.finished[-1].done:
            before = escape_controls(snapshot.finished[-1].timebox.title)
            now = escape_controls(snapshot.running.title)
            return Moment("handed over", "NEXT", f"{before} is done. Now {now}.", ("toggle", "done"))
        case TimeboxStarted():
            return Moment("started", "GO", sentence, ("toggle", "done"))
        case Warned():
            return Moment("last minute", "LAST MINUTE", sentence, ("extend", "done"), loud=True)
        case TimeUp() if snapshot.running and snapshot.running.is_gate:
            return Moment("gate", "KEEP OR SCRAP?", sentence, ("done", "scrap", "extend"), loud=True)
        case TimeUp() if snapshot.phase == "overtime":
            return Moment("overtime", "OVERTIME", sentence, ("done", "come-back"), loud=True)
        case TimeUp():
            return Moment(
                "time up", "TIME IS UP", sentence, ("done", "extend", "skip", "come-back"), loud=True
            )
        case TimeboxEnded(why="time"):
            return Moment("time up", "TIME IS UP", sentence, ("come-back", "undo"), loud=True)
        case TimeboxEnded():
            return Moment("done", "DONE", sentence, ("undo",))
        case TimeboxLeft():
            return Moment("left", "LEFT OPEN", sentence)
        case Paused():
            return Moment("paused", "PAUSED", sentence, ("toggle",))
        case Resumed():
            return Moment("resumed", "GOING ON", sentence)
        case Held():
            return Moment("held", "HOLD", sentence, ("hold",))
        case Released():
            return Moment("released", "RELEASED", sentence)
        case MarkedToComeBack() | MarkCleared():
            return Moment("come back", "COME BACK", sentence)
        case Undone():
            return Moment("undone", "UNDONE", sentence)
        case BreakStarted():
            return Moment("break", "BREAK", sentence, ("skip",))
        case BreakEnded():
            return Moment("break over", "THE BREAK IS OVER", sentence, ("toggle",), loud=True)
        case SessionEnded(why="finished"):
            said = f"{snapshot.done} of {snapshot.total} done in {clock_text(snapshot.all_spent // 1)}."
            return Moment("finished", "FINISHED", said)
        case SessionEnded():
            return Moment("stopped", "STOPPED", sentence)
    return None


def standing_of(snapshot: Snapshot | None) -> Standing:
    """How a session stands; None is one that still reads its tasks."""
    if snapshot is None:
        return Standing("reading", "READING ASANA")
    if snapshot.slept and snapshot.phase == "paused":
        hint = "space: resume without that time · c: count it as work"
        return Standing("still", f"AWAY {span_text(snapshot.slept)}", hint)
    match snapshot.phase:
        case "paused":
            return Standing("still", "PAUSED, HOLD" if snapshot.held else "PAUSED", "space resumes")
        case "held":
            return Standing("held", "HOLD", "alarms muted until you press h")
        case "asking" if snapshot.running and snapshot.running.is_gate:
            return Standing("up", "KEEP OR SCRAP?", "d keeps · x scraps · + more time")
        case "asking":
            return Standing("up", "TIME IS UP", "d done · + more time · s skip")
        case "overtime":
            return Standing("over", "OVERTIME", "d when it is done")
        case "break":
            return Standing("rest", "BREAK", "s skips it")
        case "waiting":
            return Standing("still", "READY", "space begins")
        case "ended":
            return _ended(snapshot)
    if snapshot.left <= LAST_MINUTE:
        return Standing("last", "LAST MINUTE" if snapshot.budget > LAST_MINUTE else "")
    return Standing("calm")


def _ended(snapshot: Snapshot) -> Standing:
    word = {"finished": "FINISHED", "time": "NO TIME LEFT"}.get(snapshot.ended or "", "STOPPED")
    if snapshot.ended == "finished" and snapshot.link == "off" and snapshot.total == 1:
        # A plain countdown.
        word = "TIME IS UP"
    waits = snapshot.link != "off" and snapshot.unsent
    return Standing("rest", word, f"sending the last {snapshot.unsent} to Asana…" if waits else "")


def line_of(event: Event, snapshot: Snapshot) -> str:
    """What an event says in one line; "" for one that says nothing. `snapshot` is taken just after it."""
    match event:
        case TimeboxStarted() if snapshot.running:
            return f"> {started_line(snapshot.running, several=_has_several_songs(snapshot))}"
        case TimeboxEnded(spent=spent, why=why):
            what = {
                "time": "Time is up",
                "early": f"Done after {clock_text(spent)}",
                "there": "Completed in Asana",
            }[why]
            if why != "there" and snapshot.finished[-1].timebox.is_gate:
                what = "Kept"
            return f"  {what}, {snapshot.done} of {snapshot.total} done.{_next(snapshot)}"
        case TimeboxLeft(spent=spent, why="scrapped"):
            return f"  Scrapped after {clock_text(spent)}; the rest of {escape_controls(_last_song(snapshot))} is left."
        case TimeboxLeft(why="unanswered"):
            return "  Nobody answered, so the gate stays open."
        case TimeboxLeft(spent=spent, why=why) if why != "lost":
            gone = " It is no longer yours in Asana." if why == "gone" else ""
            how = "Skipped" if why == "skipped" else "Left"
            return f"  {how} after {clock_text(spent)}; the task stays open.{gone}"
        case TimeUp() if snapshot.running and snapshot.running.is_gate:
            return "  Keep or scrap? done keeps the song, scrap leaves it."
        case TimeUp():
            if snapshot.phase == "overtime":
                return "  Time is up; it counts on until you say done."
            return "  Time is up: done, extend, skip or come-back?"
        case Warned():
            return f"  {clock_text(max(0.0, snapshot.left))} left."
        case Extended(seconds=seconds):
            more = "more" if seconds > 0 else "less"
            return f"  {clock_text(abs(seconds))} {more}; {clock_text(snapshot.left)} left."
        case Paused():
            return f"  Paused with {clock_text(snapshot.left)} left.{' It is still held.' if snapshot.held else ''}"
        case Resumed():
            return f"  Going on with {clock_text(snapshot.left)} left.{' It is still held.' if snapshot.held else ''}"
        case Held():
            return "  Held: no alarm, and nothing is completed, until you release it."
        case Released():
            return "  Released."
    return _line_of_mark(event, snapshot)


def _line_of_mark(event: Event, snapshot: Snapshot) -> str:
    match event:
        case MarkedToComeBack(gid=gid):
            return f"  {_named(snapshot, gid)} is marked to come back to."
        case MarkCleared(gid=gid):
            return f"  {_named(snapshot, gid)} is no longer marked to come back to."
        case Undone(gid=gid):
            return f"  {_named(snapshot, gid)} is open again."
        case BreakStarted(seconds=seconds, title=title):
            return f"> Break{f': {escape_controls(title)}' if title else ''}, {clock_text(seconds)}"
        case BreakEnded():
            return "  The break is over."
        case SessionEnded(why="stopped"):
            return "Stopped."
        case SessionEnded(why="time"):
            return "No time is left for the next task."
    return _line_of_change(event, snapshot)


def _line_of_change(event: Event, snapshot: Snapshot) -> str:
    match event:
        case Added(timebox=timebox):
            return f"  + {escape_controls(timebox.name)} (new in Asana)"
        case Removed(why=why) if why != "scrapped":
            return (
                f"  {'A waiting task was completed' if why == 'there' else 'A task left your list'} in Asana."
            )
        case Renamed(timebox=timebox):
            left = ""
            if snapshot.running and snapshot.running.gid == timebox.gid:
                left = f"; {clock_text(snapshot.left)} left"
            return f"  The task is now called {escape_controls(timebox.name)}{left}."
        case Reordered() if snapshot.following:
            return f"  The order changed in Asana.{_next(snapshot)}"
    return ""


def started_line(timebox: Timebox, *, several: bool = False) -> str:
    """What begins: `Composition: Write bassline (25m)`, with its song where there are several."""
    song = f"{escape_controls(timebox.song)} / " if several and timebox.song else ""
    section = f"{escape_controls(timebox.section)}: " if timebox.section else ""
    assumed = f"  [no time in its name, {format_budget(timebox.minutes)} assumed]" if timebox.assumed else ""
    return f"{song}{section}{escape_controls(timebox.name)}{assumed}"


def span_text(seconds: float) -> str:
    """A length of time for people: `45 s`, `12m`, `1h5m`."""
    return f"{seconds:.0f} s" if seconds < 120 else format_budget(round(seconds / 60))


def _has_several_songs(snapshot: Snapshot) -> bool:
    songs = {timebox.song for timebox in snapshot.queue} | {over.timebox.song for over in snapshot.finished}
    return len(songs | ({snapshot.running.song} if snapshot.running else set())) > 1


def _next(snapshot: Snapshot) -> str:
    return f" Next: {escape_controls(snapshot.following.title)}." if snapshot.following else ""


def _last_song(snapshot: Snapshot) -> str:
    return snapshot.finished[-1].timebox.song or snapshot.song


def _named(snapshot: Snapshot, gid: str) -> str:
    timeboxes = [over.timebox for over in snapshot.finished] + (
        [snapshot.running] if snapshot.running else []
    )
    return next((escape_controls(timebox.name) for timebox in timeboxes if timebox.gid == gid), "The task")
