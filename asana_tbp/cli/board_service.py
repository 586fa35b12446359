"""The board with its parts put together, as the commands about songs use it.

Knows how the parts fit. Must not know any command's words. What talks to Asana is loaded when it is needed: the
board is shown from the local copy first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asana_tbp.board.progress import SongProgress
from asana_tbp.board.stages import find_stage
from asana_tbp.board.store import Board, BoardStore, CachedCard
from asana_tbp.board.view import BoardSong, BoardView, find_song, view_of
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import say
from asana_tbp.errors import NotAuthorised, TbpError, UsageError
from asana_tbp.songmap.task_name import normalize
from asana_tbp.text import escape_controls, listed, nearest, quote, truncate

if TYPE_CHECKING:
    from collections.abc import Callable

    from asana_tbp.board.refresh import RefreshCost
    from asana_tbp.board.wanted import PendingCard
    from asana_tbp.bridge.gateway import Gateway
    from asana_tbp.bridge.values import Section
    from asana_tbp.scaffold.journal import Song
    from asana_tbp.store.database import Database

TURN = 30.0
"""Seconds to wait for another process that changes the board."""


@dataclass
class BoardService:
    """The board of this machine's user. `database` stays open as long as it is used."""

    world: AppContext
    database: Database
    shelf: BoardStore
    songs: SongProgress

    @property
    def board(self) -> Board:
        """The board in use. Raises `UsageError` where there is none."""
        found = self.shelf.board()
        if found is None:
            raise UsageError(
                "There is no board yet.",
                "asana-tbp board init makes one, or uses a project you have: board init PROJECT.",
            )
        return found

    @contextmanager
    def asana(self) -> Iterator[Gateway]:
        """Asana for the length of the block."""
        with self.world.asana() as asana:
            yield asana

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One process of this machine at a time changes the board. Raises `TbpError` where another does not end."""
        from asana_tbp.system.lock import held

        with held(self.world.paths.state / "locks" / "board.lock", seconds=TURN) as ours:
            if not ours:
                raise TbpError("Another asana-tbp is changing the board.", "Try again when it is done.")
            yield

    def refresh(
        self, asana: Gateway, progress: Callable[[int, int], None] = lambda _d, _t: None
    ) -> RefreshCost:
        """Bring the local copy up to date."""
        from asana_tbp.board.refresh import refresh

        return refresh(asana, self.shelf, self.songs, self.board, self.world.clock, progress)

    def view(self) -> BoardView:
        """The board as known here."""
        settings = self.world.settings
        return view_of(self.shelf, self.songs, self.board, settings.default_budget, dict(settings.wip))

    def settle(self, asana: Gateway) -> bool:
        """Bring cards that wait to the board, and say so; whether Asana took all of it.

        Raises the `AsanaError` classes where it can't be told now.
        """
        board = self.shelf.board()
        if board is None or not (self.shelf.wanted.waiting() or self.shelf.wanted.unlinked()):
            return True
        from asana_tbp.board.cards import CardMaking

        made = CardMaking(asana, self.shelf, board, self.world.clock).settle()
        for settled in made:
            name = escape_controls(settled.wanted.name)
            if settled.reason and settled.wanted.state == "pending":
                say(refusal(settled.wanted.name, settled.reason))
            elif settled.reason:
                say(escape_controls(settled.reason))
            else:
                say(f"On the board now: {name}")
        if any(not settled.reason for settled in made):
            self.shelf.looked(
                board, asana.sections(board.gid), asana.tasks(board.gid), self.world.clock.now()
            )
        return not any(settled.reason for settled in made)

    def stage(self, wanted: str) -> Section:
        """The stage meant. Raises `UsageError`."""
        stages = self.shelf.stages(self.board)
        found = find_stage(stages, wanted)
        if found is None:
            names = listed((quote(stage.name) for stage in stages), last="and")
            close = nearest(wanted, [stage.name for stage in stages])
            meant = f" Did you mean {quote(close)}?" if close else ""
            raise UsageError(f"The board has no stage {quote(wanted)}.{meant}", f"Its stages are {names}.")
        return found

    def find(self, wanted: str) -> BoardSong:
        """The card meant. Raises `NotFound` and `UsageError`."""
        return find_song(self.view(), wanted)

    def archived(self, wanted: str, *, begins: bool = False) -> CachedCard | None:
        """The only archived card of this name, gid or project; with `begins`, whose name begins so."""
        key = normalize(wanted)
        cards = [card for card in self.shelf.cards(self.board) if card.completed]
        found = [
            card for card in cards if wanted in (card.gid, card.project_gid) or normalize(card.name) == key
        ]
        if begins:
            found = [card for card in cards if key and normalize(card.name).startswith(key)]
        return found[0] if len(found) == 1 else None

    def card_of(self, project_gid: str) -> CachedCard | None:
        """The card of a song as of the last look, an open one before an archived one."""
        found = [card for card in self.shelf.cards(self.board) if card.project_gid == project_gid]
        return min(found, key=lambda card: card.completed) if found else None

    def songs_without_a_card(self) -> list[Song]:
        """Songs that were scaffolded in the board's workspace, and are neither on it nor on their way there."""
        from asana_tbp.scaffold.journal import known_songs

        coming = {card.project_gid for card in (*self.shelf.wanted.waiting(), *self.shelf.wanted.parked())}
        return [
            song
            for song in known_songs(self.database)
            if song.project_gid
            and song.workspace_gid == self.board.workspace_gid
            and song.project_gid not in coming
            and self.card_of(song.project_gid) is None
        ]

    def idea(self, wanted: str) -> CachedCard | None:
        """The card of this name that has no project, open on the board."""
        cards = [card for card in self.shelf.cards(self.board) if not (card.project_gid or card.completed)]
        return next((card for card in cards if normalize(card.name) == normalize(wanted)), None)

    def waiting(self, wanted: str) -> PendingCard | None:
        """The first idea of this name that Asana does not have, be it that it waits or that it was refused."""
        cards = (*self.shelf.wanted.waiting(), *self.shelf.wanted.parked())
        ideas = (card for card in cards if card.kind == "idea")
        return next((card for card in ideas if normalize(card.name) == normalize(wanted)), None)

    def forget(self, project_gid: str) -> None:
        """Let a song that is not on the board have a card anew."""
        known = self.shelf.wanted.of_song(project_gid)
        if known is not None and known.state != "pending":
            self.shelf.wanted.forget(known)

    def move(self, asana: Gateway, card_gid: str, stage: Section, *, top: bool) -> None:
        """Move a card, and read where it is. Raises `TbpError` where Asana has it elsewhere."""
        if top:
            asana.add_to_section(stage.gid, card_gid, None)
        else:
            asana.move_to_end(self.board.gid, stage.gid, card_gid)
        board = self.board
        cards = asana.tasks(board.gid)
        self.shelf.looked(board, self.shelf.stages(board), cards, self.world.clock.now())
        if not any(card.gid == card_gid and card.section_gid == stage.gid for card in cards):
            raise TbpError(
                f"Asana does not show the song in {quote(stage.name)} after the move.",
                "Look at the board in Asana; a rule there may have moved it on.",
            )


def refusal(name: str, reason: str) -> str:
    """What to say of a card that Asana would not take."""
    again = f'To try again: asana-tbp board add "{truncate(name)}"'
    return f"Asana will not take the card {escape_controls(name)}: {escape_controls(reason)} {again}"


@contextmanager
def open_board_service(world: AppContext) -> Iterator[BoardService]:
    """The board for the length of the block."""
    with world.database() as database:
        yield board_service_on(world, database)


def board_service_on(world: AppContext, database: Database) -> BoardService:
    """The board over a database that is open already."""
    return BoardService(world, database, BoardStore(database), SongProgress(database))


def send_pending_cards(world: AppContext, database: Database, asana: Gateway) -> None:
    """Bring ideas and songs that wait to the board, whatever command it is that talks to Asana.

    What can't be told now waits on: that is no failure of the command.
    """
    pipeline = board_service_on(world, database)
    if pipeline.shelf.board() is None or not (
        pipeline.shelf.wanted.waiting() or pipeline.shelf.wanted.unlinked()
    ):
        return
    try:
        with pipeline.turn():
            pipeline.settle(asana)
    except NotAuthorised:
        raise
    except TbpError as error:
        say(f"The board waits: {escape_controls(error.sentence)}")
