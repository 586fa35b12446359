"""`songs`: every song, with or without a board, `next` of all to work on, and `open` for their pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from asana_tbp.board.advice import advise, long_away, next_task
from asana_tbp.board.local import LocalBoard
from asana_tbp.board.service import BoardService
from asana_tbp.board.songs import archive_song, refresh_songs, restore_song, stage_offers
from asana_tbp.board.view import BoardSong, BoardView, plain_song
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.lookup import gid_in
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.board import song_lines, songs_table, when
from asana_tbp.cli.output.console import asks, console, emit_json, is_live, out, say
from asana_tbp.cli.output.progress import progress_bar
from asana_tbp.cli.parameters import Local, SongName, Text, WithJson
from asana_tbp.cli.prompts.question import agrees, one_of
from asana_tbp.cli.sessions import sessions_alive
from asana_tbp.errors import AsanaError, NotAuthorised, NotFound, TbpError
from asana_tbp.scaffold.journal import ideal_places
from asana_tbp.songmap.budget import format_budget
from asana_tbp.system.alerts import open_page
from asana_tbp.text import plural, shell_quote
from asana_tbp.timer.state import Finished


def songs(
    context: WithJson,
    local: Local = False,
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
    if context.as_json:
        emit_json("songs", songs=[plain_song(song) for song in shown])
        return
    if not shown:
        out("Every song is archived." if every else "No songs yet.")
        if not every:
            say("Make one: asana-tbp new")
    elif is_live():
        console().print(songs_table(shown, now))
    else:
        out("\n".join(song_lines(shown, now)))
    if hidden := len(every) - len(shown):
        say(f"{plural(hidden, 'archived song')} not shown: asana-tbp songs --archived")


def refresh_or_say(context: AppContext, service: BoardService) -> None:
    """Refresh all songs, and say so if Asana can't be reached. Raises `NotAuthorised`."""
    try:
        with context.asana() as asana, progress_bar("Reading the songs", context.countdown) as progress:
            refresh_songs(service, asana, progress)
    except NotAuthorised:
        raise
    except AsanaError as error:
        say(f"{error.sentence} Shown as it was last seen.")


def archive(
    context: WithJson,
    song: SongName,
    unassign: Annotated[
        bool | None,
        "--unassign/--keep",
        "Unassign its open tasks, so that they leave My Tasks; or keep them.",
    ] = None,
) -> None:
    """Archive a song.

    Its project is archived, its card is completed, and its section of My Tasks goes when that is empty.

    Examples:
    asana-tbp songs archive "Midnight Galaxy"
    """
    with context.board() as service, context.asana() as asana:
        refresh_songs(service, asana)
        chosen = one_of(lambda: service.song(song))
        left = len(service.store.open_tasks(chosen.project_gid or ""))
        if left and unassign is None:
            question = (
                f"{plural(left, 'task')} of {chosen.name} {'is' if left == 1 else 'are'} open and yours."
            )
            unassign = asks() and agrees(f"{question} Unassign them?")
            if not unassign and not asks():
                say(f"{question} To take them off My Tasks: --unassign")
        unassigned = archive_song(service, asana, chosen, unassign=bool(unassign))
    more = f"; {plural(unassigned, 'task')} unassigned" if unassigned else ""
    text = f"{chosen.name} is archived{more}."
    context.answer(text, name=chosen.name, archived=True, unassigned=unassigned)


def restore(context: WithJson, song: SongName) -> None:
    """Bring an archived song back.

    Its card on the board is opened again, and tasks that were unassigned are yours again.

    Examples:
    asana-tbp songs restore "Midnight Galaxy"
    """
    with context.board() as service, context.asana() as asana:
        refresh_songs(service, asana)
        chosen = one_of(lambda: service.song(song))
        project = asana.project(chosen.project_gid or "")
        assigned = restore_song(service, asana, project)
    was_archived = chosen.archived or project.archived
    more = f"; {plural(assigned, 'task')} assigned to you again" if assigned else ""
    text = f"{chosen.name} {'is back' if was_archived or assigned else 'was not archived'}{more}."
    context.answer(text, name=chosen.name, archived=False, assigned_again=assigned)


def next_(
    context: WithJson,
    local: Annotated[bool, "Use what this computer knows; don't ask Asana."] = False,
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
    marked = [(song, title) for song in view.songs for title in song.come_back]
    if context.as_json:
        chosen, why = (plain_song(advice.song), advice.why) if advice else (None, None)
        emit_json("next", song=chosen, task=task, why=why, come_back=[title for _, title in marked])
    elif advice is None:
        out("No song has anything left to do." if view.songs else "No songs yet.")
        idea = next((song for song in view.songs if song.is_idea), None)
        if idea is not None:
            say(f"An idea waits: asana-tbp new --from {shell_quote(idea.name)}")
        elif not view.songs:
            say("Make one: asana-tbp new")
    else:
        out("\n".join([*away, f"{advice.song.name}: {task or ''}", f"Because {advice.why}."]))
        if marked:
            out(f"To come back to ({plural(len(marked), 'task')}):")
            for song, title in marked:
                out(f"  {title}, {song.name}")
            say("Run them again: asana-tbp start --come-back")
        name = advice.song.name
        running = any(address.is_of(name) for address in sessions_alive(context.paths.state))
        say("It runs now: asana-tbp status" if running else f"Begin: asana-tbp start {shell_quote(name)}")


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
    return next_task(service.store.open_tasks(gid), ideal_places(database=service.database, project_gid=gid))


def open_(
    context: WithJson,
    name: Annotated[
        Text, "[SONG|TASK]", "A song or one of your open tasks. Default: the board, or your last song."
    ] = None,
    show: Annotated[bool, "--print", "Print the link instead."] = False,
) -> None:
    """Open a song, a task or the board in your browser.

    Examples:
    asana-tbp open "Midnight Galaxy" --print
    """
    with context.board() as service:
        link = _link(context, service, name)
    if not link:
        raise NotFound("Asana gave no link for it.")
    if show or context.as_json:
        context.answer(link, link=link)
    elif context.sandbox:
        raise TbpError("The sandbox has no pages to open.", "Print the link with --print.")
    elif problem := open_page(link):
        say(problem)


def _link(context: AppContext, service: BoardService, name: str | None) -> str:
    if name is None:
        if board := service.store.board():
            return board.link
        songs = service.all_songs()
        if not songs:
            raise NotFound("There is no song to open yet.", "Make one: asana-tbp new")
        return max(songs, key=lambda song: str(song.last_worked or "")).link
    try:
        return one_of(lambda: service.song(name)).link
    except NotFound:
        gid = gid_in(name) or service.open_task(name)
    try:
        with context.asana() as asana:
            return asana.task(gid).link
    except AsanaError:
        if not (page := context.task_page(gid)):
            raise
        return page


def offer_moves(board: BoardService, asana: Gateway, finished: Iterable[Finished]) -> None:
    """Offer the stage that follows, for every song of which a section was finished in a session."""
    choice = board.settings.auto_move
    if choice == "never":
        return
    try:
        for card, stage, section in stage_offers(board, asana, finished):
            done = f"{section} of {card.name} is done."
            question = f"{done} Move the song to {stage.name}?"
            if choice == "always" or (asks() and agrees(question, enter=True)):
                with board.lock():
                    board.move_card(asana, card.gid, stage)
                say(f"{card.name} is in {stage.name} now.")
            else:
                say(done)
                names = f"{shell_quote(card.name)} {shell_quote(stage.name)}"
                say(f"To move it on: asana-tbp board move {names}")
    except TbpError as error:
        say(f"Could not check the board: {error.sentence}")
