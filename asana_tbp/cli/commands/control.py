"""Steering the running session from anywhere: another terminal, a key of the desktop, a foot pedal.

Knows how to find a session of this machine. Loads no SDK, no database and no settings, so that it is quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from asana_tbp.cli.context import AppContext

if TYPE_CHECKING:
    from asana_tbp.session.control_client import SessionAddress

Song = Annotated[
    str | None, typer.Option("--song", help="Which session, where several run: its song or number.")
]


def sessions_of(world: AppContext) -> tuple[SessionAddress, ...]:
    """The sessions that run on this machine, as far as they left word."""
    from asana_tbp.session.control_client import running_sessions

    return running_sessions(world.paths.state / "sessions")


def find_session(world: AppContext, song: str | None) -> SessionAddress | None:
    """The one session meant; None where none runs. Raises `UsageError` when it must be chosen."""
    from asana_tbp.errors import UsageError
    from asana_tbp.session.control_client import ControlConnection, SessionUnreachable
    from asana_tbp.text import quote

    addresses = sessions_of(world)
    if len(addresses) > 1:
        alive = []
        for address in addresses:
            try:
                ControlConnection(address).close()
            except SessionUnreachable:
                continue
            alive.append(address)
        addresses = tuple(alive)
    if song is not None:
        addresses = tuple(
            address
            for address in addresses
            if song == str(address.session_id) or song.casefold() in address.song.casefold()
        )
    if len(addresses) > 1:
        names = "\n".join(f"  {address.session_id}  {quote(address.song)}" for address in addresses)
        raise UsageError(f"{len(addresses)} sessions run:\n{names}", "Choose one with --song.")
    return addresses[0] if addresses else None


def tell(ctx: typer.Context, song: str | None, **message: Any) -> None:
    """Send a command to the running session and print where it stands then. Raises `TbpError` on refusal."""
    from asana_tbp.cli.output.console import out
    from asana_tbp.cli.output.snapshot_text import moment_line
    from asana_tbp.errors import TbpError
    from asana_tbp.session.control_client import ControlConnection, SessionUnreachable
    from asana_tbp.text import escape_controls

    world: AppContext = ctx.obj
    address = find_session(world, song)
    answer = None
    if address is not None:
        try:
            with ControlConnection(address) as line:
                answer = line.ask(message)
        except SessionUnreachable:
            answer = None
    if answer is None:
        raise TbpError("No session runs here.", "Begin one with: asana-tbp start")
    if not answer.get("ok"):
        raise TbpError(str(answer.get("sentence") or "The session refused."))
    out(escape_controls(moment_line(answer.get("session") or {})))


def pause(ctx: typer.Context, song: Song = None) -> None:
    """Let the running box stand still."""
    tell(ctx, song, do="pause")


def resume(
    ctx: typer.Context,
    counting: Annotated[
        bool, typer.Option("--counting", help="After the machine slept: count that time as worked.")
    ] = False,
    song: Song = None,
) -> None:
    """Go on after a pause or a hold, or start what waits."""
    tell(ctx, song, do="resume", counting=counting)


def toggle(ctx: typer.Context, song: Song = None) -> None:
    """Pause what runs, go on with what stands still: one key, one pedal."""
    tell(ctx, song, do="toggle")


def done(ctx: typer.Context, song: Song = None) -> None:
    """The task is done now: complete it and go on to the next."""
    tell(ctx, song, do="done")


def skip(ctx: typer.Context, song: Song = None) -> None:
    """Leave the task, not completed, and go on to the next; or end the break."""
    tell(ctx, song, do="skip")


def scrap(ctx: typer.Context, song: Song = None) -> None:
    """At a gate: scrap it. The song is left for this session, nothing of it is completed or deleted."""
    tell(ctx, song, do="scrap")


def extend(
    ctx: typer.Context,
    time: Annotated[str, typer.Argument(help="Such as 5m.")] = "2m",
    song: Song = None,
) -> None:
    """Give the running box more time; only so much, be strict."""
    tell(ctx, song, do="extend", seconds=_seconds(time))


def shorten(
    ctx: typer.Context,
    time: Annotated[str, typer.Argument(help="Such as 5m.")] = "2m",
    song: Song = None,
) -> None:
    """Take time off the running box."""
    tell(ctx, song, do="extend", seconds=-_seconds(time))


def come_back(
    ctx: typer.Context,
    last: Annotated[bool, typer.Option("--last", help="The task that ended before.")] = False,
    song: Song = None,
) -> None:
    """Mark the running task: its time was too short, you will come back to it."""
    tell(ctx, song, do="come-back", last=last)


def hold(
    ctx: typer.Context,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Without it: the other of the two.")] = None,
    song: Song = None,
) -> None:
    """You record: no alarm, and nothing is completed, until you say hold or resume again."""
    tell(ctx, song, do="hold", on=on)


def stop(ctx: typer.Context, song: Song = None) -> None:
    """End the session; the running task is not completed."""
    tell(ctx, song, do="stop")


def _seconds(text: str) -> float:
    from asana_tbp.errors import UsageError
    from asana_tbp.songmap.budget import BudgetError, parse_budget

    try:
        return parse_budget(text.removeprefix("+")) * 60.0
    except BudgetError as error:
        raise UsageError(error.sentence) from None
