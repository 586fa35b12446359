"""How the board looks: columns side by side where there is room, else one song a line; plain in a pipe.

Knows terminals, widths and colours. Must not know where the board's values come from.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from asana_tbp.cli.output import console, is_live, out, say
from asana_tbp.errors import AsanaError, NotAuthorised
from asana_tbp.songmap.budget import format_budget
from asana_tbp.songmap.wording import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from asana_tbp.board.view import BoardSong, BoardStage, BoardView
    from asana_tbp.cli.pipeline import Pipeline

NARROWEST = 26
"""Cells a column needs to say anything; with less room for each stage the board is a list."""

WIDEST = 44
LOWEST_TILE = 3
"""Lines of a song in its column: at least its name, how far it is, and one between."""

SOON = 7
"""Days before a deadline from which it is shown as pressing."""

JSON_VERSION = 1


def show_board(pipeline: Pipeline, *, as_json: bool, local: bool, as_list: bool) -> None:
    """Show the local copy at once where somebody watches, then what Asana has now.

    Where Asana can't be asked, what is known here is shown and stderr says so. Raises `NotAuthorised` after
    showing, and `UsageError` where there is no board.
    """
    now = pipeline.world.clock.now()
    view = pipeline.view()
    trouble: AsanaError | None = None
    if not local:
        if is_live() and not as_json and view.looked_at is not None:
            trouble = _refreshed_live(pipeline, view, now, as_list=as_list)
        else:
            trouble = _refreshed(pipeline)
        view = pipeline.view()
    if as_json:
        from asana_tbp.board.view import plain_board

        board = {"version": JSON_VERSION, "fresh": not local and trouble is None, **plain_board(view)}
        out(json.dumps(board, ensure_ascii=False, indent=2))
    elif is_live():
        console().print(drawn(view, now, console().width, as_list=as_list))
    else:
        for line in plain_lines(view, now):
            out(line)
    from asana_tbp.cli.pipeline import refusal

    for song in view.songs:
        if song.refused:
            say(refusal(song.name, song.refused))
    if trouble is not None:
        if isinstance(trouble, NotAuthorised):
            raise trouble
        seen = _when(view.looked_at, now) if view.looked_at else "never"
        say(f"{printable(trouble.sentence)} Shown as it was last seen: {seen}.")


def _refreshed(pipeline: Pipeline) -> AsanaError | None:
    from asana_tbp.cli.progress import progress_bar

    try:
        with pipeline.asana() as asana, progress_bar("Reading the songs") as progress:
            left = pipeline.look(asana, progress).left
            with pipeline.turn():
                pipeline.settle(asana)
    except AsanaError as error:
        return error
    if left:
        say(f"{left} songs are read the next time: more would pass Asana's limit.")
    return None


def _refreshed_live(
    pipeline: Pipeline, view: BoardView, now: datetime, *, as_list: bool
) -> AsanaError | None:
    screen = console()
    # What lies below the screen is not drawn: the first look must be at once.
    shown = Group(
        drawn(view, now, screen.width, as_list=as_list, most=screen.height),
        Text("looking at Asana ...", style="dim italic"),
    )
    with Live(
        shown, console=screen, transient=True, auto_refresh=False, vertical_overflow="ellipsis"
    ) as live:
        live.refresh()
        try:
            with pipeline.asana() as asana:
                pipeline.look(asana)
                with pipeline.turn():
                    pipeline.settle(asana)
        except AsanaError as error:
            return error
    return None


# -- drawing ------------------------------------------------------------------------------------------


def drawn(
    view: BoardView, now: datetime, width: int, *, as_list: bool = False, most: int | None = None
) -> RenderableType:
    """The board for a terminal of `width` cells; with `most`, only songs that so many lines have room for."""
    today = now.astimezone().date()
    head = Text(printable(view.name), style="bold")
    head.append(f"   {_songs(len(view.songs))}", style="dim")
    stages = len(view.stages) or 1
    if as_list or width < stages * NARROWEST:
        return Group(head, *(_stage_list(stage, now, today, width, most) for stage in view.stages))
    cell = min(WIDEST, width // stages - 2)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    for stage in view.stages:
        table.add_column(_stage_head(stage), width=cell, vertical="top")
    fit = None if most is None else most // LOWEST_TILE + 1
    table.add_row(
        *(Group(*(_tile(song, now, today, cell) for song in stage.songs[:fit])) for stage in view.stages)
    )
    return Group(head, Text(), table)


def _stage_head(stage: BoardStage) -> Text:
    limit = "" if stage.limit is None else f" of {stage.limit}"
    head = Text(printable(stage.name), style="bold")
    head.append(f"  {len(stage.songs)}{limit}", style="bold yellow" if stage.over else "dim")
    if stage.over:
        head.append(" !", style="bold yellow")
    return head


def _tile(song: BoardSong, now: datetime, today: date, width: int) -> Text:
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(_fit(printable(song.name), width) + "\n", style="bold" if song.project_gid else "italic")
    if song.project_gid is None or not song.progress.tasks:
        text.append(_state(song) + "\n", style="dim")
    else:
        bar = _bar(song, min(10, width - 16))
        text.append(bar[0], style="green")
        text.append(bar[1], style="dim")
        text.append(f" {song.progress.done}/{song.progress.tasks}  {_left(song)}\n")
    due = _due(song, today)
    if due:
        text.append(due + "\n", style=_urgency(song, today))
    if song.last_worked:
        text.append(f"worked on {_when(song.last_worked, now)}\n", style="dim")
    return text


def _stage_list(stage: BoardStage, now: datetime, today: date, width: int, most: int | None) -> Text:
    songs = stage.songs[:most]
    text = Text("\n", no_wrap=True, overflow="ellipsis")
    text.append_text(_stage_head(stage))
    columns = [_row(song, now, today) for song in songs]
    rest = [max((cell_len(row[at]) for row in columns), default=0) for at in range(4)]
    bar = 8 if width >= 76 else 0
    taken = sum(size + 2 for size in rest if size) + (bar + 2 if bar else 0)
    longest = max((cell_len(printable(song.name)) for song in songs), default=0)
    name = max(12, min(longest, width - taken - 3))
    for song, row in zip(songs, columns, strict=True):
        text.append("\n  " + _pad(_fit(printable(song.name), name), name))
        if bar:
            full, empty = _bar(song, bar) if song.progress.tasks else ("", " " * bar)
            text.append("  " + full, style="green")
            text.append(empty, style="dim")
        styles = ("", "", _urgency(song, today), "dim")
        for cell, size, style in zip(row, rest, styles, strict=True):
            if size:
                text.append("  ")
                text.append(_pad(cell, size), style=style)
    return text


def _row(song: BoardSong, now: datetime, today: date) -> tuple[str, str, str, str]:
    done = f"{song.progress.done}/{song.progress.tasks}" if song.progress.tasks else _state(song)
    left = _left(song) if song.progress.tasks else ""
    worked = _when(song.last_worked, now) if song.last_worked else ""
    return done, left, _due(song, today), worked


def plain_lines(view: BoardView, now: datetime) -> Sequence[str]:
    """The board for a pipe: a line a stage, a line a song, nothing cut."""
    today = now.astimezone().date()
    lines = []
    for stage in view.stages:
        limit = "" if stage.limit is None else f" of {stage.limit}"
        lines.append(f"{printable(stage.name)} ({len(stage.songs)}{limit})")
        for song in stage.songs:
            facts = [fact for fact in _row(song, now, today) if fact]
            lines.append(f"  {printable(song.name)}: {', '.join(facts)}")
    return lines


# -- words --------------------------------------------------------------------------------------------


def _bar(song: BoardSong, width: int) -> tuple[str, str]:
    minutes = song.progress.minutes
    share = song.progress.minutes_done / minutes if minutes else 0.0
    full = min(width, int(share * width + 0.5))
    if share < 1:
        full = min(full, width - 1)
    return "█" * full, "░" * (width - full)


def _state(song: BoardSong) -> str:
    if song.waiting:
        return "refused by Asana" if song.refused else "waits for Asana"
    if song.is_idea:
        return "idea"
    return "not shown to you" if song.hidden else "no tasks of yours"


def _left(song: BoardSong) -> str:
    return "done" if song.progress.done == song.progress.tasks else f"{format_budget(song.minutes_left)} left"


def _due(song: BoardSong, today: date) -> str:
    if song.deadline is None:
        return ""
    days = (song.deadline - today).days
    if days < 0:
        return f"due {-days}d ago"
    if days == 0:
        return "due today"
    year = "" if song.deadline.year == today.year else f" {song.deadline.year}"
    return f"due {song.deadline.day} {song.deadline:%b}{year}"


def _urgency(song: BoardSong, today: date) -> str:
    if song.deadline is None or song.progress.done == song.progress.tasks > 0:
        return "dim"
    days = (song.deadline - today).days
    return "bold red" if days < 0 else "yellow" if days <= SOON else ""


def _when(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    then, today = moment.astimezone(), now.astimezone().date()
    days = (today - then.date()).days
    if days <= 0:
        return f"today {then:%H:%M}"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 60 else f"{then.day} {then:%b %Y}"


def _songs(count: int) -> str:
    return "1 card" if count == 1 else f"{count} cards"


def _fit(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, max(1, width - 1)).rstrip() + "…"


def _pad(text: str, width: int) -> str:
    return text + " " * max(0, width - cell_len(text))
