"""The board with its parts put together, as the commands about songs use it.

Knows how the parts fit. Must not know any command's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asana_tbp.board.look import Looked, look
from asana_tbp.board.shelf import Board, KeptCard, Shelf
from asana_tbp.board.songs import Songs
from asana_tbp.board.stages import WorkSection, find_stage, next_stage
from asana_tbp.board.view import BoardSong, BoardView, find_song, view_of
from asana_tbp.board.wanting import CardMaking, song_card
from asana_tbp.bridge.asana import Section
from asana_tbp.bridge.cards import Cards
from asana_tbp.cli.output import say
from asana_tbp.cli.world import World
from asana_tbp.errors import AsanaError, NotAuthorised, TbpError, UsageError
from asana_tbp.songmap.name import title_key
from asana_tbp.songmap.wording import cut, listed, printable, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from asana_tbp.cli.songs import SongWork
    from asana_tbp.scaffold.apply import Scaffolded
    from asana_tbp.session.timebox import Finished
    from asana_tbp.store.database import Database

TURN = 30.0
"""Seconds to wait for another process that changes the board."""


@dataclass
class Pipeline:
    """The board of this machine's user. `database` stays open as long as it is used."""

    world: World
    database: Database
    shelf: Shelf
    songs: Songs

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
    def asana(self) -> Iterator[Cards]:
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

    def look(self, asana: Cards, progress: Callable[[int, int], None] = lambda _d, _t: None) -> Looked:
        """Bring the local copy up to date."""
        return look(asana, self.shelf, self.songs, self.board, self.world.clock, progress)

    def view(self) -> BoardView:
        """The board as known here."""
        settings = self.world.settings
        return view_of(self.shelf, self.songs, self.board, settings.default_budget, dict(settings.wip))

    def settle(self, asana: Cards) -> None:
        """Bring cards that wait to the board, and say so. Raises the `AsanaError` classes."""
        board = self.shelf.board()
        if board is None or not (self.shelf.wanted.waiting() or self.shelf.wanted.unlinked()):
            return
        made = CardMaking(asana, self.shelf, board, self.world.clock).settle()
        for settled in made:
            name = printable(settled.wanted.name)
            if settled.reason and settled.wanted.state == "pending":
                say(f"Asana will not take the card {name}: {printable(settled.reason)}")
            elif settled.reason:
                say(printable(settled.reason))
            else:
                say(f"On the board now: {name}")
        if any(not settled.reason for settled in made):
            self.shelf.looked(
                board, asana.sections(board.gid), asana.cards(board.gid), self.world.clock.now()
            )

    def stage(self, wanted: str) -> Section:
        """The stage meant. Raises `UsageError`."""
        stages = self.shelf.stages(self.board)
        found = find_stage(stages, wanted)
        if found is None:
            names = listed((quoted(stage.name) for stage in stages), last="and")
            raise UsageError(f"The board has no stage {quoted(wanted)}.", f"Its stages are {names}.")
        return found

    def find(self, wanted: str) -> BoardSong:
        """The card meant. Raises `NotFound` and `UsageError`."""
        return find_song(self.view(), wanted)

    def archived(self, wanted: str) -> KeptCard | None:
        """The only archived card of this name, gid or project."""
        key = title_key(wanted)
        found = [
            card
            for card in self.shelf.cards(self.board)
            if card.completed and (wanted in (card.gid, card.project_gid) or title_key(card.name) == key)
        ]
        return found[0] if len(found) == 1 else None

    def card_of(self, project_gid: str) -> KeptCard | None:
        """The card of a song as of the last look, an open one before an archived one."""
        found = [card for card in self.shelf.cards(self.board) if card.project_gid == project_gid]
        return min(found, key=lambda card: card.completed) if found else None

    def forget(self, project_gid: str) -> None:
        """Let a song that is not on the board have a card anew."""
        known = self.shelf.wanted.of_song(project_gid)
        if known is not None and known.state != "pending":
            self.shelf.wanted.forget(known)

    def move(self, asana: Cards, card_gid: str, stage: Section, *, top: bool) -> None:
        """Move a card, and read where it is. Raises `TbpError` where Asana has it elsewhere."""
        if top:
            asana.add_to_section(stage.gid, card_gid, None)
        else:
            asana.move_to_end(self.board.gid, stage.gid, card_gid)
        board = self.board
        cards = asana.cards(board.gid)
        self.shelf.looked(board, self.shelf.stages(board), cards, self.world.clock.now())
        if not any(card.gid == card_gid and card.section_gid == stage.gid for card in cards):
            raise TbpError(
                f"Asana does not show the song in {quoted(stage.name)} after the move.",
                "Look at the board in Asana; a rule there may have moved it on.",
            )


@contextmanager
def open_pipeline(world: World) -> Iterator[Pipeline]:
    """The board for the length of the block."""
    with world.database() as database:
        yield pipeline_on(world, database)


def pipeline_on(world: World, database: Database) -> Pipeline:
    """The board over a database that is open already."""
    return Pipeline(world, database, Shelf(database), Songs(database))


def settle_cards(world: World, database: Database, asana: Cards) -> None:
    """Bring ideas and songs that wait to the board, whatever command it is that talks to Asana.

    What can't be told now waits on: that is no failure of the command.
    """
    pipeline = pipeline_on(world, database)
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
        say(f"The board waits: {printable(error.sentence)}")


def put_on_board(world: World, database: Database, asana: Cards, result: Scaffolded, work: SongWork) -> None:
    """Give a scaffolded song its card, where there is a board and it never had one.

    The idea that the song was made of becomes its card, else an idea of the song's name.
    What can't be told now waits: that is no failure of the scaffold.
    """
    pipeline = pipeline_on(world, database)
    board = pipeline.shelf.board()
    project_gid, link, title = result.project_gid, result.link, work.desired.title
    if board is None or pipeline.shelf.wanted.of_song(project_gid) is not None:
        settle_cards(world, database, asana)
        return
    try:
        with pipeline.turn():
            if asana.project(project_gid).workspace_gid != board.workspace_gid:
                return
            cards = asana.cards(board.gid)
            pipeline.shelf.looked(board, asana.sections(board.gid), cards, world.clock.now())
            if pipeline.card_of(project_gid) is not None:
                return
            ideas = [
                card for card in pipeline.shelf.cards(board) if not card.project_gid and not card.completed
            ]
            idea = next((card for card in ideas if card.gid == work.asked.card_gid), None) or next(
                (card for card in ideas if title_key(card.name) == title_key(title)), None
            )
            if idea is not None:
                making = CardMaking(asana, pipeline.shelf, board, world.clock)
                problem = making.attach(idea.gid, idea.link, idea.name, project_gid, link)
                say(f"The idea {printable(idea.name)} is the song's card now.")
                stages = pipeline.shelf.stages(board)
                named = find_stage(stages, work.stage) if work.stage else None
                if named is not None and idea.stage_gid == stages[0].gid != named.gid:
                    pipeline.move(asana, idea.gid, named, top=False)
                if problem:
                    say(printable(problem))
                return
            due = work.deadline.isoformat() if work.deadline else None
            pipeline.shelf.wanted.want(
                song_card(project_gid, link, title, work.stage, due), world.clock.now()
            )
            pipeline.settle(asana)
    except NotAuthorised:
        raise
    except TbpError as error:
        say(f"The song's card waits: {printable(error.sentence)}")


def offer_moves(world: World, database: Database, asana: Cards, finished: Iterable[Finished]) -> None:
    """Offer the stage that follows, for every song of which a section was finished in a session."""
    pipeline = pipeline_on(world, database)
    board = pipeline.shelf.board()
    done = [over for over in finished if over.done and over.box.project_gid]
    if board is None or not done or world.settings.auto_move == "never":
        return
    try:
        for project_gid in dict.fromkeys(over.box.project_gid for over in done):
            boxes = [over.box for over in done if over.box.project_gid == project_gid]
            _offer(pipeline, asana, project_gid, {box.gid for box in boxes}, {box.section for box in boxes})
    except AsanaError as error:
        say(f"The board was not looked at: {printable(error.sentence)}")


def _offer(pipeline: Pipeline, asana: Cards, project_gid: str, done: set[str], worked_on: set[str]) -> None:
    board = pipeline.board
    if pipeline.card_of(project_gid) is None:
        return
    stages, cards = asana.sections(board.gid), asana.cards(board.gid)
    pipeline.shelf.looked(board, stages, cards, pipeline.world.clock.now())
    card = pipeline.card_of(project_gid)
    if card is None or card.completed:
        return
    mine = [task for task in asana.tasks(project_gid) if task.assignee_gid == board.me_gid]
    sections = []
    for section in asana.sections(project_gid):
        here = [task for task in mine if task.section_gid == section.gid]
        still = sum(not task.completed and task.gid not in done for task in here)
        sections.append(WorkSection(section.name, still, len(here)))
    offer = next_stage(stages, card.stage_gid, sections, worked_on)
    if offer is None:
        return
    song, stage = printable(card.name), printable(offer.stage.name)
    finished = f"{printable(offer.finished)} of {song} is done."
    if not _agreed(pipeline.world, f"{finished} Move the song to {stage}?"):
        say(f'{finished} To move it on: asana-tbp board move "{cut(card.name)}" "{stage}"')
        return
    with pipeline.turn():
        pipeline.move(asana, card.gid, offer.stage, top=False)
    say(f"{song} is in {stage} now.")


def _agreed(world: World, question: str) -> bool:
    import sys

    import typer

    if world.settings.auto_move == "always":
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return typer.confirm(question, default=True, err=True)


def from_idea(world: World, wanted: str, title: str | None) -> tuple[str, str, str]:
    """The gid of an idea's card, the song's title, and the idea's words.

    Raises `NotFound` and `UsageError` where no idea is meant.
    """
    with open_pipeline(world) as pipeline:
        with pipeline.asana() as asana, pipeline.turn():
            pipeline.look(asana)
            pipeline.settle(asana)
        card = pipeline.find(wanted)
        known = pipeline.shelf.wanted.of_song(card.project_gid) if card.project_gid else None
    # A song that was made of this idea before is finished by the same command.
    if not card.is_idea and known is None:
        raise UsageError(
            f"{quoted(card.name)} has a project already.", "board shows which cards are ideas still."
        )
    return card.gid, title or card.name, card.words or card.name


def idea_words(world: World, wanted: str) -> tuple[str, str]:
    """The name and the words of an idea on the board or on its way there; else what was written is both."""
    text = " ".join(wanted.split())
    with open_pipeline(world) as pipeline:
        if pipeline.shelf.board() is not None:
            key = title_key(text)
            for song in pipeline.view().songs:
                if song.is_idea and (title_key(song.name) == key or song.gid == text):
                    return song.name, song.words or song.name
    return text, wanted.strip() or text
