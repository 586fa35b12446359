"""The Textual application: one screen that shows the newest snapshot and turns keys into commands."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from io import TextIOBase
from math import ceil
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.driver import Driver
from textual.theme import Theme
from textual.widget import Widget

from asana_tbp.system.settings import Settings
from asana_tbp.timer.commands import Command, Done, Scrap, Skip
from asana_tbp.timer.events import Timebox
from asana_tbp.timer.moments import standing_of
from asana_tbp.timer.state import Snapshot
from asana_tbp.tui.painting import paint
from asana_tbp.tui.questions import (
    STOP,
    STOP_COUNTDOWN,
    Dialog,
    Question,
    help_text,
    question_text,
    song_text,
)
from asana_tbp.tui.rows import ViewState
from asana_tbp.tui.words import COMMANDS, News, window_title

if TYPE_CHECKING:
    # Loaded late: it loads the reader of song maps, which the first picture does not need.
    from asana_tbp.scaffold.song_page import SongPage

SHOWN_FOR = 20.0
"""Seconds that an ordinary sentence stays."""

FINGER_LIFTED = 0.6
"""Seconds within which a key that ends a run counts as the same press, repeated by the keyboard."""

THEMES = tomllib.loads(files("asana_tbp.tui").joinpath("themes.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Services:
    """What keys open. All are called in the screen's thread and return at once.

    `open_task` and `open_page` return a sentence to show, `song_of` what is known of a task's song or None.
    """

    open_task: Callable[[Timebox], str] = lambda _timebox: "There is nothing to open."
    open_page: Callable[[], str] = lambda: "There is no page."
    song_of: Callable[[Timebox], SongPage | None] = lambda _timebox: None


class LastingStream:
    """A terminal that may be closed: what is written then is dropped, so that Textual's writer goes on to the end.

    Else it dies of the first error, its queue fills, and the program waits for it for ever.
    """

    def __init__(self, stream: TextIOBase) -> None:
        self._stream = stream
        self.fileno = stream.fileno

    def write(self, text: str) -> None:
        """Write, where somebody can see it."""
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Flush what was written."""
        with suppress(OSError):
            self._stream.flush()


class Countdown(Widget):
    """The whole screen, as one picture."""

    def render(self) -> RenderResult:
        assert isinstance(self.app, SessionApp)
        picture = Content("\n").join(paint(self.app.moment, self.size.width, self.size.height))
        # What lies below a question is dimmed.
        return picture.stylize("dim") if len(self.app.screen_stack) > 1 else picture


class SessionApp(App[None]):
    """The face in a terminal."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    VERTICAL_BREAKPOINTS = [(0, "-short"), (14, "-tall")]  # noqa: RUF012  as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "stop", "Stop", show=False, priority=True),
        Binding("ctrl+q", "ask_to_stop", "Stop", show=False, priority=True),
    ]

    def __init__(
        self,
        send: Callable[[Command], None],
        stop: Callable[[], None],
        begin: Callable[[], None],
        settings: Settings,
        services: Services,
    ) -> None:
        self.send = send
        self.stop = stop
        self.begin = begin
        self.services = services
        self.settings = settings
        # NO_COLOR keeps the terminal's own look: a painted background is colour too.
        own = settings.theme == "terminal" or "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if own else None)
        for name, colours in THEMES.items():
            self.register_theme(Theme(name=name, **colours))
        self.theme = "terminal" if own else settings.theme
        self.snapshot: Snapshot | None = None
        self.is_behind = False
        self.said: News | None = None
        self.window_title = ""
        self._said_at = 0.0
        self._ended_at: dict[str, float] = {}
        self._began = 0.0
        self._closes_with_a_key = False

    def _build_driver(self, *given: Any, **named: Any) -> Driver:
        driver = super()._build_driver(*given, **named)
        if isinstance(stream := getattr(driver, "_file", None), TextIOBase):
            driver._file = LastingStream(stream)  # type: ignore[attr-defined]
        return driver

    def compose(self) -> ComposeResult:
        yield Countdown()

    def on_mount(self) -> None:
        self._began = self._now()
        self.set_interval(1.0, self._each_second)
        self._repaint()

    def on_ready(self) -> None:
        # After the first picture, so that nothing slow delays it.
        self.call_after_refresh(self.begin)

    def show(self, snapshot: Snapshot | None, *said: News) -> None:
        """Show what is new, and say it; from any thread, without waiting: a slow terminal must not hold up the timer.

        Until then the application `is_behind`.
        """
        self.is_behind = True
        self.call_later(self._show, snapshot, said)

    def _show(self, snapshot: Snapshot | None, said: Sequence[News]) -> None:
        self.is_behind = False
        if snapshot is not None:
            before, now = self.snapshot and self.snapshot.running, snapshot.running
            # News from before the first task, such as where it resumes, is about that task.
            if before and (now is None or now.gid != before.gid):
                self.said = None
            self.snapshot = snapshot
        for each in said:
            self._say(each)
        self._repaint()

    def finish(self) -> None:
        """The session is over: the picture stays until a key is pressed."""
        self._closes_with_a_key = True
        self._repaint()

    def ask(self, question: Question, reply: Callable[[str], object]) -> None:
        """Ask the producer; `reply` gets the word of the answer."""
        self._cover(question_text(question, self.size.height), question, reply)

    def _cover(
        self, text: Content, question: Question | None = None, reply: Callable[[str], object] = lambda _: None
    ) -> None:
        """Show a question or something to read over the countdown, which is dimmed until it closes."""

        def closed(word: str | None) -> None:
            reply(word or "")
            self.call_next(self._repaint)

        self.push_screen(Dialog(text, question), closed)
        self._repaint()

    def _each_second(self) -> None:
        old = self.said is not None and not self.said.lasting and self._now() - self._said_at > SHOWN_FOR
        if old:
            self.said = None
        if old or self.snapshot is None:
            self._repaint()

    def _say(self, said: News) -> None:
        if self.said and self.said.lasting and not said.lasting and self._now() - self._said_at < SHOWN_FOR:
            # Lasting news is not replaced by ordinary news.
            return
        self.said, self._said_at = said, self._now()

    @property
    def moment(self) -> ViewState:
        """What the screen shows now."""
        snapshot, now = self.snapshot, self._now()
        pulses = self.settings.pulse and not self.no_color and self.animation_level != "none"
        last = pulses and snapshot is not None and standing_of(snapshot).mood == "last"
        return ViewState(
            snapshot,
            self.said,
            faint=snapshot is not None and last and ceil(snapshot.left) % 2 == 1,
            waited=int(now - self._began),
            closes_with_a_key=self._closes_with_a_key,
        )

    def _repaint(self) -> None:
        # The default screen lies below any question, and stays right while it is asked.
        for countdown in self.screen_stack[0].query(Countdown):
            countdown.refresh()
        title = window_title(self.snapshot)
        if title != self.window_title:
            self.window_title = title
            if not self.is_headless and self._driver is not None:
                self._driver.write(f"\x1b]2;{title}\x1b\\")

    def _now(self) -> float:
        assert self._loop is not None
        return self._loop.time()

    def on_key(self, event: events.Key) -> None:
        if len(self.screen_stack) > 1:
            return
        key, now = event.character or "", self._now()
        if self._closes_with_a_key:
            self.exit()
        elif key == "q":
            self.action_ask_to_stop()
        elif key == "?":
            self._cover(help_text())
        elif key in {"o", "i", "w"}:
            self._open(key)
        elif key in COMMANDS and self.snapshot is not None:
            before, self._ended_at[key] = self._ended_at.get(key, -FINGER_LIFTED), now
            # A key held down must not end one run after another.
            if not isinstance(COMMANDS[key], Done | Skip | Scrap) or now - before >= FINGER_LIFTED:
                self.said = None
                self.send(COMMANDS[key])

    def _open(self, key: str) -> None:
        snapshot = self.snapshot
        timebox = (snapshot.running or snapshot.following) if snapshot else None
        if key == "w":
            sentence = self.services.open_page()
        elif timebox is None:
            return
        elif key == "o":
            sentence = self.services.open_task(timebox)
        elif page := self.services.song_of(timebox):
            self._cover(song_text(page))
            return
        else:
            sentence = "This song was not made from a song map: only its tasks are known."
        # The answer to a key replaces any news.
        self.said, self._said_at = News(sentence), self._now()
        self._repaint()

    def action_ask_to_stop(self) -> None:
        """Ask, then stop."""
        if len(self.screen_stack) > 1:
            return
        if self.snapshot is None or self.snapshot.phase == "ended":
            self.stop()
        else:
            question = STOP_COUNTDOWN if self.snapshot.link == "off" else STOP
            self.ask(question, lambda word: self.stop() if word == "stop" else None)

    def action_stop(self) -> None:
        """Stop without asking."""
        self.stop()

    def _fatal_error(self) -> None:
        # Textual would print a traceback with every local variable; the error boundary reports bugs.
        self._close_messages_no_wait()
