"""A song map on its way to Asana: from what was typed to a song, a project and a workspace.

Knows how the words of the command line, the settings and the journal become one piece of work. Must not know
how it is carried out or shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from asana_tbp.bridge.lookup import find_project, find_team, find_workspace, gid_in
from asana_tbp.bridge.values import PLAIN_STYLE, Style
from asana_tbp.cli.commands.workspaces import save_choice
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks, say
from asana_tbp.errors import NotFound, Refused, UsageError
from asana_tbp.scaffold.apply import Scaffold, ScaffoldOptions
from asana_tbp.scaffold.create_once import marked, speaks_of_team
from asana_tbp.scaffold.dates import dates_of
from asana_tbp.scaffold.desired import Desired, desired_of
from asana_tbp.scaffold.journal import Song, adopt_song, begin_song, find_songs
from asana_tbp.songmap.read.loader import load_song_map
from asana_tbp.songmap.schedule import Schedule
from asana_tbp.text import escape_controls, quote

if TYPE_CHECKING:
    from asana_tbp.bridge.gateway import Gateway
    from asana_tbp.bridge.values import Project, Team, Workspace
    from asana_tbp.store.database import Database


@dataclass(frozen=True, slots=True)
class ScaffoldRequest:
    """What was typed: a file or template with its answers, and where and how the project is to be.

    `card_gid` is the board's card of an idea that the song is made of, `words` what stands on it.
    """

    file_or_template: str
    title: str | None = None
    answers: dict[str, str] | None = None
    workspace: str | None = None
    project: str | None = None
    new: bool = False
    team: str | None = None
    style: Style = PLAIN_STYLE
    card_gid: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class SongWork:
    """A song map, ready to be compared with Asana. `stage` and `deadline` are what its card begins with."""

    asked: ScaffoldRequest
    desired: Desired
    schedule: Schedule
    source: str
    stage: str = ""
    deadline: date | None = None


def song_work(world: AppContext, asked: ScaffoldRequest) -> SongWork:
    """Read the map. Raises `SongMapError` with all its mistakes; warns of a deadline that can't be met."""
    if asked.new and asked.project:
        raise UsageError("--new makes a project and --project takes one.", "Leave one of them out.")
    path = world.library.find(asked.file_or_template)
    song_map = load_song_map(path, asked.answers or {}, world.library)
    if asked.words and asked.words not in song_map.inspiration:
        song_map = replace(song_map, inspiration=(*song_map.inspiration, asked.words))
    schedule, due = dates_of(song_map, world.clock.now().astimezone().date())
    desired = desired_of(
        song_map, (asked.title or "").strip(), due=due, numbered=world.settings.numbered_names
    )
    if schedule.warning:
        say(schedule.warning)
    source = source_of(asked.file_or_template, path, asked.title)
    return SongWork(asked, desired, schedule, source, song_map.stage, song_map.deadline)


def source_of(wanted: str, path: Path, title: str | None) -> str:
    """How a song map is recognised from one run to the next: its file, or its template and title."""
    kind = f"file:{path.resolve()}" if Path(wanted).exists() else f"template:{path.stem}"
    return f"{kind}#{title}" if title else kind


@dataclass(frozen=True, slots=True)
class FoundProject:
    """The song in Asana's eyes. `song` is None where nothing of it is known yet."""

    workspace_gid: str
    song: Song | None
    begun: bool


def find_song(
    world: AppContext, asana: Gateway, database: Database, work: SongWork, *, keep: bool
) -> FoundProject:
    """The song of this map, in the workspace asked for or remembered; with `keep` entered where it is new.

    Raises `UsageError` where the workspace must be chosen and there is nobody to ask.
    """
    asked = work.asked
    if asked.project:
        return _adopted(world, asana, database, work, keep=keep)
    known = [] if asked.new else find_songs(database, work.source)
    wanted = asked.workspace or world.settings.workspace
    remembered = known[0].workspace_gid if len(known) == 1 else None
    gid = _workspace_gid(world, asana, wanted or remembered)
    song = next((song for song in known if song.workspace_gid == gid), None)
    if song is not None or not keep:
        return FoundProject(gid, song, begun=song is not None)
    song = begin_song(database, work.source, gid, work.desired.title, world.clock.now())
    return FoundProject(gid, song, begun=False)


def _adopted(
    world: AppContext, asana: Gateway, database: Database, work: SongWork, *, keep: bool
) -> FoundProject:
    project = _project(world, asana, work.asked)
    mark = marked(project.notes)
    if not keep:
        known = next(
            (song for song in find_songs(database, work.source) if song.project_gid == project.gid), None
        )
        passing = Song(
            mark or "passing", work.source, project.workspace_gid, work.desired.title, project.gid,
            project.link, finished=False, ours=False,
        )  # fmt: skip
        return FoundProject(project.workspace_gid, known or passing, begun=True)
    song = adopt_song(database, work.source, project, work.desired.title, world.clock.now(), mark)
    return FoundProject(project.workspace_gid, song, begun=True)


def _project(world: AppContext, asana: Gateway, asked: ScaffoldRequest) -> Project:
    wanted = asked.project or ""
    if gid_in(wanted):
        return find_project(asana, wanted, ())
    workspace = find_workspace(asked.workspace or world.settings.workspace, asana.me().workspaces)
    return find_project(asana, wanted, [workspace])


def _workspace_gid(world: AppContext, asana: Gateway, wanted: str | None) -> str:
    """A gid is taken as it is and costs no request."""
    if wanted and gid_in(wanted):
        return wanted.strip()
    workspaces = asana.me().workspaces
    if wanted is None and len(workspaces) > 1 and asks():
        chosen = chosen_of("workspace", workspaces)
        save_choice(world, "workspace", chosen)
        return chosen.gid
    return find_workspace(wanted, workspaces).gid


def scaffold_of(
    world: AppContext, asana: Gateway, database: Database, work: SongWork, song: Song, team: str | None
) -> Scaffold:
    """The engine for a song, with the producer's wishes."""
    style = replace(work.asked.style, team_gid=team)
    wishes = ScaffoldOptions(style, my_tasks=_my_tasks(world))
    return Scaffold(asana, database, song, work.desired, world.clock, wishes)


def _my_tasks(world: AppContext) -> str:
    setting = world.settings.my_tasks
    return setting.lower() if setting.lower() in {"own", "leave"} else setting


def team_gid(world: AppContext, asana: Gateway, work: SongWork, workspace_gid: str) -> str | None:
    """The team asked for, else the one in the settings; a gid costs no request."""
    wanted = work.asked.team or world.settings.team
    if wanted is None or gid_in(wanted):
        return wanted.strip() if wanted else None
    try:
        return find_team(wanted, asana.teams(workspace_gid)).gid
    except (NotFound, Refused):
        # The setting is for organisations; this may be a workspace without teams.
        if work.asked.team:
            raise
        return None


def other_team(world: AppContext, asana: Gateway, workspace_gid: str, refused: Refused) -> str:
    """The team of the producer's choice, after Asana has refused a project for want of one.

    Raises `refused` where it is about something else, and `UsageError` where there is nobody to ask.
    """
    if not speaks_of_team(refused):
        raise refused
    hint = "Choose one with --team; asana-tbp workspaces lists them."
    if not asks():
        raise UsageError("A project in this organisation needs a team.", hint) from None
    teams = asana.teams(workspace_gid)
    if not teams:
        raise UsageError("A project in this organisation needs a team, and you are in none.", hint) from None
    chosen = chosen_of("team", teams)
    save_choice(world, "team", chosen)
    return chosen.gid


def chosen_of(kind: str, things: Sequence[Workspace | Team]) -> Workspace | Team:
    """Let the producer choose one by its number."""
    from asana_tbp.cli.output.prompt import ask
    from asana_tbp.songmap.templates.variables import AnswerError

    def meaning(text: str) -> Workspace | Team:
        number = text.strip()
        if number.isdecimal() and 1 <= int(number[:6]) <= len(things):
            return things[int(number) - 1]
        raise AnswerError(f"{quote(number)} is no number from 1 to {len(things)}")

    for number, thing in enumerate(things, 1):
        say(f"  {number}  {escape_controls(thing.name)}")
    return ask(f"Which {kind}?", meaning)
