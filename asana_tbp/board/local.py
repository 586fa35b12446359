"""The board and all songs as they are known on this machine, found by what people call them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from asana_tbp.board.links import words_in
from asana_tbp.board.stages import alike, find_stage, home_of
from asana_tbp.board.store import Board, BoardStore
from asana_tbp.board.view import BoardSong, BoardStage, BoardView, Progress, find_song
from asana_tbp.bridge.lookup import find_by_name
from asana_tbp.bridge.values import Section
from asana_tbp.errors import NotFound, UsageError
from asana_tbp.scaffold.journal import Song, known_songs
from asana_tbp.session.come_back import open_marks
from asana_tbp.songmap.task_name import normalize, read_name
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Entry
from asana_tbp.system.clock import Clock
from asana_tbp.system.settings import Settings
from asana_tbp.text import did_you_mean, listed, quote, shell_quote

INCUBATION = "Idea Incubation"
LONGEST_NAME = 120
"""The most characters of an idea that its card is named after; the notes have all of it."""


@dataclass
class LocalBoard:
    """The songs of this machine's user as of the last look. `database` stays open as long as it is used."""

    database: Database
    clock: Clock
    settings: Settings
    state_folder: Path

    def __post_init__(self) -> None:
        self.store = BoardStore(self.database)
        self.pending = self.store.pending

    @property
    def board(self) -> Board:
        """The board in use. Raises `UsageError` where there is none."""
        board = self.store.board()
        if board is None:
            raise UsageError(
                "There is no board yet.",
                "Make one, or use a project you have:\n  asana-tbp board init\n  asana-tbp board init PROJECT",
            )
        return board

    def view(self) -> BoardView:
        """The board as it was at the last look, with cards waiting to be sent. Archived songs are left out."""
        board, cards = self.board, list(self._with_progress(self._cards()))
        limits = {normalize(name): limit for name, limit in dict(self.settings.wip).items()}
        stages = []
        for stage in self.store.stages(board):
            here = tuple(card for card in cards if card.stage_gid == stage.gid and not card.archived)
            stages.append(BoardStage(stage.gid, stage.name, here, limits.get(normalize(stage.name))))
        return BoardView(board.name, board.link, board.looked_at, tuple(stages))

    def _cards(self) -> list[BoardSong]:
        """The cards by their stages, as of the last look, those that Asana does not have yet, and archived ones."""
        board = self.store.board()
        stages = self.store.stages(board) if board else ()
        if board is None or not stages:
            return []
        cards = list(self.store.cards(board))
        there = {card.gid for card in cards if not card.archived}
        for entry in self.pending.unsent():
            if entry.task_gid not in there:
                stage = home_of(stages, entry.content["stage"])
                cards.append(
                    BoardSong(
                        "",
                        entry.task_name,
                        "",
                        stage.name,
                        entry.project_gid,
                        stage_gid=stage.gid,
                        words=words_in(entry.content["notes"]),
                        waiting=True,
                        refused=entry.reason,
                    )
                )
        places = {stage.name: at for at, stage in enumerate(stages)}
        return sorted(cards, key=lambda card: places.get(card.stage, len(places)))

    def all_songs(self) -> tuple[BoardSong, ...]:
        """Every song as known here: those of the board first, then the last scaffolded ones, then archived cards."""
        cards = [card for card in self._cards() if card.project_gid]
        made = []
        for known in known_songs(self.database):
            due = date.fromisoformat(known.base.deadline) if known.base.deadline else None
            made.append(BoardSong("", known.title, known.link, "", known.project_gid, deadline=due))
        on_board = [card for card in cards if card.stage]
        there = {song.project_gid for song in on_board}
        others: dict[str | None, BoardSong] = {}
        for song in (*made, *(card for card in cards if card.archived)):
            if song.project_gid not in there:
                others.setdefault(song.project_gid, song)
        return tuple(self._with_progress((*on_board, *others.values())))

    def overview(self) -> BoardView:
        """The board, with the songs that are not on it as a stage without a name; archived songs are left out."""
        loose = tuple(song for song in self.all_songs() if not (song.stage or song.archived))
        view = BoardView("Songs", "", None, ()) if self.store.board() is None else self.view()
        return replace(view, stages=(BoardStage("", "", loose), *view.stages))

    def _with_progress(self, songs: Iterable[BoardSong]) -> Iterator[BoardSong]:
        """Songs with all that is known of their projects; a card that Asana does not have yet stays as it is."""
        progress = self.store.progress(self.settings.default_budget)
        marks = open_marks(self.database)
        made = {song.project_gid: song for song in known_songs(self.database)}
        for song in songs:
            seen = progress.get(song.project_gid or "", Progress())
            # Without a card the project's own name and link are what Asana shows.
            name, link = ("", "") if song.gid else (seen.name, seen.link)
            facts: dict[str, Any] = {
                "name": (name or song.name).replace("\n", " "),
                "link": link or song.link,
                "progress": seen,
                "come_back": tuple(m.timebox.title for m in marks if m.project_gid == song.project_gid),
                "made": made.get(song.project_gid),
                "archived": song.archived or (seen.archived and not song.stage),
            }
            yield song if song.waiting else replace(song, **facts)

    def stage(self, query: str) -> Section:
        """The stage that `query` names. Raises `UsageError`."""
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
        """The card on the board that `query` names. Raises `NotFound` and `UsageError`."""
        hint = "See them all, or put a song on the board:\n  asana-tbp board\n  asana-tbp board add SONG"
        return find_song([song for song in self.view().songs if not song.waiting], query, "card", hint)

    def song(self, query: str) -> BoardSong:
        """The song that `query` names, archived ones too. Raises `NotFound` and `UsageError`."""
        return find_song(self.all_songs(), query, "song", "asana-tbp songs shows them all.")

    def open_task(self, query: str) -> str:
        """The gid of the open task of this name, or the start of it. Raises `NotFound` and `UsageError`."""
        names = {song.project_gid or "": song.name for song in self.all_songs()}
        tasks = [(task, name) for gid, name in names.items() for task in self.store.open_tasks(gid)]
        try:
            task, _ = find_by_name(
                query,
                tasks,
                lambda each: read_name(each[0].name).title,
                "task",
                lambda each: f"{each[0].gid}  {each[0].name} in {each[1]}",
            )
        except NotFound:
            known = [*names.values(), *(read_name(task.name).title for task, _ in tasks)]
            raise NotFound(
                f"No song and no open task is called {quote(query)}.{did_you_mean(query, known)}",
                "asana-tbp songs shows the songs.",
            ) from None
        return task.gid

    def card_of(self, project_gid: str) -> BoardSong | None:
        """The card of a song as of the last look, an open one before an archived one; None without a board."""
        return next((card for card in self._cards() if card.gid and card.project_gid == project_gid), None)

    def songs_without_a_card(self) -> list[Song]:
        """Songs that were scaffolded in the board's workspace, and are neither on it nor on their way there."""
        there = {card.project_gid for card in self._cards()}
        known, workspace = known_songs(self.database), self.board.workspace_gid
        return [song for song in known if song.workspace_gid == workspace and song.project_gid not in there]

    def pending_idea(self, query: str) -> Entry | None:
        """The first idea of this name that Asana does not have yet: waiting or refused."""
        key = normalize(query)
        ideas = (card for card in self.pending.unsent() if card.project_gid is None)
        return next((card for card in ideas if normalize(card.task_name) == key), None)

    def last_scaffolded(self) -> str | None:
        """The project of the song scaffolded last, of one that is not archived if there is one."""
        archived = {song.project_gid for song in self.all_songs() if song.archived}
        gids = [song.project_gid for song in known_songs(self.database)]
        return next((gid for gid in gids if gid not in archived), gids[0] if gids else None)

    @contextmanager
    def naming_archived(self, names: Iterable[str]) -> Iterator[None]:
        """Where Asana knows no project of one of these names because the song is archived, say that."""
        try:
            yield
        except NotFound:
            for song in self.all_songs():
                if song.archived and normalize(song.name) in map(normalize, names):
                    hint = f"Bring it back with:\n  asana-tbp songs restore {shell_quote(song.name)}"
                    raise NotFound(f"{quote(song.name)} is archived.", hint) from None
            raise

    def archived(self, query: str) -> BoardSong | None:
        """The only archived card of this name, gid or project."""
        key, cards = normalize(query), [card for card in self._cards() if card.archived]
        matches = [c for c in cards if query in (c.gid, c.project_gid) or normalize(c.name) == key]
        return matches[0] if len(matches) == 1 else None

    def archived_by_start(self, query: str) -> list[BoardSong]:
        """The archived cards whose name is this or begins so."""
        key = normalize(query)
        return [
            card for card in self._cards() if card.archived and key and normalize(card.name).startswith(key)
        ]

    def idea(self, query: str, *, waiting: bool = False) -> BoardSong | None:
        """The idea of this name or gid that is open on the board or, with `waiting`, on its way there."""
        ideas = (c for c in self._cards() if c.is_idea and not c.archived and (waiting or not c.waiting))
        key = normalize(query)
        return next((card for card in ideas if normalize(card.name) == key or query == card.gid != ""), None)

    def idea_words(self, query: str) -> tuple[str, str]:
        """The name and the words of an idea on the board or on its way there; else `query` is both."""
        text = " ".join(query.split())
        idea = self.idea(text, waiting=True)
        return (idea.name, idea.words or idea.name) if idea else (text, query.strip() or text)

    def save_idea(self, words: str) -> Entry:
        """Save an idea, to be sent to the board. Raises `UsageError` where there are no words."""
        words, line = words.strip(), " ".join(words.split())
        if not words:
            raise UsageError("An idea needs words.", 'Like this: asana-tbp idea "pad like northern lights"')
        stages = self.settings.stages
        stage = next((stage for stage in stages if alike(stage, INCUBATION)), stages[0])
        name = line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1].rstrip() + "…"
        return self.pending.enqueue(BoardSong("", name, "", stage, None, words=words))
