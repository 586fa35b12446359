"""Finding what a producer means by a name, a gid or a link.

Knows the forms of Asana's links and that names are not unique. Task search is a paid feature, so a name
is found by listing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Project, Team, Workspace
from asana_tbp.errors import NotFound, UsageError
from asana_tbp.songmap.task_name import normalize, same_title
from asana_tbp.text import listed, nearest, quote

_GID = re.compile(r"[0-9]{1,25}", re.ASCII)
_LINK = re.compile(r"https?://[^/\s]+/(?:0/|1/[0-9]+/project/)([0-9]{1,25})(?:[/?#].*)?", re.ASCII)

Named = TypeVar("Named", Project, Workspace, Team)


def gid_in(text: str) -> str | None:
    """The project gid that `text` is or, as a link, contains; None for a name."""
    text = text.strip()
    if _GID.fullmatch(text):
        return text
    link = _LINK.fullmatch(text)
    return link.group(1) if link else None


def find_project(asana: Gateway, wanted: str, workspaces: Sequence[Workspace]) -> Project:
    """The project with this gid, link or name.

    Raises `NotFound` where there is none and `UsageError` where several have the name.
    """
    gid = gid_in(wanted)
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
    if unknown and not any(same_title(project.name, wanted) for project in projects):
        raise unknown
    return _named("project", wanted, projects, lambda project: f"{project.gid}  {project.link}".strip())


def find_workspace(wanted: str | None, workspaces: Sequence[Workspace]) -> Workspace:
    """The workspace with this gid or name; the only one where nothing is wanted.

    Raises `NotFound` where there is none and `UsageError` where it must be chosen.
    """
    if wanted is None:
        if len(workspaces) == 1:
            return workspaces[0]
        if not workspaces:
            raise NotFound("This account is in no workspace.", "Make one in Asana first.")
        names = listed((quote(workspace.name) for workspace in workspaces), last="and")
        raise UsageError(
            f"This account has several workspaces: {names}.",
            "Choose one with --workspace, or keep it as `workspace` in the settings.",
        )
    for workspace in workspaces:
        if workspace.gid == wanted.strip():
            return workspace
    return _named("workspace", wanted, workspaces, lambda workspace: workspace.gid)


def find_team(wanted: str, teams: Sequence[Team]) -> Team:
    """The team with this gid or name. Raises `NotFound` where there is none, `UsageError` where several have it."""
    for team in teams:
        if team.gid == wanted.strip():
            return team
    return _named("team", wanted, teams, lambda team: team.gid)


def _named(kind: str, wanted: str, things: Sequence[Named], told: Callable[[Named], str]) -> Named:
    same = [thing for thing in things if normalize(thing.name) == normalize(wanted)]
    if len(same) == 1:
        return same[0]
    if same:
        told_of = "\n".join(f"  {told(thing)}" for thing in same)
        raise UsageError(
            f"{len(same)} {kind}s are called {quote(wanted)}:\n{told_of}",
            "Give the gid of the one you mean.",
        )
    close = nearest(wanted, [thing.name for thing in things])
    meant = f" Did you mean {quote(close)}?" if close else ""
    raise NotFound(f"No {kind} is called {quote(wanted)}.{meant}", "A gid or a link from Asana works too.")
