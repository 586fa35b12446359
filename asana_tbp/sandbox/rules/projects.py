"""Projects and sections: creating, reading, changing, deleting, ordering.

A user task list is accepted here where its gid is reported to work as a project's.
"""

from __future__ import annotations

from typing import Any

from asana_tbp.sandbox.problems import bad, forbidden, unknown
from asana_tbp.sandbox.records import Container, Project, Section, Team, UserTaskList, Workspace
from asana_tbp.sandbox.request import (
    Answer,
    Check,
    Request,
    a_bool,
    a_date,
    a_text,
    anything,
    flag,
    list_of_gids,
    one_of,
)
from asana_tbp.sandbox.rules.landing import (
    BOTTOM,
    TOP,
    add_section,
    anchors,
    inserted,
    need_inside,
    place,
    take_out,
)
from asana_tbp.sandbox.rules.richtext import checked, from_plain
from asana_tbp.sandbox.rules.tasks import trash

_HUES = ("pink", "green", "blue", "red", "teal", "brown", "orange", "purple", "warm-gray")
_ICONS = (
    "list board timeline calendar rocket people graph star bug light_bulb globe gear notebook computer check "
    "target html megaphone chat_bubbles briefcase page_layout mountain_flag puzzle presentation "
    "line_and_symbols speed_dial ribbon shoe shopping_basket map ticket coins"
)
WRITABLE: dict[str, Check] = {
    "name": a_text,
    "notes": a_text,
    "html_notes": a_text,
    "archived": a_bool,
    "color": one_of(*(f"{tone}-{hue}" for tone in ("dark", "light") for hue in _HUES), "none", None),
    "icon": one_of(*_ICONS.split(), None),
    "default_view": one_of("list", "board", "calendar", "timeline"),
    "due_on": a_date,
    "due_date": a_date,
    "privacy_setting": one_of("public_to_workspace", "private_to_team", "private"),
    "default_access_level": one_of("admin", "editor", "commenter", "viewer"),
    "public": a_bool,
    "owner": anything,
    "team": anything,
    "custom_fields": anything,
}
READ_ONLY = ("gid", "created_at", "modified_at", "members", "permalink_url", "completed", "completed_at")


def create_project(request: Request) -> Answer:
    """201 with the full record and one default section. Asana docs: createProject."""
    team = place = None
    checks = {**WRITABLE, "workspace": anything, "followers": list_of_gids}
    values = request.values(checks, READ_ONLY)
    if values.get("team") is not None:
        team = request.in_body(Team, "team", values["team"])
    if values.get("workspace") is not None:
        place = request.in_body(Workspace, "workspace", values["workspace"])
    if place is None and team is not None:
        place = request.board.need(Workspace, team.organization)
    if place is None:
        raise bad("workspace: Missing input")
    if team is not None and team.organization != place.gid:
        raise bad(f"team: Not in the workspace: {team.gid}")
    if place.is_organization and team is None and request.switches.team_required:
        raise bad("Missing required `team` field")
    if values.get("name") is None:
        raise bad("name: Missing input")
    board, now = request.board, request.board.stamp()
    project = board.put(
        Project(
            gid=board.new_gid(),
            name="",
            workspace=place.gid,
            owner=request.user.gid,
            team=team.gid if team else None,
            created_at=now,
            modified_at=now,
            members=(request.user.gid,),
            followers=(request.user.gid,),
        )
    )
    for each in values.get("followers", ()):
        gid = request.member("followers", each, place.gid).gid
        project.followers = tuple(dict.fromkeys((*project.followers, gid)))
    _change(request, project, values)
    add_section(board, project, request.switches.default_section_name, TOP)
    return request.created(project, "projects")


def _change(request: Request, project: Project, values: dict[str, Any]) -> None:
    switches = request.switches
    if "name" in values and not values["name"].strip():
        raise bad("name: Missing input")
    if "notes" in values and "html_notes" in values:
        raise bad("You may only provide one of notes or html_notes!")
    for key, limit in (("name", switches.name_limit), ("notes", switches.notes_limit)):
        if limit is not None and len(values.get(key, "")) > limit:
            raise bad(f"{key}: Value is too long, the maximum is {limit} characters")
    if "notes" in values:
        project.notes, project.html_notes = values["notes"], from_plain(values["notes"])
    if "html_notes" in values:
        project.html_notes, project.notes = checked(values["html_notes"], "html_notes")
    if "owner" in values:
        person = values["owner"]
        project.owner = None if person is None else request.member("owner", person, project.workspace).gid
    if "due_date" in values:
        project.due_on = values["due_date"]
    if "public" in values:
        project.privacy_setting = "public_to_workspace" if values["public"] else "private"
    for key in (
        "name", "archived", "color", "icon", "default_view", "due_on", "privacy_setting",
        "default_access_level",
    ):  # fmt: skip
        if key in values:
            setattr(project, key, values[key])
    project.modified_at = request.board.stamp()


def show_project(request: Request) -> Answer:
    """200 with the full record; also of a user task list, as reported. Asana docs: getProject."""
    return request.shown(request.in_path(Container, "project"))


def update_project(request: Request) -> Answer:
    """Changes only the given fields. Asana docs: updateProject."""
    project = request.in_path(Project, "project")
    values = request.values(WRITABLE, (*READ_ONLY, "workspace", "followers"))
    if values.get("team") is not None:
        team = request.in_body(Team, "team", values["team"])
        if team.organization != project.workspace:
            raise bad(f"team: Not in the workspace: {team.gid}")
        project.team = team.gid
    _change(request, project, values)
    return request.shown(project)


def delete_project(request: Request) -> Answer:
    """The project goes; what becomes of its tasks is a switch. Asana docs: deleteProject."""
    project = request.in_path(Project, "project")
    for section in request.board.sections_of(project):
        for task in request.board.tasks_in(section):
            if request.switches.project_delete == "trashed":
                trash(request.board, task)
            else:
                take_out(request.board, task, project)
        section.trashed = True
    project.trashed = True
    return request.done()


def list_projects(request: Request) -> Answer:
    """By workspace or team, archived or not. Asana docs: getProjects."""
    selected = [p for p in request.board.all(Project) if p.workspace in request.user.workspaces]
    for key, kind in (("workspace", Workspace), ("team", Team)):
        if key in request.query:
            gid = request.in_body(kind, key, request.query[key]).gid
            selected = [p for p in selected if getattr(p, key) == gid]
    archived = flag(request.query.get("archived"))
    if archived is not None:
        selected = [p for p in selected if p.archived == archived]
    return request.listed(selected)


def list_sections(request: Request) -> Answer:
    """In display order. Asana docs: getSectionsForProject."""
    return request.listed(request.board.sections_of(request.in_path(Container, "project")))


def create_section(request: Request) -> Answer:
    """201 with the full record. Asana docs: createSectionForProject."""
    project = request.in_path(Container, "project")
    if isinstance(project, UserTaskList):
        if request.switches.my_tasks_sections == "not_found":
            raise unknown("project", project.gid, status=404)
        if request.switches.my_tasks_sections == "refused" or project.owner != request.user.gid:
            raise forbidden("project")
    name = _name(request)
    spot = anchors(request.data, request.switches)
    if spot is None:
        spot = BOTTOM if request.switches.section_landing == "end" else TOP
    need_inside(request.switches, project.sections, spot, "", "project")
    return request.created(add_section(request.board, project, name, spot), "sections")


def _name(request: Request) -> str:
    name = a_text("name", request.needed("name"))
    if not name:
        raise bad("name: Missing input")
    limit = request.switches.name_limit
    if limit is not None and len(name) > limit:
        raise bad(f"name: Value is too long, the maximum is {limit} characters")
    return name


def insert_section(request: Request) -> Answer:
    """Moves a section; exactly one of before_section, after_section. Asana docs: insertSectionForProject."""
    project = request.in_path(Container, "project")
    section = request.in_body(Section, "section", request.needed("section"))
    if section.container != project.gid:
        raise bad(f"section: Not in the project: {section.gid}")
    spot = anchors(request.data, request.switches, before="before_section", after="after_section")
    if spot is None:
        raise bad("You must specify one of before_section or after_section.")
    if spot.neighbour == section.gid:
        return request.done()
    need_inside(request.switches, project.sections, spot, section.gid, "project")
    project.sections = inserted(project.sections, section.gid, spot)
    return request.done()


def show_section(request: Request) -> Answer:
    """200 with the full record. Asana docs: getSection."""
    return request.shown(request.in_path(Section, "section"))


def update_section(request: Request) -> Answer:
    """Renames. Asana docs: updateSection."""
    section = request.in_path(Section, "section")
    container = request.board.need(Container, section.container)
    if isinstance(container, UserTaskList) and container.owner != request.user.gid:
        raise forbidden("section")
    section.name = _name(request)
    return request.shown(section)


def delete_section(request: Request) -> Answer:
    """Only one that is not the last; what becomes of its tasks is a switch. Asana docs: deleteSection."""
    section = request.in_path(Section, "section")
    container = request.board.need(Container, section.container)
    if isinstance(container, UserTaskList) and container.owner != request.user.gid:
        raise forbidden("section")
    tasks = request.board.tasks_in(section)
    if tasks and request.switches.section_delete == "refused":
        raise bad("section: Cannot delete a section that is not empty")
    if len(container.sections) == 1:
        raise bad("section: Cannot delete the last section of a project")
    default = next(s for s in request.board.sections_of(container) if s is not section)
    for task in tasks:
        place(request.board, task, default, BOTTOM)
    container.sections = tuple(gid for gid in container.sections if gid != section.gid)
    section.trashed = True
    return request.done()
