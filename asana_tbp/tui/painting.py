"""A snapshot laid out in rows, for any size of terminal from 40x10 on; smaller ones get what fits.

Digits and, where there is room, words are block letters of any size, made to be read from across a room. A shape is
one to five dots wide and five high. A dot of size n is n columns wide and n half rows high, which is a square: a
character cell is about twice as high as it is wide.

Pure: the same moment in the same size is the same picture.
"""

import unicodedata
from importlib.resources import files
from itertools import zip_longest

from textual.content import Content

from asana_tbp.timer.moments import standing_of
from asana_tbp.timer.state import Snapshot
from asana_tbp.tui.rows import (
    EMPTY,
    LOOKS,
    ViewState,
    badge_of,
    bar_rows,
    centred,
    header_row,
    list_rows,
    mark_of,
    news_row,
    notice_rows,
    state_and_title_row,
    state_row,
    title_row,
)
from asana_tbp.tui.words import digits_of, key_rows, section_of, title_of

ROWS = 5
SHAPES = {
    line[0]: line[2:].split()
    for line in files("asana_tbp.tui").joinpath("block_letters.txt").read_text(encoding="utf-8").splitlines()
}
"""The rows of each letter from top to bottom; `#` is a dot."""

_LIKE = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{EN DASH}": "-", "\N{EM DASH}": "-"})

HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}

ROOMY = 20
"""Rows from which there is room for more than the countdown."""

LARGE = 30
"""Rows from which the state and the task's title are written in large letters too."""

LARGEST_WORDS = 2
"""The size of those letters: the countdown stays the largest."""

LEAST_DIGITS = 5
LISTS = 2
"""Rows reserved for the lists of what comes next and what is done before the digits grow."""


def paint(moment: ViewState, width: int, height: int) -> list[Content]:
    """`height` rows of at most `width` columns."""
    if width < 1 or height < 1:
        return []
    rows = _roomy(moment, width, height) if height >= ROOMY else _tight(moment, width, height)
    return [row.truncate(width, ellipsis=True) for row in rows[:height]]


def _tight(moment: ViewState, width: int, height: int) -> list[Content]:
    """The layout for few rows: first the header is left out, then what is next, the bar, the keys, the title."""
    snapshot = moment.snapshot
    spare = height - LEAST_DIGITS
    keys = _keys(moment, width, 2 if height > 11 else 1) if spare >= 2 else []
    below = [*bar_rows(snapshot, width)][: 2 if spare >= 7 else 1] if snapshot and spare >= 3 else []
    below += [news_row(moment, width)] if spare >= 4 else []
    header = [header_row(snapshot, width)] if spare >= 5 else []
    title = [state_and_title_row(moment, width)] if spare >= 1 else []
    rows = height - len(keys) - len(below) - len(header) - len(title)
    return [*header, *_digits(moment, width, rows), *title, *below, *keys]


def _roomy(moment: ViewState, width: int, height: int) -> list[Content]:
    snapshot = moment.snapshot
    keys = _keys(moment, width, 2)
    middle = [
        *_state_rows(moment, width, height),
        *_title_rows(snapshot, width, height),
        EMPTY,
        *bar_rows(snapshot, width),
        EMPTY,
    ]
    said = notice_rows(moment, width, 2)
    room = height - len(middle) - 2 - len(keys)
    size = _size(digits_of(snapshot), width, max(LEAST_DIGITS, room - LISTS - 1))
    shown = max(1, height_of(size))
    spare = room - shown
    above = 1 if spare > LISTS else 0
    # As many rows as the longest list of the session will need: the digits stay where they are.
    free = spare - above - min(spare - above, max(LISTS, snapshot.total if snapshot else 0))
    above, below = above + free // 3, free // 3
    # A longer sentence takes a row of the lists.
    lists = list_rows(snapshot, width, max(0, spare - above - below + 1 - len(said)))
    digits = [*[EMPTY] * above, *_digits(moment, width, shown), *[EMPTY] * below]
    return [header_row(snapshot, width, ends=True), *digits, *middle, *lists, *said, *keys]


def _keys(moment: ViewState, width: int, most: int) -> list[Content]:
    if moment.closes_with_a_key:
        return [centred(Content("Press any key to close."), width)]
    return [centred(row, width) for row in key_rows(moment.snapshot, width, most)]


def _state_rows(moment: ViewState, width: int, height: int) -> list[Content]:
    """A blank row, the state in large letters and what to do about it: as many rows whether there is one or not."""
    word, mood = moment.standing.word, moment.standing.mood
    most = min(LARGEST_WORDS, largest("COME BACK", width - 4, height)) if height >= LARGE else 0
    rows = height_of(most) + 2 if most else 1
    lines = _large(word, width, most)
    if not lines:
        return [*[EMPTY] * rows, state_row(moment, width)]
    look = LOOKS[mood]
    band = look.badge if mood in {"up", "over"} else ""
    # Letters that touch the edge of their band can't be read, and the digits above have its colour.
    above, below = (Content.styled(half * width if band else "", look.digits) for half in "▄▀")
    todo = centred(Content.styled(badge_of(moment)[1], "bold"), width)
    spare = [EMPTY] * (rows - 2 - len(lines))
    return [above, *_drawn(lines, width, look.digits, band), below, *spare, todo]


def _title_rows(snapshot: Snapshot | None, width: int, height: int) -> list[Content]:
    """The task's title, in large letters where they fit, and its section; always in as many rows."""
    if height < LARGE:
        return [title_row(snapshot, width)]
    most = LARGEST_WORDS if height >= LARGE + 10 else 1
    rows: list[Content] = []
    if snapshot and title_of(snapshot).upper() != standing_of(snapshot).word:
        if lines := _large(title_of(snapshot), width, most):
            section = Content.assemble((section_of(snapshot), "dim"), (mark_of(snapshot), "$warning"))
            rows = [*_drawn(lines, width, "bold"), centred(section, width)]
        else:
            rows = [EMPTY, title_row(snapshot, width)]
    return [*rows, *[EMPTY] * (height_of(most) + 1 - len(rows))]


def _large(text: str, width: int, most: int) -> list[str]:
    """The rows of a text in letters of at most a size; none where it does not fit, or needs other letters."""
    letters = letters_of(text) or ""
    size = min(most, largest(letters, width - 4, height_of(most))) if letters and most else 0
    return blocks(letters, size) if size else []


def _drawn(lines: list[str], width: int, style: str, band: str = "") -> list[Content]:
    return [centred(Content.styled(line, style), width, band) for line in lines]


def _size(text: str, width: int, rows: int) -> int:
    # As for two digits of minutes: a countdown that grows at 9:59 would jump.
    widest = "00:00" if len(text) <= 5 else "0:00:00" if len(text) <= 7 else text
    return largest(widest, width - 2, rows)


def _digits(moment: ViewState, width: int, rows: int) -> list[Content]:
    text, mood = digits_of(moment.snapshot), standing_of(moment.snapshot).mood
    style = f"dim {LOOKS[mood].digits}" if moment.faint else LOOKS[mood].digits
    size = _size(text, width, rows)
    drawn = _drawn(blocks(text, size) if size else [text], width, style)
    above = max(0, rows - len(drawn)) // 2
    return [*[EMPTY] * above, *drawn, *[EMPTY] * (rows - len(drawn) - above)]


def letters_of(text: str) -> str | None:
    """`text` in the letters there are (capitals without accents); None where it needs others."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIKE)).upper()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return letters if letters and all(char in SHAPES for char in letters) else None


def width_of(text: str, size: int) -> int:
    """Columns that `text` takes at a size."""
    dots = sum(len(SHAPES[char][0]) for char in text) + max(0, len(text) - 1)
    return dots * size


def height_of(size: int) -> int:
    """Rows that a size takes."""
    return -(-ROWS * size // 2)


def largest(text: str, columns: int, rows: int) -> int:
    """The largest size at which `text` fits; 0 when none does."""
    return max(0, min(columns // width_of(text, 1), 2 * rows // ROWS))


def blocks(text: str, size: int) -> list[str]:
    """The rows of `text` in block characters, all equally wide."""
    lines = []
    for row in range(ROWS):
        dots = " ".join(SHAPES[char][row] for char in text)
        lines += ["".join(dot * size for dot in dots)] * size
    pairs = zip_longest(lines[::2], lines[1::2], fillvalue=" " * len(lines[0]))
    return [
        "".join(HALVES[upper == "#", lower == "#"] for upper, lower in zip(above, below, strict=True))
        for above, below in pairs
    ]
