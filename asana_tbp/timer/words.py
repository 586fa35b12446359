"""What a session says: its commands, what happens in it and how it stands. Plain tables, quick to load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

A_KEY_OF_TIME = 120.0
"""Seconds that `+` adds and `-` takes off."""

Mood = Literal["reading", "calm", "last", "still", "held", "up", "over", "rest"]
"""What the countdown looks like, from across the room."""


class Key(NamedTuple):
    """A key of the terminal: what stands below the countdown, its line of help, and the command's values."""

    key: str
    label: str = ""
    help: str = ""
    values: Mapping[str, Any] = {}


class CommandWords(NamedTuple):
    """A command's line of `help` on the command line, "" where it has none there, and `examples` beside its word.

    `overview` is its line in the list of all commands, "" where it shares the one before. `ends_a_run`: its key, held
    down, must not end one run after another.
    """

    help: str = ""
    overview: str = ""
    examples: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    ends_a_run: bool = False


class Moment(NamedTuple):
    """What an event says: one `sentence`, "" for an event that passes unnoticed.

    `sound` is the kind of alert it is heard as, "" for none, and `word` what a notification says then; one that is not
    `loud` is heard only by who asked for all sounds.
    """

    sentence: str
    sound: str = ""
    word: str = ""
    loud: bool = False


class Standing(NamedTuple):
    """How a session stands: a `word` for what is unusual, "" where a task simply runs.

    `keys` are what one would press now with what each does, the most obvious first; `hint` says more than they do.
    """

    mood: Mood
    word: str = ""
    hint: str = ""
    keys: Mapping[str, str] = {}


COMMAND_WORDS = {
    "pause": CommandWords("Pause the running task.", "Pause and resume the current task"),
    "resume": CommandWords(
        "Continue after a pause, or start the task that waits.",
        keys=(
            Key("c", "count it", "after the machine slept: count that time as worked", {"counting": True}),
        ),
    ),
    "toggle": CommandWords(
        "Pause or resume (for a single key or foot pedal).",
        keys=(Key("space", "pause", "pause or resume"), Key("p")),
    ),
    "done": CommandWords(
        "Complete the task now and start the next one.",
        "End the current task",
        keys=(Key("d", "done", "done: complete the task in Asana now, next one"),),
        ends_a_run=True,
    ),
    "skip": CommandWords(
        "Leave the task open and start the next; or end the break.",
        keys=(Key("s", "skip", "skip: leave the task open, next one; ends a break"),),
        ends_a_run=True,
    ),
    "scrap": CommandWords(
        "At a gate: leave the song, completing nothing.",
        keys=(Key("x", "", "at a gate: scrap it, the rest of the song is left"),),
        ends_a_run=True,
    ),
    "extend": CommandWords(
        "Give the running task more time, within reason.",
        "Change the current task's time",
        examples=("extend 5m", "extend 30s"),
        keys=(
            Key("+", "+2m", "two minutes more"),
            Key("="),
            Key("-", "\N{MINUS SIGN}2m", "two minutes less", {"seconds": -A_KEY_OF_TIME}),
        ),
    ),
    "shorten": CommandWords("Take time off the running task.", examples=("shorten 5m",)),
    "come-back": CommandWords(
        keys=(
            Key("b", "come back", "mark the task to come back to"),
            Key("B", "", "mark the task before to come back to", {"last": True}),
        )
    ),
    "hold": CommandWords(
        "Mute alarms and the end of the task while you record.",
        "Mute alarms while you record",
        examples=("hold --off",),
        keys=(Key("h", "hold", "hold while you record: no alarm, no end; h again releases"),),
    ),
    "undo": CommandWords(keys=(Key("u", "undo", "undo the last completion, in Asana too"),)),
    "stop": CommandWords("End the session; the running task stays open.", "End the session"),
}
"""The words of every command that somebody gives, in the order of the help."""

MOMENTS = {
    "timebox-started": Moment("{task}", "start", "Begins"),
    "warned": Moment("{left}.", "warn", "About to end", loud=True),
    "time-up": Moment("Time is up: done, extend, skip or come-back?", "end", "Time is up", loud=True),
    "time-up overtime": Moment(
        "Time is up; it counts on until you say done.", "end", "Time is up", loud=True
    ),
    "time-up gate": Moment(
        "Keep or scrap? done keeps the song, scrap leaves it.", "end", "Time is up", loud=True
    ),
    "timebox-ended time": Moment("{ended}, {score}.{next}", "end", "Time is up", loud=True),
    "timebox-ended early": Moment("{ended}, {score}.{next}", "done", "Done"),
    "timebox-ended there": Moment("Completed in Asana, {score}.{next}", "done", "Done"),
    "timebox-left skipped": Moment("Skipped after {spent}; the task stays open."),
    "timebox-left stopped": Moment("Left after {spent}; the task stays open."),
    "timebox-left gone": Moment("Left after {spent}; the task stays open. It is no longer yours in Asana."),
    "timebox-left scrapped": Moment("Scrapped after {spent}; the rest of {song} is left."),
    "timebox-left unanswered": Moment("Nobody answered, so the gate stays open."),
    "extended": Moment("{seconds}; {left}."),
    "paused": Moment("Paused with {left}.{held}"),
    "resumed": Moment("Resumed with {left}.{held}"),
    "held": Moment("Held: no alarm, and nothing is completed, until you release it."),
    "released": Moment("Released."),
    "marked-to-come-back": Moment("{name} is marked to come back to."),
    "mark-cleared": Moment("{name} is no longer marked to come back to."),
    "undone": Moment("{name} is open again."),
    "break-started": Moment("Break{title}, {seconds}", "start", "Break"),
    "break-ended": Moment("The break is over.", "end", "The break is over", loud=True),
    "session-ended finished": Moment("", "stop", "The session is over"),
    "session-ended stopped": Moment("Stopped.", "stop", "The session is over"),
    "session-ended time": Moment("No time is left for the next task.", "stop", "The session is over"),
    "added": Moment("+ {name} joins the session."),
    "removed there": Moment("A waiting task was completed in Asana."),
    "removed gone": Moment("A task left your list in Asana."),
    "renamed": Moment("The task is now called {name}{renamed}."),
    "reordered": Moment("The order changed in Asana.{next}"),
}
"""Every event that says something, by its kind and what sets it apart."""


_MORE = {"+": "2 minutes more"}
STANDINGS = {
    "running gate": Standing("calm", keys={"d": "keep", "x": "scrap"}),
    "paused": Standing("still", "PAUSED", keys={"space": "resume"}),
    "paused held": Standing("still", "PAUSED, HOLD", keys={"space": "resume", "h": "release"}),
    "slept": Standing("still", "AWAY", keys={"space": "leave it out", "c": "count it as work"}),
    "held": Standing("held", "HOLD", "alarms muted until you press h", {"h": "release"}),
    "asking": Standing("up", "TIME IS UP", keys={"d": "done", **_MORE, "s": "skip", "b": "come back"}),
    "asking gate": Standing("up", "KEEP OR SCRAP?", keys={"d": "keep", "x": "scrap", **_MORE}),
    "overtime": Standing("over", "OVERTIME", keys={"d": "done", "b": "come back"}),
    "break": Standing("rest", "BREAK", keys={"s": "end the break"}),
    "waiting": Standing("still", "READY", keys={"space": "start"}),
}
"""How a session stands by its phase and what sets it apart, where a task does not simply run."""

_SONG = Key("i", "song", "the song: inspiration, themes, questions and answers, notes")
_STOP = Key("q", "stop", "stop the session, after a question")
FACE_KEYS = {
    "terminal": (
        _SONG,
        Key("o", "open", "open the task in Asana, in your browser"),
        Key("w", "page", "open the timer's page in your browser"),
        Key("?", "keys", "these keys"),
        _STOP._replace(help=f"{_STOP.help}; Ctrl-C stops at once"),
    ),
    "page": (
        _SONG,
        Key("l", "list", "what is done and what comes"),
        Key("m", "sound", "sound, look, and a screen that stays awake"),
        Key("f", "full screen", "use the whole screen"),
        Key("?", "keys", "these keys"),
        _STOP,
    ),
}
"""The keys of each face beside those of the commands; the last two are needed most."""
