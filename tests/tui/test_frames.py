"""From one task to the next: every picture that the screen draws, over many changes of task."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from queue import SimpleQueue

from textual.app import RenderResult

from asana_tbp.session.log import open_log
from asana_tbp.session.messages import Inbox
from asana_tbp.session.runner import Runner
from asana_tbp.store.database import open_database
from asana_tbp.system.settings import Settings
from asana_tbp.timer.events import Timebox
from asana_tbp.tui.app import Countdown, Services
from asana_tbp.tui.face import TerminalFace
from tests.clock import HandClock
from tests.needs import examples

SIZE = (100, 24)


def frames_of(changes: int, folder: Path) -> list[str]:
    """Every picture of a session of so many changes of task, as text; a task has three seconds."""
    queue = tuple(
        Timebox(str(at), f"Task {at:03}", f"Task {at:03}", 1, song="Song", project_gid="7", length=3.0)
        for at in range(changes + 1)
    )
    frames: list[str] = []
    over = threading.Event()
    face = TerminalFace(Settings(), Services(), stays=False)
    face._work = lambda: over.wait(60)
    clock, inbox = HandClock(), SimpleQueue[object]()

    async def run(runner: Runner) -> None:
        async with face._app.run_test(size=SIZE) as pilot:
            countdown = face._app.screen_stack[0].query_one(Countdown)
            render = countdown.render

            def recorded() -> RenderResult:
                picture = render()
                frames.append(str(picture))
                return picture

            countdown.render = recorded  # type: ignore[method-assign]
            while runner.state.ended is None:
                runner.step()
                await pilot.pause()
            face._left = True
            over.set()

    with open_database(folder / "frames.db") as database:
        log = open_log(database, "7", "Song", queue, clock.now())
        box: Inbox = inbox  # type: ignore[assignment]
        asyncio.run(run(Runner("Song", log, None, clock, [face], box)))
    return frames


def test_no_wrong_frame_is_drawn_from_one_task_to_the_next(tmp_path: Path) -> None:
    changes = examples(10, 200)
    frames = frames_of(changes, tmp_path)
    order: list[str] = []
    for frame in frames[:-1]:
        if "READING ASANA" in frame:
            assert not order
            continue
        if "FINISHED" in frame:
            continue
        assert not any(word in frame for word in ("READY", "BREAK", "Break", "STOPPED", "PAUSED", "+0:")), (
            frame
        )
        (title,) = {line.split()[1] for line in frame.splitlines() if line.strip().startswith("Task ")}
        if not order or order[-1] != title:
            order.append(title)
            assert "of 0:03" in frame
            assert f"{len(order) - 1} of {changes + 1} done" in frame, "the count is the one of this task"
            if len(order) > 1:
                assert f"Task {order[-2]} is done. Now Task {title}." in frame, (
                    "what leads to it comes with it"
                )
    assert order == [f"{at:03}" for at in range(changes + 1)], "each task in its turn, none a second time"
    assert len(frames) > 3 * changes
