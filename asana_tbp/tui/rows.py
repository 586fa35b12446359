"""The rows of the picture: what each contains, and what a narrow one leaves out. Pure."""

import textwrap
from dataclasses import dataclass
from typing import NamedTuple

from textual.content import Content

from asana_tbp.text import clock_text, escape_controls, spent_text
from asana_tbp.timer.moments import Mood, Standing, asana_of, handover_of, is_countdown, standing_of
from asana_tbp.timer.state import Snapshot
from asana_tbp.tui.words import (
    News,
    coming_of,
    end_of,
    section_of,
    song_fraction,
    song_time,
    timebox_time,
    title_of,
)


class Look(NamedTuple):
    """The styles of a mood: of its word, of the digits and of the task's bar.

    The digits are never bold: many terminals make that brighter, and so many blocks would light the room.
    """

    badge: str
    digits: str
    bar: str = "$primary"


LOOKS: dict[Mood, Look] = {
    "reading": Look("dim", "dim $digits"),
    "calm": Look("bold", "$digits"),
    "last": Look("bold $warning", "$warning", "$warning"),
    "still": Look("bold reverse", "dim $digits"),
    "held": Look("bold reverse $accent", "$accent"),
    "up": Look("bold reverse $error", "$error", "$error"),
    "over": Look("bold reverse $error", "$error", "$error"),
    "rest": Look("bold reverse $success", "$success"),
}

TASK, SONG = "█░", "━─"
"""The characters of a bar, full and empty: the song's is the finer one."""

APART = 2
"""Columns between the list of what comes and that of what is done."""

HANDED_OVER = 3.0
"""Seconds of the machine that the handover from one task to the next is shown."""

PLENTY = 4
"""Rows from which a list uses one to count what does not fit."""

Line = tuple[Content, Content]
"""The two ends of a list's row."""

EMPTY = Content("")


@dataclass(frozen=True, slots=True)
class ViewState:
    """What the screen shows: a snapshot, the last sentence, whether a pulsing countdown is faint now."""

    snapshot: Snapshot | None
    said: News | None = None
    faint: bool = False
    waited: int = 0
    closes_with_a_key: bool = False

    @property
    def standing(self) -> Standing:
        """The session's standing; at a task's beginning, the handover from the one before."""
        snapshot = self.snapshot
        if (
            snapshot
            and snapshot.phase == "running"
            and snapshot.spent < HANDED_OVER * snapshot.speed
            and (handover := handover_of(snapshot))
        ):
            return Standing("rest", "NEXT", handover)
        return standing_of(snapshot)


def spread(left: Content, right: Content, width: int) -> Content:
    """`left` and `right` at the two ends of a row; the left one is cut if there is no room."""
    room = width - right.cell_length - (1 if right.cell_length else 0)
    if room < 1:
        return right.truncate(width, ellipsis=True)
    left = left.truncate(room, ellipsis=True)
    return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)


def centred(row: Content, width: int, band: str = "") -> Content:
    """A centred row, with `band` on a background from edge to edge that nobody mistakes for a running countdown."""
    row = row.truncate(width, ellipsis=True)
    row = Content.assemble(" " * ((width - row.cell_length) // 2), row)
    return row.pad_right(width - row.cell_length).stylize_before(band) if band else row


def header_row(snapshot: Snapshot | None, width: int, *, ends: bool = False) -> Content:
    """The song, with `ends` when it ends, and the state of the connection to Asana."""
    song = escape_controls(snapshot.song) if snapshot else "asana-tbp"
    said, worry = asana_of(snapshot) if snapshot else ("", False)
    right = Content.styled(f"{said} " if said else "", "bold $warning" if worry else "dim")
    if ends and snapshot and snapshot.phase != "ended":
        what, when = end_of(snapshot)
        right = Content.assemble((f"{what} at ", "dim"), (when, "bold"), "  ", right)
    return spread(Content.styled(f" {song}", "bold"), right, width)


def badge_of(moment: ViewState) -> tuple[Content, str]:
    """What is unusual now, and what to do about it."""
    standing = moment.standing
    waited = f" {moment.waited} s" if moment.snapshot is None and moment.waited >= 3 else ""
    word = f" {standing.word}{waited} " if standing.word else ""
    todo = standing.hint or " · ".join(f"{key} {label}" for key, label in standing.keys.items())
    return Content.styled(word, LOOKS[standing.mood].badge), todo


def state_row(moment: ViewState, width: int) -> Content:
    """What is unusual now, in a row."""
    badge, todo = badge_of(moment)
    standing = moment.standing
    if standing.word != "NEXT" and standing.mood not in {"over", "up"}:
        return centred(Content.assemble(badge, f"  {todo}" if todo else ""), width)
    return centred(Content.assemble(badge, f" {todo} "), width, LOOKS[standing.mood].badge)


def title_row(snapshot: Snapshot | None, width: int) -> Content:
    """The task and its section."""
    if snapshot is None or title_of(snapshot).upper() == standing_of(snapshot).word:
        return EMPTY
    section = f"  {section}" if (section := section_of(snapshot)) else ""
    parts = ((title_of(snapshot), "bold"), (section, "dim"), (mark_of(snapshot), "$warning"))
    return centred(Content.assemble(*parts), width)


def mark_of(snapshot: Snapshot) -> str:
    """Marks of the running task: that its time was assumed, that it is to be come back to."""
    assumed = "  no time in its name" if snapshot.running and snapshot.running.assumed else ""
    return f"{assumed}{'  ↺ come back' if snapshot.come_back else ''}"


def state_and_title_row(moment: ViewState, width: int) -> Content:
    """State and title in one row, for a small terminal."""
    badge, todo = badge_of(moment)
    if not badge.cell_length:
        return title_row(moment.snapshot, width)
    if moment.snapshot is None:
        return centred(badge, width)
    # A break without a title shows only what to do about it.
    title = title_of(moment.snapshot)
    words = f" {todo}" if title.upper() == badge.plain.strip() else (f" {title}", "bold")
    return centred(Content.assemble(badge, words), width)


def _bar(label: str, fraction: float, width: int, style: str, least: int = 0, drawn: str = TASK) -> Content:
    text = f" {label} ".ljust(least)
    room = width - len(text) - 1
    if room < 5:
        return Content(f" {label}")
    full = min(room, int(room * fraction + 1e-9))
    return Content.assemble(" ", (drawn[0] * full, style), (drawn[1] * (room - full), "dim"), text)


def bar_rows(snapshot: Snapshot | None, width: int) -> tuple[Content, Content]:
    """The progress of the task and of the song; at the end, only the song's."""
    if snapshot is None:
        return EMPTY, EMPTY
    share = song_fraction(snapshot)
    if snapshot.phase == "ended":
        return _bar(song_time(snapshot), share, width, "$success"), EMPTY
    waits = snapshot.phase == "waiting"
    style = LOOKS[standing_of(snapshot).mood].bar
    label, of_song = (
        timebox_time(snapshot),
        f"{snapshot.done} of {snapshot.total} done · {song_time(snapshot)}",
    )
    # Both bars are equally long.
    most = width - 12 if width >= 60 else width // 2
    least = min(most, max(len(label), len(of_song)) + 2)
    bar = _bar(label, 0.0 if waits else snapshot.fraction, width, style, least)
    if is_countdown(snapshot):
        return bar, EMPTY
    return bar, _bar(of_song, share, width, "$success", least, SONG)


def news_row(moment: ViewState, width: int) -> Content:
    """The last sentence, or what comes next: a small terminal has one row for both."""
    if moment.said:
        return notice_rows(moment, width, 1)[0]
    snapshot = moment.snapshot
    if snapshot is None or snapshot.phase == "ended":
        # A command that is cut off can't be typed.
        hint = moment.standing.hint if snapshot else ""
        return centred(Content.styled(hint, "dim"), width) if len(hint) <= width else EMPTY
    what, when = end_of(snapshot)
    right = Content.assemble((f"{what} ", "dim"), (when, "bold"))
    return spread(following_row(snapshot, width - right.cell_length - 1), right, width)


def following_row(snapshot: Snapshot, width: int = 1000) -> Content:
    """What comes next; without its budget if that has no room."""
    coming = coming_of(snapshot)
    if not coming:
        last = f" Last task, no time for {snapshot.left_out} more" if snapshot.left_out else " Last task"
        return Content.styled("" if is_countdown(snapshot) else last, "dim")
    name = coming[0].in_song(coming[0].name, several=snapshot.several_songs)
    row = Content.assemble((" next  ", "dim"), escape_controls(name))
    if row.cell_length <= width:
        return row
    return Content.assemble((" next  ", "dim"), escape_controls(coming[0].title))


def notice_rows(moment: ViewState, width: int, most: int) -> list[Content]:
    """The last sentence in at least one row and at most so many."""
    text = moment.said.text if moment.said else ""
    # A link that is broken in two can't be copied.
    lines = textwrap.wrap(text, max(1, width - 2), break_on_hyphens=False, break_long_words=False)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [Content.styled(f" {line}", "$warning").truncate(width, ellipsis=True) for line in lines or [""]]


def list_rows(snapshot: Snapshot | None, width: int, rows: int) -> list[Content]:
    """What comes on the left, what is done on the right; in `rows` rows."""
    if snapshot is None:
        return [EMPTY] * rows
    coming, over = (
        _cut(_coming(snapshot), rows, "       ", snapshot.left_out),
        _cut(_over(snapshot), rows, "  "),
    )
    if snapshot.phase == "ended":
        coming, over = [(Content.assemble(" ", head), tail) for head, tail in over], _cut([], rows, "")
    left, right = _widest(coming), _widest(over)
    # Each is as wide as it needs; if that is too much, what comes next gets half.
    apart = APART if right else 0
    left = width - right if left + apart + right <= width else max(width - right, width // 2)
    return [
        Content.assemble(spread(*first, max(0, left - apart)), " " * apart, spread(*second, width - left))
        for first, second in zip(coming, over, strict=True)
    ]


def _widest(lines: list[Line]) -> int:
    return max(
        (head.cell_length + (tail.cell_length and APART + tail.cell_length) for head, tail in lines),
        default=0,
    )


def _coming(snapshot: Snapshot) -> list[Line]:
    queue = coming_of(snapshot)
    if not queue:
        return [(following_row(snapshot), EMPTY)]
    names = [escape_controls(each.in_song(each.name, several=snapshot.several_songs)) for each in queue]
    words = [" next  ", *[" then  "] * (len(names) - 1)]
    rows = [(Content.assemble((word, "dim"), name), EMPTY) for word, name in zip(words, names, strict=True)]
    if snapshot.left_out:
        rows.append((Content.styled(f"       no time for {snapshot.left_out} more", "dim"), EMPTY))
    return rows


def _over(snapshot: Snapshot) -> list[Line]:
    """The last runs that are over, with spent against budget; the newest at the top."""
    lines = []
    for finished in reversed(snapshot.finished):
        mark, style = ("✓", "$success") if finished.done else ("·", "dim")
        if finished.come_back:
            mark, style = "↺", "$warning"
        title = escape_controls(finished.timebox.title)
        time = f"{spent_text(finished.spent)} of {clock_text(finished.timebox.seconds)} "
        # An undone task is not listed as done: it is among those to come.
        if finished.why != "undone":
            lines.append((Content.assemble((f"{mark} ", style), title), Content.styled(time, "dim")))
    return lines


def _cut(lines: list[Line], rows: int, indent: str, left_out: int = 0) -> list[Line]:
    """As many lines as there are rows; the last of all is that of tasks `left_out`, if there are any."""
    if len(lines) > rows >= PLENTY:
        words = (
            f"{len(lines) - rows} more, no time for {left_out}"
            if left_out
            else f"{len(lines) - rows + 1} more"
        )
        more = Content.styled(f"{indent}{words}", "dim")
        lines = [*lines[: rows - 1], (more, EMPTY)]
    return [*lines[:rows], *[(EMPTY, EMPTY)] * (rows - len(lines))]
