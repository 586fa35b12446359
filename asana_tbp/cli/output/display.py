"""Shows a session, on a full screen in a terminal or else in plain lines, and sounds its alerts.

The screen's library is loaded only if there is a screen.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import typer

from asana_tbp.cli.output.console import asks, is_live, out, say
from asana_tbp.session.messages import Face, Inbox, StoppableFace
from asana_tbp.songmap.budget import BudgetError, format_budget, parse_budget
from asana_tbp.system.alerts import NO_DESKTOP, Alert, Alerts, open_page, ring
from asana_tbp.system.signals import signal_handler
from asana_tbp.text import escape_controls, suggesting
from asana_tbp.timer.moments import line_of, moment_of

if TYPE_CHECKING:
    from asana_tbp.cli.context import AppContext
    from asana_tbp.scaffold.song_page import SongPage
    from asana_tbp.system.settings import Settings
    from asana_tbp.timer.events import Event, Timebox
    from asana_tbp.timer.state import Snapshot
    from asana_tbp.tui.face import TerminalFace

Result = TypeVar("Result")
Answers = Sequence[tuple[str, str]]
"""The possible answers, each with its meaning."""

Display: TypeAlias = "SessionDisplay | TerminalFace"

LAST_ALERT = 2.0
"""Seconds to wait for the last alert at the end of a session."""


class SessionDisplay(StoppableFace):
    """Shows a session in plain lines, one per event: for pipes, dumb terminals, screen readers and `--plain`.

    `ring` rings the bell, where there is one here. `page_link` is that of the session's page, "" where it has none.
    """

    def __init__(self, *, rings: bool = False) -> None:
        super().__init__()
        self._until_the_end = ExitStack()
        self.ring = partial(ring, sys.stdout) if rings else None
        self.page_link = ""

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        if line := line_of(event, snapshot):
            out(line)

    def notice(self, sentence: str) -> None:
        out(f"  {escape_controls(sentence)}")

    def run(self, work: Callable[[], Result]) -> Result:
        """Do the work and show it; returns or raises what the work does."""
        with ExitStack() as self._until_the_end:
            return work()

    def attached(self, inbox: Inbox) -> AbstractContextManager[None]:
        """From now until `run` ends, signals go to this session."""

        def stop(_number: int) -> None:
            if self.ask_to_stop():
                raise KeyboardInterrupt

        self._inbox = inbox
        self._until_the_end.enter_context(signal_handler(stop))
        return nullcontext()

    def choose(self, sentence: str, answers: Answers, otherwise: str) -> str | None:
        """Ask for one of the answers; None if nobody can be asked."""
        say(sentence)
        if not asks():
            return None
        for word, meaning in answers:
            say(f"  {word}  {meaning}")
        while True:
            answer = typer.prompt("Which", default=otherwise, err=True).strip().lower()
            for word, _ in answers:
                if answer and word.startswith(answer):
                    return word

    def ask_budgets(self, sentence: str, lines: Sequence[str], default: int) -> list[int | None] | None:
        """Ask for the minutes of each line, None for one to leave open; returns None if nobody can be asked.

        Enter takes the default for those that have none yet.
        """
        if not asks():
            return None
        say(sentence)
        for number, line in enumerate(lines, 1):
            say(f"  {number}  {line}")
        usual = format_budget(default)
        minutes: list[int | None] = [default] * len(lines)
        say(
            f"Press Enter for {usual} each. Or type a number and a time, such as `1 40m`, or `1 open` to leave it open."
        )
        while answer := typer.prompt("Time", default="", show_default=False, err=True).strip():
            first, _, written = answer.partition(" ")
            if not first.isdecimal() or not 1 <= int(first) <= len(lines):
                say("Type the number of a task above and a time, such as `1 40m`.")
                continue
            try:
                chosen = None if written.strip() == "open" else parse_budget(written)
            except BudgetError as error:
                say(f"{error}.")
                continue
            minutes[int(first) - 1] = chosen
            say(f"  {first}  {format_budget(chosen) if chosen else 'left open'}")
        return minutes


class Chimes(Face):
    """A face that is heard. Nothing is loud while a task is held, nor when a task that asked is ended by hand."""

    def __init__(self, settings: Settings, display: Display) -> None:
        def complain(sentence: str) -> None:
            # A missing desktop is reported only if the user chose alerts; otherwise `doctor` reports it.
            if settings.alerts is not None or sentence not in NO_DESKTOP:
                say(sentence)

        self._alerts = Alerts(settings, display.ring, complain)
        self._before: Snapshot | None = None

    def sounding(self) -> AbstractContextManager[None]:
        """Give alerts while the block lasts. What is shown at the end belongs into it: the last alert may be slow."""
        return self._alerts.running(LAST_ALERT)

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        before, self._before = self._before, snapshot
        timebox = snapshot.running or (before.running if before else None)
        moment = moment_of(event, snapshot)
        if not moment.sound:
            return
        # When a task that asked what to do ends, its alert has been heard already.
        asked = before is not None and before.phase in {"asking", "overtime"}
        held = snapshot.held or (before is not None and before.held)
        quiet = held or (asked and event.kind == "timebox-ended")
        text = timebox.title if timebox else ""
        following = snapshot.following.title if snapshot.following else ""
        values = {
            "TBP_OCCASION": moment.sound,
            "TBP_SONG": snapshot.song,
            "TBP_TITLE": text,
            "TBP_SECTION": timebox.section if timebox else "",
            "TBP_MINUTES": str(timebox.minutes) if timebox else "",
            "TBP_LEFT": str(round(snapshot.left)),
            "TBP_NEXT": following,
            "TBP_DONE": str(snapshot.done),
            "TBP_TOTAL": str(snapshot.total),
        }
        words = f"{text}. Next: {following}" if following and moment.sound == "end" else text
        self._alerts.give(Alert(moment.sound, moment.word, words, moment.loud and not quiet, values))

    def tick(self, snapshot: Snapshot) -> None:
        self._before = snapshot


def song_of(context: AppContext, project_gid: str, task_gid: str) -> SongPage | None:
    """What is known of a project's song, and of one of its tasks."""
    from asana_tbp.scaffold.song_page import song_page

    with context.database() as database:
        return song_page(database, project_gid, task_gid)


def display_for(
    context: AppContext,
    *,
    plain: bool,
    page_of: Callable[[str, str], str] = lambda _gid, _project_gid: "",
    stays: bool = True,
) -> Display:
    """The display for a session in this terminal.

    `page_of` gives the address of a task's page by its gid and its project's, "" for none. A screen that `stays` shows
    what was finished until a key is pressed.
    """
    if plain or not has_screen():
        return SessionDisplay(rings=is_live() and not plain)
    from asana_tbp.tui.app import Services
    from asana_tbp.tui.face import TerminalFace

    def open_task(timebox: Timebox) -> str:
        page = page_of(timebox.gid, timebox.project_gid)
        if not page:
            return "This task has no page in Asana."
        return open_page(page) or f"{escape_controls(timebox.title)} opens in your browser."

    def open_timer() -> str:
        if not face.page_link:
            return suggesting("This session has no page. Run beside it: asana-tbp web")
        return open_page(face.page_link) or "The timer's page opens in your browser."

    services = Services(
        open_task, open_timer, lambda timebox: song_of(context, timebox.project_gid, timebox.gid)
    )
    face = TerminalFace(context.settings, services, stays=stays)
    return face


def has_screen() -> bool:
    """Whether keys can be read here and a whole terminal be drawn on.

    The screen is drawn on stderr and read from stdin; stdout must be a terminal too, else somebody reads lines.
    """
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if not all(stream is not None and stream.isatty() for stream in streams):
        return False
    return sys.platform == "win32" or os.environ.get("TERM", "") not in {"", "dumb", "unknown"}
