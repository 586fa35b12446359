"""How the board looks: columns side by side where there is room, else one song a line; plain in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import Group
from rich.table import Table
from rich.text import Text

from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import escape_controls, listed, plural

if TYPE_CHECKING:
    from rich.console import RenderableType

    from asana_tbp.board.view import BoardSong, BoardStage, BoardView

NARROWEST = 24
"""Cells that a column with songs needs to say anything; with less room the board is a list."""

GAP = 3
"""Cells between two columns."""

LOWEST_TILE = 3
"""Lines of a song in its column: at least its name, how far it is, and one between."""

BAR = 8
SHORTEST_NAME = 24
"""Cells that the list keeps for names before it says less of each song."""

HEADS = ("done", "left", "due", "worked on")
SOON = 7
"""Days before a deadline from which it is shown as pressing."""

Piece = tuple[str, str]
"""A text and its style."""


def drawn(
    view: BoardView, now: datetime, width: int, *, as_list: bool = False, most: int | None = None
) -> RenderableType:
    """The board for a terminal of `width` cells; with `most`, only songs that so many lines have room for."""
    today = now.astimezone().date()
    head = Text(escape_controls(view.name), style="bold")
    head.append(f"   {plural(len(view.songs), 'card')}", style="dim")
    fit = None if most is None else most // LOWEST_TILE + 1
    columns = [[_tile(song, now, today) for song in stage.songs[:fit]] for stage in view.stages]
    widths = None if as_list else _widths(view.stages, columns, width)
    if widths is None:
        return Group(*_list(view, head, now, today, width, most))
    table = Table(box=SIMPLE_HEAD, padding=(0, GAP - 1, 0, 0), show_edge=False, pad_edge=False)
    for stage, cells in zip(view.stages, widths, strict=True):
        table.add_column(_stage_head(stage), width=cells, vertical="top")
    table.add_row(*(_stacked(tiles, cells) for tiles, cells in zip(columns, widths, strict=True)))
    return Group(head, Text(), table)


def _widths(stages: Sequence[BoardStage], columns: Sequence[Sequence[Text]], width: int) -> list[int] | None:
    """Cells of each column: what its words need, less for the widest where there is too little; None for a list."""
    heads = [_stage_head(stage).cell_len for stage in stages]
    needs = [
        max([head, *(cell_len(line.plain) for tile in tiles for line in tile.split())])
        for head, tiles in zip(heads, columns, strict=True)
    ]
    floors = [
        max(head, min(need, NARROWEST if tiles else 0))
        for head, need, tiles in zip(heads, needs, columns, strict=True)
    ]
    room = width - GAP * (len(stages) - 1) - 1
    if not stages or sum(floors) > room:
        return None
    widths = list(needs)
    while sum(widths) > room:
        widest = max(range(len(widths)), key=lambda at: widths[at] - floors[at])
        widths[widest] -= 1
    return widths


def _stacked(tiles: Sequence[Text], width: int) -> Group:
    """The tiles below each other, an empty line between two, each line cut to the column."""
    lines: list[Text] = []
    for tile in tiles:
        lines += [*([Text()] if lines else []), *tile.split()]
    for line in lines:
        if line.cell_len > width:
            line.truncate(width, overflow="ellipsis")
    return Group(*lines)


def _stage_head(stage: BoardStage) -> Text:
    limit = "" if stage.limit is None else f" of {stage.limit}"
    head = Text(escape_controls(stage.name), style="bold")
    head.append(f"  {len(stage.songs)}{limit}", style="bold yellow" if stage.over else "dim")
    if stage.over:
        head.append(" !", style="bold yellow")
    return head


def _tile(song: BoardSong, now: datetime, today: date) -> Text:
    lines = [Text(escape_controls(song.name), style="bold" if song.project_gid else "italic")]
    if song.project_gid is None or not song.progress.tasks:
        lines.append(Text(state_of(song), style="dim"))
    else:
        full, empty = _bar(song, BAR)
        done = f"{song.progress.done}/{song.progress.tasks}"
        lines.append(Text.assemble((full, "green"), (empty, "dim"), f" {done}  {left_of(song)}"))
    if song.deadline:
        lines.append(Text(f"due {day_of(song, today)}", style=urgency_of(song, today)))
    if song.last_worked:
        lines.append(Text(f"worked on {when(song.last_worked, now)}", style="dim"))
    if song.come_back:
        lines.append(Text(_come_back(song), style="yellow"))
    return Text("\n").join(lines)


def _come_back(song: BoardSong) -> str:
    return f"come back to {escape_controls(listed(song.come_back, last='and'))}"


# -- one song a line ----------------------------------------------------------------------------------


def _list(
    view: BoardView, head: Text, now: datetime, today: date, width: int, most: int | None
) -> Iterator[Text]:
    shown = [song for stage in view.stages for song in stage.songs[:most]]
    cells = {id(song): _cells(song, now, today) for song in shown if song.progress.tasks}
    sizes = [max((cell_len(row[at]) for row in cells.values()), default=0) for at in range(len(HEADS))]
    sizes = [max(size, len(word)) if size else 0 for size, word in zip(sizes, HEADS, strict=True)]
    longest = max((cell_len(escape_controls(song.name)) for song in shown), default=0)
    bar, name = _room(sizes, longest, width) if cells else (0, min(longest, width - 20))
    before = 2 + name + (bar + 2 if bar else 0) - head.cell_len
    heads = _line([(" " * before, ""), *_columns(HEADS, sizes, ["dim"] * len(HEADS))])
    yield head.append_text(heads) if cells and before >= 0 else head
    for stage in view.stages:
        yield Text()
        yield _stage_head(stage)
        for song in stage.songs[:most]:
            title = (
                f"  {_pad(_fit(escape_controls(song.name), name), name)}",
                "" if song.project_gid else "italic",
            )
            if song.progress.tasks:
                full, empty = _bar(song, bar)
                drawn_bar = [(f"  {full}", "green"), (empty, "dim")] if bar else []
                styles = ["", "", urgency_of(song, today), "dim"]
                yield _line([title, *drawn_bar, *_columns(cells[id(song)], sizes, styles)])
            else:
                yield _line([title, (f"  {state_of(song)}", "dim")])
            if song.come_back:
                yield _line([(_fit(f"    {_come_back(song)}", width), "yellow")])


def _room(sizes: list[int], longest: int, width: int) -> tuple[int, int]:
    """Cells of a bar and of a name. Where there is little room, what says least is left out of `sizes`."""
    bar = BAR
    for worked, left, drawn_bar in ((3, None, BAR), (3, None, 0), (3, 1, 0)):
        if _free(sizes, bar, width) >= min(longest, SHORTEST_NAME):
            break
        sizes[worked] = 0
        if left is not None:
            sizes[left] = 0
        bar = drawn_bar
    return bar, max(8, min(longest, _free(sizes, bar, width)))


def _free(sizes: Iterable[int], bar: int, width: int) -> int:
    return width - 2 - sum(size + 2 for size in (*sizes, bar) if size)


def _columns(cells: Sequence[str], sizes: Sequence[int], styles: Sequence[str]) -> Iterator[Piece]:
    for at, (cell, size, style) in enumerate(zip(cells, sizes, styles, strict=True)):
        if size:
            # Numbers end below each other, words begin so.
            yield "  " + (_pad(cell, size) if at > 1 else " " * (size - cell_len(cell)) + cell), style


def _line(pieces: Iterable[Piece]) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    for text, style in pieces:
        line.append(text, style=style)
    line.rstrip()
    return line


def _cells(song: BoardSong, now: datetime, today: date) -> tuple[str, str, str, str]:
    """What the list says of a song under `HEADS`."""
    done = f"{song.progress.done}/{song.progress.tasks}"
    left = "" if _is_done(song) else format_budget(song.minutes_left)
    worked = when(song.last_worked, now) if song.last_worked else ""
    return done, left, day_of(song, today), worked


# -- in a pipe ----------------------------------------------------------------------------------------


def plain_lines(view: BoardView, now: datetime) -> Sequence[str]:
    """The board for a pipe: a line a stage, a line a song, nothing cut."""
    today = now.astimezone().date()
    lines = []
    for stage in view.stages:
        limit = "" if stage.limit is None else f" of {stage.limit}"
        lines.append(f"{escape_controls(stage.name)} ({len(stage.songs)}{limit})")
        for song in stage.songs:
            facts = [state_of(song)]
            if song.progress.tasks:
                facts = [f"{song.progress.done}/{song.progress.tasks}", left_of(song)]
            if song.deadline:
                facts.append(f"due {day_of(song, today)}")
            if song.last_worked:
                facts.append(f"worked on {when(song.last_worked, now)}")
            if song.come_back:
                facts.append(_come_back(song))
            lines.append(f"  {escape_controls(song.name)}: {', '.join(facts)}")
    return lines


# -- words --------------------------------------------------------------------------------------------


def _bar(song: BoardSong, width: int) -> tuple[str, str]:
    minutes = song.progress.minutes
    share = song.progress.minutes_done / minutes if minutes else 0.0
    full = int(share * width + 0.5)
    # What is begun shows so, and what is not done is not full.
    if 0 < share < 1:
        full = min(max(full, 1), width - 1)
    return "█" * full, "░" * (width - full)


def state_of(song: BoardSong) -> str:
    """Why a card shows no progress."""
    if song.waiting:
        return "refused by Asana" if song.refused else "waits for Asana"
    if song.is_idea:
        return "idea"
    if song.unread:
        return "not read yet"
    return "no access" if song.hidden else "no tasks of yours"


def _is_done(song: BoardSong) -> bool:
    return song.progress.done == song.progress.tasks > 0


def left_of(song: BoardSong) -> str:
    """`1h left`, or that it is done."""
    if _is_done(song):
        # Only one's own tasks count: a song with tasks of nobody is not done.
        return f"yours done, {song.others} open" if song.others else "done"
    return f"{format_budget(song.minutes_left)} left"


def day_of(song: BoardSong, today: date) -> str:
    """A song's deadline as people say it."""
    if song.deadline is None:
        return ""
    days = (song.deadline - today).days
    if days == 0:
        return "today"
    if days < 0:
        return "yesterday" if days == -1 else f"{-days} days ago"
    return f"{song.deadline.day} {song.deadline:%b}" + _year(song.deadline, today)


def _year(day: date, today: date) -> str:
    return "" if day.year == today.year else f" {day.year}"


def urgency_of(song: BoardSong, today: date) -> str:
    """The style of a song's deadline."""
    if song.deadline is None or _is_done(song):
        return "dim"
    days = (song.deadline - today).days
    return "bold red" if days < 0 else "yellow" if days <= SOON else ""


def when(moment: datetime | None, now: datetime) -> str:
    """A moment that has passed, as people say it."""
    if moment is None:
        return "never"
    then, today = moment.astimezone(), now.astimezone().date()
    days = (today - then.date()).days
    if days <= 0:
        return f"today {then:%H:%M}"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 60 else f"{then.day} {then:%b}" + _year(then.date(), today)


def _fit(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, max(1, width - 1)).rstrip() + "…"


def _pad(text: str, width: int) -> str:
    return text + " " * max(0, width - cell_len(text))
