"""The board as it is known on this machine: its cards and stages, found by what people call them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from asana_tbp.board.progress import SongProgress
from asana_tbp.board.stages import find_stage
from asana_tbp.board.store import Board, BoardStore, CachedCard
from asana_tbp.board.view import BoardSong, BoardView, find_song, view_of, with_marks
from asana_tbp.errors import UsageError
from asana_tbp.session.come_back import open_marks
from asana_tbp.songmap.task_name import normalize
from asana_tbp.store.database import Database
from asana_tbp.system.clock import Clock
from asana_tbp.system.settings import Settings
from asana_tbp.text import did_you_mean, listed, quote

if TYPE_CHECKING:
    from asana_tbp.board.wanted import PendingCard
    from asana_tbp.bridge.values import Section
    from asana_tbp.scaffold.journal import Song


class LocalBoard:
    """The board of this machine's user as of the last look. `database` stays open as long as it is used."""

    def __init__(self, database: Database, clock: Clock, settings: Settings, state: Path) -> None:
        self.database = database
        self.clock = clock
        self.settings = settings
        self.store = BoardStore(database)
        self.songs = SongProgress(database)
        self._lock_file = state / "locks" / "board.lock"

    @property
    def board(self) -> Board:
        """The board in use. Raises `UsageError` where there is none."""
        board = self.store.board()
        if board is None:
            raise UsageError(
                "There is no board yet.",
                "asana-tbp board init makes one, or uses a project you have: asana-tbp board init PROJECT",
            )
        return board

    def view(self) -> BoardView:
        """The board as known here."""
        settings = self.settings
        view = view_of(self.store, self.songs, self.board, settings.default_budget, dict(settings.wip))
        return with_marks(view, self.marks())

    def marks(self) -> dict[str, tuple[str, ...]]:
        """The titles of the tasks to come back to, by their project."""
        titles: dict[str, tuple[str, ...]] = {}
        for mark in open_marks(self.database):
            titles[mark.project_gid] = (*titles.get(mark.project_gid, ()), mark.timebox.title)
        return titles

    def stage(self, query: str) -> Section:
        """The stage meant. Raises `UsageError`."""
        stages = self.store.stages(self.board)
        stage = find_stage(stages, query)
        if stage is None:
            names = [stage.name for stage in stages]
            raise UsageError(
                f"The board has no stage {quote(query)}.{did_you_mean(query, names)}",
                f"Its stages are {listed(map(quote, names), last='and')}.",
            )
        return stage

    def card_of(self, project_gid: str) -> CachedCard | None:
        """The card of a song as of the last look, an open one before an archived one."""
        cards = [card for card in self.store.cards(self.board) if card.project_gid == project_gid]
        return min(cards, key=lambda card: card.completed) if cards else None

    def find(self, query: str) -> BoardSong:
        """The card meant. Raises `NotFound` and `UsageError`."""
        return find_song(self.view(), query)

    def songs_without_a_card(self) -> tuple[Song, ...]:
        """Songs that were scaffolded in the board's workspace, and are neither on it nor on their way there."""
        from asana_tbp.scaffold.journal import known_songs

        pending = {card.project_gid for card in self._pending()}
        return tuple(
            song
            for song in known_songs(self.database)
            if song.project_gid
            and song.workspace_gid == self.board.workspace_gid
            and song.project_gid not in pending
            and self.card_of(song.project_gid) is None
        )

    def _pending(self) -> tuple[PendingCard, ...]:
        return (*self.store.wanted.waiting(), *self.store.wanted.parked())

    def pending_idea(self, query: str) -> PendingCard | None:
        """The first idea of this name that Asana does not have yet: waiting or refused."""
        key = normalize(query)
        return next((c for c in self._pending() if c.kind == "idea" and normalize(c.name) == key), None)

    def archived(self, query: str, *, by_start: bool = False) -> CachedCard | None:
        """The only archived card of this name, gid or project; with `by_start`, whose name begins so."""
        key = normalize(query)
        cards = [card for card in self.store.cards(self.board) if card.completed]
        if by_start:
            matches = [card for card in cards if key and normalize(card.name).startswith(key)]
        else:
            matches = [c for c in cards if query in (c.gid, c.project_gid) or normalize(c.name) == key]
        return matches[0] if len(matches) == 1 else None

    def idea(self, query: str) -> CachedCard | None:
        """The card of this name that has no project, open on the board."""
        cards = [card for card in self.store.cards(self.board) if not (card.project_gid or card.completed)]
        return next((card for card in cards if normalize(card.name) == normalize(query)), None)

    def has_pending(self) -> bool:
        """Whether anything is to be sent to the board."""
        return bool(self.store.wanted.waiting() or self.store.wanted.unlinked())

    def is_refused(self, card: PendingCard) -> bool:
        """Whether Asana would not take a card."""
        return card.id in {parked.id for parked in self.store.wanted.parked()}

    def idea_words(self, query: str) -> tuple[str, str]:
        """The name and the words of an idea on the board or on its way there; else what was written is both."""
        text = " ".join(query.split())
        if self.store.board() is not None:
            key = normalize(text)
            for song in self.view().songs:
                if song.is_idea and (normalize(song.name) == key or song.gid == text):
                    return song.name, song.words or song.name
        return text, query.strip() or text
