"""`next`: which song and task to go on with, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from asana_tbp.board.advice import advise, long_away, next_task
from asana_tbp.board.local import LocalBoard
from asana_tbp.board.view import BoardSong, BoardView, plain_song
from asana_tbp.cli.commands.songs import refresh_or_say
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.board import when
from asana_tbp.cli.output.console import emit_json, out, say
from asana_tbp.cli.parameters import AsJson
from asana_tbp.scaffold.journal import ideal_places
from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import plural, shell_quote


def next_(
    context: AppContext,
    as_json: AsJson = False,
    local: Annotated[bool, "Decide by what is known here; don't ask Asana."] = False,
) -> None:
    """Suggest what to work on now.

    It names a song, its next task, and why: with or without a board. After two weeks without work it also shows
    where each song stands.

    Examples:
    asana-tbp next
    """
    now = context.clock.now()
    with context.board() as service:
        if not local:
            refresh_or_say(context, service)
        view = service.overview()
        advice = advise(view, now)
        task = task_of(service, advice.song) if advice else None
        away = where_songs_stand(service, view, now)
    if as_json:
        emit_json(
            "next",
            song=plain_song(advice.song) if advice else None,
            task=task,
            why=advice.why if advice else None,
            come_back=[title for song in view.songs for title in song.come_back],
        )
    elif advice is None:
        out("No song has anything left to do." if view.songs else "No songs yet.")
        idea = next((song for song in view.songs if song.is_idea), None)
        if idea is not None:
            say(f"An idea waits: asana-tbp new --from {shell_quote(idea.name)}")
        elif not view.songs:
            say("Make one: asana-tbp new")
    else:
        for line in away:
            out(line)
        out(f"{advice.song.name}: {task or ''}")
        out(f"Because {advice.why}.")
        marked = [(song, title) for song in view.songs for title in song.come_back]
        if marked:
            out(f"To come back to ({plural(len(marked), 'task')}):")
            for song, title in marked:
                out(f"  {title}, {song.name}")
            say("Run them again: asana-tbp start --come-back")
        say(f"Begin: asana-tbp start {shell_quote(advice.song.name)}")


def where_songs_stand(service: LocalBoard, view: BoardView, now: datetime) -> list[str]:
    """A line for each song with work left, after nobody worked for two weeks; nothing before."""
    lines = []
    for song in long_away(view, now):
        worked = f"last worked on {when(song.last_worked, now)}" if song.last_worked else "not begun"
        done = f"{song.progress.done}/{song.progress.tasks} done, {format_budget(song.minutes_left)} left"
        lines.append(f"{song.name}: {done}, {worked}; next: {task_of(service, song) or ''}")
    return lines


def task_of(service: LocalBoard, song: BoardSong) -> str | None:
    """The task to begin with in a song, by the ideal order."""
    gid = song.project_gid or ""
    return next_task(service.songs.open_tasks(gid), ideal_places(database=service.database, project_gid=gid))
