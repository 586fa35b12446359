"""The words of the terminal face: for a snapshot, and for the keys that make sense then. Pure.

Whatever comes from Asana is made printable here.
"""

import textwrap
from dataclasses import dataclass
from functools import partial

from textual.content import Content

from asana_tbp.text import clock_text, escape_controls, spent_text, truncate
from asana_tbp.timer.commands import Command, keys
from asana_tbp.timer.events import Timebox
from asana_tbp.timer.moments import FACE_KEYS, actions_of, is_countdown, standing_of
from asana_tbp.timer.state import Snapshot

COMMANDS: dict[str, Command] = {" " if each.key == "space" else each.key: command for each, command in keys()}
HELP = tuple(
    (each.key, each.help) for each in (*(each for each, _ in keys()), *FACE_KEYS["terminal"]) if each.help
)


@dataclass(frozen=True, slots=True)
class News:
    """A sentence below the countdown. A `lasting` one stays until the next task or the next key."""

    text: str
    lasting: bool = False


def digits_of(snapshot: Snapshot | None) -> str:
    """The countdown; time over the budget begins with a plus."""
    if snapshot is None:
        return "--:--"
    if snapshot.phase == "ended":
        return spent_text(snapshot.all_spent)
    if snapshot.phase == "waiting" and snapshot.following:
        return clock_text(snapshot.following.seconds)
    return clock_text(snapshot.left)


def title_of(snapshot: Snapshot) -> str:
    """The title of what is worked on."""
    if snapshot.running:
        return escape_controls(snapshot.running.title)
    match snapshot.phase:
        case "waiting" if snapshot.waits_for == "task" and snapshot.following:
            return escape_controls(snapshot.following.title)
        case "break" | "waiting":
            return escape_controls(snapshot.rest_title) or "Break"
        case "ended" if is_countdown(snapshot):
            return escape_controls(snapshot.song)
        case "ended":
            return f"{snapshot.done} of {snapshot.total} done"
    return ""


def coming_of(snapshot: Snapshot) -> tuple[Timebox, ...]:
    """The tasks that follow the one that the title names, without those for which no time is left."""
    named = snapshot.phase == "waiting" and snapshot.waits_for == "task"
    return snapshot.queue[: len(snapshot.queue) - snapshot.left_out][1 if named else 0 :]


def end_of(snapshot: Snapshot) -> tuple[str, str]:
    """What happens at the session's end, and when."""
    return "stops" if snapshot.left_out else "all done", f"{snapshot.ends_at.astimezone():%H:%M} "


def section_of(snapshot: Snapshot) -> str:
    """The kind of work."""
    timebox = snapshot.running or (snapshot.following if snapshot.phase == "waiting" else None)
    return escape_controls(timebox.section) if timebox else ""


def timebox_time(snapshot: Snapshot) -> str:
    """Spent against budget of the run: `12:30 of 25:00`, `+2:00` where it was given more."""
    if snapshot.phase == "waiting" and snapshot.following:
        return f"0:00 of {clock_text(snapshot.following.seconds)}"
    added = ""
    if snapshot.added:
        sign = "+" if snapshot.added > 0 else "-"
        added = f" ({sign}{clock_text(abs(snapshot.added))})"
    return f"{spent_text(snapshot.spent)} of {clock_text(snapshot.budget)}{added}"


def song_time(snapshot: Snapshot) -> str:
    """Spent against budget of the whole song."""
    return f"{spent_text(snapshot.all_spent)} of {clock_text(snapshot.all_budget)}"


def song_fraction(snapshot: Snapshot) -> float:
    """The share of the song's tasks that are over, with the running one in part."""
    if not snapshot.total:
        return 1.0
    running = snapshot.fraction if snapshot.running else 0.0
    over = sum(1 for finished in snapshot.finished if finished.why != "undone")
    return min(1.0, (over + running) / snapshot.total)


def window_title(snapshot: Snapshot | None) -> str:
    """The countdown and the task, as plain text for a window's title, which shows some 80 characters."""
    if snapshot is None:
        return "asana-tbp"
    word = standing_of(snapshot).word.lower()
    state = "" if snapshot.phase in {"running", "break"} else f" [{word}]"
    return truncate(f"{digits_of(snapshot)} {title_of(snapshot)}{state}", 80)


def legend(snapshot: Snapshot | None) -> tuple[tuple[str, str], ...]:
    """Keys and their words, the most needed first; the last two always fit."""
    last = tuple((each.key, each.label) for each in FACE_KEYS["terminal"])
    if snapshot is None or snapshot.phase == "ended":
        return last[-2:]
    actions = [
        ("+ -", "2m") if key == "+" else (key, label)
        for key, label in actions_of(snapshot).items()
        if key != "-"
    ]
    return (*actions, *(last[-2:] if is_countdown(snapshot) else last))


def key_rows(snapshot: Snapshot | None, width: int, most: int) -> list[Content]:
    """The keys in at most so many rows of similar length; keys without room are shown by `?`."""
    # Lines are not broken between a key and its word.
    keys = {
        f"{key} {word}".replace(" ", "\N{NO-BREAK SPACE}"): Content.assemble(
            (key, "bold $primary"), f" {word}"
        )
        for key, word in legend(snapshot)
    }
    *first, least, last = keys
    lines = partial(textwrap.wrap, break_long_words=False, break_on_hyphens=False)
    for count in range(len(first), -1, -1):
        text = "  ".join((*first[:count], least, last))
        rows = lines(text, width)
        if len(rows) <= most:
            while len(rows) > 1 and width > 1 and len(narrower := lines(text, width - 1)) == len(rows):
                rows, width = narrower, width - 1
            return [Content("  ").join(map(keys.__getitem__, row.split("  "))) for row in rows]
    return []
