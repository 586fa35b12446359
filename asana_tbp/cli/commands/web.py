"""`web`: the page in the browser, beside a running session or as a face of one in this process."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from asana_tbp.cli.context import AppContext

if TYPE_CHECKING:
    from asana_tbp.session.control_client import SessionAddress
    from asana_tbp.session.face import Face
    from asana_tbp.web.publisher import ViewPublisher
    from asana_tbp.web.server import PageServer


def web(
    ctx: typer.Context,
    song: Annotated[
        str | None, typer.Option("--song", help="Which session, where several run: its song or number.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Where to serve it; 0 takes any free port.", show_default=False),
    ] = None,
    link: Annotated[bool, typer.Option("--link", help="Print the page's link and stop.")] = False,
    new_link: Annotated[
        bool, typer.Option("--new-link", help="Make a new link; the old one stops working.")
    ] = False,
) -> None:
    """Show the timer in a browser or in OBS.

    Serves the page on this computer only, until Ctrl-C. It can be started before a session, stays when one ends, and
    shows the next.

    Examples:
      asana-tbp web
      asana-tbp web --link
      asana-tbp web --port 0
    """
    import threading

    from asana_tbp.cli.output.console import out, say
    from asana_tbp.cli.sessions import find_session
    from asana_tbp.system.clock import SystemClock
    from asana_tbp.system.page_secret import page_secret
    from asana_tbp.web.publisher import ViewPublisher
    from asana_tbp.web.sources import RemoteSession

    world: AppContext = ctx.obj
    kept = page_secret(world.paths.state, new=new_link)
    if link:
        out(link_of(kept.port or world.settings.web_port, kept.secret))
        return
    # Where several run now, it must be said which one is meant.
    find_session(world, song)
    find = finder(world, song)
    stage, clock = ViewPublisher(), SystemClock()
    with served(world, stage, find, port, say) as server, RemoteSession(stage, find, clock):
        out(server.link())
        say(f"For a stream: {server.link('/overlay')}")
        say("Ctrl-C ends the page, not the session.")
        # Nothing sets it: Ctrl-C ends the wait.
        clock.wait(threading.Event(), math.inf)


@contextmanager
def page_face(world: AppContext, session_id: int, show: Callable[[str], None]) -> Iterator[Face]:
    """The page as a face of a session in this process, for the length of the block; its link is shown.

    Beside another face stderr may be out of sight.
    """
    from asana_tbp.session.control_client import running_sessions
    from asana_tbp.system.clock import SystemClock
    from asana_tbp.web.publisher import ViewPublisher
    from asana_tbp.web.sources import PageFace

    def find() -> SessionAddress | None:
        found = running_sessions(world.paths.state / "sessions")
        return next((each for each in found if each.session_id == session_id), None)

    stage = ViewPublisher()
    with served(world, stage, find, None, show) as server:
        show(f"The page: {server.link()}")
        yield PageFace(stage, SystemClock())


@contextmanager
def served(
    world: AppContext,
    stage: ViewPublisher,
    find: Callable[[], SessionAddress | None],
    port: int | None,
    show: Callable[[str], None],
) -> Iterator[PageServer]:
    """The page's server for the length of the block; it says where it is when that is not where it should be."""
    from functools import partial

    from asana_tbp.system.clock import SystemClock
    from asana_tbp.system.page_secret import PageSecret, keep, page_secret
    from asana_tbp.web.server import PageServer
    from asana_tbp.web.sources import tell

    kept = page_secret(world.paths.state)
    wanted = world.settings.web_port if port is None else port
    with PageServer(stage, partial(tell, find), SystemClock(), kept.secret, wanted) as server:
        if not server.as_wanted:
            show(f"Port {wanted} is taken; the page is on port {server.port} this time.")
        keep(world.paths.state, PageSecret(kept.secret, server.port))
        yield server


def finder(world: AppContext, song: str | None) -> Callable[[], SessionAddress | None]:
    """Finds the session that is meant, each time anew; of several the one begun last."""
    from asana_tbp.cli.sessions import sessions_of

    def find() -> SessionAddress | None:
        meant = [
            address
            for address in sessions_of(world)
            if song is None or song == str(address.session_id) or song.casefold() in address.song.casefold()
        ]
        return meant[-1] if meant else None

    return find


def link_of(port: int, secret: str) -> str:
    """The link that lets a browser in, as `PageServer.link` makes it, of a page that may not be served now."""
    from asana_tbp.system.loopback import LOOPBACK

    return f"http://{LOOPBACK}:{port}/?token={secret}"
