"""Where things land: tasks in sections, sections in projects and My Tasks; and the requests that put a task elsewhere.

`addTask` lands on top, `addProject` at the bottom. Asana docs: addTaskForSection, addProjectForTask.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asana_tbp.sandbox.problems import ApiProblem, bad, forbidden, no_route, unknown
from asana_tbp.sandbox.records import Container, Section, Task, User, UserTaskList, Workspace
from asana_tbp.sandbox.request import Request
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.switches import Landing, Switches


@dataclass(frozen=True)
class Spot:
    """A place in an order: before or after a neighbour, or before or after all others."""

    neighbour: str | None
    is_after: bool


TOP = Spot(None, is_after=False)
BOTTOM = Spot(None, is_after=True)
DAYS = ("Do today", "Do next week", "Do later")


def anchors(
    data: Mapping[str, Any],
    switches: Switches,
    *,
    before: str = "insert_before",
    after: str = "insert_after",
    null_is_edge: bool = False,
) -> Spot | None:
    """The spot a body asks for, None when it has no anchor.

    With `null_is_edge` an explicit null means an edge: before null = the end, after null = the beginning;
    otherwise null counts as absent. Both anchors at once are an error. Asana docs:
    TaskAddProjectRequest, TaskSetParentRequest.
    """
    given = [key for key in (before, after) if key in data and (null_is_edge or data[key] is not None)]
    if len(given) == 2:
        raise ApiProblem(switches.anchor_error, f"You may only specify one of {before} or {after}.")
    if not given:
        return None
    gid, is_after = data[given[0]], given[0] == after
    return Spot(gid, is_after if gid else not is_after)


def inserted(order: tuple[str, ...], gid: str, spot: Spot) -> tuple[str, ...]:
    """`order` with `gid` at `spot`. ValueError when the neighbour is not in it."""
    rest = [other for other in order if other != gid]
    if spot.neighbour is None:
        index = len(rest) if spot.is_after else 0
    else:
        index = rest.index(spot.neighbour) + spot.is_after
    return (*rest[:index], gid, *rest[index:])


def landing_spot(board: SandboxState, landing: Landing, order: tuple[str, ...]) -> Spot:
    """Where a thing lands without an anchor, by the switch."""
    if landing == "changing":
        return board.chance.choice((TOP, BOTTOM))
    if landing == "shuffled":
        neighbour = board.chance.choice((None, *order))
        return TOP if neighbour is None else Spot(neighbour, is_after=True)
    return TOP if landing == "top" else BOTTOM


def need_inside(switches: Switches, order: tuple[str, ...], spot: Spot, gid: str, what: str) -> None:
    """Refuse an anchor that is not in `order`, or that is the thing itself."""
    neighbour = spot.neighbour
    if neighbour is not None and (neighbour not in order or neighbour == gid):
        key = "insert_after" if spot.is_after else "insert_before"
        raise ApiProblem(switches.anchor_error, f"{key}: Not in the {what}: {neighbour}")


def take_out(board: SandboxState, task: Task, container: Container) -> Section | None:
    """Remove `task` from a project or My Tasks; the section it was in, if it was there."""
    gids = (*task.sections, *filter(None, [task.assignee_section]))
    places = [board.need(Section, gid) for gid in gids]
    left = next((section for section in places if section.container == container.gid), None)
    if left is None:
        return None
    if isinstance(container, UserTaskList):
        task.assignee_section = None
    task.sections = tuple(gid for gid in task.sections if gid != left.gid)
    left.tasks = tuple(gid for gid in left.tasks if gid != task.gid)
    return left


def place(board: SandboxState, task: Task, section: Section, spot: Spot) -> None:
    """Put `task` at `spot` of `section` and out of the other sections of the same project, and only those."""
    container, memberships = board.need(Container, section.container), task.sections
    left = take_out(board, task, container)
    section.tasks = inserted(section.tasks, task.gid, spot)
    if isinstance(container, UserTaskList):
        task.assignee_section = section.gid
    elif left is None:
        task.sections = (*memberships, section.gid)
    else:
        # Its memberships keep their order.
        task.sections = tuple(section.gid if gid == left.gid else gid for gid in memberships)


def add_section(board: SandboxState, container: Container, name: str, spot: Spot) -> Section:
    """A new, empty section at `spot`."""
    section = board.put(Section(board.new_gid(), name, container.gid, created_at=board.stamp()))
    container.sections = inserted(container.sections, section.gid, spot)
    return section


def my_tasks(board: SandboxState, user: User, workspace: str) -> UserTaskList:
    """My Tasks of `user` in a workspace, made at first use; one per user and workspace."""
    for existing in board.all(UserTaskList):
        if (existing.owner, existing.workspace) == (user.gid, workspace):
            return existing
    name = f"My tasks in {board.need(Workspace, workspace).name}"
    made = board.put(UserTaskList(board.new_gid(), name, workspace, owner=user.gid))
    days = DAYS if board.switches.my_tasks_day_sections else ()
    for section in (board.switches.intake_section_name, *days):
        add_section(board, made, section, BOTTOM)
    return made


def assign(board: SandboxState, task: Task, user: User | None) -> None:
    """Give `task` to `user`: out of the old My Tasks, into the intake section of the new one."""
    if task.assignee is not None:
        old = board.need(User, task.assignee)
        take_out(board, task, my_tasks(board, old, task.workspace))
    task.assignee = user.gid if user else None
    if user is not None:
        intake = board.need(Section, my_tasks(board, user, task.workspace).sections[0])
        place(board, task, intake, landing_spot(board, board.switches.intake_landing, intake.tasks))


def add_task_to_section(request: Request, section: Section) -> None:
    """To the TOP of the section unless anchored. Asana docs: addTaskForSection."""
    switches = request.switches
    container = request.board.need(Container, section.container)
    task = _task_for(request, container)
    spot = anchors(request.data, switches) or TOP
    need_inside(switches, section.tasks, spot, task.gid, "section")
    if isinstance(container, UserTaskList):
        if container.owner != request.user.gid:
            raise forbidden("user task list")
        if task.assignee != container.owner:
            raise bad("task: Not assigned to the owner of this list")
        if spot.neighbour is not None and switches.my_tasks_anchor == "refused":
            raise bad("insert_before: Cannot order tasks in My tasks")
        if (
            spot.neighbour is not None
            and switches.my_tasks_anchor == "only_inside"
            and task.gid not in section.tasks
        ):
            raise unknown("task", task.gid, status=404)
        if switches.my_tasks_anchor == "ignored":
            spot = TOP
    place(request.board, task, section, spot)


def add_project(request: Request, task: Task) -> None:
    """To the END of the project or section unless anchored; null anchors are edges.

    Asana docs: addProjectForTask.
    """
    project = request.in_body(Container, "project", request.needed("project"))
    if isinstance(project, UserTaskList):
        raise unknown("project", project.gid, status=400)
    _need_same_workspace(task, project)
    spot = anchors(request.data, request.switches, null_is_edge=True)
    section = _section_at(request, project, spot)
    need_inside(request.switches, section.tasks, spot or BOTTOM, task.gid, "section")
    if len(task.sections) >= 20 and not set(task.sections) & set(project.sections):
        raise bad("project: A task may be in at most 20 projects")
    place(request.board, task, section, spot or BOTTOM)


def _section_at(request: Request, project: Container, spot: Spot | None) -> Section:
    board = request.board
    if request.data.get("section") is not None:
        section = request.in_body(Section, "section", request.data["section"])
        if section.container != project.gid:
            raise bad(f"section: Not in the project: {section.gid}")
        return section
    if spot is not None and spot.neighbour is not None:
        for each in board.sections_of(project):
            if spot.neighbour in each.tasks:
                return each
        raise ApiProblem(request.switches.anchor_error, f"insert_after: Not in the project: {spot.neighbour}")
    return board.need(Section, project.sections[0 if spot == TOP else -1])


def insert_in_my_tasks(request: Request, gid: str) -> None:
    """The call of 2019: reorder My Tasks, reassigning to its owner. Asana docs of 2019: task.yaml."""
    if request.switches.legacy_my_tasks_insert == "404":
        raise no_route()
    mine = request.in_path(UserTaskList, "user_task_list", gid)
    task = _task_for(request, mine)
    if mine.owner != request.user.gid:
        raise forbidden("user task list")
    if task.assignee != mine.owner:
        assign(request.board, task, request.board.need(User, mine.owner))
    spot = anchors(request.data, request.switches)
    section = request.board.need(Section, mine.sections[0])
    if spot is not None:
        section = _section_at(request, mine, spot)
        need_inside(request.switches, section.tasks, spot, task.gid, "list")
    place(request.board, task, section, spot or TOP)


def _task_for(request: Request, container: Container) -> Task:
    """The task that a body names, in the workspace of a container."""
    task = request.in_body(Task, "task", request.needed("task"))
    _need_same_workspace(task, container)
    return task


def _need_same_workspace(task: Task, container: Container) -> None:
    if task.workspace != container.workspace:
        raise bad("task: Not in the same workspace")
