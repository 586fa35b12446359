"""A snapshot laid out in rows, for any size of terminal from 40x10 on; smaller ones get what fits.

Knows sizes and which row gives way to which. Must not know widgets, keys pressed or where snapshots come
from. Pure: the same moment in the same size is the same picture.
"""

from __future__ import annotations

from textual.content import Content

from asana_tbp.session.snapshot import Snapshot
from asana_tbp.tui.digits import blocks, height_of, largest
from asana_tbp.tui.key_rows import key_rows
from asana_tbp.tui.lists import list_rows
from asana_tbp.tui.rows import (
    ViewState,
    centred,
    header_row,
    news_row,
    said_rows,
    song_bar,
    state_and_title_row,
    state_row,
    timebox_bar,
    title_row,
)
from asana_tbp.tui.words import Mood, digits_of, mood_of

ROOMY = 20
"""Rows from which there is room for more than the countdown."""

LEAST_DIGITS = 5
LISTS = 2
"""Rows that what comes next and what is done get before the digits grow."""

DIGITS: dict[Mood, str] = {
    "reading": "dim $digits",
    "calm": "$digits",
    "last": "$error",
    "still": "dim $digits",
    "held": "$accent",
    "up": "$error",
    "over": "$error",
    "rest": "$success",
}
"""Never bold: many terminals make that brighter, and so many blocks would light the room."""


def paint(moment: ViewState, width: int, height: int) -> list[Content]:
    """`height` rows of at most `width` columns."""
    if width < 1 or height < 1:
        return []
    rows = _roomy(moment, width, height) if height >= ROOMY else _tight(moment, width, height)
    rows = [row.truncate(width, ellipsis=True) for row in rows]
    return rows[:height]


def _tight(moment: ViewState, width: int, height: int) -> list[Content]:
    """A few rows: what gives way first is the header, then what is next, the keys, the bar, the title."""
    snapshot = moment.snapshot
    spare = height - LEAST_DIGITS
    keys = key_rows(snapshot, width, 2 if height > 11 else 1) if spare >= 2 else []
    bar = [timebox_bar(snapshot, width)] if snapshot and spare >= 3 else []
    if snapshot and spare >= 7:
        bar.append(song_bar(snapshot, width))
    news = [news_row(moment, width)] if spare >= 4 else []
    header = [header_row(snapshot, width)] if spare >= 5 else []
    title = [state_and_title_row(moment, width)] if spare >= 1 else []
    rows = height - len(keys) - len(bar) - len(news) - len(header) - len(title)
    return [*header, *_digits(moment, width, rows), *title, *bar, *news, *keys]


def _roomy(moment: ViewState, width: int, height: int) -> list[Content]:
    snapshot = moment.snapshot
    keys = key_rows(snapshot, width, 2)
    top = [header_row(snapshot, width, ends=True)]
    middle = [
        Content(""),
        state_row(moment, width),
        title_row(snapshot, width),
        Content(""),
        timebox_bar(snapshot, width),
        song_bar(snapshot, width),
        Content(""),
    ]
    said = said_rows(moment, width, 2)
    room = height - len(top) - len(middle) - 1 - len(keys)
    shown = _digits_height(snapshot, width, max(LEAST_DIGITS, room - LISTS - 1))
    spare = room - shown
    above = 1 if spare > LISTS else 0
    # As many rows as the longest list of the session will need: the digits stay where they are.
    free = spare - above - min(spare - above, max(LISTS, snapshot.total if snapshot else 0))
    above, below = above + free // 3, free // 3
    # A longer sentence takes a row of the lists.
    lists = list_rows(snapshot, width, max(0, spare - above - below + 1 - len(said)))
    blank = Content("")
    digits = [*[blank] * above, *_digits(moment, width, shown), *[blank] * below]
    return [*top, *digits, *middle, *lists, *said, *keys]


def _digits_height(snapshot: Snapshot | None, width: int, rows: int) -> int:
    return max(1, height_of(_size(digits_of(snapshot), width, rows)))


def _size(text: str, width: int, rows: int) -> int:
    # As wide as the minutes it began with: a countdown that grows at 9:59 would jump.
    widest = "00:00" if len(text) <= 5 else "0:00:00" if len(text) <= 7 else text
    return largest(widest, width - 2, rows)


def _digits(moment: ViewState, width: int, rows: int) -> list[Content]:
    text, mood = digits_of(moment.snapshot), mood_of(moment.snapshot)
    style = f"dim {DIGITS[mood]}" if moment.faint else DIGITS[mood]
    size = _size(text, width, rows)
    lines = blocks(text, size) if size else [text]
    drawn = [centred(Content.styled(line, style), width) for line in lines]
    above = max(0, rows - len(drawn)) // 2
    below = max(0, rows - len(drawn) - above)
    return [*([Content("")] * above), *drawn, *([Content("")] * below)]
