"""What is shown during long work: a progress bar, and how long Asana's limit holds requests back."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from asana_tbp.cli.output.console import console, say
from asana_tbp.system.clock import Clock
from asana_tbp.text import escape_controls

SHOWN_AFTER = 1.0
"""Seconds before a bar appears: shorter work only flickers."""

SAME = 5.0
"""Seconds by which an announced wait may grow without being announced again."""


class RateLimitNotice:
    """Called with the seconds of each wait, by any thread: prints it once, or calls `show`, for a bar to count down."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._lock = threading.Lock()
        self._until = float("-inf")
        self.show: Callable[[], None] | None = None

    def __call__(self, seconds: float) -> None:
        with self._lock:
            until = self._clock.elapsed() + seconds
            announced = until <= self._until + SAME
            self._until = max(self._until, until)
            if self.show is not None:
                self.show()
            elif not announced:
                say(self.sentence)

    @property
    def sentence(self) -> str:
        """How long requests are held back from now on, "" where they are not."""
        left = self._until - self._clock.elapsed()
        allowed = f"Asana allows {self._per_minute} requests a minute"
        return f"{allowed}; continuing in {left:.0f} s." if left > 0 else ""


@contextmanager
def progress_bar(label: str, countdown: RateLimitNotice) -> Iterator[Callable[[int, int], None]]:
    """Yields a function to call with the steps done and in total. Draws on stderr, in a terminal only.

    A countdown replaces the label while requests are held back.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn
    from rich.text import Text

    screen = console(stderr=True)
    if not screen.is_terminal or screen.is_dumb_terminal:
        yield lambda _done, _total: None
        return

    class Label(TextColumn):
        def render(self, task: Task) -> Text:
            return Text(countdown.sentence or task.description)

    with Progress(Label(""), BarColumn(), MofNCompleteColumn(), console=screen, transient=True) as bar:
        task = bar.add_task(escape_controls(label), total=None, visible=False)

        def progress(done: int, total: int) -> None:
            visible = (bar.tasks[0].elapsed or 0.0) > SHOWN_AFTER
            bar.update(task, completed=done, total=total, visible=visible)

        countdown.show = lambda: bar.update(task, visible=True)
        try:
            yield progress
        finally:
            countdown.show = None
