"""`open`: a song, a task or the board in the browser."""

from __future__ import annotations

from typing import Annotated

from asana_tbp.board.service import BoardService
from asana_tbp.bridge.lookup import gid_in
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import out, say
from asana_tbp.cli.prompts.question import one_of
from asana_tbp.errors import AsanaError, NotFound, TbpError
from asana_tbp.system.browser import open_page
from asana_tbp.system.settings import DEFAULT_HOST


def open_(
    context: AppContext,
    name: Annotated[
        str | None, "[SONG|TASK]", "A song or one of your open tasks. Default: the board, or your last song."
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
    if show:
        out(link)
    elif context.sandbox:
        raise TbpError("The sandbox has no pages to open.", "Print the link with --print.")
    elif problem := open_page(link):
        say(problem)


def _link(context: AppContext, service: BoardService, name: str | None) -> str:
    if name is None:
        board = service.store.board()
        if board is not None:
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
        if context.sandbox or context.settings.host != DEFAULT_HOST:
            raise
        # The short form of a link: Asana follows it to wherever the task's page is now.
        return f"https://app.asana.com/0/0/{gid}"
