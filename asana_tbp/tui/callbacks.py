"""What the keys of the terminal face lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asana_tbp.timer.commands import Command
from asana_tbp.timer.events import Timebox

if TYPE_CHECKING:
    # It loads the reader of song maps, for which the first picture does not wait.
    from asana_tbp.scaffold.song_page import SongPage


@dataclass(frozen=True, slots=True)
class Services:
    """What keys open. All are called in the screen's thread and return at once.

    `open_task` and `open_page` give a sentence to show, `song_of` what is known of a task's song, None for nothing.
    """

    open_task: Callable[[Timebox], str] = lambda _timebox: "There is nothing to open."
    open_page: Callable[[], str] = lambda: "There is no page."
    song_of: Callable[[Timebox], SongPage | None] = lambda _timebox: None


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What the screen tells the session: `stop` ends it, or the face where there is none yet."""

    send: Callable[[Command], None]
    stop: Callable[[], None]
    begin: Callable[[], None] = lambda: None
