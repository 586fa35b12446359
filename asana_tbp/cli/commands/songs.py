"""`songs`: every song, with or without a board; archiving and restoring one."""

from __future__ import annotations

from typing import Annotated

import typer

from asana_tbp.board.service import BoardService
from asana_tbp.board.songs import (
    SongEntry,
    archive_song,
    find_entry,
    open_tasks_of,
    plain_entry,
    refresh_songs,
    restore_song,
    song_entries,
)
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.cards import say_outcomes
from asana_tbp.cli.output.console import asks, confirm, console, emit_json, is_live, out, say
from asana_tbp.cli.output.progress import progress_bar
from asana_tbp.cli.output.songs import song_lines, songs_table
from asana_tbp.cli.parameters import AsJson, SongName
from asana_tbp.cli.prompts.question import one_of
from asana_tbp.errors import AsanaError, NotAuthorised
from asana_tbp.text import escape_controls, plural

app = typer.Typer(no_args_is_help=False, invoke_without_command=True)


@app.callback()
def songs(
    ctx: typer.Context,
    as_json: AsJson = False,
    local: Annotated[bool, typer.Option("--local", help="Show what is known here; don't ask Asana.")] = False,
    archived: Annotated[bool, typer.Option("--archived", help="Show archived songs too.")] = False,
) -> None:
    """List your songs.

    With stage, progress, time left, deadline, last worked on and song map; with or without a board.

    Examples:
    asana-tbp songs
    asana-tbp songs --local --json
    """
    if ctx.invoked_subcommand is not None:
        return
    context: AppContext = ctx.obj
    with context.board() as service:
        if not local:
            refresh_or_say(context, service)
        every = song_entries(service)
    entries = [entry for entry in every if archived or not entry.archived]
    now = context.clock.now()
    if as_json:
        emit_json("songs", songs=[plain_entry(entry) for entry in entries])
        return
    if not entries:
        out("No songs yet.")
        say("Make one: asana-tbp new")
    elif is_live():
        console().print(songs_table(entries, now))
    else:
        for line in song_lines(entries, now):
            out(line)
    if hidden := len(every) - len(entries):
        say(f"{plural(hidden, 'archived song')} not shown: asana-tbp songs --archived")


def refresh_or_say(context: AppContext, service: BoardService) -> None:
    """Read all songs anew, and say so where Asana can't be asked. Raises `NotAuthorised`."""
    try:
        with context.asana() as asana, progress_bar("Reading the songs") as progress:
            outcomes = refresh_songs(service, asana, progress)
    except NotAuthorised:
        raise
    except AsanaError as error:
        say(f"{escape_controls(error.sentence)} Shown as it was last seen.")
        return
    say_outcomes(outcomes)


def chosen_song(service: BoardService, query: str) -> SongEntry:
    """The song meant, by its number where a name means several and there is somebody to ask."""
    return one_of(lambda: find_entry(song_entries(service), query))


@app.command()
def archive(
    ctx: typer.Context,
    song: SongName,
    unassign: Annotated[
        bool | None,
        typer.Option(
            "--unassign/--keep", help="Give its open tasks back, so that they leave My Tasks; or keep them."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Archive a song.

    That is its project, its card on the board, and its section of My Tasks when that is empty.

    Examples:
    asana-tbp songs archive "Midnight Galaxy"
    """
    context: AppContext = ctx.obj
    with context.board() as service, context.asana() as asana:
        say_outcomes(refresh_songs(service, asana))
        entry = chosen_song(service, song)
        name, left = escape_controls(entry.song.name), open_tasks_of(service, entry)
        if left and unassign is None:
            question = f"{plural(left, 'task')} of {name} {'is' if left == 1 else 'are'} open and yours."
            unassign = asks() and confirm(f"{question} Unassign them?")
            if not unassign and not asks():
                say(f"{question} To take them off My Tasks: --unassign")
        result = archive_song(service, asana, entry, unassign=bool(unassign))
    if as_json:
        emit_json("songs archive", name=result.name, archived=True, unassigned=result.unassigned)
        return
    more = f"; {plural(result.unassigned, 'task')} given back" if result.unassigned else ""
    out(f"{name} is archived{more}.")


@app.command()
def restore(ctx: typer.Context, song: SongName, as_json: AsJson = False) -> None:
    """Bring an archived song back.

    Its card on the board is opened again, and tasks that were unassigned are yours again.

    Examples:
    asana-tbp songs restore "Midnight Galaxy"
    """
    context: AppContext = ctx.obj
    with context.board() as service, context.asana() as asana:
        say_outcomes(refresh_songs(service, asana))
        entry = chosen_song(service, song)
        result = restore_song(service, asana, entry)
    if as_json:
        emit_json("songs restore", name=result.name, archived=False, assigned_again=result.unassigned)
        return
    more = f"; {plural(result.unassigned, 'task')} assigned to you again" if result.unassigned else ""
    out(f"{escape_controls(result.name)} is back{more}.")
