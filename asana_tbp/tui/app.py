"""The Textual application: one screen that shows the newest snapshot and turns keys into commands."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import ClassVar, TypeVar

from textual import events
from textual.app import App, ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from asana_tbp.timer.moments import standing_of
from asana_tbp.timer.snapshot import Snapshot
from asana_tbp.tui.callbacks import Callbacks, Services
from asana_tbp.tui.keys import COMMANDS, ENDS_A_RUN
from asana_tbp.tui.painting import paint
from asana_tbp.tui.questions import STOP, Asking, Question, Reading, help_text, song_text
from asana_tbp.tui.rows import ViewState
from asana_tbp.tui.snapshot_mailbox import SnapshotMailbox
from asana_tbp.tui.themes import THEMES, Appearance
from asana_tbp.tui.words import News, window_title

T = TypeVar("T")

SHOWN_FOR = 20.0
"""Seconds that a sentence stays which is no longer news after that."""

HANDED_OVER = 3.0
"""Seconds that the screen shows which task follows which."""

FINGER_LIFTED = 0.6
"""Seconds within which a key that ends a run is taken for the same press, repeated by the keyboard."""


class Came(Message):
    """Something new lies in the handover."""


class Finished(Message):
    """The session is over: the picture stays until a key is pressed."""


class Asked(Message):
    """A question for the producer; `reply` gets the word of the answer."""

    def __init__(self, question: Question, reply: Callable[[str], object]) -> None:
        super().__init__()
        self.question = question
        self.reply = reply


class Countdown(Widget):
    """Everything there is to see, as one picture."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = ViewState(None)
        self.covered = False

    def render(self) -> RenderResult:
        picture = Content("\n").join(paint(self.moment, self.size.width, self.size.height))
        # What lies below a question steps back.
        return picture.stylize("dim") if self.covered else picture


class SessionScreen(Screen[None]):
    """The countdown, and the keys that steer it."""

    def compose(self) -> ComposeResult:
        yield Countdown()


class SessionApp(App[None]):
    """The face in a terminal."""

    CSS = """
    Countdown { width: 100%; height: 100%; }
    Asking, Reading { align: center middle; background: transparent; }
    .dialog {
        width: auto; max-width: 100%; height: auto; max-height: 100%; padding: 1 2; border: round $primary;
        background: $surface; text-wrap: nowrap; text-overflow: ellipsis;
    }
    .dialog > Static { width: auto; max-width: 100%; }
    Asking .dialog { text-wrap: wrap; text-overflow: fold; }
    Reading .dialog { max-width: 90; }
    .-short .dialog { padding: 0 1; border: none; }
    """
    ENABLE_COMMAND_PALETTE = False
    VERTICAL_BREAKPOINTS = [(0, "-short"), (14, "-tall")]  # noqa: RUF012  as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "stop", "Stop", show=False, priority=True),
        Binding("ctrl+q", "ask_to_stop", "Stop", show=False, priority=True),
    ]

    def __init__(
        self,
        handover: SnapshotMailbox,
        wires: Callbacks,
        looks: Appearance | None = None,
        services: Services | None = None,
    ) -> None:
        self.services = services or Services()
        self.looks = looks or Appearance()
        # NO_COLOR keeps the terminal's own look: a painted background is colour too.
        own = self.looks.colours == "terminal" or "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if own else None)
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = "terminal" if own else self.looks.colours
        self.handover = handover
        self.wires = wires
        self.snapshot: Snapshot | None = None
        self.said: News | None = None
        self.window_title = ""
        self._said_at = 0.0
        self._ended_at: dict[str, float] = {}
        self._began = 0.0
        self._timebox_gid: str | None = None
        self._handed_over = ""
        self._hand_over: Timer | None = None
        self._closes_with_a_key = False

    def get_default_screen(self) -> SessionScreen:
        return SessionScreen()

    # -- what comes in ------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        self._began = self._now()
        self.handover.wake = lambda: self.post_message(Came())
        self.set_interval(1.0, self._each_second)
        self._title(window_title(None))

    def on_ready(self) -> None:
        # After the first picture, so that nothing that takes long stands before it.
        self.call_after_refresh(self.wires.begin)

    def on_came(self, _came: Came) -> None:
        snapshot, said = self.handover.take()
        if snapshot is not None:
            gid = snapshot.running.gid if snapshot.running else None
            if gid != self._timebox_gid:
                # What was said before the first task, such as where it goes on, is about that task.
                self.said = None if self._timebox_gid else self.said
                self._timebox_gid = gid
            self.snapshot = snapshot
        for each in said:
            if each.handed_over:
                self._handed_over = each.text
                if self._hand_over:
                    # The one before must not end this one early.
                    self._hand_over.stop()
                self._hand_over = self.set_timer(HANDED_OVER, self._hand_over_ends)
            else:
                self._say(each)
        self._repaint()

    def _hand_over_ends(self) -> None:
        self._handed_over = ""
        self._repaint()

    def on_finished(self, _finished: Finished) -> None:
        self._closes_with_a_key = True
        self._repaint()

    def on_asked(self, asked: Asked) -> None:
        def answered(word: str | None) -> None:
            asked.reply(word or asked.question.otherwise)

        self._cover(Asking(asked.question), answered)

    def _cover(self, screen: Screen[T], answered: Callable[[T | None], object] = lambda _: None) -> None:
        """Show a question or the help over the countdown, which is dimmed until it closes."""

        def closed(result: T | None) -> None:
            answered(result)
            self.call_next(self._repaint)

        self.push_screen(screen, closed)
        self._repaint()

    def _each_second(self) -> None:
        if self.said and not self.said.lasting and self._now() - self._said_at > SHOWN_FOR:
            self.said = None
            self._repaint()
        if self.snapshot is None:
            self._repaint()

    def _say(self, said: News) -> None:
        if self.said and self.said.lasting and not said.lasting and self._now() - self._said_at < SHOWN_FOR:
            # What must be known is not pushed away by what merely happened.
            return
        self.said, self._said_at = said, self._now()

    def _repaint(self) -> None:
        snapshot = self.snapshot
        pulses = self.looks.pulse and not self.no_color and self.animation_level != "none"
        faint = (
            pulses
            and snapshot is not None
            and standing_of(snapshot).mood == "last"
            and int(-(-snapshot.left // 1)) % 2 == 1
        )
        # The default screen lies below any question, and stays right while it is asked.
        for countdown in self.screen_stack[0].query(Countdown):
            countdown.moment = ViewState(
                snapshot,
                self.said,
                faint,
                int(self._now() - self._began),
                self._handed_over if snapshot and snapshot.phase == "running" else "",
                self._closes_with_a_key,
            )
            countdown.covered = len(self.screen_stack) > 1
            countdown.refresh()
        self._title(window_title(snapshot))

    def _now(self) -> float:
        assert self._loop is not None
        return self._loop.time()

    # -- keys -----------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        if len(self.screen_stack) > 1:
            return
        if self._closes_with_a_key:
            self.exit()
            return
        key = event.character or ""
        if key == "q":
            self.action_ask_to_stop()
        elif key == "?":
            self._cover(Reading(help_text()))
        elif key in {"o", "i", "w"}:
            self._open(key)
        elif key in COMMANDS and self.snapshot is not None:
            self._command(key)

    def _command(self, key: str) -> None:
        if key in ENDS_A_RUN:
            before = self._ended_at.get(key)
            self._ended_at[key] = self._now()
            if before is not None and self._now() - before < FINGER_LIFTED:
                return
        self.said = None
        self.wires.send(COMMANDS[key])

    def _open(self, key: str) -> None:
        snapshot = self.snapshot
        timebox = (snapshot.running or snapshot.following) if snapshot else None
        if key == "w":
            self._answer(self.services.open_page())
        elif timebox is None:
            return
        elif key == "o":
            self._answer(self.services.open_task(timebox))
        elif page := self.services.song_of(timebox):
            self._cover(Reading(song_text(page)))
        else:
            self._answer("This song was not made from a song map: only its tasks are known.")
        self._repaint()

    def _answer(self, sentence: str) -> None:
        # What was asked for with a key comes before what was said unasked.
        self.said = None
        self._say(News(sentence))

    def action_ask_to_stop(self) -> None:
        """Ask, then stop."""
        if len(self.screen_stack) > 1:
            return
        if self.snapshot is None or self.snapshot.phase == "ended":
            self.wires.stop()
            return
        self._cover(Asking(STOP), lambda word: self.wires.stop() if word == "stop" else None)

    def action_stop(self) -> None:
        """Stop without asking."""
        self.wires.stop()

    # -- beyond the picture -----------------------------------------------------------------------------------

    def ring(self) -> None:
        """Ring the terminal's bell, from any thread: through the driver, never amid one of its sequences."""
        self.bell()

    def _title(self, text: str) -> None:
        if text == self.window_title:
            return
        self.window_title = text
        if not self.is_headless and self._driver is not None:
            self._driver.write(f"\x1b]2;{text}\x1b\\")

    def _fatal_error(self) -> None:
        # Textual would print a traceback with every local variable; the one boundary tells of faults.
        self._close_messages_no_wait()
