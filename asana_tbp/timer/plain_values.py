"""A snapshot and its words as JSON takes them: what crosses between processes, and what scripts read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from asana_tbp.timer.actions import actions_of
from asana_tbp.timer.commands import message_of
from asana_tbp.timer.moments import asana_of, handover_of, standing_of
from asana_tbp.timer.snapshot import Snapshot


def plain_values(snapshot: Snapshot) -> dict[str, Any]:
    """Moments in ISO 8601, seconds rounded to milliseconds; `standing` and `actions` are its words."""
    standing = standing_of(snapshot)
    asana, worry = asana_of(snapshot)
    values: dict[str, Any] = _plain(asdict(snapshot))
    values["standing"] = {
        "mood": standing.mood,
        "word": standing.word,
        "hint": standing.hint,
        "handover": handover_of(snapshot),
        "asana": asana,
        "worry": worry,
    }
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
