"""Finding what a producer means by a name, a gid or a link.

Task search is a paid feature, so a name is found by listing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from asana_tbp.bridge.values import Project, Team, Workspace
from asana_tbp.errors import NotFound, Refused, SeveralMatches, UsageError
from asana_tbp.songmap.task_name import normalize
from asana_tbp.text import did_you_mean, listed, plural, quote, shell_quote

if TYPE_CHECKING:
    # Names are looked up where nothing that talks to Asana is loaded.
    from asana_tbp.bridge.gateway import Gateway

_GID_OR_LINK = re.compile(
    r"([0-9]{1,25})|https?://[^/\s]+/(?:0/|1/[0-9]+/project/)([0-9]{1,25})(?:[/?#].*)?", re.ASCII
)

Named = TypeVar("Named")
WithName = TypeVar("WithName", Project, Workspace, Team)


def gid_in(text: str) -> str | None:
    """The project gid that `text` is or, as a link, contains; None for a name."""
    match = _GID_OR_LINK.fullmatch(text.strip())
    return (match[1] or match[2]) if match else None


def find_project(asana: Gateway, query: str, workspaces: Sequence[Workspace]) -> Project:
    """The project with this id, link or name. Raises `NotFound`, or `UsageError` where several have the name."""
    gid = gid_in(query)
    unknown: NotFound | None = None
    if gid is not None:
        try:
            return asana.project(gid)
        except NotFound:
            unknown = NotFound(
                f"Asana shows no project {gid} to this account.",
                "Check the link, or give the project's name.",
            )
    projects = [project for workspace in workspaces for project in asana.projects(workspace.gid)]
    # A song may be called 1999.
    if unknown and not any(normalize(project.name) == normalize(query) for project in projects):
        raise unknown

    def line(project: Project) -> str:
        made = f"made {project.created_at.astimezone():%d %b %Y}" if project.created_at else ""
        tasks = asana.tasks(project.gid)
        done = f"{sum(task.completed for task in tasks)}/{plural(len(tasks), 'task')} done"
        return "  ".join(part for part in (project.gid, made, done, project.link) if part)

    return find_named("project", query, projects, line)


def find_workspace(query: str | None, workspaces: Sequence[Workspace]) -> Workspace:
    """The workspace with this gid or name; the only one where `query` is None.

    Raises `NotFound` where there is none and `UsageError` where it must be chosen.
    """
    if query is None:
        if len(workspaces) == 1:
            return workspaces[0]
        if not workspaces:
            raise NotFound("This account is in no workspace.", "Make one in Asana first.")
        names = listed((quote(workspace.name) for workspace in workspaces), last="and")
        raise UsageError(
            f"This account has several workspaces: {names}.",
            f"To use one from now on: asana-tbp config set workspace {shell_quote(workspaces[0].name)}",
        )
    return find_named("workspace", query, workspaces)


def team_gid(asana: Gateway, workspace_gid: str, asked: str | None, usual: str | None) -> str | None:
    """The team that was asked for, else the `usual` one of the settings; a gid costs no request."""
    query = asked or usual
    if query is None or gid_in(query):
        return query.strip() if query else None
    try:
        return find_named("team", query, asana.teams(workspace_gid)).gid
    except (NotFound, Refused):
        # The setting is for organisations; this may be a workspace without teams.
        if asked:
            raise
        return None


def find_by_name(
    query: str,
    things: Iterable[Named],
    name_of: Callable[[Named], str],
    kind: str,
    describe: Callable[[Named], str] | None = None,
    *,
    hint: str = "",
    by_start: bool = True,
) -> Named:
    """The one of `things` with this name, else the only one whose name begins so. Case and spaces do not count.

    `kind` is what the things are called in errors, `describe` tells several of one name apart.
    Raises `NotFound` where there is none and `UsageError` where several could be meant.
    """
    every = list(things)
    key = normalize(query)
    matches = [thing for thing in every if normalize(name_of(thing)) == key]
    if not matches and by_start and key:
        matches = [thing for thing in every if normalize(name_of(thing)).startswith(key)]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        guess = did_you_mean(query, [name_of(thing) for thing in every])
        raise NotFound(f"No {kind} is called {quote(query)}.{guess}", hint)
    if describe is None:
        names = listed((quote(name_of(thing)) for thing in matches), last="or")
        raise UsageError(f"{quote(query)} could be {names}.", "Write more of the name.")
    verb = "are called" if normalize(name_of(matches[0])) == key else "begin with"
    raise SeveralMatches(
        f"{len(matches)} {kind}s {verb} {quote(query)}:",
        "Give the id of the one you mean.",
        matches,
        [describe(thing) for thing in matches],
    )


def find_named(
    kind: str,
    query: str,
    things: Sequence[WithName],
    describe: Callable[[WithName], str] = lambda thing: thing.gid,
) -> WithName:
    """The one with this gid or name. Raises `NotFound` where there is none, `UsageError` where several have it."""
    if exact := next((thing for thing in things if thing.gid == query.strip()), None):
        return exact
    listing = "songs" if kind == "project" else "workspaces"
    hint = f"Names are listed by: asana-tbp {listing}\nAn id or a link from Asana works too."
    return find_by_name(query, things, lambda thing: thing.name, kind, describe, hint=hint, by_start=False)
