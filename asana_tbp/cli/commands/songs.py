"""`songs`: every song, with or without a board; archiving and restoring one."""

from __future__ import annotations

from typing import Annotated

import typer

from asana_tbp.board.service import BoardService
from asana_tbp.board.songs import archive_song, refresh_songs, restore_song
from asana_tbp.board.view import plain_song
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.board import song_lines, songs_table
from asana_tbp.cli.output.console import asks, confirm, console, emit_json, is_live, out, say
from asana_tbp.cli.output.progress import progress_bar
from asana_tbp.cli.parameters import AsJson, SongName
from asana_tbp.cli.prompts.question import one_of
from asana_tbp.errors import AsanaError, NotAuthorised
from asana_tbp.text import plural

app = typer.Typer(no_args_is_help=False, invoke_without_command=True)


@app.callback()
def songs(
    context: AppContext,
    as_json: AsJson = False,
    local: Annotated[bool, "Show what is known here; don't ask Asana."] = False,
    archived: Annotated[bool, "Show archived songs too."] = False,
) -> None:
    """List your songs.

    With stage, progress, time left, deadline, last worked on and song map; with or without a board.

    Examples:
    asana-tbp songs
    asana-tbp songs --local --json
    """
    with context.board() as service:
        if not local:
            refresh_or_say(context, service)
        every = service.all_songs()
    shown = [song for song in every if archived or not song.archived]
    now = context.clock.now()
    if as_json:
        emit_json("songs", songs=[plain_song(song) for song in shown])
        return
    if not shown:
        out("No songs yet.")
        say("Make one: asana-tbp new")
    elif is_live():
        console().print(songs_table(shown, now))
    else:
        for line in song_lines(shown, now):
            out(line)
    if hidden := len(every) - len(shown):
        say(f"{plural(hidden, 'archived song')} not shown: asana-tbp songs --archived")


def refresh_or_say(context: AppContext, service: BoardService) -> None:
    """Read all songs anew, and say so where Asana can't be asked. Raises `NotAuthorised`."""
    try:
        with context.asana() as asana, progress_bar("Reading the songs") as progress:
            refresh_songs(service, asana, progress)
    except NotAuthorised:
        raise
    except AsanaError as error:
        say(f"{error.sentence} Shown as it was last seen.")


@app.command()
def archive(
    context: AppContext,
    song: SongName,
    unassign: Annotated[
        bool | None,
        "--unassign/--keep",
        "Give its open tasks back, so that they leave My Tasks; or keep them.",
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Archive a song.

    That is its project, its card on the board, and its section of My Tasks when that is empty.

    Examples:
    asana-tbp songs archive "Midnight Galaxy"
    """
    with context.board() as service, context.asana() as asana:
        refresh_songs(service, asana)
        chosen = one_of(lambda: service.song(song))
        left = len(service.songs.open_tasks(chosen.project_gid or ""))
        if left and unassign is None:
            question = (
                f"{plural(left, 'task')} of {chosen.name} {'is' if left == 1 else 'are'} open and yours."
            )
            unassign = asks() and confirm(f"{question} Unassign them?")
            if not unassign and not asks():
                say(f"{question} To take them off My Tasks: --unassign")
        unassigned = archive_song(service, asana, chosen, unassign=bool(unassign))
    if as_json:
        emit_json("songs archive", name=chosen.name, archived=True, unassigned=unassigned)
        return
    more = f"; {plural(unassigned, 'task')} given back" if unassigned else ""
    out(f"{chosen.name} is archived{more}.")


@app.command()
def restore(context: AppContext, song: SongName, as_json: AsJson = False) -> None:
    """Bring an archived song back.

    Its card on the board is opened again, and tasks that were unassigned are yours again.

    Examples:
    asana-tbp songs restore "Midnight Galaxy"
    """
    with context.board() as service, context.asana() as asana:
        refresh_songs(service, asana)
        chosen = one_of(lambda: service.song(song))
        assigned = restore_song(service, asana, asana.project(chosen.project_gid or ""))
    if as_json:
        emit_json("songs restore", name=chosen.name, archived=False, assigned_again=assigned)
        return
    more = f"; {plural(assigned, 'task')} assigned to you again" if assigned else ""
    out(f"{chosen.name} is back{more}.")
