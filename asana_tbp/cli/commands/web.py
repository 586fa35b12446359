"""`web`: the page in the browser, beside a running session or as a face of one in this process."""

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated

from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import out, say
from asana_tbp.cli.output.display import Display, song_of
from asana_tbp.cli.parameters import PORTS, RunningSong
from asana_tbp.cli.sessions import find_session
from asana_tbp.session.control_client import SessionAddress, running_sessions
from asana_tbp.session.messages import Face
from asana_tbp.system.clock import Clock
from asana_tbp.system.loopback import LOOPBACK
from asana_tbp.web.guard import page_secret
from asana_tbp.web.pages import PageServer
from asana_tbp.web.publisher import Find, ViewPublisher, remote_session, tell


def web(
    context: AppContext,
    song: RunningSong = None,
    port: Annotated[int | None, "Where to serve it; 0 takes any free port.", PORTS] = None,
    link: Annotated[bool, "Print the page's link and stop."] = False,
    new_link: Annotated[bool, "Make a new link; the old one stops working."] = False,
) -> None:
    """Show the timer in a browser or in OBS.

    Serves the page on this computer only, until Ctrl-C. It can be started before a session, stays when one ends, and
    shows the next.

    Examples:
      asana-tbp web
      asana-tbp web --link
      asana-tbp web --port 0
    """
    kept = page_secret(context.paths.state, new=new_link)
    if link:
        out(f"http://{LOOPBACK}:{kept.port or context.settings.web_port}/?token={kept.secret}")
        return
    # If several run now, the user must say which one.
    find_session(context, song)
    find = _finder(context, lambda each: song is None or each.is_of(song))
    with serve_page(context, find, port, say) as server, remote_session(server.publisher, find):
        out(server.link())
        say(f"For a stream: {server.link('/overlay')}")
        say("Ctrl-C ends the page, not the session.")
        # Nobody sets this event: Ctrl-C ends the wait.
        Clock().wait(threading.Event(), math.inf)


def _finder(context: AppContext, is_meant: Callable[[SessionAddress], bool]) -> Find:
    """Finds the session to show; of several, the one that started last."""

    def find() -> SessionAddress | None:
        return next(filter(is_meant, reversed(running_sessions(context.paths.state / "sessions"))), None)

    return find


@contextmanager
def page_face(context: AppContext, session_id: int, display: Display) -> Iterator[Face]:
    """Show this process's session on the page while the block runs, and print the link."""
    find = _finder(context, lambda each: each.session_id == session_id)
    with serve_page(context, find, None, display.notice) as server:
        display.page_link = server.link()
        display.notice(f"The page: {display.page_link}")
        yield server.publisher


@contextmanager
def serve_page(
    context: AppContext, find: Find, port: int | None, show: Callable[[str], None]
) -> Iterator[PageServer]:
    """Serve the page while the block runs; `show` gets its address when the port asked for was taken."""
    kept = page_secret(context.paths.state)
    wished = context.settings.web_port if port is None else port
    publisher, song = ViewPublisher(Clock()), partial(song_of, context)
    with PageServer(publisher, partial(tell, find), kept.secret, wished, song) as server:
        if wished not in {0, server.port}:
            show(f"Port {wished} is taken; the page is on port {server.port} this time.")
        kept._replace(port=server.port).keep(context.paths.state)
        yield server
