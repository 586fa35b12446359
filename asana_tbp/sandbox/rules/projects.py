"""Projects and sections: creating, reading, changing, deleting, ordering; and a user's teams and My Tasks.

A user task list is accepted here where its gid is reported to work as a project's.
"""

from typing import Any

from asana_tbp.sandbox.problems import bad, forbidden, unknown
from asana_tbp.sandbox.records import Container, Project, Record, Section, Team, User, UserTaskList, Workspace
from asana_tbp.sandbox.request import Check, Request, a_bool, a_text, anything, one_of
from asana_tbp.sandbox.rules import landing
from asana_tbp.sandbox.rules.richtext import need_length, write_texts
from asana_tbp.sandbox.rules.tasks import delete_task

_HUES = ("pink", "green", "blue", "red", "teal", "brown", "orange", "purple", "warm-gray")
WRITABLE: dict[str, Check] = {
    "name": a_text,
    "notes": a_text,
    "html_notes": a_text,
    "archived": a_bool,
    "color": one_of(*(f"{tone}-{hue}" for tone in ("dark", "light") for hue in _HUES), "none", None),
    "default_view": one_of("list", "board", "calendar", "timeline"),
    "privacy_setting": one_of("public_to_workspace", "private_to_team", "private"),
}
READ_ONLY = ("gid", "created_at", "modified_at", "permalink_url", "completed", "completed_at")


def create_project(request: Request) -> Project:
    """With one default section. Asana docs: createProject."""
    values = request.values({**WRITABLE, "workspace": anything, "team": anything}, READ_ONLY)
    place, team = request.in_body(Workspace, "workspace", request.needed("workspace")), None
    if values.get("team") is not None:
        team = request.in_body(Team, "team", values["team"])
        if team.organization != place.gid:
            raise bad(f"team: Not in the workspace: {team.gid}")
    elif place.is_organization and request.switches.team_required:
        raise bad("Missing required `team` field")
    request.needed("name")
    board = request.board
    project = board.put(Project(board.new_gid(), "", place.gid, request.user.gid, created_at=board.stamp()))
    project.team = team.gid if team else None
    update_project(request, project, values)
    landing.add_section(board, project, request.switches.default_section_name, landing.TOP)
    return project


def update_project(request: Request, project: Project, values: dict[str, Any] | None = None) -> Project:
    """Changes only the given fields. Asana docs: updateProject."""
    if values is None:
        values = request.values(WRITABLE, (*READ_ONLY, "workspace"))
    if "name" in values and not values["name"].strip():
        raise bad("name: Missing input")
    write_texts(project, values, request.switches)
    for key in ("archived", "color", "default_view", "privacy_setting"):
        setattr(project, key, values.get(key, getattr(project, key)))
    project.modified_at = request.board.stamp()
    return project


def delete_project(request: Request, project: Project) -> None:
    """The project goes; what becomes of its tasks is a switch. Asana docs: deleteProject."""
    for section in request.board.sections_of(project):
        for task in request.board.tasks_in(section):
            if request.switches.project_delete == "trashed":
                delete_task(request, task)
            else:
                landing.take_out(request.board, task, project)
        section.trashed = True
    project.trashed = True


def list_projects(request: Request) -> list[Project]:
    """By workspace, archived or not. Asana docs: getProjects."""
    workspaces, query = request.user.workspaces, request.query
    if "workspace" in query:
        workspaces = (request.in_body(Workspace, "workspace", query["workspace"]).gid,)
    projects = [each for each in request.board.all(Project) if each.workspace in workspaces]
    if "archived" in query:
        # Upper or lower case: the SDK sends `True`.
        archived = query["archived"].lower() == "true"
        projects = [each for each in projects if each.archived == archived]
    return projects


def list_sections(request: Request, project: Container) -> list[Section]:
    """In display order. Asana docs: getSectionsForProject."""
    return request.board.sections_of(project)


def create_section(request: Request, project: Container) -> Section:
    """Asana docs: createSectionForProject."""
    if isinstance(project, UserTaskList):
        if request.switches.my_tasks_sections == "not_found":
            raise unknown("project", project.gid, status=404)
        if request.switches.my_tasks_sections == "refused" or project.owner != request.user.gid:
            raise forbidden("project")
    name = _name(request)
    spot = landing.anchors(request.data, request.switches)
    if spot is None:
        spot = landing.BOTTOM if request.switches.section_landing == "end" else landing.TOP
    landing.need_inside(request.switches, project.sections, spot, "", "project")
    return landing.add_section(request.board, project, name, spot)


def _name(request: Request) -> str:
    name: str = a_text("name", request.needed("name"))
    if not name:
        raise bad("name: Missing input")
    need_length({"name": name}, request.switches)
    return name


def insert_section(request: Request, project: Container) -> None:
    """Moves a section; exactly one of before_section, after_section. Asana docs: insertSectionForProject."""
    section = request.in_body(Section, "section", request.needed("section"))
    if section.container != project.gid:
        raise bad(f"section: Not in the project: {section.gid}")
    spot = landing.anchors(request.data, request.switches, before="before_section", after="after_section")
    if spot is None:
        raise bad("You must specify one of before_section or after_section.")
    if spot.neighbour != section.gid:
        landing.need_inside(request.switches, project.sections, spot, section.gid, "project")
        project.sections = landing.inserted(project.sections, section.gid, spot)


def update_section(request: Request, section: Section) -> Section:
    """Renames. Asana docs: updateSection."""
    _own_container(request, section)
    section.name = _name(request)
    return section


def _own_container(request: Request, section: Section) -> Container:
    """What a section belongs to; 403 in somebody else's My Tasks."""
    container = request.board.need(Container, section.container)
    if isinstance(container, UserTaskList) and container.owner != request.user.gid:
        raise forbidden("section")
    return container


def delete_section(request: Request, section: Section) -> None:
    """Only one that is not the last; what becomes of its tasks is a switch. Asana docs: deleteSection."""
    container = _own_container(request, section)
    tasks = request.board.tasks_in(section)
    if tasks and request.switches.section_delete == "refused":
        raise bad("section: Cannot delete a section that is not empty")
    if len(container.sections) == 1:
        raise bad("section: Cannot delete the last section of a project")
    default = next(s for s in request.board.sections_of(container) if s is not section)
    for task in tasks:
        landing.place(request.board, task, default, landing.BOTTOM)
    container.sections = tuple(gid for gid in container.sections if gid != section.gid)
    section.trashed = True


def list_teams(request: Request, user: User) -> list[Team]:
    """Those of a user in an organisation. Asana docs: getTeamsForUser."""
    gid = request.in_body(Workspace, "organization", request.needed("organization")).gid
    return [t for t in request.board.all(Team) if t.organization == gid and user.gid in t.members]


def my_task_list(request: Request, user: User) -> UserTaskList:
    """One list per user and workspace; `workspace` is required. Asana docs: getUserTaskListForUser."""
    workspace = request.in_body(Workspace, "workspace", request.needed("workspace"))
    if workspace.gid not in user.workspaces:
        raise bad(f"user: Not a user in Workspace: {workspace.gid}")
    return landing.my_tasks(request.board, user, workspace.gid)


def show(_request: Request, record: Record) -> Record:
    """The full record. Asana docs: getProject, getSection, getTask, getUser."""
    return record
