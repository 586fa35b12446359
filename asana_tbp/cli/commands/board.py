"""`board`: every song and the stage it is in; and `idea`, which becomes a card there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import console, emit_json, is_live, out, say
from asana_tbp.cli.parameters import Local, SongName, Text, WithJson
from asana_tbp.cli.prompts.question import with_choice
from asana_tbp.errors import FAILED, OK, PARTLY_DONE, QUEUED, AsanaError, ExitCode, NotAuthorised
from asana_tbp.text import listed, plural, shell_quote

if TYPE_CHECKING:
    # Loaded late: completing words after `board` does not need it.
    from asana_tbp.board.service import BoardService
    from asana_tbp.store.outbox import Entry


def board(
    context: WithJson,
    local: Local = False,
    as_list: Annotated[bool, "--list", "Show one song per line, even where columns would fit."] = False,
) -> None:
    """Show and arrange all your songs.

    Every song in its stage, with progress, time left, deadline, and when you last worked on it.

    Examples:
    asana-tbp board
    asana-tbp board --list --local
    """
    # Loads rich, which the commands of this group and Tab completion don't need.
    from asana_tbp.board.view import plain_board
    from asana_tbp.cli.output.board import drawn, plain_lines, when

    now, live = context.clock.now(), is_live() and not context.as_json
    problem, left = None, 0
    with context.board() as service:
        view = service.view()
        if not local:
            try:
                left = _update(context, service, as_list=as_list, live=live and view.looked_at is not None)
            except AsanaError as error:
                # What is known here is shown anyway.
                problem = error
            view = service.view()
    if context.as_json:
        emit_json("board", fresh=not local and problem is None, **plain_board(view))
    elif live:
        console().print(drawn(view, now, console().width, as_list=as_list))
    else:
        for line in plain_lines(view, now):
            out(line)
    if left:
        say(f"{plural(left, 'song')} not refreshed because of Asana's limit; run it again.")
    for song in view.songs:
        if song.refused:
            from asana_tbp.cli.output.session_text import say_refusal

            say_refusal(song.name, song.refused)
    if isinstance(problem, NotAuthorised):
        raise problem
    if problem is not None:
        seen = when(view.looked_at, now) if view.looked_at else "never"
        say(f"{problem.sentence} Shown as it was last seen: {seen}.")


def _update(context: AppContext, service: BoardService, *, as_list: bool, live: bool) -> int:
    """Refresh from Asana, on a `live` terminal showing the old state meanwhile; returns how many songs are left."""
    from rich.console import Group
    from rich.live import Live
    from rich.text import Text

    from asana_tbp.cli.output.board import drawn
    from asana_tbp.cli.output.progress import progress_bar

    if not live:
        with context.asana() as asana, progress_bar("Reading the songs", context.countdown) as progress:
            return service.update(asana, progress)
    screen = console()
    # What lies below the screen is not drawn: the first look must be at once.
    picture = drawn(service.view(), context.clock.now(), screen.width, as_list=as_list, most=screen.height)
    first = Group(picture, Text("looking at Asana ...", style="dim italic"))
    shown = Live(first, console=screen, transient=True, auto_refresh=False, vertical_overflow="ellipsis")
    with shown, context.asana() as asana:
        return service.update(asana)


def init(
    context: WithJson,
    project: Annotated[
        Text, "[PROJECT]", "A project to use as it is: id, link or name. Default: one is made."
    ] = None,
    name: Annotated[str, "NAME", "What the board is called."] = "Songs",
    workspace: Annotated[Text, "NAME", "The workspace's name or id."] = None,
    team: Annotated[Text, "NAME", "The organisation's team: its name or id."] = None,
) -> None:
    """Make the board in Asana, or use a project as one.

    Run again, it makes only what is missing.
    """
    with context.board() as service, context.asana() as asana:
        created = service.init(asana, project=project, name=name, workspace=workspace, team=team)
        missing = service.songs_without_a_card()
    names = listed((stage.name for stage in created.stages), last="and")
    if created.adopted:
        say(f"Using {created.board.name} as it is. Its stages: {names}.")
    elif created.created:
        say(f"The board has the stages {names}.")
    else:
        say(f"Nothing to do: the board has the stages {names}.")
    for sentence in created.left_alone:
        say(sentence)
    if missing:
        say("Not on the board yet:")
        for song in missing:
            say(f"  asana-tbp board add {shell_quote(song.title)}")
    context.answer(
        created.board.link,
        name=created.board.name,
        link=created.board.link,
        adopted=created.adopted,
        stages=[stage.name for stage in created.stages],
        created=list(created.created),
        left_alone=list(created.left_alone),
        songs_not_on_it=[song.title for song in missing],
    )


def add(
    context: WithJson,
    project: Annotated[str, "SONG", "The song's project: name, id or link; or an idea."],
    stage: Annotated[str, "NAME", "The stage to put it in. Default: the first."] = "",
) -> ExitCode:
    """Put a song on the board, or bring an archived one back.

    Examples:
    asana-tbp board add "Midnight Galaxy"
    """
    from asana_tbp.session.messages import Delivery

    with context.board() as service, context.asana() as asana:
        added = with_choice(lambda query: service.add(asana, query, stage), project)
    if added.state == "back":
        say(f"{added.name} is back on the board.")
    elif added.state == "already":
        say(f"{added.name} is on the board already.")
    if not added.link:
        return FAILED
    context.answer(added.link, name=added.name, state=added.state, link=added.link)
    sent = (isinstance(outcome, Delivery) and outcome.is_delivered for outcome in service.outcomes)
    return OK if all(sent) else PARTLY_DONE


def move(
    context: WithJson,
    song: SongName,
    stage: Annotated[str, "STAGE", "The stage: its name or the start of it."],
    top: Annotated[bool, "Put it on top instead of at the end."] = False,
) -> None:
    """Move a song to another stage.

    Examples:
    asana-tbp board move "Midnight Galaxy" Mixing
    """
    with context.board() as service, context.asana() as asana:
        moved = with_choice(lambda query: service.move(asana, query, stage, top=top), song)
    there = moved.stage
    text = f"{moved.name} is in {there.name} {'already' if moved.already else 'now'}."
    context.answer(text, name=moved.name, stage=there.name, moved=not moved.already)
    if there.over and not moved.already:
        say(f"{there.name} has {len(there.songs)} songs now; you meant to have {there.limit} there.")


def archive(context: WithJson, song: SongName) -> None:
    """Take a song off the board.

    Its card is completed and its project archived; `board add` undoes it. An idea is only completed.

    Examples:
    asana-tbp board archive "Midnight Galaxy"
    """
    with context.board() as service, context.asana() as asana:
        name, sent = with_choice(lambda query: service.archive(asana, query), song)
    text = f"{name} {'is archived' if sent else 'was removed; it had not been sent to Asana'}."
    context.answer(text, name=name, sent=sent)


def idea(
    context: WithJson,
    words: Annotated[list[str], "WORDS", 'What came to mind: "pad like northern lights".'],
) -> ExitCode:
    """Save an idea before it is gone.

    It becomes a card on the board. Without a network it waits here for the next command that has one.

    Examples:
    asana-tbp idea "pad like northern lights"
    """
    with context.board() as service:
        saved = service.save_idea(" ".join(words))
        if not context.as_json:
            out(f"Saved: {saved.task_name}")
        state, code = _sent(context, service, saved)
    if context.as_json:
        emit_json("idea", name=saved.task_name, state=state)
    return code


def _sent(context: AppContext, service: BoardService, saved: Entry) -> tuple[str, ExitCode]:
    """Where the idea is now (`sent`, `waiting` or `refused`), and the exit code that says so."""
    if service.store.board() is None:
        say("It is added to the board as soon as you make one: asana-tbp board init")
        return "waiting", QUEUED
    try:
        with context.asana() as asana:
            service.send_pending(asana)
    except AsanaError as error:
        say(f"{error.sentence} The idea is sent with the next command that can.")
        return "waiting", QUEUED
    now = service.pending.entry(saved.id)
    return ("refused", FAILED) if now and now.state == "parked" else ("sent", OK)
