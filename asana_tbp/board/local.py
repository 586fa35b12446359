"""The board and all songs as they are known on this machine, found by what people call them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from asana_tbp.board.links import words_in
from asana_tbp.board.progress import Progress, SongProgress
from asana_tbp.board.stages import find_stage, home_of
from asana_tbp.board.store import Board, BoardStore, CachedCard
from asana_tbp.board.view import BoardSong, BoardStage, BoardView, find_song
from asana_tbp.bridge.lookup import find_by_name
from asana_tbp.bridge.values import Section
from asana_tbp.errors import NotFound, UsageError
from asana_tbp.session.come_back import open_marks
from asana_tbp.songmap.task_name import normalize, split_name
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Entry
from asana_tbp.system.clock import Clock
from asana_tbp.system.settings import Settings
from asana_tbp.text import did_you_mean, listed, quote

if TYPE_CHECKING:
    from asana_tbp.scaffold.journal import Song


class LocalBoard:
    """The songs of this machine's user as of the last look. `database` stays open as long as it is used."""

    def __init__(self, database: Database, clock: Clock, settings: Settings, state: Path) -> None:
        self.database = database
        self.clock = clock
        self.settings = settings
        self.store = BoardStore(database)
        self.pending = self.store.pending
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

    # -- as it is shown ---------------------------------------------------------------------------

    def view(self) -> BoardView:
        """The board as it was at the last look, with cards that still wait. Archived songs are left out."""
        board, song_of = self.board, self._song_of_card()
        sections = self.store.stages(board)
        limits = {normalize(name): limit for name, limit in dict(self.settings.wip).items()}
        cards = [card for card in self.store.cards(board) if not card.completed]
        there = {card.gid for card in cards}
        pending = [card for card in self.pending.unsent() if card.task_gid not in there]
        stages = []
        for stage in sections:
            here = [song_of(card, stage.name) for card in cards if card.stage_gid == stage.gid]
            here += [
                BoardSong(
                    gid="",
                    name=card.task_name,
                    link="",
                    stage=stage.name,
                    project_gid=card.project_gid,
                    words=words_in(card.content["notes"]),
                    waiting=True,
                    refused=card.reason,
                )
                for card in pending
                if home_of(sections, card.content["stage"]) is stage
            ]
            stages.append(BoardStage(stage.gid, stage.name, tuple(here), limits.get(normalize(stage.name))))
        return BoardView(board.name, board.link, board.looked_at, tuple(stages))

    def all_songs(self) -> tuple[BoardSong, ...]:
        """Every song as known here: those of the board first, then the last scaffolded ones, then archived cards."""
        songs: list[BoardSong] = []
        archived: list[BoardSong] = []
        song_of = self._song_of_card()
        if self.store.board() is not None:
            songs = [song for song in self.view().songs if song.project_gid]
            archived = [song_of(card) for card in self._archived_cards() if card.project_gid]
        there = {song.project_gid for song in songs}
        for made in self._made():
            if made.project_gid not in there:
                there.add(made.project_gid)
                due = made.base.deadline
                card = CachedCard("", made.title, "", made.link, "", False, due or None, made.project_gid)
                songs.append(song_of(card))
        return (*songs, *(song for song in archived if song.project_gid not in there))

    def overview(self) -> BoardView:
        """The board, with the songs that are not on it as a stage without a name; archived songs are left out."""
        loose = tuple(song for song in self.all_songs() if not (song.stage or song.archived))
        view = BoardView("Songs", "", None, ()) if self.store.board() is None else self.view()
        return replace(view, stages=(BoardStage("", "", loose), *view.stages))

    def _song_of_card(self) -> Callable[..., BoardSong]:
        """What makes a song of a card and the stage it is in, with all that is known of its project."""
        looks, worked = self.songs.looks(), self.songs.last_worked()
        marks: dict[str, tuple[str, ...]] = {}
        for mark in open_marks(self.database):
            marks[mark.project_gid] = (*marks.get(mark.project_gid, ()), mark.timebox.title)
        progress = self.songs.progress(self.settings.default_budget)
        made = {song.project_gid: song for song in self._made()}

        def song_of(card: CachedCard, stage: str = "") -> BoardSong:
            gid = card.project_gid
            look = looks.get(gid or "")
            # Without a card the project's own name and link are what Asana shows.
            name, link = (look.name, look.link) if look and not card.gid else ("", "")
            return BoardSong(
                gid=card.gid,
                name=(name or card.name).replace("\n", " "),
                link=link or card.link,
                stage=stage,
                project_gid=gid,
                progress=progress.get(gid or "", Progress()),
                deadline=date.fromisoformat(card.due_on) if card.due_on else None,
                last_worked=worked.get(gid or ""),
                words=words_in(card.notes),
                hidden=look is not None and look.hidden,
                unread=gid is not None and look is None,
                others=look.others if look else 0,
                come_back=marks.get(gid or "", ()),
                made=made.get(gid),
                archived=card.completed or (look is not None and look.archived and not stage),
            )

        return song_of

    def _made(self) -> tuple[Song, ...]:
        # Loads what reads song maps: without a board there is nothing to show that needs it.
        from asana_tbp.scaffold.journal import known_songs

        return known_songs(self.database)

    # -- what is meant by a name ------------------------------------------------------------------

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

    def card(self, query: str) -> BoardSong:
        """The card meant that is on the board. Raises `NotFound` and `UsageError`."""
        hint = "asana-tbp board shows them all; asana-tbp board add puts a song on it."
        return find_song([song for song in self.view().songs if not song.waiting], query, "card", hint)

    def song(self, query: str) -> BoardSong:
        """The song meant, archived ones too. Raises `NotFound` and `UsageError`."""
        return find_song(self.all_songs(), query, "song", "asana-tbp songs shows them all.")

    def open_task(self, query: str) -> str:
        """The gid of the open task of this name, or the start of it. Raises `NotFound` and `UsageError`."""
        names = {song.project_gid or "": song.name for song in self.all_songs()}
        tasks = [(task, name) for gid, name in names.items() for task in self.songs.open_tasks(gid)]
        try:
            task, _ = find_by_name(
                query,
                tasks,
                lambda each: split_name(each[0].name).title,
                "task",
                lambda each: f"{each[0].gid}  {each[0].name} in {each[1]}",
            )
        except NotFound:
            known = [*names.values(), *(split_name(task.name).title for task, _ in tasks)]
            raise NotFound(
                f"No song and no open task is called {quote(query)}.{did_you_mean(query, known)}",
                "asana-tbp songs shows the songs.",
            ) from None
        return task.gid

    def card_of(self, project_gid: str) -> CachedCard | None:
        """The card of a song as of the last look, an open one before an archived one; None without a board."""
        board = self.store.board()
        cards = [card for card in self.store.cards(board) if card.project_gid == project_gid] if board else []
        return min(cards, key=lambda card: card.completed) if cards else None

    def songs_without_a_card(self) -> tuple[Song, ...]:
        """Songs that were scaffolded in the board's workspace, and are neither on it nor on their way there."""
        pending = {card.project_gid for card in self.pending.unsent()}
        return tuple(
            song
            for song in self._made()
            if song.project_gid
            and song.workspace_gid == self.board.workspace_gid
            and song.project_gid not in pending
            and self.card_of(song.project_gid) is None
        )

    def pending_idea(self, query: str) -> Entry | None:
        """The first idea of this name that Asana does not have yet: waiting or refused."""
        key = normalize(query)
        ideas = (card for card in self.pending.unsent() if card.project_gid is None)
        return next((card for card in ideas if normalize(card.task_name) == key), None)

    def archived(self, query: str, *, by_start: bool = False) -> CachedCard | None:
        """The only archived card of this name, gid or project; with `by_start`, whose name begins so."""
        key, cards = normalize(query), self._archived_cards()
        if by_start:
            matches = [card for card in cards if key and normalize(card.name).startswith(key)]
        else:
            matches = [c for c in cards if query in (c.gid, c.project_gid) or normalize(c.name) == key]
        return matches[0] if len(matches) == 1 else None

    def _archived_cards(self) -> list[CachedCard]:
        return [card for card in self.store.cards(self.board) if card.completed]

    def idea(self, query: str) -> CachedCard | None:
        """The card of this name or gid that has no project, open on the board."""
        key = normalize(query)
        cards = [card for card in self.store.cards(self.board) if not (card.project_gid or card.completed)]
        return next((card for card in cards if normalize(card.name) == key or card.gid == query), None)

    def idea_words(self, query: str) -> tuple[str, str]:
        """The name and the words of an idea on the board or on its way there; else what was written is both."""
        text = " ".join(query.split())
        songs = self.view().songs if self.store.board() is not None else ()
        for song in songs:
            if song.is_idea and (normalize(song.name) == normalize(text) or song.gid == text):
                return song.name, song.words or song.name
        return text, query.strip() or text
