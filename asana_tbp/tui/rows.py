"""The rows of a picture: what stands in each, and what gives way in a narrow one.

Pure.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from textual.content import Content

from asana_tbp.text import escape_controls
from asana_tbp.timer.moments import Mood, asana_of, is_countdown, standing_of
from asana_tbp.timer.snapshot import Snapshot
from asana_tbp.tui.words import (
    News,
    coming_of,
    section_of,
    song_fraction,
    song_time,
    timebox_time,
    title_of,
)

BADGES: dict[Mood, str] = {
    "reading": "dim",
    "calm": "bold",
    "last": "bold $warning",
    "still": "bold reverse",
    "held": "bold reverse $accent",
    "up": "bold reverse $error",
    "over": "bold reverse $error",
    "rest": "bold reverse $success",
}

BARS: dict[Mood, str] = {"last": "$warning", "up": "$error", "over": "$error"}


@dataclass(frozen=True, slots=True)
class ViewState:
    """What is to be seen: a snapshot, the last sentence, whether a pulsing countdown is faint now."""

    snapshot: Snapshot | None
    said: News | None = None
    faint: bool = False
    waited: int = 0
    handed_over: str = ""
    closes_with_a_key: bool = False


def spread(left: Content, right: Content, width: int) -> Content:
    """`left` and `right` at the two ends of a row; the left one gives way."""
    room = width - right.cell_length - (1 if right.cell_length else 0)
    if room < 1:
        return right.truncate(width, ellipsis=True)
    left = left.truncate(room, ellipsis=True)
    return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)


def centred(row: Content, width: int) -> Content:
    """A row in the middle."""
    row = row.truncate(width, ellipsis=True)
    return Content.assemble(" " * ((width - row.cell_length) // 2), row)


def header_row(snapshot: Snapshot | None, width: int, *, ends: bool = False) -> Content:
    """The song, when it ends where there is room for that, and how Asana and we stand."""
    song = escape_controls(snapshot.song) if snapshot else "asana-tbp"
    said, worry = asana_of(snapshot) if snapshot else ("", False)
    right = Content.styled(f"{said} " if said else "", "bold $warning" if worry else "dim")
    if ends and snapshot and snapshot.phase != "ended":
        right = Content.assemble(
            ("all done at ", "dim"), (f"{snapshot.ends_at.astimezone():%H:%M} ", "bold"), "  ", right
        )
    return spread(Content.styled(f" {song}", "bold"), right, width)


def badge_of(moment: ViewState) -> tuple[Content, str]:
    """What is unusual now, and what to do about it."""
    standing = standing_of(moment.snapshot)
    word, style = standing.word, BADGES[standing.mood]
    todo = standing.hint or " · ".join(f"{key} {label}" for key, label in standing.keys.items())
    if moment.handed_over:
        word, todo, style = "NEXT", moment.handed_over, BADGES["rest"]
    if moment.snapshot is None and moment.waited >= 3:
        word = f"{word} {moment.waited} s"
    return Content.styled(f" {word} " if word else "", style), todo


def state_row(moment: ViewState, width: int) -> Content:
    """What is unusual now, in a row."""
    badge, todo = badge_of(moment)
    if not moment.handed_over and standing_of(moment.snapshot).mood not in {"over", "up"}:
        return centred(Content.assemble(badge, f"  {todo}" if todo else ""), width)
    # A band from edge to edge: nobody takes it for a countdown that simply runs.
    style = BADGES["rest" if moment.handed_over else "up"]
    band = Content.assemble(badge, (f" {todo} ", style)).truncate(width, ellipsis=True)
    gap = width - band.cell_length
    return Content.assemble((" " * (gap // 2), style), band, (" " * (gap - gap // 2), style))


def title_row(snapshot: Snapshot | None, width: int) -> Content:
    """The task and its section."""
    if snapshot is None or title_of(snapshot).upper() == standing_of(snapshot).word:
        return Content("")
    section = f"  {section}" if (section := section_of(snapshot)) else ""
    parts = ((title_of(snapshot), "bold"), (section, "dim"), (mark_of(snapshot), "$warning"))
    return centred(Content.assemble(*parts), width)


def mark_of(snapshot: Snapshot) -> str:
    """What is to be known of the running task: that its time was assumed, that it is to be come back to."""
    assumed = "  no time in its name" if snapshot.running and snapshot.running.assumed else ""
    return f"{assumed}{'  ↺ come back' if snapshot.come_back else ''}"


def state_and_title_row(moment: ViewState, width: int) -> Content:
    """Both in one row, where there are few."""
    badge, todo = badge_of(moment)
    if not badge.cell_length:
        return title_row(moment.snapshot, width)
    if moment.snapshot is None:
        return centred(badge, width)
    # Of a break without a title there is no more to say than what to do about it.
    title = title_of(moment.snapshot)
    words = f" {todo}" if title.upper() == badge.plain.strip() else (f" {title}", "bold")
    return centred(Content.assemble(badge, words), width)


TASK, SONG = "█░", "━─"
"""What a bar is drawn with, full and empty: the song's is the finer one."""


def _bar(label: str, fraction: float, width: int, style: str, least: int = 0, drawn: str = TASK) -> Content:
    text = f" {label} ".ljust(least)
    room = width - len(text) - 1
    if room < 5:
        return Content(f" {label}")
    full = min(room, int(room * fraction + 1e-9))
    return Content.assemble(" ", (drawn[0] * full, style), (drawn[1] * (room - full), "dim"), text)


def bar_rows(snapshot: Snapshot | None, width: int) -> tuple[Content, Content]:
    """How far the task is, and how far the song; at the end, the song alone."""
    if snapshot is None:
        return Content(""), Content("")
    share = song_fraction(snapshot)
    if snapshot.phase == "ended":
        return _bar(song_time(snapshot), share, width, "$success"), Content("")
    waits = snapshot.phase == "waiting"
    style = "$primary" if waits else BARS.get(standing_of(snapshot).mood, "$primary")
    label, of_song = (
        timebox_time(snapshot),
        f"{snapshot.done} of {snapshot.total} done · {song_time(snapshot)}",
    )
    # Two bars are equally long; a narrow terminal has one.
    most = width - 12 if width >= 60 else width // 2
    least = min(most, max(len(label), len(of_song)) + 2)
    bar = _bar(label, 0.0 if waits else snapshot.fraction, width, style, least)
    if is_countdown(snapshot):
        return bar, Content("")
    return bar, _bar(of_song, share, width, "$success", least, SONG)


def news_row(moment: ViewState, width: int) -> Content:
    """In a small terminal the last sentence stands where what comes next would."""
    if moment.said:
        return said_rows(moment, width, 1)[0]
    snapshot = moment.snapshot
    if snapshot is None or snapshot.phase == "ended":
        return Content("")
    right = Content.assemble(("all done ", "dim"), (f"{snapshot.ends_at.astimezone():%H:%M} ", "bold"))
    return spread(following_row(snapshot, width - right.cell_length - 1), right, width)


def following_row(snapshot: Snapshot, width: int = 1000) -> Content:
    """What comes next; without its budget where that has no room."""
    coming = coming_of(snapshot)
    if not coming:
        return Content.styled("" if is_countdown(snapshot) else " Last task", "dim")
    name = coming[0].in_song(coming[0].name, several=snapshot.several_songs)
    row = Content.assemble((" next  ", "dim"), escape_controls(name))
    if row.cell_length <= width:
        return row
    return Content.assemble((" next  ", "dim"), escape_controls(coming[0].title))


def said_rows(moment: ViewState, width: int, most: int) -> list[Content]:
    """The last sentence in at least one row and at most so many."""
    text = moment.said.text if moment.said else ""
    # An address that is cut in two can't be copied.
    lines = textwrap.wrap(text, max(1, width - 2), break_on_hyphens=False, break_long_words=False)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [Content.styled(f" {line}", "$warning").truncate(width, ellipsis=True) for line in lines or [""]]
