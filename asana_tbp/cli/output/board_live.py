"""The board on the screen: what is known here at once, then what Asana has now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.text import Text

from asana_tbp.board.view import plain_board
from asana_tbp.cli.output.board import drawn, plain_lines, when
from asana_tbp.cli.output.console import console, emit_json, is_live, out, say
from asana_tbp.cli.output.progress import progress_bar
from asana_tbp.cli.output.session_text import say_refusal
from asana_tbp.errors import AsanaError, NotAuthorised
from asana_tbp.text import plural

if TYPE_CHECKING:
    from asana_tbp.board.service import BoardService
    from asana_tbp.cli.context import AppContext


def show_board(
    context: AppContext, service: BoardService, *, as_json: bool, local: bool, as_list: bool
) -> None:
    """Show the local copy at once where somebody watches, then what Asana has now.

    Where Asana can't be asked, what is known here is shown and stderr says so. Raises `NotAuthorised` after
    showing, and `UsageError` where there is no board.
    """
    now, live = context.clock.now(), is_live() and not as_json
    view, left = service.view(), 0
    problem: AsanaError | None = None
    if not local:
        try:
            if live and view.looked_at is not None:
                left = _update_live(context, service, as_list=as_list)
            else:
                with context.asana() as asana, progress_bar("Reading the songs") as progress:
                    left = service.update(asana, progress)
        except AsanaError as error:
            problem = error
        view = service.view()
    if as_json:
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
            say_refusal(song.name, song.refused)
    if isinstance(problem, NotAuthorised):
        raise problem
    if problem is not None:
        seen = when(view.looked_at, now) if view.looked_at else "never"
        say(f"{problem.sentence} Shown as it was last seen: {seen}.")


def _update_live(context: AppContext, service: BoardService, *, as_list: bool) -> int:
    screen = console()
    # What lies below the screen is not drawn: the first look must be at once.
    first = Group(
        drawn(service.view(), context.clock.now(), screen.width, as_list=as_list, most=screen.height),
        Text("looking at Asana ...", style="dim italic"),
    )
    with (
        Live(first, console=screen, transient=True, auto_refresh=False, vertical_overflow="ellipsis"),
        context.asana() as asana,
    ):
        return service.update(asana)
