"""What is shown while something takes long: a progress bar, and how long Asana's limit holds requests back."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from asana_tbp.cli.output.console import console, say
from asana_tbp.system.clock import Clock
from asana_tbp.text import escape_controls

SHOWN_AFTER = 1.0
"""Seconds before a bar appears: shorter work only flickers."""

SENTENCE = "Asana allows {per_minute} requests a minute; continuing in {seconds:.0f} s."
SAME = 5.0
"""Seconds by which an announced wait may grow without being announced again, where nothing is redrawn."""


class RateLimitNotice:
    """Called with the seconds of each wait, by many threads. `show` replaces the terminal's line while it is set."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._lock = threading.Lock()
        self._until = float("-inf")
        self._counting = False
        self.show: Callable[[str], None] | None = None

    def __call__(self, seconds: float) -> None:
        with self._lock:
            until = self._clock.elapsed() + seconds
            announced = until <= self._until + SAME
            self._until = max(self._until, until)
            if not sys.stderr.isatty():
                if not announced:
                    say(SENTENCE.format(per_minute=self._per_minute, seconds=seconds))
                return
            if self._counting:
                return
            self._counting = True
        threading.Thread(target=self._count, name="countdown", daemon=True).start()

    def _count(self) -> None:
        while self._counting:
            with self._lock:
                left = self._until - self._clock.elapsed()
                self._counting = left > 0
            text = SENTENCE.format(per_minute=self._per_minute, seconds=left) if left > 0 else ""
            if self.show is not None:
                self.show(text)
            else:
                sys.stderr.write(f"\r\x1b[K{text}")
                sys.stderr.flush()
            self._clock.wait(threading.Event(), max(0.0, min(1.0, left)))


@contextmanager
def progress_bar(label: str, countdown: RateLimitNotice) -> Iterator[Callable[[int, int], None]]:
    """Yields what is to be told of steps done and steps in all. Draws on stderr, in a terminal only.

    A countdown stands in the bar's place while it counts.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    screen = console(stderr=True)
    if not screen.is_terminal or screen.is_dumb_terminal:
        yield lambda _done, _total: None
        return
    label = escape_controls(label)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task(label, total=None, visible=False)

        def progress(done: int, total: int) -> None:
            visible = (bar.tasks[0].elapsed or 0.0) > SHOWN_AFTER
            bar.update(task, completed=done, total=total, visible=visible)

        countdown.show = lambda text: bar.update(task, description=text or label, visible=True)
        try:
            yield progress
        finally:
            countdown.show = None
