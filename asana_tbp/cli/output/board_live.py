"""The board on the screen: what is known here at once, then what Asana has now.

Knows when to show it and what to say where Asana can't be asked. Must not know how it is drawn.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.text import Text

from asana_tbp.cli.output.board import drawn, plain_lines, when
from asana_tbp.cli.output.console import console, is_live, out, say
from asana_tbp.errors import AsanaError, NotAuthorised
from asana_tbp.text import escape_controls

if TYPE_CHECKING:
    from asana_tbp.board.view import BoardView
    from asana_tbp.cli.board_service import BoardService

JSON_VERSION = 1


def show_board(pipeline: BoardService, *, as_json: bool, local: bool, as_list: bool) -> None:
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
    from asana_tbp.cli.board_service import refusal

    for song in view.songs:
        if song.refused:
            say(refusal(song.name, song.refused))
    if trouble is not None:
        if isinstance(trouble, NotAuthorised):
            raise trouble
        seen = when(view.looked_at, now) if view.looked_at else "never"
        say(f"{escape_controls(trouble.sentence)} Shown as it was last seen: {seen}.")


def _refreshed(pipeline: BoardService) -> AsanaError | None:
    from asana_tbp.cli.output.progress import progress_bar

    try:
        with pipeline.asana() as asana, progress_bar("Reading the songs") as progress:
            left = pipeline.refresh(asana, progress).left
            with pipeline.turn():
                pipeline.settle(asana)
    except AsanaError as error:
        return error
    if left:
        say(f"{left} songs are read the next time: more would pass Asana's limit.")
    return None


def _refreshed_live(
    pipeline: BoardService, view: BoardView, now: datetime, *, as_list: bool
) -> AsanaError | None:
    screen = console()
    # What lies below the screen is not drawn: the first look must be at once.
    shown = Group(
        drawn(view, now, screen.width, as_list=as_list, most=screen.height),
        Text("looking at Asana ...", style="dim italic"),
    )
    with Live(shown, console=screen, transient=True, auto_refresh=False, vertical_overflow="ellipsis"):
        try:
            with pipeline.asana() as asana:
                pipeline.refresh(asana)
                with pipeline.turn():
                    pipeline.settle(asana)
        except AsanaError as error:
            return error
    return None
