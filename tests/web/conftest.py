"""What the tests of the page share: a song on the sandbox, and a real browser where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.store.database import Database
from tests.browser import chromium
from tests.web.evening import SONG, Evening, queue_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


@pytest.fixture
def begin(asana: Gateway, database: Database, tmp_path: Path) -> Iterator[Callable[..., Evening]]:
    """Begins a session on the sandbox, with boxes of so many seconds, and its page."""
    with ExitStack() as stack:

        def make(
            *lengths: float,
            queue_title: str | None = None,
            timeboxes: int = 0,
            folder: Path = tmp_path / "sessions",
            **parts: Any,
        ) -> Evening:
            queue = queue_in(asana, database, list(lengths), SONG)
            if timeboxes:
                queue = tuple(replace(queue[0], gid=f"{queue[0].gid}{at}") for at in range(timeboxes))
            if queue_title is not None:
                queue = tuple(replace(timebox, title=queue_title) for timebox in queue)
            return stack.enter_context(Evening(folder, database, queue, asana, **parts))

        yield make


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A real browser without a screen, begun once."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was never here before."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(60_000)
    yield context
    context.close()
