"""README's moving picture: `asana-tbp demo` in a real terminal, recorded frame by frame and written as one SVG.

Run it with `python -m tests.moving_picture [FILE]`. Needs tmux. A row that several frames share is written once.
"""

from __future__ import annotations

import re
import sys
import threading
from html import escape
from itertools import groupby, pairwise
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.style import Style
from rich.text import Text

from tests.tui.tmux import terminal

FILE = Path(__file__).parent / "pictures" / "demo.svg"
COMMAND = [sys.executable, "-m", "asana_tbp", "demo", "--speed", "400"]
SIZE = (80, 24)
CELL = (9, 18)
MARGIN = 12
PAPER, INK, DIM = "#14171c", "#d8dee9", "#7d8790"
COLOURS = {
    1: "#f2777a", 2: "#99c794", 3: "#e6b455", 4: "#6699cc", 5: "#c594c5", 6: "#5fb3b3", 7: INK,
    9: "#f2777a", 10: "#99c794", 11: "#e6b455", 12: "#6699cc", 13: "#c594c5", 14: "#5fb3b3", 15: "#ffffff",
}  # fmt: skip
"""The sixteen colours of a terminal, as far as they are used."""

EVERY, MOST, LONGEST, LAST = 0.5, 40, 1.2, 4.0
"""Seconds between two looks; frames at most; seconds that one stays at most, and the last one."""

Frame = tuple[tuple[str, ...], float]
"""The rows of a screen, with their escape sequences, and the seconds that it stood."""


def record() -> list[Frame]:
    """What the terminal showed, until the command has ended."""
    seen: list[tuple[tuple[str, ...], float]] = []
    never, end = threading.Event(), monotonic() + 120
    with terminal(COMMAND, SIZE, {"ASANA_TBP_THEME": "terminal", "TERM": "xterm-256color"}) as window:
        while monotonic() < end:
            rows = tuple(window.tmux("capture-pane", "-p", "-e", "-N").split("\n")[: SIZE[1]])
            if any(row.strip() for row in rows) and (not seen or seen[-1][0] != rows):
                seen.append((rows, monotonic()))
            if any("rc=0" in row for row in rows):
                break
            never.wait(EVERY)
    lengths = [later - at for (_, at), (_, later) in pairwise(seen)]
    return [(rows, length) for (rows, _), length in zip(seen, [*lengths, LAST], strict=True)]


def drawn_row(row: str) -> str:
    """A row with its escape sequences as SVG: blocks as shapes, as fonts leave gaps between them."""
    parts = []
    text = Text.from_ansi(re.sub(r" *rc=0$", "", row))
    at = 0
    for segment in text.render(Console(width=SIZE[0])):
        style = segment.style or Style()
        colour, ground = _colour(style)
        for kind, run in groupby(segment.text, key=lambda char: char if char in "█▀▄░" else ""):
            word, x = "".join(run), at * CELL[0]
            width = len(word) * CELL[0]
            if ground:
                parts.append(f'<path fill="{ground}" d="M{x} 0h{width}v{CELL[1]}H{x}z"/>')
            if kind:
                top, height = (9, 9) if kind == "▄" else (0, 9) if kind == "▀" else (0, 18)
                faint = ' opacity=".25"' if kind == "░" else ""
                parts.append(f'<path fill="{colour}"{faint} d="M{x} {top}h{width}v{height}H{x}z"/>')
            elif word.strip():
                bold = ' font-weight="700"' if style.bold else ""
                lead = len(word) - len(word.lstrip())
                fit = len(word.strip()) * CELL[0]
                parts.append(
                    f'<text x="{x + lead * CELL[0]}" y="14" fill="{colour}"{bold} textLength="{fit}">'
                    f"{escape(word.strip())}</text>"
                )
            at += len(word)
    return "".join(parts)


def _colour(style: Style) -> tuple[str, str]:
    ink = PAPER if style.reverse else INK
    ground = INK if style.reverse else ""
    if style.color and not style.color.is_default:
        number = style.color.number
        name = COLOURS.get(number, INK) if number is not None else style.color.get_truecolor().hex
        ink, ground = (PAPER, name) if style.reverse else (name, "")
    return (DIM if style.dim and not style.reverse else ink), ground


def moving_svg(frames: list[Frame]) -> str:
    """The frames one after another, over and over."""
    total = sum(length for _, length in frames)
    ids: dict[str, str] = {}
    groups, began = [], 0.0
    for rows, length in frames:
        uses = []
        for at, row in enumerate(rows):
            if drawn := drawn_row(row):
                name = ids.setdefault(drawn, f"r{len(ids)}")
                uses.append(f'<use href="#{name}" y="{at * CELL[1]}"/>')
        first, last = began / total, min(1.0, (began + length) / total)
        began += length
        values, times = ("visible;hidden", f"0;{last:.4f}") if first == 0 else (
            "hidden;visible;hidden", f"0;{first:.4f};{last:.4f}"
        )  # fmt: skip
        groups.append(
            f'<g visibility="hidden"><animate attributeName="visibility" values="{values}" keyTimes="{times}" '
            f'dur="{total:.2f}s" calcMode="discrete" repeatCount="indefinite"/>{"".join(uses)}</g>'
        )
    width, height = SIZE[0] * CELL[0] + 2 * MARGIN, SIZE[1] * CELL[1] + 2 * MARGIN
    shapes = "".join(f'<g id="{name}">{drawn}</g>' for drawn, name in ids.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        "<title>asana-tbp demo: a song is scaffolded, and the timer runs its tasks</title>"
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/><defs>{shapes}</defs>'
        f'<g transform="translate({MARGIN} {MARGIN})" font-size="15" '
        f"font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\">{''.join(groups)}</g></svg>\n"
    )


def main() -> None:
    """Record and write it."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    frames = record()
    # Of a long recording every n-th frame, and always the last.
    step = -(-len(frames) // MOST)
    kept = [
        (frames[at][0], min(LONGEST, sum(length for _, length in frames[at : at + step])))
        for at in range(0, len(frames), step)
    ]
    kept = [*(frame for frame in kept if frame[0] != frames[-1][0]), frames[-1]]
    file.write_text(moving_svg(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
