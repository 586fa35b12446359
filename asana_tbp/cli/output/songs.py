"""The list of songs, in a terminal or a pipe."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from asana_tbp.board.songs import SongEntry
from asana_tbp.cli.output.board import day_of, left_of, state_of, urgency_of, when
from asana_tbp.text import escape_controls


def songs_table(entries: Sequence[SongEntry], now: datetime) -> Table:
    """The songs for a terminal; each name is a link to its project where the terminal knows links."""
    today = now.astimezone().date()
    rows = [(entry, _cells(entry, now)) for entry in entries]
    heads = ("Song", "Stage", "Done", "Left", "Due", "Worked on", "Map")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    used = [at for at in range(len(heads)) if at == 0 or any(cells[at] for _, cells in rows)]
    for at in used:
        table.add_column(heads[at], no_wrap=at in (2, 3, 4, 5), overflow="ellipsis" if at == 6 else "fold")
    for entry, cells in rows:
        texts = [Text(cell.removesuffix(" left") if at == 3 else cell) for at, cell in enumerate(cells)]
        texts[0].stylize(f"link {entry.song.link}" if entry.song.link.startswith("https://") else "")
        texts[0].stylize("dim" if entry.archived else "bold")
        texts[4].stylize(urgency_of(entry.song, today))
        table.add_row(*(texts[at] for at in used))
    return table


def song_lines(entries: Sequence[SongEntry], now: datetime) -> Sequence[str]:
    """The songs for a pipe: one a line, nothing cut."""
    lines = []
    for entry in entries:
        name, stage, done, left, due, worked, map_file = _cells(entry, now)
        facts = [
            f"{done} done" if done else "",
            left,
            f"due {due}" if due else "",
            f"worked on {worked}" if worked else "",
            f"map {map_file}" if map_file else "",
            escape_controls(entry.song.link),
        ]
        where = f" ({stage})" if stage else ""
        lines.append(f"{name}{where}: {', '.join(fact for fact in facts if fact)}")
    return lines


def _cells(entry: SongEntry, now: datetime) -> tuple[str, str, str, str, str, str, str]:
    song, today = entry.song, now.astimezone().date()
    stage = "archived" if entry.archived else escape_controls(song.stage)
    done, left = "", "" if entry.archived else state_of(song)
    if song.progress.tasks and not song.hidden and not entry.archived:
        done, left = f"{song.progress.done}/{song.progress.tasks}", left_of(song)
    worked = when(song.last_worked, now) if song.last_worked else ""
    return (
        escape_controls(song.name),
        stage,
        done,
        left,
        day_of(song, today),
        worked,
        escape_controls(_short(entry.map_file)),
    )


def _short(path: Path | None) -> str:
    """A file as people write it: from here, or from home."""
    if path is None:
        return ""
    for base, prefix in ((Path.cwd(), ""), (Path.home(), f"~{os.sep}")):
        try:
            return f"{prefix}{path.relative_to(base)}"
        except ValueError:
            continue
    return str(path)
