"""Show changes waiting to be sent to Asana.

Examples:
  asana-tbp outbox
  asana-tbp outbox retry
"""

import sys
from contextlib import ExitStack
from typing import Annotated

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.cli.commands.control import send_command
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import emit_json, out, say
from asana_tbp.cli.output.session_text import print_outcomes, say_what_to_do
from asana_tbp.cli.parameters import RunningSong, WithJson
from asana_tbp.cli.prompts.question import agrees
from asana_tbp.cli.sessions import find_session
from asana_tbp.errors import OK, PARTLY_DONE, QUEUED, Cancelled, ExitCode, NotAuthorised, TbpError, UsageError
from asana_tbp.session.courier import deliver_outbox
from asana_tbp.session.log import last_session, read_log
from asana_tbp.session.messages import intent_of
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import ALL, Entry, Outbox
from asana_tbp.system.lock import held
from asana_tbp.text import plural
from asana_tbp.timer.commands import Undo
from asana_tbp.timer.events import Undone

Numbers = Annotated[list[int] | None, "[NUMBER]", "The numbers that outbox list shows."]


def list_(context: WithJson) -> None:
    """List the changes that wait to be sent or failed, and why.

    Examples:
      asana-tbp outbox list
      asana-tbp outbox list --json
    """
    with context.database() as database:
        every = Outbox(database, ALL)
        entries = sorted((*every.pending(), *every.parked()), key=lambda entry: entry.id)
    if context.as_json:
        rows = [
            {
                "number": entry.id,
                "state": entry.state,
                "intent": entry.intent,
                "task_gid": entry.task_gid,
                "task": entry.task_name,
                "reason": entry.reason,
                "tries": entry.tries,
            }
            for entry in entries
        ]
        emit_json(context.command, entries=rows)
        return
    if not entries:
        say("Nothing is waiting to be sent.")
    for entry in entries:
        why = f": {entry.reason}" if entry.reason else ""
        state = "failed" if entry.state == "parked" else "waiting"
        out(f"{entry.id:>5}  {state:<8} {intent_of(entry)}{why}")
    say_what_to_do(entry for entry in entries if entry.state == "parked")


def retry(context: AppContext, numbers: Numbers = None) -> ExitCode:
    """Send failed changes again: the ones named, or all."""
    with context.database() as database:
        outbox = Outbox(database, ALL)
        chosen = _chosen(outbox, numbers) if numbers else outbox.parked()
        others = {entry.id for entry in outbox.parked()} - {entry.id for entry in chosen}
        for entry in chosen:
            outbox.retry(entry)
        if not outbox.count():
            say("Nothing is waiting to be sent.")
            return OK
        with context.asana() as asana:
            send_waiting(context, database, asana)
        left = outbox.count()
        failed = [entry for entry in outbox.parked() if entry.id not in others]
    if left:
        say(f"{plural(left, 'change')} still {'waits' if left == 1 else 'wait'} here.")
        return QUEUED
    say_what_to_do(failed)
    return PARTLY_DONE if failed else OK


def discard(
    context: AppContext, numbers: Numbers = None, yes: Annotated[bool, "-y", "Don't ask."] = False
) -> None:
    """Discard queued or failed changes: they are never sent.

    What you did and how long it took stays in your reports.

    Examples:
      asana-tbp outbox discard 12 13
    """
    with context.database() as database:
        outbox = Outbox(database, ALL)
        if not numbers:
            raise UsageError("Which ones?", "Name their numbers: asana-tbp outbox list")
        entries = _chosen(outbox, numbers)
        for entry in entries:
            say(f"{entry.id:>5}  {intent_of(entry)}")
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError("There is no terminal to ask.", "Add --yes if you are sure.")
            if not agrees("Discard them permanently?"):
                raise Cancelled("Nothing was discarded.")
        for entry in entries:
            outbox.discard(entry, context.clock.now())


def _chosen(outbox: Outbox, numbers: list[int]) -> list[Entry]:
    found = []
    for number in numbers:
        entry = outbox.entry(number)
        if entry is None or entry.state == "delivered":
            raise UsageError(f"Nothing in the outbox has the number {number}.", "See: asana-tbp outbox list")
        found.append(entry)
    return found


def send_waiting(context: AppContext, database: Database, asana: Gateway) -> None:
    """Send everything that waits, cards too, and print the outcomes."""
    print_outcomes(deliver_outbox(Outbox(database), asana, context.clock, context.paths.state))
    try:
        with context.board(database) as board:
            board.send_pending(asana)
    except NotAuthorised:
        raise
    except TbpError as problem:
        # This does not fail the command, which is about something else.
        say(f"Cards wait for the board: {problem.sentence}")


def undo(context: WithJson, song: RunningSong = None) -> ExitCode:
    """Reopen the task that was completed last, in Asana too.

    Examples:
      asana-tbp undo
      asana-tbp undo --song "Midnight Galaxy"
    """
    if find_session(context, song) is not None:
        send_command(context, song, Undo())
        return OK
    waiting = 0
    with context.database() as database, ExitStack() as stack:
        last = last_session(database)
        if last is None:
            raise TbpError("No session has run here yet.", "Begin one with: asana-tbp start")
        session_id, gids = last
        for gid in sorted(gids):
            stack.enter_context(held(context.paths.state / "locks" / f"{gid}.lock"))
        log = read_log(database, session_id)
        events = Undo().decide(log.state, log.state.moment)
        if isinstance(events, str):
            raise TbpError(events)
        log.record(events, context.clock.now())
        names = {over.timebox.gid: over.timebox.name for over in reversed(log.state.finished)}
        (gid,) = (event.gid for event in events if isinstance(event, Undone))
        sentence = f"{names[gid]} is open again."
        if not context.as_json:
            out(sentence)
        if log.state.options.completes:
            with context.asana() as asana:
                send_waiting(context, database, asana)
            waiting = Outbox(database).count()
    if context.as_json:
        emit_json("undo", sentence=sentence, session=None)
    return QUEUED if waiting else OK
