"""The session in a terminal: the screen in this thread, the session's work in another."""

import errno
import io
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from typing import Any, TextIO, TypeVar

from asana_tbp.session.messages import CommandRequest, Inbox, StoppableFace
from asana_tbp.songmap.budget import format_budget
from asana_tbp.system.settings import Settings
from asana_tbp.system.signals import signal_handler
from asana_tbp.text import escape_controls
from asana_tbp.timer.commands import Command, Stop
from asana_tbp.timer.events import Event, SessionEnded
from asana_tbp.timer.moments import line_of
from asana_tbp.timer.state import Snapshot
from asana_tbp.tui.app import Services, SessionApp
from asana_tbp.tui.questions import Question
from asana_tbp.tui.words import News

Result = TypeVar("Result")

SEEN = {"timebox-started", "break-started", "warned", "time-up", "paused", "resumed", "held", "released"}
"""Events that the picture itself shows, so that they need no sentence."""

REDRAWS = 10
"""Times a second that a screen looks at a fast clock; it draws when a digit changes."""

SAVE_TITLE = "\x1b[22;2t"
GIVE_TITLE_BACK = "\x1b]2;\x1b\\\x1b[23;2t"
"""The title is emptied first: then a terminal that can't restore it shows its own."""


class _Stream(io.StringIO):
    def __init__(self, keep: Callable[[str], None]) -> None:
        super().__init__()
        self._keep = keep

    def write(self, text: str) -> int:
        self._keep(text)
        return len(text)


class CapturedOutput:
    """Buffers what any thread prints while a screen covers the terminal, and writes it when the screen is gone.

    `out` and `err` stand in for stdout and stderr. `said` gets each full line of `err` at once, as messages may
    matter now.
    """

    def __init__(self, said: Callable[[str], None]) -> None:
        self._lock = threading.Lock()
        self._parts: list[tuple[str, str]] = []
        self._line = ""
        self._said = said
        self.out, self.err = (_Stream(partial(self._keep, which)) for which in ("out", "err"))

    def _keep(self, which: str, text: str) -> None:
        lines: list[str] = []
        with self._lock:
            self._parts.append((which, text))
            if which == "err":
                *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            if line.strip():
                self._said(line.strip())

    def write_to(self, out: TextIO, err: TextIO) -> None:
        """Write all of it, in order, to where it was meant. Raises `BrokenPipeError` if the window is closed."""
        with self._lock:
            parts, self._parts = self._parts, []
        for which, text in parts:
            stream = out if which == "out" else err
            try:
                stream.write(text)
                stream.flush()
            except OSError as gone:
                if gone.errno != errno.EIO:
                    raise
                raise BrokenPipeError from None


class TerminalFace(StoppableFace):
    """Shows a session for as long as `run` lasts: the screen in that thread, the session's events from any other.

    `services` are what keys open. What is finished `stays` on the screen until a key. `page_link` is that of the
    session's page, "" where it has none.
    """

    pulse = 1.0 / REDRAWS

    def __init__(self, settings: Settings, services: Services, *, stays: bool = True) -> None:
        super().__init__()
        self.page_link = ""
        self._stays = stays
        self._finished = False
        self._left = False
        self._seen: object = None
        self._future: Future[Any] = Future()
        session = threading.Thread(target=self._run, name="session", daemon=True)
        self._app = SessionApp(self._send, self.stop, session.start, settings, services)
        # From any thread: through the driver, never amid one of its sequences.
        self.ring = self._app.bell
        self._work: Callable[[], Any] = lambda: None
        self._kept = CapturedOutput(self.notice)

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        self._finished = isinstance(event, SessionEnded) and event.why == "finished"
        line = "" if event.kind in SEEN else line_of(event, snapshot).strip(" >")
        # A passing snapshot would only flash.
        self._app.show(None if snapshot.passing else snapshot, *([News(line)] if line else []))

    def notice(self, sentence: str) -> None:
        self._app.show(None, News(escape_controls(sentence), lasting=True))

    def tick(self, snapshot: Snapshot) -> None:
        """Repaint at most once a second, unless something else has changed too; a slow terminal misses seconds.

        It misses nothing of the end, after which there is no other tick.
        """
        # The minute at which it ends moves while a task is paused.
        ends = snapshot.ends_at.minute, snapshot.left_out
        seen = (-(-snapshot.left // 1), snapshot.phase, snapshot.link, snapshot.unsent, snapshot.queue, ends)
        if seen != self._seen and (snapshot.phase == "ended" or not self._app.is_behind):
            self._seen = seen
            self._app.show(snapshot)

    def attached(self, inbox: Inbox) -> AbstractContextManager[None]:
        """From now on keys and signals go to this session."""
        self._inbox = inbox
        if self._left:
            inbox.put(CommandRequest(Stop()))
        return nullcontext()

    def choose(self, sentence: str, answers: Sequence[tuple[str, str]], otherwise: str) -> str:
        """Ask for one of the words and wait for it. Not to be called in the screen's thread."""
        answer: Future[str] = Future()
        keys = tuple((word[0], word, meaning) for word, meaning in answers)
        self._app.call_later(self._app.ask, Question(sentence, keys, otherwise), answer.set_result)
        return answer.result()

    def ask_budgets(self, sentence: str, lines: Sequence[str], default: int) -> list[int | None] | None:
        """Ask whether each line gets the default, in minutes; None where it does not."""
        answers = (("yes", f"{format_budget(default)} for each"), ("no", "leave the unclear ones open"))
        answer = self.choose("\n".join((sentence, *lines)), answers, "yes")
        return [default] * len(lines) if answer == "yes" else None

    def run(self, work: Callable[[], Result]) -> Result:
        """Show the screen while `work` runs in a thread of its own; returns or raises what `work` does.

        What the work prints meanwhile is written once the screen is gone. Raises `KeyboardInterrupt` if it was
        stopped before there was a session, or if that does not end.
        """
        self._work = work
        streams = sys.stdout, sys.stderr
        _write(SAVE_TITLE)
        try:
            with signal_handler(lambda _number: self.stop()):
                self._app.run(mouse=False)
        finally:
            self._left = True
            sys.stdout, sys.stderr = streams
            _write(GIVE_TITLE_BACK)
            self._kept.write_to(*streams)
        if fault := self._app._exception:
            self.stop()
            raise fault
        if not self._future.done():
            raise KeyboardInterrupt
        return self._future.result()  # type: ignore[no-any-return]

    def _run(self) -> None:
        # Inside Textual's own redirection, which discards what is printed.
        sys.stdout, sys.stderr = self._kept.out, self._kept.err
        try:
            result = self._work()
        except BaseException as error:  # noqa: BLE001  raised again in the main thread, by `run`
            self._future.set_exception(error)
        else:
            self._future.set_result(result)
            if self._finished and self._stays and self._stopped is None:
                self._app.call_later(self._app.finish)
                return
        self._leave()

    def _leave(self) -> None:
        loop = self._app._loop
        if loop is not None and not self._left:
            loop.call_soon_threadsafe(self._app.exit)

    def _send(self, command: Command) -> None:
        if self._inbox is not None:
            self._inbox.put(CommandRequest(command))

    def stop(self) -> None:
        """Stop the session, which ends the screen; if there is none, or it does not end, leave at once."""
        if self._future.done() or self.ask_to_stop():
            self._leave()


def _write(sequence: str) -> None:
    # Where Textual draws, before it begins and after it has ended.
    if sys.__stderr__ is not None:
        # The window may have been closed meanwhile.
        with suppress(OSError):
            sys.__stderr__.write(sequence)
            sys.__stderr__.flush()
