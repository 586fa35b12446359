"""What comes on the left and what is done on the right, in the rows there are.

Pure.
"""

from __future__ import annotations

from textual.content import Content

from asana_tbp.text import clock_text, escape_controls, spent_text
from asana_tbp.timer.snapshot import Snapshot
from asana_tbp.tui.rows import following_row, spread
from asana_tbp.tui.words import coming_of

APART = 2
"""Columns between the two lists."""

PLENTY = 4
"""Rows from which one of them is worth it to count what has no row."""

Line = tuple[Content, Content]
"""What stands at the two ends of a list's row."""


def list_rows(snapshot: Snapshot | None, width: int, rows: int) -> list[Content]:
    """What comes on the left, what is done on the right; in `rows` rows."""
    if snapshot is None or rows < 1:
        return [Content("")] * rows
    coming, over = _cut(_coming(snapshot), rows, "       "), _cut(_over(snapshot), rows, "  ")
    if snapshot.phase == "ended":
        coming, over = [(Content.assemble(" ", head), tail) for head, tail in over], []
    left, right = _widest(coming), _widest(over)
    # Each as wide as it needs; where that is too much, what comes has half.
    apart = APART if over else 0
    left = width - right if left + apart + right <= width else max(width - right, width // 2)
    lines = []
    for at in range(rows):
        first = _fitted(coming[at], left - apart) if at < len(coming) else Content("")
        second = _fitted(over[at], width - left) if at < len(over) else Content("")
        lines.append(Content.assemble(first, " " * (left - first.cell_length), second))
    return lines


def _widest(lines: list[Line]) -> int:
    return max(
        (head.cell_length + (tail.cell_length and APART + tail.cell_length) for head, tail in lines),
        default=0,
    )


def _fitted(line: Line, width: int) -> Content:
    head, tail = line
    return spread(head, tail, width) if tail.cell_length else head.truncate(max(0, width), ellipsis=True)


def _coming(snapshot: Snapshot) -> list[Line]:
    queue = coming_of(snapshot)
    if not queue:
        return [] if snapshot.phase == "ended" else [(following_row(snapshot), Content(""))]
    names = [escape_controls(each.in_song(each.name, several=snapshot.several_songs)) for each in queue]
    words = [" next  ", *[" then  "] * len(names)]
    return [
        (Content.assemble((word, "dim"), name), Content("")) for word, name in zip(words, names, strict=False)
    ]


def _over(snapshot: Snapshot) -> list[Line]:
    """The last runs that are over, with spent against budget; the newest at the top."""
    lines = []
    for finished in reversed(snapshot.finished):
        mark, style = ("✓", "$success") if finished.done else ("·", "dim")
        if finished.come_back:
            mark, style = "↺", "$warning"
        title = escape_controls(finished.timebox.title)
        time = f"{spent_text(finished.spent)} of {clock_text(finished.timebox.seconds)} "
        # What was undone is no longer done: it stands in what comes.
        if finished.why != "undone":
            lines.append((Content.assemble((f"{mark} ", style), title), Content.styled(time, "dim")))
    return lines


def _cut(lines: list[Line], rows: int, indent: str) -> list[Line]:
    if len(lines) <= rows or rows < PLENTY:
        return lines[:rows]
    return [*lines[: rows - 1], (Content.styled(f"{indent}{len(lines) - rows + 1} more", "dim"), Content(""))]
