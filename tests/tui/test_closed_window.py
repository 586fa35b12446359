"""A window that is closed: what draws goes on to its end, and holds up nobody."""

from __future__ import annotations

import asyncio
import os
import threading

from textual.drivers._writer_thread import WriterThread

from asana_tbp.system.settings import Settings
from asana_tbp.tui.app import LastingStream, Services, SessionApp


def test_what_is_drawn_on_a_closed_window_is_dropped() -> None:
    window, theirs = os.openpty()
    with open(theirs, "w", encoding="utf-8") as stream:
        os.close(window)
        writer = WriterThread(LastingStream(stream))  # type: ignore[arg-type]
        writer.start()

        # More than its queue holds: each would wait for room for ever.
        def draw() -> None:
            for _ in range(200):
                writer.write("x" * 99)

        drawing = threading.Thread(target=draw, daemon=True)
        drawing.start()
        drawing.join(60)
        assert not drawing.is_alive()
        writer.stop()


def test_the_screen_draws_through_such_a_stream() -> None:
    async def drawn_on() -> object:
        app = SessionApp(lambda _command: None, lambda: None, lambda: None, Settings(), Services())
        return app._build_driver(False, False, False, (80, 24))._file  # type: ignore[attr-defined]

    assert isinstance(asyncio.run(drawn_on()), LastingStream)
