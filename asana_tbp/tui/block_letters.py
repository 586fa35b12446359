"""Block letters and digits of any size, made to be read from across a room.

A shape is one to five dots wide and five high. A dot of size n is n columns wide and n half rows high, which
is a square: a character cell is about twice as high as it is wide.
"""

from __future__ import annotations

import unicodedata
from importlib.resources import files

ROWS = 5
SHAPES = {
    line[0]: line[2:].split()
    for line in files("asana_tbp.tui").joinpath("block_letters.txt").read_text(encoding="utf-8").splitlines()
}
"""The rows of each letter from top to bottom; `#` is a dot."""

_LIKE = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{EN DASH}": "-", "\N{EM DASH}": "-"})


def letters_of(text: str) -> str | None:
    """`text` in the letters there are (capitals without accents); None where it needs others."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIKE)).upper()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return letters if letters and all(char in SHAPES for char in letters) else None


HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def width_of(text: str, size: int) -> int:
    """Columns that `text` takes at a size."""
    dots = sum(len(SHAPES[char][0]) for char in text) + max(0, len(text) - 1)
    return dots * size


def height_of(size: int) -> int:
    """Rows that a size takes."""
    return -(-ROWS * size // 2)


def largest(text: str, columns: int, rows: int) -> int:
    """The largest size at which `text` fits; 0 when none does."""
    size = 0
    while width_of(text, size + 1) <= columns and height_of(size + 1) <= rows:
        size += 1
    return size


def blocks(text: str, size: int) -> list[str]:
    """The rows of `text` in block characters, all equally wide."""
    lines = []
    for row in range(ROWS):
        dots = " ".join(SHAPES[char][row] for char in text)
        lines += ["".join(dot * size for dot in dots)] * size
    if len(lines) % 2:
        lines.append(" " * len(lines[0]))
    return [
        "".join(HALVES[upper == "#", lower == "#"] for upper, lower in zip(above, below, strict=True))
        for above, below in zip(lines[::2], lines[1::2], strict=True)
    ]
