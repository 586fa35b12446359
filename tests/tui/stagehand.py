"""The real application without a terminal: what it shows as text, and what its keys send."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from textual.pilot import Pilot

from asana_tbp.scaffold.song_page import SongPage
from asana_tbp.system.settings import Settings
from asana_tbp.timer.commands import Command
from asana_tbp.timer.events import Timebox
from asana_tbp.tui.app import Services, SessionApp
from tests.tui.moments import Scene


@dataclass
class Shown:
    """A running application, and what its keys have led to."""

    app: SessionApp
    pilot: Pilot[None]
    sent: list[Command]
    opened: list[Timebox] = field(default_factory=list)
    stops: list[bool] = field(default_factory=list)

    async def give(self, scene: Scene) -> None:
        """Hand a scene over, as the timer's thread does."""
        self.app.show(scene.snapshot, *filter(None, [scene.said]))
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys one after another."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def rows(self) -> list[str]:
        """The screen as text, without what is blank at the ends of rows."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.rows())

    def styles_of(self, words: str) -> set[str]:
        """The styles in which a word stands on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return {str(segment.style) for strip in strips for segment in strip if words in segment.text}


def show(
    act: Callable[[Shown], Awaitable[None]],
    scene: Scene | None = None,
    size: tuple[int, int] = (80, 24),
    looks: Settings | None = None,
    songs: Mapping[str, SongPage] = {},
) -> None:
    """Run the application in a terminal of `size`, give it a scene and let a test act on it."""
    sent: list[Command] = []
    opened: list[Timebox] = []
    stops: list[bool] = []

    def open_task(timebox: Timebox) -> str:
        opened.append(timebox)
        return f"{timebox.title} opens in your browser."

    async def run() -> None:
        services = Services(
            open_task,
            lambda: "The page opens in your browser.",
            lambda timebox: songs.get(timebox.song),
        )
        app = SessionApp(sent.append, lambda: stops.append(True), lambda: None, looks or Settings(), services)
        async with app.run_test(size=size) as pilot:
            shown = Shown(app, pilot, sent, opened, stops)
            if scene is not None:
                await shown.give(scene)
            await act(shown)

    asyncio.run(run())
