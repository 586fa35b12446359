"""`come-back`: marks tasks whose time was too short, lists the marks and clears them."""

from typing import Annotated

from asana_tbp.cli.commands.control import ask_session, send_command
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import emit_json, out, say
from asana_tbp.cli.parameters import RunningSong, Text, WithJson
from asana_tbp.cli.sessions import find_session, sessions_alive
from asana_tbp.errors import UsageError
from asana_tbp.session.come_back import clear_mark, find_marks, mark_done_task, open_marks
from asana_tbp.session.control_client import SessionAddress
from asana_tbp.session.log import read_log
from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import plural, spent_text
from asana_tbp.timer.commands import ClearMark, ComeBack, message_of


def come_back(
    context: WithJson,
    task: Annotated[Text, "[TITLE]", "A task that was done, by its title or name."] = None,
    last: Annotated[bool, "The task that was done last."] = False,
    show: Annotated[bool, "--list", "Show what is marked."] = False,
    clear: Annotated[bool, "Clear the mark of TITLE, or all marks."] = False,
    song: RunningSong = None,
) -> None:
    """Mark a task to come back to.

    For a task whose time was too short: the current one unless you name another. `asana-tbp start --come-back` runs
    the marked tasks again.

    Examples:
      asana-tbp come-back
      asana-tbp come-back --last
      asana-tbp come-back --list
    """
    if clear:
        _clear(context, task)
    elif not show and (task or last or not context.as_json):
        _mark(context, task, song, last=last)
    if show or context.as_json:
        _show(context)


def _mark(context: AppContext, title: str | None, song: str | None, *, last: bool) -> None:
    address = find_session(context, song)
    gid = _gid_in_session(context, address, title) if address is not None and title is not None else ""
    if address is not None and (title is None or gid):
        command = ComeBack(gid=gid) if gid else ComeBack(last=last)
        # With JSON, what is printed is the list of marks.
        (ask_session if context.as_json else send_command)(context, song, command)
        return
    if title is None and not last:
        raise UsageError(
            "No session is running here.", "Mark the task that was done last with: asana-tbp come-back --last"
        )
    with context.database() as database:
        timebox = mark_done_task(database, title, context.clock.now())
    (say if context.as_json else out)(f"{timebox.name} is marked to come back to.")
    say("Run it again with: asana-tbp start --come-back")


def _clear(context: AppContext, title: str | None) -> None:
    running = {address.session_id: address for address in sessions_alive(context.paths.state)}
    with context.database() as database:
        marks = find_marks(database, title)
        for mark in marks:
            address = running.get(mark.session_id)
            clearing = message_of(ClearMark(mark.timebox.gid))
            if address is None or not address.ask(clearing, "come-back"):
                clear_mark(database, mark, context.clock.now())
    say(f"{plural(len(marks), 'mark')} cleared." if marks else "Nothing was marked to come back to.")


def _gid_in_session(context: AppContext, address: SessionAddress, title: str) -> str:
    """The gid of the task of this title in the running session, "" if it has none."""
    with context.database() as database:
        state = read_log(database, address.session_id).state
    runs = (state.running, *state.finished)
    return next((run.timebox.gid for run in runs if run and run.timebox.is_called(title)), "")


def _show(context: AppContext) -> None:
    with context.database() as database:
        marks = open_marks(database)
    if context.as_json:
        rows = [
            {
                "task_gid": mark.timebox.gid,
                "name": mark.timebox.name,
                "title": mark.timebox.title,
                "song": mark.song,
                "project_gid": mark.project_gid,
                "minutes": mark.timebox.minutes,
                "spent": round(mark.spent, 3),
            }
            for mark in marks
        ]
        emit_json("come-back", marks=rows)
        return
    for mark in marks:
        spent = f"{spent_text(mark.spent)} of {format_budget(mark.timebox.minutes)}"
        out(f"{mark.song}: {mark.timebox.title} ({spent})")
    again = "Run them again with: asana-tbp start --come-back"
    say(again if marks else "Nothing is marked to come back to.")
