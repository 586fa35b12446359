"""A snapshot in the words of the terminal face.

Knows wording. Must not know where a word stands nor what colour it has. Whatever comes from Asana is made
printable here. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from asana_tbp.session.snapshot import Snapshot
from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import escape_controls, truncate
from asana_tbp.timer.countdown import clock_text
from asana_tbp.timer.events import Timebox

LAST_MINUTE = 60.0
LONGEST_TITLE = 80
"""Characters of a window's title."""

Mood = Literal["reading", "calm", "last", "still", "held", "up", "over", "rest"]
"""What the countdown looks like, from across the room."""


@dataclass(frozen=True, slots=True)
class News:
    """A sentence below the countdown. A `lasting` one stays until the next box or the next key."""

    text: str
    lasting: bool = False


def mood_of(snapshot: Snapshot | None) -> Mood:
    """The one thing that must be seen at a glance."""
    if snapshot is None:
        return "reading"
    match snapshot.phase:
        case "asking":
            return "up"
        case "overtime":
            return "over"
        case "held":
            return "held"
        case "paused" | "waiting":
            return "still"
        case "break" | "ended":
            return "rest"
    return "last" if snapshot.left <= LAST_MINUTE else "calm"


def digits_of(snapshot: Snapshot | None) -> str:
    """The countdown; what is over the budget begins with a plus."""
    if snapshot is None:
        return "--:--"
    if snapshot.phase == "ended":
        return clock_text(snapshot.all_spent)
    if snapshot.phase == "waiting" and snapshot.following:
        return clock_text(snapshot.following.seconds)
    if snapshot.left < 0:
        return f"+{clock_text(-snapshot.left // 1)}"
    return clock_text(snapshot.left)


def title_of(snapshot: Snapshot) -> str:
    """What is worked on."""
    if snapshot.running:
        return escape_controls(snapshot.running.title)
    match snapshot.phase:
        case "waiting" if snapshot.waits_for == "task" and snapshot.following:
            return escape_controls(snapshot.following.title)
        case "break" | "waiting":
            return escape_controls(snapshot.rest_title) or "Break"
        case "ended":
            return f"{snapshot.done} of {snapshot.total} done"
    return ""


def coming_of(snapshot: Snapshot) -> tuple[Timebox, ...]:
    """The boxes after the one that the title names."""
    return (
        snapshot.queue[1:] if snapshot.phase == "waiting" and snapshot.waits_for == "task" else snapshot.queue
    )


def section_of(snapshot: Snapshot) -> str:
    """The kind of work."""
    timebox = snapshot.running or (snapshot.following if snapshot.phase == "waiting" else None)
    return escape_controls(timebox.section) if timebox else ""


def state_of(snapshot: Snapshot | None) -> tuple[str, str]:
    """A word for what is unusual now, and what to do about it; both empty while a box simply runs."""
    if snapshot is None:
        return "READING ASANA", ""
    if snapshot.slept and snapshot.phase == "paused":
        return f"AWAY {_span(snapshot.slept)}", "space: go on without that time · c: count it as worked"
    match snapshot.phase:
        case "paused":
            return ("PAUSED, HOLD" if snapshot.held else "PAUSED"), "space goes on"
        case "held":
            return "HOLD", "nothing rings or ends until you press h"
        case "asking" if snapshot.running and snapshot.running.is_gate:
            return "KEEP OR SCRAP?", "d keeps · x scraps · + more time"
        case "asking":
            return "TIME IS UP", "d done · + more time · s skip"
        case "overtime":
            return "OVERTIME", "d when it is done"
        case "break":
            return "BREAK", "s skips it"
        case "waiting":
            return "READY", "space begins"
        case "ended":
            return _ended(snapshot)
    if snapshot.left <= LAST_MINUTE:
        return "LAST MINUTE" if snapshot.budget > LAST_MINUTE else "", ""
    return "", ""


def _ended(snapshot: Snapshot) -> tuple[str, str]:
    word = {"finished": "FINISHED", "time": "NO TIME LEFT"}.get(snapshot.ended or "", "STOPPED")
    waits = snapshot.link != "off" and snapshot.unsent
    return word, f"telling Asana the last {snapshot.unsent}…" if waits else ""


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else format_budget(round(seconds / 60))


def asana_of(snapshot: Snapshot | None) -> tuple[str, bool]:
    """How Asana and we stand, and whether that is a worry."""
    if snapshot is None or snapshot.link == "off":
        return "", False
    if not snapshot.options.completes:
        return "Asana is not told", False
    waiting = f"{snapshot.unsent} queued"
    match snapshot.link:
        case "offline":
            return f"Asana: offline, {waiting}", True
        case "refused":
            return f"Asana refuses the token, {waiting}", True
    return (f"Asana: {waiting}", False) if snapshot.unsent else ("Asana: sent", False)


def timebox_time(snapshot: Snapshot) -> str:
    """Spent against budget of the box: `12:30 of 25:00`, `+2:00` where it was given more."""
    if snapshot.phase == "waiting" and snapshot.following:
        return f"0:00 of {clock_text(snapshot.following.seconds)}"
    added = ""
    if snapshot.added:
        sign = "+" if snapshot.added > 0 else "-"
        added = f" ({sign}{clock_text(abs(snapshot.added))})"
    return f"{clock_text(snapshot.spent // 1)} of {clock_text(snapshot.budget)}{added}"


def song_time(snapshot: Snapshot) -> str:
    """The same of the whole song."""
    return f"{clock_text(snapshot.all_spent // 1)} of {clock_text(snapshot.all_budget)}"


def done_at(snapshot: Snapshot) -> str:
    """When the song will be done, by the clock on the wall here."""
    return f"{snapshot.ends_at.astimezone():%H:%M}"


def song_fraction(snapshot: Snapshot) -> float:
    """How much of the song's tasks is behind us, the running one in part."""
    if not snapshot.total:
        return 1.0
    running = snapshot.fraction if snapshot.running else 0.0
    over = sum(1 for finished in snapshot.finished if finished.why != "undone")
    return min(1.0, (over + running) / snapshot.total)


def window_title(snapshot: Snapshot | None) -> str:
    """The countdown and the task, as plain text for a window's title."""
    if snapshot is None:
        return "asana-tbp"
    word, _ = state_of(snapshot)
    state = "" if snapshot.phase in {"running", "break"} else f" [{word.lower()}]"
    return truncate(f"{digits_of(snapshot)} {title_of(snapshot)}{state}", LONGEST_TITLE)
