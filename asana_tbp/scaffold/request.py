"""The use case behind `scaffold` and `plan`: from a file or template to its song, its project and what was done."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.lookup import find_project, find_workspace, gid_in, team_gid
from asana_tbp.bridge.values import PLAIN_STYLE, Project, Style, Team, Workspace, marked
from asana_tbp.errors import Refused, Undecided, UsageError
from asana_tbp.scaffold.apply import Progress, Scaffold, Scaffolded
from asana_tbp.scaffold.compare.plan import NO_DECISIONS, Decisions, Plan
from asana_tbp.scaffold.desired import Desired, desired_of
from asana_tbp.scaffold.execute import speaks_of_team
from asana_tbp.scaffold.journal import Song, adopt_song, begin_song, find_songs, known_songs, move_song
from asana_tbp.songmap.read.loader import open_template
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.library import Library
from asana_tbp.store.database import Database
from asana_tbp.system.clock import Clock
from asana_tbp.system.lock import held
from asana_tbp.system.paths import true_path
from asana_tbp.system.settings import Settings
from asana_tbp.text import quote

LONGEST_TURN = 900.0
"""Seconds to wait for another process that scaffolds the same map."""


@dataclass(frozen=True, slots=True)
class ScaffoldRequest:
    """What the user asked for: a file or template with its answers, and where and how the project is to be.

    `words` are those on the card of the idea that becomes the song; `strict` requires a time for every task.
    """

    file_or_template: str
    title: str | None = None
    answers: dict[str, str] | None = None
    workspace: str | None = None
    project: str | None = None
    new: bool = False
    team: str | None = None
    style: Style = PLAIN_STYLE
    words: str = ""
    decisions: Decisions = NO_DECISIONS
    strict: bool = False


@dataclass(frozen=True, slots=True)
class SongWork:
    """A song map, ready to be compared with Asana."""

    request: ScaffoldRequest
    desired: Desired
    source: str


def read_song(request: ScaffoldRequest, library: Library, settings: Settings) -> SongWork:
    """Read the map. Raises `SongMapError` with all its mistakes."""
    path = library.find(request.file_or_template)
    song_map = open_template(path, library).song_map(request.answers, strict=request.strict)
    if request.words and request.words not in song_map.inspiration:
        song_map = replace(song_map, inspiration=(*song_map.inspiration, request.words))
    desired = desired_of(song_map, (request.title or "").strip(), numbered=settings.numbered_names)
    return SongWork(request, desired, source_of(request.file_or_template, path, request.title))


def source_of(file_or_template: str, path: Path, title: str | None) -> str:
    """How a song map is recognised from one run to the next: its file, or its template and title."""
    kind = f"file:{true_path(path)}" if Path(file_or_template).exists() else f"template:{path.stem}"
    return f"{kind}#{title}" if title else kind


class SongElsewhere(Undecided):
    """Asana has a song of this name that another map or computer made; `source` is that map where it is known."""

    def __init__(self, project: Project, source: str) -> None:
        kind, _, made_from = source.removesuffix(f"#{project.name}").partition(":")
        if kind == "template":
            made_from = f"the template {made_from}"
        made_from = made_from or "another map or on another computer"
        where = f"made from {made_from}: {project.link}"
        super().__init__(f"Asana has a song {quote(project.name)} already, {where}")
        self.project_gid = project.gid


class TeamMissing(UsageError):
    """A project needs a team, and nobody chose one."""


Choose = Callable[[str, Sequence[Workspace | Team]], Workspace | Team | None]
"""Has the user choose one of several things of a kind; None where nobody is there to be asked."""


@dataclass(frozen=True, slots=True)
class SongScaffolder:
    """Finds the song of a map, and carries out what the map asks for in the team it belongs to.

    The song is recognised by its file, by its project, or by its map's old file if that was moved. A preview is
    given a copy of the database.
    """

    asana: Gateway
    database: Database
    settings: Settings
    clock: Clock
    work: SongWork
    choose: Choose = lambda _kind, _things: None

    def engine(self) -> tuple[Scaffold, str]:
        """The engine for the song; and how the song was found, or ""."""
        song, remark = self._find()
        where, desired = self.settings.my_tasks, self.work.desired
        return Scaffold(self.asana, self.database, song, desired, self.clock, where), remark

    def _find(self) -> tuple[Song, str]:
        """The song, entered where it is new, in the workspace asked for or remembered.

        Raises `UsageError` where the workspace must be chosen and there is nobody to ask, and `Undecided` where
        another map or computer made a song of this name.
        """
        request, source, title = self.work.request, self.work.source, self.work.desired.title
        now = self.clock.now()
        asked = request.workspace or self.settings.workspace
        if request.project:
            is_gid = bool(gid_in(request.project))
            places = [] if is_gid else [find_workspace(asked, self.asana.me().workspaces)]
            project = find_project(self.asana, request.project, places)
            return adopt_song(self.database, source, project, title, now), ""
        known = [] if request.new else find_songs(self.database, source)
        files = [] if known or request.new else namesakes(self.database, self.work)
        gone = [song for song in files if song.source.startswith("file:") and song.map_file is None]
        moved = gone[0] if len(gone) == 1 else None
        remembered = known[0] if len(known) == 1 else moved
        gid = self._workspace_gid(asked or (remembered.workspace_gid if remembered else None))
        if song := next((song for song in known if song.workspace_gid == gid), None):
            return song, ""
        if moved is not None and moved.workspace_gid == gid:
            old = moved.source.removeprefix("file:")
            remark = f"{quote(moved.title)} was made from {old}, which is gone; this file is its map now."
            return move_song(self.database, moved, source), remark
        # Another map or computer may have made a song of this name: a mark in its notes tells.
        for project in () if request.new else self.asana.projects(gid):
            if normalize(project.name) == normalize(title) and marked("song map", project.notes):
                sources = {song.project_gid: song.source for song in known_songs(self.database)}
                raise SongElsewhere(project, sources.get(project.gid, ""))
        return begin_song(self.database, source, gid, title, now), ""

    def _workspace_gid(self, query: str | None) -> str:
        """A gid is taken as it is and costs no request."""
        if query and gid_in(query):
            return query.strip()
        workspaces = self.asana.me().workspaces
        if query is None and len(workspaces) > 1 and (chosen := self.choose("workspace", workspaces)):
            return chosen.gid
        return find_workspace(query, workspaces).gid

    def carry_out(self, engine: Scaffold, planned: Plan, progress: Progress) -> Scaffolded:
        """Apply the plan in the requested team; if Asana wants another, without one, then in the user's choice."""
        request, workspace, team = self.work.request, engine.song.workspace_gid, None
        if engine.song.project_gid is None:
            team = team_gid(self.asana, workspace, request.team, self.settings.team)
        for tries in range(3):
            try:
                return engine.apply(planned, progress, replace(request.style, team_gid=team))
            except Refused as refused:
                if engine.song.project_gid or tries == 2 or not speaks_of_team(refused):
                    raise
                again = tries == 0 and team and not request.team
                team = None if again else self._other_team(workspace)
        raise AssertionError("the last try returns or raises")

    def _other_team(self, workspace_gid: str) -> str:
        teams = self.asana.teams(workspace_gid)
        if teams and (chosen := self.choose("team", teams)):
            return chosen.gid
        none = "" if teams else ", and you are in none"
        raise TeamMissing(f"A project in this organisation needs a team{none}.") from None


def namesakes(database: Database, work: SongWork) -> list[Song]:
    """The songs of this name that this computer made."""
    title = normalize(work.desired.title)
    return [song for song in known_songs(database) if normalize(song.title) == title]


@contextmanager
def turn_of(work: SongWork, state_folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """One process at a time scaffolds a map. `waiting` is called where another one does so now.

    Raises `Undecided` where the other one does not end.
    """
    name = hashlib.sha256(work.source.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    path = state_folder / "locks" / f"scaffold-{name}.lock"
    with ExitStack() as stack:
        if not stack.enter_context(held(path)):
            waiting()
            if not stack.enter_context(held(path, seconds=LONGEST_TURN)):
                raise Undecided(
                    "Another asana-tbp is still scaffolding this song map.",
                    "Run the same command when it is done.",
                )
        yield
