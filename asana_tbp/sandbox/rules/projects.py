"""Projects and sections: creating, reading, changing, deleting, ordering.

Knows what a project is and what its sections may do. A user task list answers here where its gid is
reported to work as a project's. Must not know tasks beyond moving them out of what is deleted.
"""

from __future__ import annotations

from typing import Any

from asana_tbp.sandbox.problems import bad, forbidden, unknown
from asana_tbp.sandbox.records import Container, Project, Section, Task, Team, UserTaskList, Workspace
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
from asana_tbp.sandbox.richtext import checked, from_plain
from asana_tbp.sandbox.rules.events import announce
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
    "start_on": a_date,
    "privacy_setting": one_of("public_to_workspace", "private_to_team", "private"),
    "default_access_level": one_of("admin", "editor", "commenter", "viewer"),
    "public": a_bool,
    "owner": anything,
    "team": anything,
    "custom_fields": anything,
}
READ_ONLY = ("gid", "created_at", "modified_at", "members", "permalink_url", "completed", "completed_at")


def create_project(call: Request) -> Answer:
    """201 with the full record and one default section. Asana docs: createProject."""
    team = call.in_path(Team, "team") if "team" in call.params else None
    place = call.in_path(Workspace, "workspace") if "workspace" in call.params else None
    checks = {**WRITABLE, "workspace": anything, "followers": list_of_gids}
    values = call.values(checks, READ_ONLY)
    if team is None and values.get("team") is not None:
        team = call.in_body(Team, "team", values["team"])
    if place is None and values.get("workspace") is not None:
        place = call.in_body(Workspace, "workspace", values["workspace"])
    if place is None and team is not None:
        place = call.board.need(Workspace, team.organization)
    if place is None:
        raise bad("workspace: Missing input")
    if team is not None and team.organization != place.gid:
        raise bad(f"team: Not in the workspace: {team.gid}")
    if place.is_organization and team is None and call.switches.team_required:
        raise bad("Missing required `team` field")
    if values.get("name") is None:
        raise bad("name: Missing input")
    board, now = call.board, call.board.stamp()
    project = board.put(
        Project(
            gid=board.new_gid(),
            name="",
            workspace=place.gid,
            owner=call.user.gid,
            team=team.gid if team else None,
            created_at=now,
            modified_at=now,
            members=(call.user.gid,),
            followers=(call.user.gid,),
        )
    )
    for each in values.get("followers", ()):
        gid = call.member("followers", each, place.gid).gid
        project.followers = tuple(dict.fromkeys((*project.followers, gid)))
    _change(call, project, values)
    add_section(board, call.user, project, call.switches.default_section_name, TOP)
    announce(board, call.user, project, "added")
    return call.created(project, "projects")


def _change(call: Request, project: Project, values: dict[str, Any]) -> None:
    switches = call.switches
    if values.get("start_on") is not None and not (values.get("due_on") or values.get("due_date")):
        raise bad("start_on: due_on must be present in the request when setting start_on")
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
        wanted = values["owner"]
        project.owner = None if wanted is None else call.member("owner", wanted, project.workspace).gid
    if "due_date" in values:
        project.due_on = values["due_date"]
    if "public" in values:
        project.privacy_setting = "public_to_workspace" if values["public"] else "private"
    for key in (
        "name", "archived", "color", "icon", "default_view", "due_on", "start_on", "privacy_setting",
        "default_access_level",
    ):  # fmt: skip
        if key in values:
            setattr(project, key, values[key])
    project.modified_at = call.board.stamp()


def show_project(call: Request) -> Answer:
    """200 with the full record; also of a user task list, as reported. Asana docs: getProject."""
    return call.shown(call.in_path(Container, "project"))


def update_project(call: Request) -> Answer:
    """Changes only the given fields. Asana docs: updateProject."""
    project = call.in_path(Project, "project")
    values = call.values(WRITABLE, (*READ_ONLY, "workspace", "followers"))
    if values.get("team") is not None:
        team = call.in_body(Team, "team", values["team"])
        if team.organization != project.workspace:
            raise bad(f"team: Not in the workspace: {team.gid}")
        project.team = team.gid
    _change(call, project, values)
    for key in values:
        announce(call.board, call.user, project, "changed", field=key)
    return call.shown(project)


def delete_project(call: Request) -> Answer:
    """The project goes; what becomes of its tasks is a switch. Asana docs: deleteProject."""
    project = call.in_path(Project, "project")
    announce(call.board, call.user, project, "deleted")
    for section in call.board.sections_of(project):
        for task in call.board.tasks_in(section):
            if call.switches.project_delete == "trashed":
                trash(call.board, call.user, task)
            else:
                take_out(call.board, call.user, task, project)
        section.trashed = True
    project.trashed = True
    return call.done()


def list_projects(call: Request) -> Answer:
    """By workspace, team or task, archived or not. Asana docs: getProjects."""
    found = [p for p in call.board.all(Project) if p.workspace in call.user.workspaces]
    if "task" in call.params:
        sections = call.in_path(Task, "task").sections
        found = [call.board.need(Project, call.board.need(Section, s).container) for s in sections]
    for key, kind in (("workspace", Workspace), ("team", Team)):
        if key in call.params:
            gid = call.in_path(kind, key).gid
        elif key in call.query:
            gid = call.in_body(kind, key, call.query[key]).gid
        else:
            continue
        found = [p for p in found if getattr(p, key) == gid]
    archived = flag(call.query.get("archived"))
    if archived is not None:
        found = [p for p in found if p.archived == archived]
    return call.listed(found)


def list_sections(call: Request) -> Answer:
    """In display order. Asana docs: getSectionsForProject."""
    return call.listed(call.board.sections_of(call.in_path(Container, "project")))


def create_section(call: Request) -> Answer:
    """201 with the full record. Asana docs: createSectionForProject."""
    project = call.in_path(Container, "project")
    if isinstance(project, UserTaskList):
        if call.switches.my_tasks_sections == "not_found":
            raise unknown("project", project.gid, status=404)
        if call.switches.my_tasks_sections == "refused" or project.owner != call.user.gid:
            raise forbidden("project")
    name = _name(call)
    spot = anchors(call.data, call.switches)
    if spot is None:
        spot = BOTTOM if call.switches.section_landing == "end" else TOP
    need_inside(call.switches, project.sections, spot, "", "project")
    return call.created(add_section(call.board, call.user, project, name, spot), "sections")


def _name(call: Request) -> str:
    name = a_text("name", call.needed("name"))
    if not name:
        raise bad("name: Missing input")
    limit = call.switches.name_limit
    if limit is not None and len(name) > limit:
        raise bad(f"name: Value is too long, the maximum is {limit} characters")
    return name


def insert_section(call: Request) -> Answer:
    """Moves a section; exactly one of before_section, after_section. Asana docs: insertSectionForProject."""
    project = call.in_path(Container, "project")
    section = call.in_body(Section, "section", call.needed("section"))
    if section.container != project.gid:
        raise bad(f"section: Not in the project: {section.gid}")
    spot = anchors(call.data, call.switches, before="before_section", after="after_section")
    if spot is None:
        raise bad("You must specify one of before_section or after_section.")
    if spot.neighbour == section.gid:
        return call.done()
    need_inside(call.switches, project.sections, spot, section.gid, "project")
    project.sections = inserted(project.sections, section.gid, spot)
    announce(call.board, call.user, section, "changed", streams=(project.gid,))
    return call.done()


def show_section(call: Request) -> Answer:
    """200 with the full record. Asana docs: getSection."""
    return call.shown(call.in_path(Section, "section"))


def update_section(call: Request) -> Answer:
    """Renames; moving is a switch. Asana docs: updateSection."""
    section = call.in_path(Section, "section")
    container = call.board.need(Container, section.container)
    if isinstance(container, UserTaskList) and container.owner != call.user.gid:
        raise forbidden("section")
    # SectionRequest requires the name, also where only an anchor is meant.
    section.name = _name(call)
    announce(call.board, call.user, section, "changed", field="name", streams=(container.gid,))
    spot = anchors(call.data, call.switches)
    if spot is not None and call.switches.section_update_moves:
        need_inside(call.switches, container.sections, spot, section.gid, "project")
        container.sections = inserted(container.sections, section.gid, spot)
    return call.shown(section)


def delete_section(call: Request) -> Answer:
    """Only one that is not the last; what becomes of its tasks is a switch. Asana docs: deleteSection."""
    section = call.in_path(Section, "section")
    container = call.board.need(Container, section.container)
    if isinstance(container, UserTaskList) and container.owner != call.user.gid:
        raise forbidden("section")
    tasks = call.board.tasks_in(section)
    if tasks and call.switches.section_delete == "refused":
        raise bad("section: Cannot delete a section that is not empty")
    if len(container.sections) == 1:
        raise bad("section: Cannot delete the last section of a project")
    default = next(s for s in call.board.sections_of(container) if s is not section)
    for task in tasks:
        place(call.board, call.user, task, default, BOTTOM)
    container.sections = tuple(gid for gid in container.sections if gid != section.gid)
    section.trashed = True
    announce(call.board, call.user, section, "deleted", parent=container, streams=(container.gid,))
    return call.done()
