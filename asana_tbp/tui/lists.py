"""What comes on the left and what is done on the right, in the rows there are.

Knows which of many is worth a row. Must not know where the lists stand. Pure.
"""

from __future__ import annotations

from textual.content import Content

from asana_tbp.session.countdown import clock_text
from asana_tbp.session.snapshot import Snapshot
from asana_tbp.session.state import Finished
from asana_tbp.songmap.wording import printable
from asana_tbp.tui.rows import following_row, spread
from asana_tbp.tui.words import done_at


def list_rows(snapshot: Snapshot | None, width: int, rows: int) -> list[Content]:
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
        return [*lines, following_row(snapshot)][:rows]
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
    return spread(left, Content.styled(time, "dim"), width)
