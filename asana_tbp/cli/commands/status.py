"""`status`: what the running session does now, for people, bars, prompts and overlays.

It asks the session itself, over loopback: no network and no SDK, and the database only where no session runs.
"""

import threading
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import complain, json_of, out, say
from asana_tbp.cli.output.snapshot_text import FIRST_LINES, Bar, bar_text, formatted, moment_line
from asana_tbp.cli.parameters import RunningSong, Text, WithJson
from asana_tbp.cli.sessions import find_session, no_session
from asana_tbp.errors import TbpError
from asana_tbp.session.control_client import SessionAddress, SessionSilent
from asana_tbp.system.atomic_file import write_over
from asana_tbp.text import plural


def status(
    context: WithJson,
    form: Annotated[Text, "--format", "Such as '{remaining} {title}'; also {song} {next} {state}."] = None,
    output: Annotated[
        Bar | None, "Print what this status bar reads; see: asana-tbp help status-bars."
    ] = None,
    follow: Annotated[bool, "Print a line every second, for status bars."] = False,
    outfile: Annotated[Path | None, "FILE", "Write to this file instead; it is always whole."] = None,
    song: RunningSong = None,
) -> None:
    """Show the current task and the time left.

    Examples:
      asana-tbp status
      asana-tbp status --format "{remaining} {title}"
      asana-tbp status --follow --output waybar
    """
    if form is not None:
        formatted(form, None)

    def show(session: dict[str, Any] | None) -> None:
        if context.as_json:
            text = json_of("status", {"session": session})
        elif output is not None:
            text = bar_text(output, form, session, follow=follow)
        elif form is not None:
            text = formatted(form, session) if session else ""
        else:
            text = moment_line(session)
        if outfile is None:
            out(text)
        else:
            write_over(outfile, f"{text}\n")

    if follow:
        if output in FIRST_LINES and outfile is None:
            out(FIRST_LINES[output])
        _follow(context, song, show)
        return
    address = find_session(context, song)
    session = address.look() if address else None
    show(session)
    if not context.as_json and form is None and output is None and outfile is None:
        _say_more(context, session)


def _say_more(context: AppContext, session: dict[str, Any] | None) -> None:
    """Print what else the user should know: that a session runs elsewhere, that changes are not in Asana."""
    count, failed = int(session.get("failed") or 0) if session else 0, "failed and " if session else ""
    if session is None:
        other = no_session(context)
        if "--sandbox" in other.hint or context.sandbox:
            say(f"{other.sentence} {other.hint}")
        if context.paths.database.exists():
            from asana_tbp.store.outbox import ALL, Outbox

            with context.database() as database:
                every = Outbox(database, ALL)
                count = len((*every.pending(), *every.parked()))
    if count:
        are = f"{failed}{'is' if count == 1 else 'are'}"
        say(f"{plural(count, 'change')} {are} not in Asana. See: asana-tbp outbox list")


def _follow(context: AppContext, song: str | None, show: Any) -> None:
    never = threading.Event()
    address: SessionAddress | None = None
    said = ""
    while True:
        session = None
        with suppress(SessionSilent):
            address = address or find_session(context, song)
            session = address.look() if address else None
        address = address if session else None
        try:
            show(session)
            said = ""
        except TbpError as error:
            # Another program may hold the file for a moment; that is no reason to stop.
            if error.sentence != said:
                complain(error)
            said = error.sentence
        # The next full second of the task, so that no digit is skipped.
        left = float(session["left"]) if session and session.get("phase") == "running" else 0.0
        never.wait(min(1.0, (left % 1.0) + 0.02) if left > 0 else 1.0)
