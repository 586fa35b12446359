"""A snapshot laid out in rows, for any size of terminal from 40x10 on; smaller ones get what fits.

Knows sizes and which row gives way to which. Must not know widgets, keys pressed or where snapshots come
from. Pure: the same moment in the same size is the same picture.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from textual.content import Content

from asana_tbp.session.countdown import clock_text
from asana_tbp.session.snapshot import Snapshot
from asana_tbp.session.state import Finished
from asana_tbp.songmap.wording import printable
from asana_tbp.tui.digits import blocks, height_of, largest
from asana_tbp.tui.keys import legend
from asana_tbp.tui.words import (
    Mood,
    Said,
    asana_of,
    box_time,
    digits_of,
    done_at,
    mood_of,
    section_of,
    song_fraction,
    song_time,
    state_of,
    title_of,
)

ROOMY = 20
"""Rows from which there is room for more than the countdown."""

LEAST_DIGITS = 5
LISTS = 3
"""Rows that what comes next and what is done get before the digits grow."""

LONGEST_KEY = 16
"""Columns that a key and its word take at most: narrower rows are not made even."""

DIGITS: dict[Mood, str] = {
    "reading": "dim",
    "calm": "bold",
    "last": "bold $error",
    "still": "dim",
    "held": "bold $accent",
    "up": "bold $error",
    "over": "bold $error",
    "rest": "bold $success",
}
BADGES: dict[Mood, str] = {
    "reading": "dim",
    "calm": "bold",
    "last": "bold $error",
    "still": "bold reverse",
    "held": "bold reverse $accent",
    "up": "bold reverse $error",
    "over": "bold reverse $error",
    "rest": "bold reverse $success",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """What is to be seen: a snapshot, the last sentence, whether a pulsing countdown is faint now."""

    snapshot: Snapshot | None
    said: Said | None = None
    faint: bool = False
    waited: int = 0


def paint(moment: Moment, width: int, height: int) -> list[Content]:
    """`height` rows of at most `width` columns."""
    if width < 1 or height < 1:
        return []
    rows = _roomy(moment, width, height) if height >= ROOMY else _tight(moment, width, height)
    rows = [row.truncate(width, ellipsis=True) for row in rows]
    return rows[:height]


def _tight(moment: Moment, width: int, height: int) -> list[Content]:
    """A few rows: what gives way first is the header, then what is next, the keys, the bar, the title."""
    snapshot = moment.snapshot
    spare = height - LEAST_DIGITS
    keys = (
        [_centred(row, width) for row in _keys(snapshot, width, 2 if height > 11 else 1)]
        if spare >= 2
        else []
    )
    bar = [_box_bar(snapshot, width)] if snapshot and spare >= 3 else []
    if snapshot and spare >= 7:
        bar.append(_song_bar(snapshot, width))
    news = [_news(moment, width)] if spare >= 4 else []
    header = [_header(snapshot, width)] if spare >= 5 else []
    title = [_state_and_title(moment, width)] if spare >= 1 else []
    rows = height - len(keys) - len(bar) - len(news) - len(header) - len(title)
    return [*header, *_digits(moment, width, rows, rows), *title, *bar, *news, *keys]


def _roomy(moment: Moment, width: int, height: int) -> list[Content]:
    snapshot = moment.snapshot
    keys = [_centred(row, width) for row in _keys(snapshot, width, 2)]
    top = [_header(snapshot, width)]
    bars = [_box_bar(snapshot, width), _song_bar(snapshot, width)] if snapshot else []
    middle = [Content(""), _state(moment, width), _title(snapshot, width), Content(""), *bars, Content("")]
    said = _said(moment, width, 2)
    # A longer sentence takes a row of the lists: the digits never jump for it.
    room = height - len(top) - len(middle) - 1 - len(keys)
    shown = _digits_height(snapshot, width, max(LEAST_DIGITS, room - LISTS))
    gap = 1 if room - shown > LISTS + 2 else 0
    digits = _digits(moment, width, shown, shown)
    lists = _lists(snapshot, width, max(0, room - shown - gap + 1 - len(said)))
    return [*top, *digits, *([Content("")] * gap), *middle, *lists, *said, *keys]


# -- rows ---------------------------------------------------------------------------------------------


def _spread(left: Content, right: Content, width: int) -> Content:
    """`left` and `right` at the two ends of a row; the left one gives way."""
    room = width - right.cell_length - (1 if right.cell_length else 0)
    if room < 1:
        return right.truncate(width, ellipsis=True)
    left = left.truncate(room, ellipsis=True)
    gap = width - left.cell_length - right.cell_length
    return Content.assemble(left, " " * max(0, gap), right)


def _centred(row: Content, width: int) -> Content:
    row = row.truncate(width, ellipsis=True)
    return Content.assemble(" " * ((width - row.cell_length) // 2), row)


def _header(snapshot: Snapshot | None, width: int) -> Content:
    song = printable(snapshot.song) if snapshot else "asana-tbp"
    said, worry = asana_of(snapshot)
    style = "bold $warning" if worry else "dim"
    return _spread(
        Content.styled(f" {song}", "bold"), Content.styled(f"{said} " if said else "", style), width
    )


def _digits_height(snapshot: Snapshot | None, width: int, rows: int) -> int:
    return max(1, height_of(_size(digits_of(snapshot), width, rows)))


def _size(text: str, width: int, rows: int) -> int:
    # As wide as the minutes it began with: a countdown that grows at 9:59 would jump.
    widest = "00:00" if len(text) <= 5 else "0:00:00" if len(text) <= 7 else text
    return largest(widest, width - 2, rows)


def _digits(moment: Moment, width: int, rows: int, height: int) -> list[Content]:
    text, mood = digits_of(moment.snapshot), mood_of(moment.snapshot)
    style = "dim" if moment.faint else DIGITS[mood]
    size = _size(text, width, rows)
    lines = blocks(text, size) if size else [text]
    drawn = [_centred(Content.styled(line, style), width) for line in lines]
    above = max(0, height - len(drawn)) // 2
    below = max(0, height - len(drawn) - above)
    return [*([Content("")] * above), *drawn, *([Content("")] * below)]


def _badge(moment: Moment) -> tuple[Content, str]:
    word, todo = state_of(moment.snapshot)
    style = BADGES[mood_of(moment.snapshot)]
    if moment.snapshot is None and moment.waited >= 3:
        word = f"{word} {moment.waited} s"
    return Content.styled(f" {word} " if word else "", style), todo


def _state(moment: Moment, width: int) -> Content:
    badge, todo = _badge(moment)
    if mood_of(moment.snapshot) in {"over", "up"}:
        # A band from edge to edge: nobody takes it for a countdown that still runs.
        band = Content.assemble(badge, (f" {todo} ", BADGES["up"]))
        gap = max(0, width - band.cell_length)
        edge = Content.styled(" " * (gap // 2), BADGES["up"])
        rest = Content.styled(" " * (gap - gap // 2), BADGES["up"])
        return Content.assemble(edge, band, rest)
    return _centred(Content.assemble(badge, (f"  {todo}" if todo else "", "")), width)


def _title(snapshot: Snapshot | None, width: int) -> Content:
    if snapshot is None:
        return Content("")
    section = section_of(snapshot)
    mark = "  ↺ come back" if snapshot.come_back else ""
    parts = (
        (title_of(snapshot), "bold"),
        (f"  {section}" if section else "", "dim"),
        (mark, "$warning"),
    )
    return _centred(Content.assemble(*parts), width)


def _state_and_title(moment: Moment, width: int) -> Content:
    badge, todo = _badge(moment)
    if not badge.cell_length:
        return _title(moment.snapshot, width)
    if moment.snapshot is None:
        return _centred(badge, width)
    title = title_of(moment.snapshot) if moment.snapshot.phase != "asking" else todo
    return _centred(Content.assemble(badge, (f" {title}", "bold")), width)


def _bar(fraction: float, width: int, style: str) -> Content:
    full = min(width, int(width * fraction + 1e-9))
    return Content.assemble(("█" * full, style), ("░" * (width - full), "dim"))


def _bar_with(label: str, fraction: float, width: int, style: str, least: int = 0) -> Content:
    text = f" {label} ".ljust(least)
    room = width - len(text) - 1
    if room < 5:
        return Content(f" {label}")
    return Content.assemble(" ", _bar(fraction, room, style), text)


def _box_bar(snapshot: Snapshot | None, width: int) -> Content:
    if snapshot is None:
        return Content("")
    if snapshot.phase == "ended":
        return _bar_with(song_time(snapshot), song_fraction(snapshot), width, "$success")
    if snapshot.phase == "waiting":
        return _bar_with(box_time(snapshot), 0.0, width, "$primary", _label_width(snapshot, width))
    mood = mood_of(snapshot)
    style = "$error" if mood in {"last", "up", "over"} else "$primary"
    return _bar_with(box_time(snapshot), snapshot.fraction, width, style, _label_width(snapshot, width))


def _label_width(snapshot: Snapshot, width: int) -> int:
    return min(width // 2, max(len(box_time(snapshot)), len(_song_label(snapshot))) + 2)


def _song_label(snapshot: Snapshot) -> str:
    return f"{snapshot.done} of {snapshot.total} done · {song_time(snapshot)}"


def _song_bar(snapshot: Snapshot | None, width: int) -> Content:
    if snapshot is None or snapshot.phase == "ended":
        return Content("")
    label = _song_label(snapshot)
    return _bar_with(label, song_fraction(snapshot), width, "$success", _label_width(snapshot, width))


def _news(moment: Moment, width: int) -> Content:
    """In a small terminal the last sentence stands where what comes next would."""
    if moment.said:
        return _said(moment, width, 1)[0]
    snapshot = moment.snapshot
    if snapshot is None or snapshot.phase == "ended":
        return Content("")
    return _spread(_next(snapshot), Content.styled(f"all done {done_at(snapshot)} ", "bold"), width)


def _next(snapshot: Snapshot) -> Content:
    if not snapshot.following:
        return Content.styled(" next  nothing, this is the last one", "dim")
    return Content.assemble((" next  ", "dim"), printable(snapshot.following.name))


def _said(moment: Moment, width: int, most: int) -> list[Content]:
    """The last sentence in at least one row and at most so many."""
    text = moment.said.text if moment.said else ""
    lines = textwrap.wrap(text, max(1, width - 2))
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [Content.styled(f" {line}", "$warning").truncate(width, ellipsis=True) for line in lines or [""]]


# -- lists ----------------------------------------------------------------------------------------------


def _lists(snapshot: Snapshot | None, width: int, rows: int) -> list[Content]:
    """What comes on the left, what is done on the right; in `rows` rows."""
    if snapshot is None or rows < 1:
        return [Content("")] * rows
    half = width // 2
    coming, over = _coming(snapshot, rows), _over(snapshot, rows, width - half - 2)
    lines = []
    for at in range(rows):
        left = coming[at] if at < len(coming) else Content("")
        right = over[at] if at < len(over) else Content("")
        left = left.truncate(half - 1, ellipsis=True)
        lines.append(Content.assemble(left, " " * (half - left.cell_length), right))
    return lines


def _coming(snapshot: Snapshot, rows: int) -> list[Content]:
    if snapshot.phase == "ended":
        return []
    lines = [Content.assemble((" all done at ", "dim"), (done_at(snapshot), "bold"))]
    room = rows - 1
    queue = snapshot.queue
    if not queue:
        return [*lines, _next(snapshot)][:rows]
    # A row that only counts is worth it where there are plenty.
    shown = queue if len(queue) <= room else queue[: room if room < 4 else room - 1]
    for at, box in enumerate(shown):
        lines.append(Content.assemble((" next  " if at == 0 else " then  ", "dim"), printable(box.name)))
    if len(shown) < len(queue) and room >= 4:
        lines.append(Content.styled(f"       {len(queue) - len(shown)} more", "dim"))
    return lines[:rows]


def _over(snapshot: Snapshot, rows: int, width: int) -> list[Content]:
    """The last boxes that are over, with spent against budget; the newest at the top."""
    if not snapshot.finished:
        return [Content.styled("nothing done yet", "dim")]
    newest = list(reversed(snapshot.finished))
    shown = newest if len(newest) <= rows else newest[: rows - 1]
    lines = [_line_of(finished, width) for finished in shown]
    if len(shown) < len(newest):
        lines.append(Content.styled(f"  {len(newest) - len(shown)} more", "dim"))
    return lines


def _line_of(finished: Finished, width: int) -> Content:
    mark, style = ("✓", "$success") if finished.done else ("·", "dim")
    if finished.come_back:
        mark, style = "↺", "$warning"
    time = f"{clock_text(finished.spent // 1)} of {clock_text(finished.box.seconds)} "
    left = Content.assemble((f"{mark} ", style), printable(finished.box.title))
    return _spread(left, Content.styled(time, "dim"), width)


def _keys(snapshot: Snapshot | None, width: int, most: int) -> list[Content]:
    """The keys in at most so many rows; where they don't fit, the less needed are left to `?`."""
    keys = legend(snapshot)
    first, last = keys[:-2], keys[-2:]
    for count in range(len(first), -1, -1):
        shown = (*first[:count], *last)
        rows = _flow(shown, width)
        if len(rows) <= most:
            # Rows of much the same length, where it takes more than one.
            while (
                len(rows) > 1
                and width > LONGEST_KEY
                and len(narrower := _flow(shown, width - 1)) == len(rows)
            ):
                rows, width = narrower, width - 1
            return [
                Content.assemble(*[part for at, pair in enumerate(row) for part in _key(at, *pair)])
                for row in rows
            ]
    return []


def _key(at: int, key: str, word: str) -> tuple[tuple[str, str], ...]:
    return (("  " if at else "", ""), (key, "bold $primary"), (f" {word}", ""))


def _flow(keys: tuple[tuple[str, str], ...], width: int) -> list[list[tuple[str, str]]]:
    rows: list[list[tuple[str, str]]] = [[]]
    used = 0
    for key, word in keys:
        length = len(key) + 1 + len(word)
        if rows[-1] and used + 2 + length > width:
            rows.append([])
            used = 0
        used += length + (2 if rows[-1] else 0)
        rows[-1].append((key, word))
    return rows
