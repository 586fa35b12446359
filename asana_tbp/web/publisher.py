"""What the page shows now, and those who wait for it to change.

Whoever shows something here is never held up: it is left for the server's thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Mapping
from typing import Any

from asana_tbp.web.view import NOBODY, View, same, task_of, view_of


class ViewPublisher:
    """The latest view. `show` may be called by any thread; the rest belongs to the server's loop."""

    def __init__(self) -> None:
        self.view: View = dict(NOBODY)
        self.task = ("", "")
        """The project and the task that the view is about, by their gids."""
        self.version = 0
        self.closing = False
        self.watched = threading.Event()
        """Set while somebody watches: only then is it worth asking a session how it stands."""
        self.watchers = 0
        """How many watch now."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed: asyncio.Event | None = None

    def open(self) -> None:
        """The server's loop runs."""
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()

    def show(self, session: Mapping[str, Any] | None, taken: float) -> None:
        """Show a session's plain values, taken at `taken` seconds of the machine's elapsed time."""
        self._later(lambda: self.put(view_of(session, taken), task_of(session)))

    def close(self) -> None:
        """Tell everybody who waits that it is over, after the last view."""
        self._later(self._close)

    def put(self, view: View, task: tuple[str, str]) -> None:
        """Show a view, in the server's loop; nothing happens where it tells what is shown already."""
        self.task = task
        if same(self.view, view):
            return
        self.view = view
        self._announce()

    async def change(self, seen: int, seconds: float) -> bool:
        """Wait, at most `seconds`, until there is a later view than the `seen`th. False where there is none."""
        if self.version == seen and not self.closing and self._changed is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
        return self.version != seen

    @contextlib.contextmanager
    def watching(self) -> Any:
        """Somebody watches for the length of the block."""
        self.watchers += 1
        self.watched.set()
        try:
            yield
        finally:
            self.watchers -= 1
            if not self.watchers:
                self.watched.clear()

    def _close(self) -> None:
        self.closing = True
        self._announce()

    def _announce(self) -> None:
        self.version += 1
        if self._changed is not None:
            self._changed.set()
            self._changed = asyncio.Event()

    def _later(self, step: Any) -> None:
        # A server that has stopped shows nothing any more.
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(step)
