"""What the page is shown of a session, made from the plain values that cross between processes.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asana_tbp.text import escape_controls
from asana_tbp.timer.moments import STANDINGS

MOVING = frozenset({"running", "held", "overtime", "break"})
"""Phases in which time passes for the task or the break."""

LISTED = 60
"""Tasks that the page lists at most of what is over, and of what comes."""

SAME = 0.05
"""Seconds by which two views may differ in time and tell the same."""

View = dict[str, Any]

NOBODY: View = {
    "phase": "none",
    "standing": {"word": "NO SESSION", "hint": "Start one with: asana-tbp start"},
    "actions": [],
}
"""What is shown where no session runs."""


def view_of(session: Mapping[str, Any] | None, taken: float) -> View:
    """The view of a session's plain values. `taken` is when, in seconds of the machine's elapsed time."""
    if session is None:
        return dict(NOBODY)
    timebox = session.get("running") or {}
    queue = session.get("queue") or []
    finished = session.get("finished") or []
    options = session.get("options") or {}
    phase = _text(session, "phase")
    several = session.get("several_songs") is True
    return {
        **{
            name: _text(session, name)
            for name in ("phase", "song", "rest_title", "waits_for", "notice", "ended")
        },
        **{
            name: _number(session, name)
            for name in ("left", "budget", "spent", "all_spent", "all_budget", "slept")
        },
        **{name: int(_number(session, name)) for name in ("done", "total")},
        **{name: session.get(name) is True for name in ("held", "warned", "come_back")},
        "session": int(_number(session, "session_id")),
        "moving": phase in MOVING,
        "taken": taken,
        "speed": _number(session, "speed") or 1.0,
        "title": _text(timebox, "title"),
        "section": _text(timebox, "section"),
        "assumed": timebox.get("assumed") is True,
        "queue": [{"title": _title(each, several), "budget": _budget(each)} for each in queue[:LISTED]],
        "finished": [_over(each, several) for each in finished[-LISTED:]],
        "over": len(finished),
        "after": sum(map(_budget, queue)) + _number(session, "breaks_ahead"),
        "warn": _number(options, "warn"),
        "at_zero": _text(options, "at_zero"),
        "time_up": STANDINGS["asking"].word,
        "standing": session.get("standing") or {},
        "actions": session.get("actions") or [],
    }


def task_of(session: Mapping[str, Any] | None) -> tuple[str, str]:
    """The project and the task that are worked on, or come next, by their gids; no view has these."""
    timebox = (session or {}).get("running") or (session or {}).get("following") or {}
    return _text(timebox, "project_gid"), _text(timebox, "gid")


def same(one: View, other: View) -> bool:
    """Whether two views tell the same: only time has passed between them, as fast as it should."""
    if _still(one) != _still(other):
        return False
    passed = (other.get("taken", 0.0) - one.get("taken", 0.0)) * one.get("speed", 1.0)
    expected = one.get("left", 0.0) - (passed if one.get("moving") else 0.0)
    # A break has no less than nothing left.
    gone = one.get("phase") == "break" and expected < 0
    off: float = abs(expected - other.get("left", 0.0))
    return gone or off <= SAME * float(one.get("speed", 1.0))


def _still(view: View) -> View:
    return {name: view[name] for name in view if name not in {"taken", "left", "spent", "all_spent"}}


def _title(timebox: Mapping[str, Any], several: bool) -> str:
    """The task's title, after its song's name where several songs are worked on."""
    song, title = _text(timebox, "song"), _text(timebox, "title")
    return f"{song} / {title}" if several and song else title


def _over(finished: Mapping[str, Any], several: bool) -> dict[str, Any]:
    timebox = finished.get("timebox") or {}
    return {
        "title": _title(timebox, several),
        "budget": _budget(timebox),
        "spent": _number(finished, "spent"),
        "done": finished.get("done") is True,
        "why": _text(finished, "why"),
        "come_back": finished.get("come_back") is True,
    }


def _budget(timebox: Mapping[str, Any]) -> float:
    length = timebox.get("length")
    return float(length) if isinstance(length, int | float) else _number(timebox, "minutes") * 60.0


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return escape_controls(value) if isinstance(value, str) else ""


def _number(values: Mapping[str, Any], name: str) -> float:
    value = values.get(name)
    return float(value) if isinstance(value, int | float) else 0.0
