"""How the board and the list of songs look: in a terminal, and plain in a pipe."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Group
from rich.table import Table
from rich.text import Text

from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import day_text, days_ago, listed, plural

if TYPE_CHECKING:
    from rich.console import RenderableType

    from asana_tbp.board.view import BoardSong, BoardStage, BoardView

NARROWEST = 24
"""Cells that a column with songs, or a name in the list, needs at least."""

GAP = 3
"""Cells between two columns of the board."""

LOWEST_TILE = 3
"""Lines of a song in its column: at least its name, how far it is, and one between."""

BAR = 8
SOON = 7
"""Days before a deadline from which it is shown as pressing."""

HEADS = {"": "left", "done": "right", "left": "right", "due": "left", "worked on": "left"}
"""The columns of the list after the names, the bar first, with their alignment."""

LEFT_OUT = ((), ("worked on",), ("worked on", ""), ("worked on", "", "left"))
"""The columns that the list leaves out, the less room there is."""


def drawn(
    view: BoardView, now: datetime, width: int, *, as_list: bool = False, most: int | None = None
) -> RenderableType:
    """The board for a terminal of `width` cells; with `most`, only as many songs as fit that many lines."""
    head = Text(view.name, style="bold")
    head.append(f"   {plural(len(view.songs), 'card')}", style="dim")
    fit = None if most is None else most // LOWEST_TILE + 1
    tiles = [[_tile(song, now) for song in stage.songs[:fit]] for stage in view.stages]
    lines_of = [[line for tile in column for line in tile.split()] for column in tiles]
    floors = [
        max(_stage_head(stage).cell_len, *(min(NARROWEST, line.cell_len) for line in lines), 0)
        for stage, lines in zip(view.stages, lines_of, strict=True)
    ]
    if as_list or not tiles or sum(floors) + GAP * (len(tiles) - 1) + 1 > width:
        return Group(*_list(view, head, now, width, most))
    table = Table(box=SIMPLE_HEAD, padding=(0, GAP - 1, 0, 0), show_edge=False, pad_edge=False)
    for stage in view.stages:
        # Room is taken from the widest column that has songs.
        table.add_column(_stage_head(stage), vertical="top", no_wrap=not stage.songs)
    table.add_row(*(_line("\n\n", column) for column in tiles))
    return Group(head, Text(), table)


def _line(between: str, parts: Iterable[Text]) -> Text:
    """Parts in one text whose lines are cut where they are too long, not wrapped."""
    text = Text(between).join(parts)
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _stage_head(stage: BoardStage) -> Text:
    style = "bold yellow" if stage.over else "dim"
    return Text.assemble((stage.name, "bold"), (f"  {_count(stage)}{' !' if stage.over else ''}", style))


def _count(stage: BoardStage) -> str:
    return f"{len(stage.songs)}{'' if stage.limit is None else f' of {stage.limit}'}"


def _tile(song: BoardSong, now: datetime) -> Text:
    lines = [Text(song.name, style="italic" if song.is_idea else "bold")]
    if song.is_idea or not song.progress.tasks:
        lines.append(Text(state_of(song), style="dim"))
    else:
        lines.append(_bar(song).append(f" {_done(song)}  {_left(song)}", style="default"))
    come_back = [Text(_come_back(song), style="yellow")] if song.come_back else []
    return _line("\n", [*lines, *_dates(song, now), *come_back])


def _list(view: BoardView, head: Text, now: datetime, width: int, most: int | None) -> Iterator[Text]:
    """The board with one song per line, in one table over all stages."""
    shown = [song for stage in view.stages for song in stage.songs[:most]]
    rows = {
        id(song): [
            _bar(song),
            Text(_done(song)),
            Text("" if song.is_done else format_budget(song.minutes_left)),
            Text(_day(song, now), style=_urgency(song, now)),
            Text(when(song.last_worked, now) if song.last_worked else "", style="dim"),
        ]
        for song in shown
        if song.progress.tasks
    }
    sizes = {
        name: max(len(name), *sizes) if any(sizes := [row[at].cell_len for row in rows.values()]) else 0
        for at, name in enumerate(HEADS)
    }
    longest = max((cell_len(song.name) for song in shown), default=0)
    for names in LEFT_OUT:
        used = {name: 0 if name in names else size for name, size in sizes.items()}
        room = width - 2 - sum(size + 2 for size in used.values() if size)
        if room >= min(longest, NARROWEST):
            break
    name_size = max(8, min(longest, room if rows else width - 20))

    def row(first: Text, cells: Iterable[Text]) -> Text:
        line = first.copy()
        line.truncate(name_size + 2, overflow="ellipsis", pad=True)
        for (name, align), cell in zip(HEADS.items(), cells, strict=True):
            if size := used[name]:
                cell.align("right" if align == "right" else "left", size)
                line.append("  ").append_text(cell)
        line.rstrip()
        return line

    yield row(head, [Text(name, style="dim") for name in HEADS]) if rows else head
    for stage in view.stages:
        yield Text()
        yield _stage_head(stage)
        for song in stage.songs[:most]:
            name = Text(f"  {song.name}", style="italic" if song.is_idea else "")
            if id(song) in rows:
                yield row(name, rows[id(song)])
            else:
                name.truncate(name_size + 2, overflow="ellipsis", pad=True)
                yield name.append(f"  {state_of(song)}", style="dim")
            if song.come_back:
                yield _line("", [Text("    "), Text(_come_back(song), style="yellow")])


def plain_lines(view: BoardView, now: datetime) -> Iterator[str]:
    """The board for a pipe: one line per stage and per song, nothing cut."""
    for stage in view.stages:
        yield f"{stage.name} ({_count(stage)})"
        for song in stage.songs:
            facts = [_done(song), _left(song)] if song.progress.tasks else [state_of(song)]
            facts += [date.plain for date in _dates(song, now)]
            facts += [_come_back(song)] if song.come_back else []
            yield f"  {song.name}: {', '.join(facts)}"


# -- the list of songs --------------------------------------------------------------------------------


def songs_table(songs: Sequence[BoardSong], now: datetime) -> Table:
    """The songs for a terminal; each name is a link to its project where the terminal knows links."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    columns: dict[str, list[Text]] = {
        "Song": [Text(song.name, "dim" if song.archived else "bold") for song in songs],
        "Stage": [Text(_stage(song)) for song in songs],
        "Done": [Text(_done(song) if _shows_progress(song) else "") for song in songs],
        "Left": [Text(_state_or_left(song).removesuffix(" left")) for song in songs],
        "Due": [Text(_day(song, now), _urgency(song, now)) for song in songs],
        "Worked on": [Text(when(song.last_worked, now) if song.last_worked else "") for song in songs],
        "Map": [Text(_short(song.map_file)) for song in songs],
    }
    for song, title in zip(songs, columns["Song"], strict=True):
        if song.link.startswith("https://"):
            title.stylize(f"link {song.link}")
    columns = {name: cells for name, cells in columns.items() if any(cells)}
    for name in columns:
        overflow = "ellipsis" if name == "Map" else "fold"
        table.add_column(name, no_wrap=name not in {"Song", "Stage", "Map"}, overflow=overflow)  # type: ignore[arg-type]
    for row in zip(*columns.values(), strict=True):
        table.add_row(*row)
    return table


def song_lines(songs: Sequence[BoardSong], now: datetime) -> Iterator[str]:
    """The songs for a pipe: one a line, nothing cut."""
    for song in songs:
        done = f"{_done(song)} done" if _shows_progress(song) else ""
        map_file = f"map {_short(song.map_file)}" if song.map_file else ""
        dates = [date.plain for date in _dates(song, now)]
        facts = [done, _state_or_left(song), *dates, map_file, song.link]
        stage = f" ({_stage(song)})" if _stage(song) else ""
        yield f"{song.name}{stage}: {', '.join(filter(None, facts))}"


def _stage(song: BoardSong) -> str:
    return "archived" if song.archived else song.stage


def _shows_progress(song: BoardSong) -> bool:
    return song.progress.tasks > 0 and not song.progress.hidden and not song.archived


def _state_or_left(song: BoardSong) -> str:
    return _left(song) if _shows_progress(song) else "" if song.archived else state_of(song)


def _short(path: Path | None) -> str:
    """A file as people write it: relative to the current folder or to home."""
    for base, prefix in ((Path.cwd(), ""), (Path.home(), f"~{os.sep}")):
        if path is not None and path.is_relative_to(base):
            return f"{prefix}{path.relative_to(base)}"
    return str(path or "")


# -- words --------------------------------------------------------------------------------------------


def _bar(song: BoardSong) -> Text:
    minutes = song.progress.minutes
    share = song.progress.minutes_done / minutes if minutes else 0.0
    full = int(share * BAR + 0.5)
    # A song that was begun shows a piece of bar, and one that is not done is never full.
    if 0 < share < 1:
        full = min(max(full, 1), BAR - 1)
    return Text("█" * full, style="green").append("░" * (BAR - full), style="dim")


def state_of(song: BoardSong) -> str:
    """Why a card shows no progress."""
    if song.waiting:
        return "refused by Asana" if song.refused else "waits for Asana"
    if song.is_idea:
        return "idea"
    if song.progress.read_at is None:
        return "not read yet"
    return "no access" if song.progress.hidden else "no tasks of yours"


def _done(song: BoardSong) -> str:
    return f"{song.progress.done}/{song.progress.tasks}"


def _left(song: BoardSong) -> str:
    """`1h left`, or that it is done."""
    if song.is_done:
        # Only the user's own tasks count: a song with other open tasks is not done.
        return f"yours done, {song.progress.others} open" if song.progress.others else "done"
    return f"{format_budget(song.minutes_left)} left"


def _dates(song: BoardSong, now: datetime) -> Iterator[Text]:
    if song.deadline:
        yield Text(f"due {_day(song, now)}", style=_urgency(song, now))
    if song.last_worked:
        yield Text(f"worked on {when(song.last_worked, now)}", style="dim")


def _come_back(song: BoardSong) -> str:
    return f"come back to {listed(song.come_back, last='and')}"


def _day(song: BoardSong, now: datetime) -> str:
    """A song's deadline as people say it."""
    today = now.astimezone().date()
    if song.deadline is None:
        return ""
    return day_text(song.deadline, today) if song.deadline > today else days_ago((today - song.deadline).days)


def _urgency(song: BoardSong, now: datetime) -> str:
    """The style of a song's deadline."""
    if song.deadline is None or song.is_done:
        return "dim"
    days = (song.deadline - now.astimezone().date()).days
    return "bold red" if days < 0 else "yellow" if days <= SOON else ""


def when(moment: datetime, now: datetime) -> str:
    """A moment that has passed, as people say it."""
    then, today = moment.astimezone(), now.astimezone().date()
    days = (today - then.date()).days
    if days <= 0:
        return f"today {then:%H:%M}"
    return days_ago(days) if days < 60 else day_text(then.date(), today)
