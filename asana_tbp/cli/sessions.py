"""Finds the running session that a command is for; quickly, as a status bar asks every second."""

from pathlib import Path

from asana_tbp.cli.context import AppContext
from asana_tbp.errors import TbpError, UsageError
from asana_tbp.session.control_client import SessionAddress, running_sessions
from asana_tbp.text import did_you_mean, listed, quote


def sessions_alive(folder: Path) -> tuple[SessionAddress, ...]:
    """The sessions of a state folder that still exist, whether they answer or not."""
    return tuple(address for address in running_sessions(folder / "sessions") if address.is_there())


def find_session(context: AppContext, song: str | None) -> SessionAddress | None:
    """The one session of `song`, or of any; None if none runs. Raises `UsageError` for several or another song's."""
    addresses = running_sessions(context.paths.state / "sessions")
    if len(addresses) > 1 or (song is not None and addresses):
        addresses = sessions_alive(context.paths.state)
    if song is not None and addresses:
        songs = [address.song for address in addresses]
        addresses = tuple(address for address in addresses if address.is_of(song))
        if not addresses:
            running = listed(map(quote, songs), last="and")
            meant = did_you_mean(song, songs)
            raise UsageError(f"No session of {quote(song)} is running here, only of {running}.{meant}")
    if len(addresses) > 1:
        names = "\n".join(f"  {address.session_id}  {quote(address.song)}" for address in addresses)
        raise UsageError(f"{len(addresses)} sessions are running:\n{names}", "Choose one with --song.")
    return addresses[0] if addresses else None


def no_session(context: AppContext, word: str = "status") -> TbpError:
    """The error if there is no session: none runs, or only one with the sandbox, or only one without it."""
    if not sessions_alive(context.paths_of(sandbox=not context.sandbox).state):
        return TbpError("No session is running here.", "Begin one with: asana-tbp start")
    if context.sandbox:
        return TbpError("No sandbox session is running, but one of yours is.", f"Use: asana-tbp {word}")
    return TbpError("A sandbox session is running, but none of yours.", f"Use: asana-tbp --sandbox {word}")
