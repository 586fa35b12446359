"""What a session is about: which tasks, in whose order, until when.

Knows how words of the command line become projects, sections and moments. Must not know how a session runs.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from asana_tbp.cli.commands.start import budget_of, options_from_settings
from asana_tbp.cli.context import AppContext
from asana_tbp.errors import NotFound, TbpError, UsageError
from asana_tbp.session.shown_order import ShownOrder
from asana_tbp.session.task_source import Source, TaskSource
from asana_tbp.songmap.task_name import normalize
from asana_tbp.system.clock import Clock
from asana_tbp.system.lock import held
from asana_tbp.text import listed, nearest, quote
from asana_tbp.timer.events import SessionOptions

if TYPE_CHECKING:
    from asana_tbp.bridge.gateway import Gateway
    from asana_tbp.bridge.values import Project, User
    from asana_tbp.store.database import Database
    from asana_tbp.system.settings import Settings


def sources_of(
    asana: Gateway,
    database: Database,
    projects: list[str],
    my_tasks: str | None,
    workspace: str | None,
    me: User,
) -> list[Source]:
    """Where the tasks come from."""
    from asana_tbp.bridge.lookup import find_workspace

    if my_tasks is not None:
        if projects:
            raise UsageError("--my-tasks stands instead of a project.", "Leave one of them out.")
        gid = find_workspace(workspace, me.workspaces).gid
        return [_section_of_my_tasks(asana, asana.my_tasks_list(gid), my_tasks)]
    wanted: list[str | None] = [*projects] or [None]
    found = [_project(asana, database, name, workspace, me) for name in wanted]
    lists: dict[str, str] = {}
    sources: list[Source] = []
    for project in found:
        if project.gid in {source.gid for source in sources}:
            continue
        if project.workspace_gid and project.workspace_gid not in lists:
            lists[project.workspace_gid] = asana.my_tasks_list(project.workspace_gid)
        sources.append(Source(project.gid, project.name, lists.get(project.workspace_gid, "")))
    return sources


def _project(
    asana: Gateway, database: Database, wanted: str | None, workspace: str | None, me: User
) -> Project:
    from asana_tbp.bridge.lookup import find_project, find_workspace
    from asana_tbp.scaffold.journal import known_songs

    if wanted is not None:
        places = (find_workspace(workspace, me.workspaces),) if workspace else me.workspaces
        return find_project(asana, wanted, places)
    songs = known_songs(database)
    if not songs:
        raise UsageError(
            "No song has been scaffolded here yet.",
            "Name a project, or make one: asana-tbp scaffold edm-track",
        )
    return find_project(asana, songs[0].project_gid or "", ())


def _section_of_my_tasks(asana: Gateway, list_gid: str, wanted: str) -> Source:
    # A list of My Tasks answers to the paths of projects (Asana docs: user task lists).
    sections = asana.sections(list_gid)
    same = [section for section in sections if normalize(section.name) == normalize(wanted)]
    if not same:
        names = [section.name for section in sections]
        close = nearest(wanted, names)
        meant = f" Did you mean {quote(close)}?" if close else ""
        raise NotFound(
            f"My Tasks has no section {quote(wanted)}.{meant}",
            f"It has {listed(map(quote, names), last='and')}.",
        )
    if len(same) > 1:
        raise UsageError(f"{len(same)} sections of My Tasks are called {quote(wanted)}.", "Rename one.")
    return Source(same[0].gid, same[0].name, list_gid, same[0].gid)


def hold_all(stack: ExitStack, state_folder: Path, sources: list[Source]) -> None:
    """Hold the lock of every source for as long as `stack` lasts. Raises `TbpError` when one runs already."""
    for source in sorted(sources, key=lambda source: source.gid):
        if not stack.enter_context(held(state_folder / "locks" / f"{source.gid}.lock")):
            raise TbpError(
                f"A session of {quote(source.name)} runs already.",
                "See it with: asana-tbp status. Steer it with pause, done, skip, extend or stop.",
            )


def reader_of(
    asana: Gateway,
    database: Database,
    sources: list[Source],
    me_gid: str,
    world: AppContext,
    order: str | None,
    minutes: int,
    only: str | None,
    task: str | None,
) -> TaskSource:
    """What reads the tasks of a session."""
    from asana_tbp.scaffold.journal import ideal_places, known_songs, rests_after

    wanted = order or world.settings.order
    if wanted not in {"my-tasks", "project"}:
        raise UsageError(f"--order: {wanted!r} is not my-tasks or project.")
    return TaskSource(
        asana,
        sources,
        me_gid,
        "project" if wanted == "project" else "my-tasks",
        lambda gid: ideal_places(database, gid),
        ShownOrder(database),
        world.clock,
        minutes,
        only,
        task,
        lambda gid: any(
            song.project_gid == gid and song.my_order == "placed" for song in known_songs(database)
        ),
        lambda gid: rests_after(database, gid),
    )


def session_options_of(
    settings: Settings,
    clock: Clock,
    at_zero: str | None,
    until: str | None,
    limit: str | None,
    *,
    completes: bool,
) -> SessionOptions:
    """How the session behaves: the flags over the settings. Raises `UsageError`."""
    options = replace(options_from_settings(settings), completes=completes)
    match at_zero:
        case "complete" | "ask" | "overtime":
            options = replace(options, at_zero=at_zero)
        case None:
            pass
        case _:
            raise UsageError(f"--at-zero: {at_zero!r} is not complete, ask or overtime.")
    if until is not None:
        options = replace(options, until=moment_of("--until", until, clock.now()).isoformat())
    minutes = budget_of("--limit", limit)
    return options if minutes is None else replace(options, limit=minutes * 60.0)


def moment_of(flag: str, text: str, now: datetime) -> datetime:
    """The next time the clock on the wall here shows `21:30` or `9:30pm`, in UTC. Raises `UsageError`."""
    from dateutil.parser import ParserError, parse

    # Without a zone: the day after may have another offset, and `astimezone` knows which.
    here = now.astimezone().replace(tzinfo=None)
    try:
        there = parse(text, default=here.replace(hour=0, minute=0, second=0, microsecond=0))
    except (ParserError, OverflowError, ValueError):
        raise UsageError(f"{flag}: {quote(text)} is not a time of day.", "Write it like 21:30.") from None
    if there.tzinfo is not None or there.date() != here.date():
        raise UsageError(f"{flag}: {quote(text)} is not a time of day.", "Write it like 21:30.")
    if there <= here:
        there += timedelta(days=1)
    return there.astimezone(UTC)
