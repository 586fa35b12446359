"""What can be done now, for every face, and a moment with its words and actions as JSON takes it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from asana_tbp.timer.commands import Command, keys, message_of
from asana_tbp.timer.moments import asana_of, handover_of, is_countdown, standing_of
from asana_tbp.timer.snapshot import Snapshot

BETWEEN_RUNS = frozenset("bu")
"""Keys that make sense while no task runs."""

OF_COUNTDOWN = frozenset(("space", "d", "+", "-"))
"""Keys of a plain countdown, which is no task in Asana."""


class Action(NamedTuple):
    """A key and what it does now, in a word or two; one that is `asked` for is among the answers to how it stands."""

    key: str
    label: str
    command: Command
    asked: bool


def actions_of(snapshot: Snapshot) -> tuple[Action, ...]:
    """What makes sense now: first what is asked for, the most obvious first, then the rest in the order of the help."""
    if snapshot.phase == "ended":
        return ()
    asked = dict(standing_of(snapshot).keys)
    by_key = {each.key: (each.label, command) for each, command in keys()}
    rest = [each.key for each, _ in keys() if each.label and each.key not in {*asked, "c"}]
    if snapshot.running is None:
        rest = [key for key in rest if key in BETWEEN_RUNS]
    elif snapshot.phase == "asking":
        rest.remove("space")
    if is_countdown(snapshot):
        rest = [key for key in rest if key in OF_COUNTDOWN]
        asked.pop("b", None)
    return (
        *(Action(key, label, by_key[key][1], asked=True) for key, label in asked.items()),
        *(Action(key, *by_key[key], asked=False) for key in rest),
    )


def plain_values(snapshot: Snapshot) -> dict[str, Any]:
    """Moments in ISO 8601, seconds rounded to milliseconds; `standing` and `actions` are its words."""
    standing = standing_of(snapshot)
    asana, worry = asana_of(snapshot)
    values: dict[str, Any] = _plain(asdict(snapshot))
    words = {"mood": standing.mood, "word": standing.word, "hint": standing.hint}
    words["handover"] = handover_of(snapshot)
    values["standing"] = {**words, "asana": asana, "worry": worry}
    values["actions"] = [
        {"key": each.key, "label": each.label, "asked": each.asked, "message": message_of(each.command)}
        for each in actions_of(snapshot)
    ]
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
