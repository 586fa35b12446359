"""What the page is shown of a session, made from the plain values that cross between processes. Pure."""

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

SESSION: View = {
    **dict.fromkeys(("phase", "song", "rest_title", "waits_for", "notice", "ended"), ""),
    **dict.fromkeys(("left", "budget", "spent", "all_spent", "all_budget", "slept"), 0.0),
    **dict.fromkeys(("done", "total"), 0),
    **dict.fromkeys(("held", "warned", "come_back"), False),
    "speed": 1.0,
}
"""What the page gets of a session by the same names, and instead of what is missing or of another kind."""


def view_of(session: Mapping[str, Any] | None, taken: float) -> View:
    """The view of a session's plain values. `taken` is when, in seconds of the machine's elapsed time."""
    if session is None:
        return dict(NOBODY)
    shown = known_values(session, SESSION)
    more = known_values(session, {"session_id": 0, "breaks_ahead": 0.0, "several_songs": False})
    queue = [_listed(each, more["several_songs"]) for each in session.get("queue") or []]
    finished = session.get("finished") or []
    return {
        **shown,
        **known_values(session.get("running"), {"title": "", "section": "", "assumed": False}),
        **known_values(session.get("options"), {"warn": 0.0, "at_zero": ""}),
        "session": more["session_id"],
        "moving": shown["phase"] in MOVING,
        "taken": taken,
        "queue": queue[:LISTED],
        "finished": [
            _listed(each.get("timebox") or {}, more["several_songs"])
            | known_values(each, {"spent": 0.0, "done": False, "why": "", "come_back": False})
            for each in finished[-LISTED:]
        ],
        "over": len(finished),
        "after": sum(each["budget"] for each in queue) + more["breaks_ahead"],
        "time_up": STANDINGS["asking"].word,
        "standing": session.get("standing") or {},
        "actions": session.get("actions") or [],
    }


def task_of(session: Mapping[str, Any] | None) -> tuple[str, str]:
    """The project and the task that are worked on, or come next, by their gids; no view has these."""
    timebox = (session or {}).get("running") or (session or {}).get("following")
    known = known_values(timebox, {"project_gid": "", "gid": ""})
    return known["project_gid"], known["gid"]


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


def _listed(timebox: Mapping[str, Any], several: bool) -> View:
    """A task of a list with its budget, after its song's name where several songs are worked on."""
    known = known_values(timebox, {"title": "", "song": "", "length": 0.0, "minutes": 0.0})
    song = f"{known['song']} / " if several and known["song"] else ""
    return {"title": f"{song}{known['title']}", "budget": known["length"] or known["minutes"] * 60.0}


def known_values(values: Mapping[str, Any] | None, defaults: View) -> View:
    """The values of these names, printable; the default where one is missing or, in another version, something else."""

    def value_or(default: Any, value: Any) -> Any:
        if isinstance(default, str):
            return escape_controls(value) if isinstance(value, str) else default
        return type(default)(value) if isinstance(value, int | float) else default

    return {name: value_or(default, (values or {}).get(name)) for name, default in defaults.items()}
