"""Creates the board, finishes it after an interruption, or adopts one that somebody made by hand.

Only the default section of a new project is ever renamed, while nobody has named it.
"""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from asana_tbp.board.refresh import hidden_board
from asana_tbp.board.store import Board, BoardStore
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.retry import create_once
from asana_tbp.bridge.values import UNNAMED, Anchor, Project, Section, Style, mark_of, marked
from asana_tbp.errors import NotFound
from asana_tbp.scaffold.base import default_key, default_name
from asana_tbp.songmap.task_name import normalize
from asana_tbp.system.clock import Clock
from asana_tbp.text import quote

WHAT_IT_IS = "Every task here is a song, every section a stage of its making."


@dataclass(slots=True)
class BoardCreated:
    """The board with its stages in order, the names of new ones, and a sentence for each one left alone."""

    board: Board
    stages: tuple[Section, ...] = ()
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
        mark, boards = marked("board", project.notes), self.store.boards()
        known = [board for board in boards if board.gid == project.gid]
        known += [board for board in boards if board.id == mark and not board.gid]
        # A copy that was made in Asana has the mark as well, and is the producer's own.
        ours = mark if mark and all(board.id != mark for board in boards) else None
        own_id, workspace = ours or f"adopted {project.gid}", project.workspace_gid
        new = Board(own_id, workspace, me_gid, "", "", "", ours=ours is not None)
        board = self._use(known[0] if known else new, project)
        return BoardCreated(board, self.asana.sections(project.gid), adopted=True)

    def make(self, workspace_gid: str, me_gid: str, name: str, stages: Sequence[str]) -> BoardCreated:
        """Make the workspace's board of songs, or finish it if stages are missing.

        Raises `NotFound` where Asana no longer shows it.
        """
        board, new = self._ours(workspace_gid, me_gid, name)
        created = BoardCreated(board)
        self._make_stages(created, stages, new=new)
        self._put_in_order(created, stages)
        return created

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
        if made := originals.get(board.id):
            return self._use(board, made), False
        notes = f"{WHAT_IT_IS}\n\n{mark_of('board', board.id)}"
        style = Style(team_gid=self.team_gid, view="board")
        project = create_once(
            partial(self.asana.create_project, workspace_gid, board.name, notes, style),
            lambda: self._originals(workspace_gid).get(board.id),
            self.clock,
        )
        return self._use(board, project), True

    def _originals(self, workspace_gid: str) -> dict[str, Project]:
        """The projects that we made as boards, by their mark. Of a board and its copies the oldest is the original."""
        originals: dict[str, Project] = {}
        for project in sorted(self.asana.projects(workspace_gid), key=lambda each: (len(each.gid), each.gid)):
            if mark := marked("board", project.notes):
                originals.setdefault(mark, project)
        return originals

    def _make_stages(self, result: BoardCreated, names: Sequence[str], *, new: bool) -> None:
        """Make missing stages, except those that were made once and are gone."""
        board, sections = result.board, self.asana.sections(result.board.gid)
        if new and len(sections) == 1:
            self.store.save_stage(board, default_key(sections[0].name), sections[0].gid)
        made = self.store.stages_made(board)
        unnamed = self._unnamed(board, sections, names, new=new)
        there = {section.gid: normalize(section.name) for section in sections}
        before = next(iter(there), "")
        for name in names:
            key = normalize(name)
            gid = made.get(key)
            if gid is None:
                gid, is_new = next((gid for gid in there if there[gid] == key), None), new
                if gid is None:
                    gid, is_new = unnamed if name == names[0] else None, True
                    if gid is not None:
                        self.asana.rename_section(gid, name)
                if gid is None:
                    gid = self._create_stage(board, name, Anchor(before), there)
                there[gid] = key
                self.store.save_stage(board, key, gid)
                result.created += (name,) if is_new else ()
            elif gid not in there:
                result.left_alone += (f"{quote(name)} is no longer on the board; it is not made again.",)
                continue
            before = gid

    def _unnamed(
        self, board: Board, there: Sequence[Section], names: Sequence[str], *, new: bool
    ) -> str | None:
        """The gid of the section that came with the board, where it is certain that nobody has named or used it."""
        made, first = self.store.stages_made(board), there[0] if there else Section("", "")
        is_stage = normalize(first.name) in map(normalize, names)
        if len(there) != 1 or is_stage or any(default_name(key) is None for key in made):
            return None
        as_it_came = made.get(default_key(first.name)) == first.gid
        asanas_own = as_it_came or normalize(first.name) in UNNAMED
        return first.gid if new or (asanas_own and not self.asana.tasks(board.gid)) else None

    def _create_stage(self, board: Board, name: str, anchor: Anchor, known: Collection[str]) -> str:
        def find() -> Section | None:
            unknown = (each for each in self.asana.sections(board.gid) if each.gid not in known)
            return next((each for each in unknown if normalize(each.name) == normalize(name)), None)

        create = partial(self.asana.create_section, board.gid, name, anchor)
        return create_once(create, find, self.clock).gid

    def _put_in_order(self, result: BoardCreated, names: Sequence[str]) -> None:
        """Move new stages where they belong, and read all of them as Asana shows them then."""
        board, made = result.board, self.store.stages_made(result.board)
        result.stages = self.asana.sections(board.gid)
        new = {made.get(normalize(name)) for name in result.created}
        for before, gid in pairwise([gid for name in names if (gid := made.get(normalize(name)))]):
            order = [stage.gid for stage in result.stages]
            if gid in new and {before, gid} <= set(order) and order.index(gid) < order.index(before):
                self.asana.place_section(board.gid, gid, Anchor(before))
                result.stages = self.asana.sections(board.gid)
