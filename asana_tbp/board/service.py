"""The use cases of the board: show, set up, add, move, archive, ideas. They return what they did."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Literal

from asana_tbp.board.links import CARD_LINE, PROJECT_LINE, with_line
from asana_tbp.board.local import LocalBoard
from asana_tbp.board.refresh import Report, read_cards, refresh
from asana_tbp.board.setup import BoardCreated, BoardSetup
from asana_tbp.board.songs import archive_song, restore_song
from asana_tbp.board.stages import home_of
from asana_tbp.board.view import BoardSong, BoardStage, find_song
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.lookup import find_project, find_workspace, gid_in, team_gid
from asana_tbp.bridge.retry import FINAL, create_once
from asana_tbp.bridge.values import Project, Section, marked
from asana_tbp.errors import AsanaError, NotFound, SongMapError, TbpError
from asana_tbp.songmap.task_name import normalize
from asana_tbp.store.outbox import Entry
from asana_tbp.text import quote

if TYPE_CHECKING:
    # Loaded late: showing the board does not need what sends.
    from asana_tbp.session.messages import Delivery, Notice

PATIENCE = 30.0
"""Seconds to wait for another process that changes the board."""

NAME = "Songs"
"""The name of a new board unless another one is given."""


@dataclass(frozen=True, slots=True)
class CardAdded:
    """The outcome of adding a card. `link` is "" if it is not on the board after all."""

    name: str
    state: Literal["new", "back", "already"]
    link: str


@dataclass(frozen=True, slots=True)
class CardMoved:
    """A card in its stage; `already` if it was there before."""

    name: str
    stage: BoardStage
    already: bool


@dataclass
class BoardService(LocalBoard):
    """The board of this machine's user, with Asana. `outcomes` are the cards that were sent or refused on the way."""

    outcomes: list["Delivery | Notice"] = field(default_factory=list)
    _is_locked: bool = False

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One process of this machine at a time changes the board. Raises `TbpError` where another does not end."""
        from asana_tbp.system.lock import held

        path, was_locked = self.state_folder / "locks" / "board.lock", self._is_locked
        with nullcontext(True) if was_locked else held(path, seconds=PATIENCE) as ours:
            if not ours:
                raise TbpError("Another asana-tbp is changing the board.", "Try again when it is done.")
            self._is_locked = True
            try:
                yield
            finally:
                self._is_locked = was_locked

    def send_pending(self, asana: Gateway) -> None:
        """Create every card that waits, and link what is not linked; sends nothing if nothing waits.

        Raises the `AsanaError` classes if a card can't be sent now: the rest keeps waiting.
        """
        board = self.store.board()
        if board is None or not (self.pending.pending() or self.pending.unlinked()):
            return
        from asana_tbp.session.courier import send_pending
        from asana_tbp.session.messages import Delivery, Notice

        stages = cache(lambda: asana.sections(board.gid))
        before = len(self.outcomes)

        def make(card: Entry) -> None:
            stage, content = home_of(stages(), card.content["stage"]).gid, card.content
            name, notes = card.task_name, content["notes"]
            made = create_once(
                lambda: asana.create_task(board.gid, stage, name, notes, content["due_on"]),
                lambda: next(
                    (task for task in asana.tasks(board.gid) if marked("card", task.notes) == card.key), None
                ),
                self.clock,
                remember=lambda unsure: self.pending.remember(card, unsure=unsure),
                unsure=card.unsure,
            )
            self.pending.made(card, made.gid)

        with self.lock():
            if error := send_pending(self.pending, make, self.clock, self.outcomes.append):
                raise error
            unlinked = self.pending.unlinked()
            if unlinked or any(
                isinstance(outcome, Delivery) and outcome.is_delivered for outcome in self.outcomes[before:]
            ):
                read_cards(self, asana)
            problems = [self._link(asana, card) for card in unlinked]
            self.outcomes += (Notice(problem) for problem in problems if problem)

    def attach(self, asana: Gateway, card: BoardSong, project_gid: str, project_link: str) -> str:
        """Make a card that is on the board already the card of a song; returns what could not be linked, or ""."""
        problem = ""
        try:
            notes = with_line(asana.task(card.gid, exact=True).rich_notes, PROJECT_LINE, project_link)
            if notes is not None:
                asana.change_task(card.gid, html_notes=notes)
        except ValueError:
            problem = f"The card {quote(card.name)} can't name its project: its notes have an unknown form. "
        song = replace(card, project_gid=project_gid, link=project_link)
        return (problem + self._link(asana, self.pending.enqueue(song))).strip()

    def _link(self, asana: Gateway, card: Entry) -> str:
        """Write the card's link into its song's project; returns why that failed, or ""."""
        problem = ""
        if link := next(
            (each.link for each in self.store.cards(self.board) if each.gid == card.task_gid), ""
        ):
            try:
                project = asana.project(card.project_gid or "", exact=True)
                notes = with_line(project.rich_notes, CARD_LINE, link)
                if notes is not None:
                    asana.change_project(project.gid, html_notes=notes)
            except (*FINAL, ValueError) as error:
                why = error.sentence if isinstance(error, AsanaError) else "its notes have an unknown form."
                problem = f"The project of {quote(card.task_name)} can't name its card: {why}"
        self.pending.set_linked(card.project_gid, linked=True)
        return problem

    def update(self, asana: Gateway, progress: Report | None = None) -> int:
        """Refresh, then send what waits. Raises the `AsanaError` classes."""
        left = refresh(self, asana, progress)
        self.send_pending(asana)
        return left

    def init(
        self,
        asana: Gateway,
        *,
        project: str | None = None,
        name: str = NAME,
        workspace: str | None = None,
        team: str | None = None,
    ) -> BoardCreated:
        """Make the board, or use `project` as it is; run again, it makes only what is missing."""
        with self.lock():
            me = asana.me()
            if project is not None:
                setup = BoardSetup(asana, self.store, self.clock)
                created = setup.adopt(find_project(asana, project, me.workspaces), me.gid)
            else:
                gid = find_workspace(workspace or self.settings.workspace, me.workspaces).gid
                team = team_gid(asana, gid, team, self.settings.team)
                setup = BoardSetup(asana, self.store, self.clock, team)
                created = setup.make(gid, me.gid, name.strip() or NAME, self.settings.stages)
            refresh(self, asana)
            self.send_pending(asana)
        return created

    def add(self, asana: Gateway, query: str, stage: str = "") -> CardAdded:
        """Put a song on the board, bring an archived card back, or send a refused idea again."""
        with self.lock():
            target = self.stage(stage) if stage else None
            refresh(self, asana)
            pending = self.pending_idea(query)
            state: Literal["new", "back", "already"] = "new"
            card, project, name = None, None, query
            if pending is not None:
                self.pending.retry(pending)
            else:
                card, project = self._meant(asana, query)
            if card is not None:
                name, state = card.name, "back" if card.archived else "already"
                if card.archived and project is not None:
                    restore_song(self, asana, project)
                elif card.archived:
                    asana.set_completed(card.gid, completed=False)
                if project is not None:
                    self.pending.set_linked(project.gid, linked=False)
                if target is not None:
                    self.move_card(asana, card.gid, target)
            elif project is not None:
                name = project.name
                known = self.pending.of_song(project.gid)
                if known is not None and known.state != "pending":
                    # It was made once, and is gone from the board.
                    self.pending.forget(known)
                of_map, deadline = self._from_map(project.gid)
                song = BoardSong("", name, project.link, stage or of_map, project.gid, deadline=deadline)
                self.pending.enqueue(song)
            self.send_pending(asana)
            refresh(self, asana)
        added = self.card_of(project.gid) if project is not None else self.idea(query)
        return CardAdded(name, state, added.link if added else "")

    def _meant(self, asana: Gateway, query: str) -> tuple[BoardSong | None, Project | None]:
        """The card that `query` names, if any, and its song's project, if it is a song. Raises `NotFound`."""
        archived = self.archived(query)
        if archived is not None and archived.project_gid:
            return archived, asana.project(archived.project_gid)
        try:
            project = find_project(asana, query, () if gid_in(query) else asana.me().workspaces)
        except NotFound:
            card = self.idea(query) or archived
            if card is None:
                if not (begun := self.archived_by_start(query)):
                    raise
                card = find_song(begun, query, "archived card")
            return card, asana.project(card.project_gid) if card.project_gid else None
        return self.card_of(project.gid), project

    def _from_map(self, project_gid: str) -> tuple[str, date | None]:
        """The stage and the deadline in the song map of a project, if it has one that can be read."""
        from asana_tbp.songmap.read.loader import open_template

        files = (song.map_file for song in self.all_songs() if song.project_gid == project_gid)
        if path := next(files, None):
            with suppress(SongMapError):
                song_map = open_template(path).sample()
                return song_map.stage, song_map.deadline
        return "", None

    def move(self, asana: Gateway, query: str, goal: str, *, top: bool = False) -> CardMoved:
        """Move a card to another stage. Raises `TbpError` where Asana has it elsewhere afterwards."""
        with self.lock():
            refresh(self, asana)
            self.send_pending(asana)
            card, target = self.card(query), self.stage(goal)
            already = card.stage == target.name and not top
            if not already:
                self.move_card(asana, card.gid, target, top=top)
        stage = next(each for each in self.view().stages if each.gid == target.gid)
        return CardMoved(card.name, stage, already)

    def move_card(self, asana: Gateway, card_gid: str, stage: Section, *, top: bool = False) -> None:
        """Move a card that was just read to the end, or the `top`, of a stage. The caller holds the lock."""
        board = self.board
        if top:
            asana.add_to_section(stage.gid, card_gid, None)
        else:
            asana.move_to_end(board.gid, stage.gid, card_gid)
        read_cards(self, asana)
        if not any(card.gid == card_gid and card.stage_gid == stage.gid for card in self.store.cards(board)):
            raise TbpError(
                f"Asana does not show the song in {quote(stage.name)} after the move.",
                "Look at the board in Asana; a rule there may have moved it on.",
            )

    def archive(self, asana: Gateway, query: str) -> tuple[str, bool]:
        """Complete a card and archive its project; run again, it changes nothing.

        Returns the card's name, and whether Asana knew it: an idea that was not sent yet is dropped.
        """
        with self.lock():
            refresh(self, asana)
            if (pending := self.pending_idea(query)) is not None:
                self.pending.forget(pending)
                return pending.task_name, False
            is_open = any(normalize(card.name) == normalize(query) for card in self.view().songs)
            card = None if is_open else self.archived(query)
            if card is None:
                try:
                    card = self.card(query)
                except NotFound:
                    # The same command again: its card is archived by now.
                    begun = self.archived_by_start(query)
                    if len({normalize(each.name) for each in begun}) != 1:
                        raise
                    card = begun[0]
            if card.project_gid and not (card.archived or card.progress.hidden):
                archive_song(self, asana, card, unassign=False)
            elif not card.archived:
                asana.set_completed(card.gid, completed=True)
            refresh(self, asana)
        return card.name, True
