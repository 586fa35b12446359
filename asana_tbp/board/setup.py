"""Creates the board, finishes it after an interruption, or adopts one that somebody made by hand.

Only the default section of a new project is ever renamed, while nobody has named it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from asana_tbp.board.refresh import hidden_board
from asana_tbp.board.store import Board, BoardStore
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.retry import create_once
from asana_tbp.bridge.values import UNNAMED, Anchor, Project, Section, Style, mark_of, marked
from asana_tbp.errors import NotFound
from asana_tbp.songmap.task_name import normalize
from asana_tbp.system.clock import Clock
from asana_tbp.text import quote

WHAT_IT_IS = "Every task here is a song, every section a stage of its making."

_CAME_WITH_BOARD = "\n"
# Begins the key of the section Asana put into the board when we made it, with its first name. Other keys are single
# lines.


@dataclass(frozen=True, slots=True)
class BoardCreated:
    """The board with its stages in order, the names of new ones, and a sentence for each one left alone."""

    board: Board
    stages: tuple[Section, ...]
    created: tuple[str, ...] = ()
    adopted: bool = False
    left_alone: tuple[str, ...] = ()


@dataclass(frozen=True)
class BoardSetup:
    """Makes or adopts one board. `team_gid` is for organisations that require a team."""

    asana: Gateway
    store: BoardStore
    clock: Clock
    team_gid: str | None = None

    def adopt(self, project: Project, me_gid: str) -> BoardCreated:
        """Use a project as it is: its sections are the stages, nothing is renamed, moved or added."""
        mark = marked("board", project.notes)
        boards = self.store.boards()
        known = [board for board in boards if board.gid == project.gid]
        known += [board for board in boards if board.id == mark and not board.gid]
        if not known:
            # A copy that was made in Asana has the mark as well, and is the producer's own.
            ours = mark if mark and all(board.id != mark for board in boards) else None
            own_id, workspace = ours or f"adopted {project.gid}", project.workspace_gid
            known = [Board(own_id, workspace, me_gid, "", "", "", ours=ours is not None)]
        board = self._use(known[0], project)
        return BoardCreated(board, self.asana.sections(project.gid), adopted=True)

    def make(self, workspace_gid: str, me_gid: str, name: str, stages: Sequence[str]) -> BoardCreated:
        """Make the workspace's board of songs, or finish it if stages are missing.

        Raises `NotFound` where Asana no longer shows it.
        """
        board, new = self._ours(workspace_gid, me_gid, name)
        created, gone = self._make_stages(board, stages, new=new)
        left_alone = tuple(f"{quote(name)} is no longer on the board; it is not made again." for name in gone)
        return BoardCreated(board, self._in_order(board, stages, created), tuple(created), False, left_alone)

    def _use(self, board: Board, project: Project) -> Board:
        board = replace(board, gid=project.gid, name=project.name, link=project.link)
        self.store.use(board, self.clock.now())
        return board

    def _ours(self, workspace_gid: str, me_gid: str, name: str) -> tuple[Board, bool]:
        """The board of songs, and whether it was made just now."""
        boards = [board for board in self.store.boards() if board.workspace_gid == workspace_gid]
        known = next((board for board in boards if board.ours and board.gid), None)
        if known:
            try:
                return self._use(known, self.asana.project(known.gid)), False
            except NotFound:
                raise hidden_board(known) from None
        begun = next((board for board in boards if not board.gid), None)
        originals = self._originals(workspace_gid)
        if begun is None and originals:
            # Made on another machine, or before the local database was lost.
            mark, project = next(iter(originals.items()))
            return self._use(Board(mark, workspace_gid, me_gid, "", "", "", ours=True), project), False
        board = begun or Board(os.urandom(6).hex(), workspace_gid, me_gid, "", name, "", ours=True)
        self.store.use(board, self.clock.now())
        made = originals.get(board.id)
        return self._use(board, made or self._create(board)), made is None

    def _originals(self, workspace_gid: str) -> dict[str, Project]:
        """The projects that we made as boards, by their mark. Of a board and its copies the oldest is the original."""
        originals: dict[str, Project] = {}
        for project in sorted(self.asana.projects(workspace_gid), key=lambda each: (len(each.gid), each.gid)):
            if mark := marked("board", project.notes):
                originals.setdefault(mark, project)
        return originals

    def _create(self, board: Board) -> Project:
        notes = f"{WHAT_IT_IS}\n\n{mark_of('board', board.id)}"
        style = Style(team_gid=self.team_gid, view="board")
        return create_once(
            # There is nothing to remember: `_ours` has saved the board.
            lambda _unsure: None,
            lambda: self.asana.create_project(board.workspace_gid, board.name, notes, style),
            lambda: self._originals(board.workspace_gid).get(board.id),
            self.clock,
        )

    # -- stages -----------------------------------------------------------------------------------

    def _make_stages(self, board: Board, names: Sequence[str], *, new: bool) -> tuple[list[str], list[str]]:
        """Make missing stages; returns the names of new ones, and of those that were made once and are gone."""
        there = list(self.asana.sections(board.gid))
        if new and len(there) == 1:
            self.store.stage_sent(board, _CAME_WITH_BOARD + there[0].name, there[0].gid)
        made = self.store.stages_made(board)
        unnamed = self._unnamed(board, there, names, new=new)
        created: list[str] = []
        gone: list[str] = []
        before = there[0].gid if there else ""
        for name in names:
            key, gids = normalize(name), {section.gid for section in there}
            gid, is_new = made.get(key), True
            same = next((each.gid for each in there if normalize(each.name) == key), None)
            if gid is not None and gid not in gids:
                gone.append(name)
                continue
            if gid is None:
                if same is not None:
                    gid, is_new = same, new
                elif unnamed is not None and name == names[0]:
                    gid = unnamed.gid
                    self.asana.rename_section(gid, name)
                else:
                    there.append(self._create_stage(board, name, Anchor(before), gids))
                    gid = there[-1].gid
                self.store.stage_sent(board, key, gid)
                created += [name] if is_new else []
            before = gid
        return created, gone

    def _unnamed(
        self, board: Board, there: Sequence[Section], names: Sequence[str], *, new: bool
    ) -> Section | None:
        """The section that came with the board, where it is certain that nobody has named or used it."""
        made, first = self.store.stages_made(board), there[0] if there else Section("", "")
        is_stage = normalize(first.name) in map(normalize, names)
        if len(there) != 1 or is_stage or not all(key.startswith(_CAME_WITH_BOARD) for key in made):
            return None
        as_it_came = made.get(_CAME_WITH_BOARD + first.name) == first.gid
        asanas_own = as_it_came or normalize(first.name) in UNNAMED
        return first if new or (asanas_own and not self.asana.tasks(board.gid)) else None

    def _create_stage(self, board: Board, name: str, anchor: Anchor, known: set[str]) -> Section:
        def find() -> Section | None:
            unknown = (each for each in self.asana.sections(board.gid) if each.gid not in known)
            return next((each for each in unknown if normalize(each.name) == normalize(name)), None)

        create = partial(self.asana.create_section, board.gid, name, anchor)
        # There is nothing to remember: next time it is found by its name.
        return create_once(lambda _unsure: None, create, find, self.clock)

    def _in_order(self, board: Board, names: Sequence[str], created: Sequence[str]) -> tuple[Section, ...]:
        """Move new stages where they belong; returns the stages as Asana shows them then."""
        stages = self.asana.sections(board.gid)
        made = self.store.stages_made(board)
        in_order = [gid for name in names if (gid := made.get(normalize(name)))]
        new = {made.get(normalize(name)) for name in created}
        for before, gid in pairwise(in_order):
            order = [stage.gid for stage in stages]
            if gid in new and {before, gid} <= set(order) and order.index(gid) < order.index(before):
                self.asana.place_section(board.gid, gid, Anchor(before))
                stages = self.asana.sections(board.gid)
        return stages
