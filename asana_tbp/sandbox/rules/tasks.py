"""Tasks: reading, creating, changing, trashing; and what is written onto them: comments, and time, a paid feature."""

from datetime import UTC, datetime
from typing import Any

from asana_tbp.sandbox.problems import ApiProblem, bad, forbidden
from asana_tbp.sandbox.records import (
    Container,
    Project,
    Section,
    Story,
    Task,
    TimeEntry,
    UserTaskList,
    Workspace,
)
from asana_tbp.sandbox.request import Check, Request, a_bool, a_date, a_text, an_array, anything, one_of
from asana_tbp.sandbox.rules.landing import assign, landing_spot, my_tasks, place
from asana_tbp.sandbox.rules.richtext import write_texts

WRITABLE: dict[str, Check] = {
    "name": a_text,
    "notes": a_text,
    "html_notes": a_text,
    "resource_subtype": one_of("default_task", "milestone", "approval", "custom"),
    "assignee": anything,
    "assignee_section": anything,
    "completed": a_bool,
    "due_on": a_date,
}
CREATE_ONLY: dict[str, Check] = {"projects": an_array} | dict.fromkeys(
    ("workspace", "memberships", "parent"), anything
)
READ_ONLY = (
    "gid",
    "created_at",
    "created_by",
    "completed_at",
    "completed_by",
    "modified_at",
    "permalink_url",
)
# Moving between projects and sections is not among them. Asana docs: TaskBase.modified_at.
TOUCHES = ("name", "notes", "html_notes", "assignee", "completed", "due_on", "resource_subtype")


def create_task(request: Request) -> Task:
    """A subtask is not in its parent's projects. Asana docs: createTask."""
    values = request.values({**WRITABLE, **CREATE_ONLY}, READ_ONLY)
    parent = None
    if values.get("parent") is not None:
        parent = request.in_body(Task, "parent", values["parent"])
    projects = [
        request.in_body(Container, "projects", gid, f"[{i}]: ")
        for i, gid in enumerate(values.get("projects", ()))
    ]
    places = _memberships(request, values.get("memberships"))
    named = parent is not None or bool(projects) or values.get("workspace") is not None
    if not named and request.switches.memberships_alone == "refused":
        raise bad("You should specify one of workspace, parent, projects")
    board, now = request.board, request.board.stamp()
    chosen = {section.container: section for section in places}
    projects += [board.need(Container, gid) for gid in chosen]
    for project in projects:
        if isinstance(project, UserTaskList):
            raise bad(f"projects: [0]: Unknown object: {project.gid}")
    workspaces = {each.workspace for each in (*projects, parent) if each}
    if values.get("workspace") is not None:
        workspaces.add(request.in_body(Workspace, "workspace", values["workspace"]).gid)
    if not workspaces:
        raise bad("You should specify one of workspace, parent, projects")
    if len(workspaces) > 1:
        raise bad("projects: All projects must be in the same workspace as the task")
    task = board.put(
        Task(
            gid=board.new_gid(),
            name=values.get("name", ""),
            workspace=workspaces.pop(),
            created_by=request.user.gid,
            created_at=now,
            modified_at=now,
        )
    )
    if parent is not None:
        task.parent = parent.gid
        parent.subtasks = (*parent.subtasks, task.gid)
    # A project that is named twice counts once.
    for project in dict.fromkeys(projects):
        section = chosen.get(project.gid) or board.need(Section, project.sections[0])
        spot = landing_spot(board, board.switches.task_landing, section.tasks)
        place(board, task, section, spot)
    _change(request, task, values, creating=True)
    return task


def _memberships(request: Request, entries: Any) -> list[Section]:
    if entries is None:
        return []
    places = []
    for i, entry in enumerate(an_array("memberships", entries)):
        if not isinstance(entry, dict) or entry.get("project") is None:
            raise bad(f"memberships: [{i}]: project: Missing required field")
        project = request.in_body(Project, "memberships", entry["project"], f"[{i}]: project: ")
        gid = entry.get("section")
        section = request.board.need(Section, project.sections[0])
        if gid is not None:
            section = request.in_body(Section, "memberships", gid, f"[{i}]: section: ")
        if section.container != project.gid:
            raise bad(f"memberships: [{i}]: section: Not in the project: {section.gid}")
        places.append(section)
    return places


def update_task(request: Request, task: Task) -> Task:
    """Changes only the given fields. Asana docs: updateTask."""
    values = request.values(WRITABLE, (*READ_ONLY, *CREATE_ONLY))
    _change(request, task, values, creating=False)
    return task


def delete_task(request: Request, task: Task) -> None:
    """Into the trash with its subtasks: 404 from now on. Asana docs: deleteTask."""
    for gid in task.subtasks:
        if subtask := request.board.get(Task, gid):
            delete_task(request, subtask)
    for gid in filter(None, (*task.sections, task.assignee_section)):
        if section := request.board.get(Section, gid):
            section.tasks = tuple(each for each in section.tasks if each != task.gid)
    task.trashed = True


def _change(request: Request, task: Task, values: dict[str, Any], *, creating: bool) -> None:
    board = request.board
    write_texts(task, values, request.switches)
    task.resource_subtype = values.get("resource_subtype", task.resource_subtype)
    task.due_on = values.get("due_on", task.due_on)
    if values.get("completed", task.completed) != task.completed:
        task.completed = done = values["completed"]
        task.completed_at = board.stamp() if done else None
        task.completed_by = request.user.gid if done else None
    if "assignee" in values:
        person = values["assignee"]
        user = None if person is None else request.member("assignee", person, task.workspace)
        if (user.gid if user else None) != task.assignee:
            assign(board, task, user)
    if "assignee_section" in values:
        how = request.switches.assignee_section_on_create if creating else "accepted"
        if how == "refused" or (how == "projects_only" and values.get("memberships")):
            raise bad("assignee_section: Cannot write this property")
        if how != "ignored":
            _to_my_section(request, task, values["assignee_section"])
    if not creating and set(values) & set(TOUCHES):
        task.modified_at = board.stamp()


def _to_my_section(request: Request, task: Task, gid: Any) -> None:
    # Only the assignee may write it. Asana docs: TaskRequestBase.assignee_section.
    if task.assignee != request.user.gid:
        raise forbidden("task")
    mine = my_tasks(request.board, request.user, task.workspace)
    section = request.board.need(Section, mine.sections[0])
    if gid is not None:
        section = request.in_body(Section, "assignee_section", gid)
    if section.container != mine.gid:
        raise bad(f"assignee_section: Not a section of your My tasks: {section.gid}")
    # It may stand there already: it does not land after itself.
    others = tuple(each for each in section.tasks if each != task.gid)
    spot = landing_spot(request.board, request.switches.assignee_section_landing, others)
    place(request.board, task, section, spot)


def create_story(request: Request, task: Task) -> Story:
    """A comment; sent twice, it is there twice. Asana docs: createStoryForTask."""
    board = request.board
    text = request.values({"text": a_text}, ("gid", "created_at", "created_by", "type")).get("text", "")
    if not text.strip():
        raise bad("text: Missing input")
    task.modified_at = board.stamp()
    return board.put(
        Story(board.new_gid(), task.gid, text, created_at=board.stamp(), created_by=request.user.gid)
    )


def create_time_entry(request: Request, task: Task) -> TimeEntry:
    """Whole minutes, at least one; `entered_on` defaults to today. Asana docs: createTimeTrackingEntry."""
    board = request.board
    if request.switches.plan == "free":
        raise ApiProblem(
            request.switches.time_entries_free, "Time tracking is not available for free users or guests."
        )
    minutes = request.needed("duration_minutes")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes <= 0:
        raise bad("duration_minutes: Must be a positive integer")
    day = a_date("entered_on", request.data.get("entered_on")) or board.stamp()[:10]
    gid, by = board.new_gid(), request.user.gid
    return board.put(TimeEntry(gid, task.gid, minutes, day, created_at=board.stamp(), created_by=by))


def list_stories(request: Request, task: Task) -> list[Story]:
    """Oldest first. Asana docs: getStoriesForTask."""
    return [s for s in request.board.all(Story) if s.task == task.gid]


def _moment(key: str, value: Any) -> datetime:
    """An ISO-8601 date-time as aware UTC; one without offset is taken as UTC."""
    try:
        parsed = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise bad(f"{key}: Date must be in ISO-8601 format, not: {value}") from None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def tasks_in(request: Request, place: Container | Section) -> list[Task]:
    """In the order of the list; `completed_since=now` is the default view of My Tasks.

    Asana docs: getTasksForProject, getTasksForSection, getTasksForUserTaskList.
    """
    board, query = request.board, request.query
    sections = [place] if isinstance(place, Section) else board.sections_of(place)
    tasks = [task for section in sections for task in board.tasks_in(section)]
    if isinstance(place, UserTaskList) and request.switches.my_tasks_order == "creation":
        tasks.sort(key=lambda task: int(task.gid))
    completed, modified = query.get("completed_since"), query.get("modified_since")
    if completed == "now":
        tasks = [t for t in tasks if not t.completed]
    elif completed is not None:
        since = _moment("completed_since", completed)
        tasks = [
            t for t in tasks if t.completed_at is None or _moment("completed_at", t.completed_at) >= since
        ]
    if modified is not None:
        since = _moment("modified_since", modified)
        tasks = [t for t in tasks if _moment("modified_at", t.modified_at) >= since]
    return tasks


def list_tasks(request: Request) -> list[Task]:
    """Exactly one of project, section, assignee + workspace. Asana docs: getTasks."""
    query = request.query
    by_assignee = "assignee" in query or "workspace" in query
    ways = ("project" in query) + ("section" in query) + by_assignee
    if ways != 1 or (by_assignee and not {"assignee", "workspace"} <= set(query)):
        raise bad(
            "Must specify exactly one of project, tag, section, user task list, or assignee + workspace"
        )
    place: Container | Section
    if "project" in query:
        place = request.in_body(Container, "project", query["project"])
    elif "section" in query:
        place = request.in_body(Section, "section", query["section"])
    else:
        workspace = request.in_body(Workspace, "workspace", query["workspace"])
        user = request.member("assignee", query["assignee"], workspace.gid)
        place = my_tasks(request.board, user, workspace.gid)
    tasks = tasks_in(request, place)
    if request.switches.task_query_order == "creation":
        tasks.sort(key=lambda task: int(task.gid))
    return tasks
