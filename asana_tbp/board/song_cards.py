"""How a song that was just scaffolded gets its card on the board, and an idea becomes a song."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from asana_tbp.board.cards import CardMaking, CardOutcome, song_card
from asana_tbp.board.links import words_in
from asana_tbp.board.service import BoardService
from asana_tbp.board.stages import home_of
from asana_tbp.board.store import CachedCard
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.errors import NotAuthorised, TbpError, UsageError
from asana_tbp.songmap.task_name import normalize
from asana_tbp.text import quote


@dataclass(frozen=True, slots=True)
class ScaffoldedSong:
    """A song whose project exists. `card_gid` is the idea it was made of, "" for none; `stage` where it goes."""

    project_gid: str
    link: str
    title: str
    stage: str = ""
    deadline: date | None = None
    card_gid: str = ""


@dataclass(frozen=True, slots=True)
class SongCard:
    """What became of a song's card: `idea` is the name of the idea that is its card now, "" for none.

    `note` says what could not be linked, `problem` why the card waits.
    """

    idea: str = ""
    note: str = ""
    outcomes: tuple[CardOutcome, ...] = ()
    problem: TbpError | None = None


def put_on_board(board: BoardService, asana: Gateway, song: ScaffoldedSong) -> SongCard:
    """Give a song its card, where there is a board and it never had one.

    The idea that the song was made of becomes its card, else an idea of the song's name. What can't be sent now
    waits: that is no failure of the scaffold. Raises `NotAuthorised`.
    """
    in_use = board.store.board()
    if in_use is None or board.store.wanted.of_song(song.project_gid) is not None:
        sent = board.try_to_send_pending(asana)
        return SongCard(outcomes=sent.outcomes, problem=sent.problem)
    try:
        if asana.project(song.project_gid).workspace_gid != in_use.workspace_gid:
            return SongCard()
        with board.lock():
            board.read_cards(asana)
            if board.card_of(song.project_gid) is not None:
                return SongCard()
            idea = _idea_of(board, song)
            if idea is not None:
                return _attached(board, asana, idea, song)
            due = song.deadline.isoformat() if song.deadline else None
            card = song_card(song.project_gid, song.link, song.title, song.stage, due)
            board.store.wanted.want(card)
            return SongCard(outcomes=board.send_pending(asana))
    except NotAuthorised:
        raise
    except TbpError as error:
        return SongCard(problem=error)


def _idea_of(board: BoardService, song: ScaffoldedSong) -> CachedCard | None:
    cards = board.store.cards(board.board)
    ideas = [card for card in cards if not card.project_gid and not card.completed]
    own = next((card for card in ideas if card.gid == song.card_gid), None)
    return own or next((card for card in ideas if normalize(card.name) == normalize(song.title)), None)


def _attached(board: BoardService, asana: Gateway, idea: CachedCard, song: ScaffoldedSong) -> SongCard:
    making = CardMaking(asana, board.store, board.board, board.clock)
    note = making.attach(idea.gid, idea.link, idea.name, song.project_gid, song.link)
    stages = board.store.stages(board.board)
    stage = home_of(stages, song.stage) if song.stage else None
    if stage is not None and idea.stage_gid == stages[0].gid != stage.gid:
        board.move_card(asana, idea, stage)
    return SongCard(idea.name, note)


@dataclass(frozen=True, slots=True)
class IdeaSong:
    """An idea to make a song of: its card, the song's title, and the idea's words."""

    card_gid: str
    title: str
    words: str
    outcomes: tuple[CardOutcome, ...] = ()


def song_of_idea(
    board: BoardService, asana: Gateway, query: str, title: str | None, *, read_only: bool = False
) -> IdeaSong:
    """The idea meant. With `read_only` nothing is sent to Asana.

    Raises `NotFound` and `UsageError` where no idea is meant.
    """
    outcomes: tuple[CardOutcome, ...] = ()
    pending = board.pending_idea(query)
    if read_only and pending is not None:
        return IdeaSong("", title or pending.name, words_in(pending.notes) or pending.name)
    if read_only:
        board.refresh(asana)
    else:
        outcomes = board.update(asana).outcomes
    card = board.find(query)
    known = board.store.wanted.of_song(card.project_gid) if card.project_gid else None
    # A song that was made of this idea before is finished by the same command.
    if not card.is_idea and known is None:
        raise UsageError(
            f"{quote(card.name)} has a project already.",
            "asana-tbp board shows which cards are still ideas.",
        )
    return IdeaSong(card.gid, title or card.name, card.words or card.name, outcomes)
