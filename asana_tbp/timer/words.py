"""The words of a session's commands, on the command line and on the keys. A plain table, quick to load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

A_KEY_OF_TIME = 120.0
"""Seconds that `+` adds and `-` takes off."""


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
