"""Which key gives which command, and how the keys are named on the screen: made from the registry of commands."""

from __future__ import annotations

from asana_tbp.timer.commands import Command, Toggle, keys
from asana_tbp.timer.snapshot import Snapshot
from asana_tbp.timer.words import COMMAND_WORDS

COMMANDS: dict[str, Command] = {" " if each.key == "space" else each.key: command for each, command in keys()}
ENDS_A_RUN = frozenset(
    each.key for words in COMMAND_WORDS.values() if words.ends_a_run for each in words.keys
)
"""Keys that a finger left lying on them must not repeat: each would end one more run."""

HELP = (
    *((each.key, each.help) for each, _ in keys() if each.help),
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
        return (("space", "resume"), ("c", "count it"), *_keys_of_a_run(snapshot), *last)
    if snapshot.phase == "asking":
        return (*_keys_of_a_run(snapshot), *last)
    words = {"paused": "resume", "waiting": "begin"}
    return (("space", words.get(snapshot.phase, "pause")), *_keys_of_a_run(snapshot), *last)


def _keys_of_a_run(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    gate = snapshot.running is not None and snapshot.running.is_gate
    labels = {
        "d": "keep" if gate else "done",
        "x": "scrap" if gate else "",
        "h": "release" if snapshot.held else "",
    }
    rows = []
    for each, command in keys():
        label = labels.get(each.key) or each.label
        if label and not isinstance(command, Toggle) and each.key != "c":
            rows.append(("+ -" if each.key == "+" else each.key, label))
    return (*rows, ("o", "open"))
