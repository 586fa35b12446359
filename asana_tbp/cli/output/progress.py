"""A progress bar for what takes longer than a second; nothing where nobody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asana_tbp.cli.output.rate_limit_notice import RateLimitNotice

SHOWN_AFTER = 1.0
"""Seconds before a bar appears: shorter work only flickers."""


@contextmanager
def progress_bar(
    label: str, countdown: RateLimitNotice | None = None
) -> Iterator[Callable[[int, int], None]]:
    """Yields what is to be told of steps done and steps in all. Draws on stderr, in a terminal only.

    A countdown stands in the bar's place while it counts.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from asana_tbp.cli.output.console import console
    from asana_tbp.system.clock import Clock
    from asana_tbp.text import escape_controls

    screen = console(stderr=True)
    if not screen.is_terminal or screen.is_dumb_terminal:
        yield lambda _done, _total: None
        return
    clock = Clock()
    begun = clock.elapsed()
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        shown = bar.add_task(escape_controls(label), total=None, visible=False)

        def progress(done: int, total: int) -> None:
            bar.update(shown, completed=done, total=total, visible=clock.elapsed() - begun > SHOWN_AFTER)

        if countdown is None:
            yield progress
            return
        countdown.show = lambda text: bar.update(
            shown, description=text or escape_controls(label), visible=True
        )
        try:
            yield progress
        finally:
            countdown.show = None
