"""What is printed behind the screen is not lost; what is handed over never piles up."""

from __future__ import annotations

import asyncio
import io
import threading
from dataclasses import replace

from asana_tbp.system.settings import Settings
from asana_tbp.tui.app import Services
from asana_tbp.tui.face import CapturedOutput, TerminalFace
from tests.tui.moments import SCENES


def test_streams_are_written_in_order_and_lines_of_talk_are_told_at_once() -> None:
    told: list[str] = []
    kept = CapturedOutput(told.append)
    kept.err.write("Asana's limit ")
    kept.out.write("data\n")
    kept.err.write("is reached\n\nmore")
    assert told == ["Asana's limit is reached"]
    both = io.StringIO()
    kept.write_to(both, both)
    assert both.getvalue() == "Asana's limit data\nis reached\n\nmore"
    kept.write_to(both, both)
    assert both.getvalue().count("data") == 1
    assert not kept.err.isatty()


def test_what_a_slow_screen_has_not_shown_yet_does_not_pile_up() -> None:
    face, over = TerminalFace(Settings(), Services(), stays=False), threading.Event()
    face._work = lambda: over.wait(60)
    first = SCENES["running"].snapshot
    assert first is not None
    last, ended = replace(first, left=7.0), SCENES["finished"].snapshot
    assert ended is not None

    async def act() -> None:
        async with face._app.run_test(size=(80, 24)) as pilot:
            for second in range(200):
                face.tick(replace(first, left=first.left - second))
            await pilot.pause()
            assert face._app.snapshot == first, "the other seconds were left out"
            face.tick(last)
            await pilot.pause()
            assert face._app.snapshot == last
            face.notice("The last change is sent.")
            face.tick(ended)
            await pilot.pause()
            assert face._app.snapshot == ended, "no other tick follows the last one"
            face._left = True
            over.set()

    asyncio.run(act())
