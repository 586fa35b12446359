"""What comes on the left and what is done on the right, in the rows there are.

Pure.
"""

from __future__ import annotations

from textual.content import Content

from asana_tbp.text import clock_text, escape_controls, spent_text
from asana_tbp.timer.snapshot import Snapshot
from asana_tbp.timer.state import Finished
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
    coming, over = _coming(snapshot, rows), _over(snapshot, rows)
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
    return max((head.cell_length + _room_of(tail) for head, tail in lines), default=0)


def _room_of(tail: Content) -> int:
    return APART + tail.cell_length if tail.cell_length else 0


def _fitted(line: Line, width: int) -> Content:
    head, tail = line
    return spread(head, tail, width) if tail.cell_length else head.truncate(max(0, width), ellipsis=True)


def _coming(snapshot: Snapshot, rows: int) -> list[Line]:
    queue = coming_of(snapshot)
    if not queue:
        return [] if snapshot.phase == "ended" else [(following_row(snapshot), Content(""))]
    lines = [
        (
            Content.assemble(
                (" next  " if at == 0 else " then  ", "dim"),
                escape_controls(timebox.in_song(timebox.name, several=snapshot.several_songs)),
            ),
            Content(""),
        )
        for at, timebox in enumerate(queue)
    ]
    return _cut(lines, rows, "       ")


def _over(snapshot: Snapshot, rows: int) -> list[Line]:
    """The last runs that are over, with spent against budget; the newest at the top."""
    # What was undone is no longer done: it stands in what comes.
    over = [finished for finished in reversed(snapshot.finished) if finished.why != "undone"]
    return _cut([_line_of(finished) for finished in over], rows, "  ")


def _cut(lines: list[Line], rows: int, indent: str) -> list[Line]:
    if len(lines) <= rows or rows < PLENTY:
        return lines[:rows]
    return [*lines[: rows - 1], (Content.styled(f"{indent}{len(lines) - rows + 1} more", "dim"), Content(""))]


def _line_of(finished: Finished) -> Line:
    mark, style = ("✓", "$success") if finished.done else ("·", "dim")
    if finished.come_back:
        mark, style = "↺", "$warning"
    time = f"{spent_text(finished.spent)} of {clock_text(finished.timebox.seconds)} "
    return Content.assemble((f"{mark} ", style), escape_controls(finished.timebox.title)), Content.styled(
        time, "dim"
    )
