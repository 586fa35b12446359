"""Which key is which command, and how the keys are named on the screen.

Knows keys and commands. Must not know what a command does. Pure.
"""

from __future__ import annotations

from asana_tbp.session.snapshot import Snapshot
from asana_tbp.timer.commands import (
    ComeBack,
    Command,
    Done,
    Extend,
    Hold,
    Resume,
    Scrap,
    Skip,
    Toggle,
    Undo,
)

A_KEY_OF_TIME = 120.0
"""Seconds that `+` adds and `-` takes off."""

COMMANDS: dict[str, Command] = {
    " ": Toggle(),
    "p": Toggle(),
    "d": Done(),
    "s": Skip(),
    "x": Scrap(),
    "+": Extend(A_KEY_OF_TIME),
    "=": Extend(A_KEY_OF_TIME),
    "-": Extend(-A_KEY_OF_TIME),
    "b": ComeBack(),
    "B": ComeBack(last=True),
    "h": Hold(),
    "u": Undo(),
    "c": Resume(counting=True),
}
ENDS_A_BOX = frozenset({"d", "s", "x"})
"""Keys that a finger left lying on them must not repeat: each would end one more box."""

HELP = (
    ("space", "pause, or go on"),
    ("d", "done: complete the task in Asana now, next one"),
    ("s", "skip: leave the task open, next one; ends a break"),
    ("x", "at a gate: scrap it, the rest of the song is left"),
    ("+  -", "two minutes more, two minutes less"),
    ("b", "mark to come back to; B marks the task before"),
    ("h", "hold while you record: no alarm, no end; h again lets go"),
    ("u", "undo the last completion, in Asana too"),
    ("c", "after the machine slept: count that time as worked"),
    ("o", "open the task in Asana, in your browser"),
    ("?", "these keys"),
    ("q", "stop, after asking; Ctrl-C stops at once"),
)


def legend(snapshot: Snapshot | None) -> tuple[tuple[str, str], ...]:
    """Keys and their words as they stand at the bottom, the most needed first; the last two always fit."""
    last = (("?", "keys"), ("q", "stop"))
    if snapshot is None or snapshot.phase == "ended":
        return last
    if snapshot.slept:
        return (("space", "go on"), ("c", "count it"), *_keys_of_a_timebox(snapshot), *last)
    if snapshot.phase == "asking":
        return (*_keys_of_a_timebox(snapshot), *last)
    words = {"paused": "go on", "held": "go on", "waiting": "begin"}
    return (("space", words.get(snapshot.phase, "pause")), *_keys_of_a_timebox(snapshot), *last)


def _keys_of_a_timebox(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    gate = snapshot.running is not None and snapshot.running.is_gate
    return (
        *((("d", "keep"), ("x", "scrap")) if gate else (("d", "done"),)),
        ("s", "skip"),
        ("+ -", "2m"),
        ("b", "come back"),
        ("h", "let go" if snapshot.held else "hold"),
        ("u", "undo"),
        ("o", "open"),
    )
