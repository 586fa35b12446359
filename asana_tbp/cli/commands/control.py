"""The commands that steer a running session from another terminal, a key of the desktop or a foot pedal.

They are made from the registry in `timer.commands`. No SDK, database or settings are loaded, so that they are quick.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any

import typer

from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import out, say
from asana_tbp.cli.output.snapshot_text import moment_line
from asana_tbp.errors import TbpError, UsageError
from asana_tbp.session.control_client import (
    ControlConnection,
    SessionAddress,
    SessionSilent,
    SessionUnreachable,
    running_sessions,
)
from asana_tbp.songmap.budget import BudgetError, parse_duration
from asana_tbp.text import did_you_mean, escape_controls, listed, quote
from asana_tbp.timer.commands import COMMANDS, Command, message_of

if TYPE_CHECKING:
    from pathlib import Path

Song = Annotated[
    str | None,
    typer.Option(
        "--song",
        metavar="SONG",
        help="Which session, where several run: its song or number.",
        show_default=False,
    ),
]


def sessions_of(context: AppContext) -> tuple[SessionAddress, ...]:
    """The addresses of the sessions that run on this machine; some may be gone."""
    return running_sessions(context.paths.state / "sessions")


def sessions_alive(folder: Path) -> tuple[SessionAddress, ...]:
    """The sessions of a state folder that are there, whether they answer or not."""
    alive = []
    for address in running_sessions(folder / "sessions"):
        try:
            ControlConnection(address).close()
        except SessionSilent:
            pass
        except SessionUnreachable:
            continue
        alive.append(address)
    return tuple(alive)


def find_session(context: AppContext, song: str | None) -> SessionAddress | None:
    """The one session meant; None where none runs. Raises `UsageError` when it must be chosen or is another song's."""
    addresses = sessions_of(context)
    if len(addresses) > 1 or (song is not None and addresses):
        addresses = sessions_alive(context.paths.state)
    if song is not None and addresses:
        songs = [address.song for address in addresses]
        addresses = tuple(
            address
            for address in addresses
            if song == str(address.session_id) or song.casefold() in address.song.casefold()
        )
        if not addresses:
            running = listed(map(quote, songs), last="and")
            meant = did_you_mean(song, songs)
            raise UsageError(f"No session of {quote(song)} runs here; one of {running} does.{meant}")
    if len(addresses) > 1:
        names = "\n".join(f"  {address.session_id}  {quote(address.song)}" for address in addresses)
        raise UsageError(f"{len(addresses)} sessions run:\n{names}", "Choose one with --song.")
    return addresses[0] if addresses else None


def no_session(context: AppContext, word: str = "status") -> TbpError:
    """Why there is nothing to steer: none runs, or one runs in the other world, with or without the sandbox."""
    if not context.sandbox and sessions_alive(context.sandbox_paths.state):
        return TbpError(
            "A session of the sandbox runs, and none of yours.", f"Use: asana-tbp --sandbox {word}"
        )
    if context.sandbox and sessions_alive(context.account_paths.state):
        return TbpError("No session of the sandbox runs, but one of yours does.", f"Use: asana-tbp {word}")
    return TbpError("No session runs here.", "Begin one with: asana-tbp start")


def silent_session(address: SessionAddress, word: str = "") -> TbpError:
    """A session is there and does not answer."""
    withdrawn = f", so {word} was withdrawn" if word else ""
    return TbpError(
        f"The session of {quote(address.song)} does not answer{withdrawn}.",
        "It may be suspended (fg resumes it) or busy. Try again in a moment.",
    )


def send_command(ctx: typer.Context, song: str | None, command: Command) -> None:
    """Send a command to the running session; print what it did, and where the session stands then.

    Raises `TbpError` when it is refused, when none runs, or when the session does not answer.
    """
    context: AppContext = ctx.obj
    address = find_session(context, song)
    if address is None:
        raise no_session(context, command.word)
    try:
        with ControlConnection(address) as connection:
            answer = connection.ask(message_of(command))
    except SessionSilent:
        raise silent_session(address, command.word) from None
    except SessionUnreachable:
        raise no_session(context, command.word) from None
    if not answer.get("ok"):
        raise TbpError(str(answer.get("sentence") or "The session refused."))
    if sentence := str(answer.get("sentence") or ""):
        say(escape_controls(sentence))
    out(escape_controls(moment_line(answer.get("session") or {})))


def seconds_of(text: str) -> float:
    """The seconds of a length of time such as `5m` or `30s`. Raises `UsageError`."""
    try:
        return parse_duration(text.removeprefix("+"))
    except BudgetError as error:
        raise UsageError(f"{error.sentence[:1].upper()}{error.sentence[1:]}.") from None


def steering(kind: type[Command]) -> Callable[..., None]:
    """The function of the command line that gives a command of this kind."""

    def command(ctx: typer.Context, song: str | None = None, **values: Any) -> None:
        read = {
            name: seconds_of(value) if isinstance(value, str) else value for name, value in values.items()
        }
        send_command(ctx, song, kind(**read))

    parameters = [inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)]
    for each in fields(kind):
        parameters.append(_parameter(each))
    keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters.append(inspect.Parameter("song", keyword, default=None, annotation=Song))
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    command.__name__ = kind.word.replace("-", "_")
    examples = "\n".join(f"  asana-tbp {line}" for line in (kind.word, *kind.examples))
    command.__doc__ = f"{kind.help}\n\nExamples:\n{examples}"
    return command


def _parameter(each: Any) -> inspect.Parameter:
    about = each.metadata
    annotation: Any
    default = each.default
    if "argument" in about:
        default = f"{each.default / 60:g}m"
        annotation = Annotated[str, typer.Argument(metavar=f"[{about['argument']}]", help=about["help"])]
    else:
        kind = bool if isinstance(each.default, bool) else bool | None
        annotation = Annotated[kind, typer.Option(about["flag"], help=about["help"], show_default=False)]
    return inspect.Parameter(
        each.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=annotation
    )


def __getattr__(name: str) -> Callable[..., None]:
    """`pause`, `done` and all the others that the registry has a line of help for."""
    kind = COMMANDS.get(name.replace("_", "-"))
    if kind is None or not kind.help:
        raise AttributeError(name)
    return steering(kind)
