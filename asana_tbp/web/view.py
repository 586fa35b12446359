"""What the page is shown of a session, made from the plain values that cross between processes.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asana_tbp.songmap.task_name import kind_of
from asana_tbp.text import escape_controls

MOVING = frozenset({"running", "held", "overtime", "break"})
"""Phases in which time passes for the box or the break."""

LISTED = 60
"""Boxes that the page lists at most of what is over, and of what comes."""

SAME = 0.05
"""Seconds by which two views may differ in time and tell the same."""

View = dict[str, Any]

NOBODY: View = {"phase": "none"}
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
    return {
        "session": int(_number(session, "session_id")),
        "phase": phase,
        "moving": phase in MOVING,
        "taken": taken,
        "speed": _number(session, "speed") or 1.0,
        "left": _number(session, "left"),
        "budget": _number(session, "budget"),
        "spent": _number(session, "spent"),
        "song": _text(session, "song"),
        "title": _text(timebox, "title"),
        "section": _text(timebox, "section"),
        "gate": kind_of(_text(timebox, "title")) == "gate",
        "rest_title": _text(session, "rest_title"),
        "held": session.get("held") is True,
        "warned": session.get("warned") is True,
        "come_back": session.get("come_back") is True,
        "queue": [{"title": _text(each, "title"), "budget": _budget(each)} for each in queue[:LISTED]],
        "finished": [_over(each) for each in finished[-LISTED:]],
        "over": len(finished),
        "done": int(_number(session, "done")),
        "total": int(_number(session, "total")),
        "all_spent": _number(session, "all_spent"),
        "all_budget": _number(session, "all_budget"),
        "after": sum(map(_budget, queue)) + _number(session, "breaks_ahead"),
        "warn": _number(options, "warn"),
        "at_zero": _text(options, "at_zero"),
        "completes": options.get("completes") is not False,
        "unsent": int(_number(session, "unsent")),
        "link": _text(session, "link"),
        "waits_for": _text(session, "waits_for"),
        "notice": _text(session, "notice"),
        "slept": _number(session, "slept"),
        "ended": _text(session, "ended"),
    }


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


def _over(finished: Mapping[str, Any]) -> dict[str, Any]:
    timebox = finished.get("timebox") or {}
    return {
        "title": _text(timebox, "title"),
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
