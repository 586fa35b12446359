"""A moment of a session in words, from the plain values that cross between processes.

Imports nothing heavy: a status bar runs this every second.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any, Literal

from asana_tbp.errors import UsageError
from asana_tbp.text import clock_text, escape_controls, spent_text


def words_of(session: Mapping[str, Any] | None) -> dict[str, str]:
    """The names that `--format` knows, with their values; all empty if no session runs."""
    session = session or {}
    timebox = session.get("running") or {}
    following = session.get("following") or {}
    resting = session.get("rest_title") or "break" if session.get("phase") == "break" else ""
    left = float(session.get("left") or 0.0)
    ends = session.get("ends_at")
    return {
        "remaining": clock_text(left) if session else "",
        "title": str(timebox.get("title") or resting),
        "name": str(timebox.get("name") or ""),
        "section": str(timebox.get("section") or ""),
        "song": str(session.get("song") or ""),
        "state": str(session.get("phase") or ""),
        "percent": str(round(100 * float(session.get("fraction") or 0.0))) if session else "",
        "budget": clock_text(float(session.get("budget") or 0.0)) if session else "",
        "spent": spent_text(float(session.get("spent") or 0.0)) if session else "",
        "done": str(session.get("done", "")),
        "total": str(session.get("total", "")),
        "next": str(following.get("title") or ""),
        "ends": f"{datetime.fromisoformat(ends).astimezone():%H:%M}" if ends else "",
        "unsent": str(session.get("unsent", "")),
    }


def moment_line(session: Mapping[str, Any] | None) -> str:
    """One moment in one line: `12:34 Write bassline [paused] (1 of 4 done)`."""
    if not session:
        return "no session"
    words = words_of(session)
    where = f"({words['done']} of {words['total']} done)"
    if session.get("phase") == "ended":
        return f"the session is over {where}"
    if session.get("phase") == "waiting":
        return f"the next {session.get('waits_for') or 'task'} waits {where}"
    state = words["state"] + (", held" if words["state"] == "paused" and session.get("held") else "")
    state = "" if state in {"running", "break"} else f" [{state}]"
    song = f"{words['song']} / " if session.get("several_songs") and session.get("running") else ""
    return escape_controls(f"{words['remaining']} {song}{words['title']}{state} {where}")


def formatted(form: str, session: Mapping[str, Any] | None) -> str:
    """`form` with each `{name}` replaced. Raises `UsageError` for an unknown name."""
    words = words_of(session)

    # Names only: `str.format` would also give access to attributes of the values.
    def replaced(piece: re.Match[str]) -> str:
        if piece["doubled"]:
            return piece["doubled"][0]
        if piece["name"] is None:
            raise UsageError(f"--format: {form!r} has an open brace.", "Write it like {remaining} {title}.")
        if piece["name"] not in words:
            raise UsageError(f"--format knows no {{{piece['name']}}}.", f"It knows {', '.join(words)}.")
        return words[piece["name"]]

    form = form.replace("\\t", "\t").replace("\\n", "\n")
    return escape_controls(re.sub(r"(?P<doubled>\{\{|\}\})|\{(?P<name>[^{}]*)\}|\{", replaced, form))


Bar = Literal["waybar", "i3bar", "tmux", "swiftbar"]
FIRST_LINES: dict[Bar, str] = {"i3bar": '{"version": 1}\n['}
"""What a bar reads before the first of many lines."""


def bar_text(bar: Bar, form: str | None, session: Mapping[str, Any] | None, *, follow: bool) -> str:
    """What a status bar reads, each name escaped for it; an empty text where no session runs."""
    words = words_of(session)
    state, text, tooltip = words["state"], "", ""
    if session:
        waits = "" if state in {"running", "break", ""} else f" [{state}]"
        plain = f"{words['remaining']} {words['title']}".strip() + waits
        text = escape_controls(plain) if form is None else formatted(form, session)
        tooltip = escape_controls(f"{words['song']}: {words['done']} of {words['total']} done")
    if bar == "waybar":
        # Text and tooltip are Pango markup.
        content = {"text": escape(text), "tooltip": escape(tooltip), "class": state or "none"}
        return json.dumps({**content, "percentage": int(words["percent"] or 0)})
    if bar == "i3bar":
        block = {"name": "asana-tbp", "full_text": text, "markup": "none"}
        return f"{json.dumps([block])}," if follow else json.dumps(block)
    if bar == "tmux":
        return text.replace("#", "##")
    # SwiftBar: what follows a bar is parameters, and a line of its own separates two states of a stream.
    title = f"{text.replace('|', '¦')} | emojize=false symbolize=false" if text else ""
    return f"~~~\n{title}" if follow else title
