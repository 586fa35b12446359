"""Requests that put an existing task somewhere else: into sections, projects, My Tasks, under a parent.

Knows what each of Asana's calls means by its anchors. Must not know a task's other fields.
"""

from __future__ import annotations

from asana_tbp.sandbox.problems import ApiProblem, bad, forbidden, no_route, unknown
from asana_tbp.sandbox.records import Container, Project, Section, Task, User, UserTaskList
from asana_tbp.sandbox.request import Answer, Request
from asana_tbp.sandbox.rules.events import announce
from asana_tbp.sandbox.rules.landing import (
    BOTTOM,
    TOP,
    Spot,
    anchors,
    assign,
    container_of,
    inserted,
    need_inside,
    place,
    take_out,
)
from asana_tbp.sandbox.rules.tasks import attach


def add_task_to_section(call: Request) -> Answer:
    """To the TOP of the section unless anchored. Asana docs: addTaskForSection."""
    section = call.in_path(Section, "section")
    task = call.in_body(Task, "task", call.needed("task"))
    container = container_of(call.board, section)
    _same_workspace(task, container)
    spot = anchors(call.data, call.switches) or TOP
    need_inside(call.switches, section.tasks, spot, task.gid, "section")
    if isinstance(container, UserTaskList):
        _need_mine(call, task, container)
        if spot.neighbour is not None and call.switches.my_tasks_anchor == "refused":
            raise bad("insert_before: Cannot order tasks in My tasks")
        if (
            spot.neighbour is not None
            and call.switches.my_tasks_anchor == "only_inside"
            and task.gid not in section.tasks
        ):
            raise unknown("task", task.gid, status=404)
        if call.switches.my_tasks_anchor == "ignored":
            spot = TOP
    place(call.board, call.user, task, section, spot)
    return call.done()


def add_project(call: Request) -> Answer:
    """To the END of the project or section unless anchored; null anchors are edges.

    Asana docs: addProjectForTask.
    """
    task = call.in_path(Task, "task")
    project = call.in_body(Container, "project", call.needed("project"))
    if isinstance(project, UserTaskList) and call.switches.my_tasks_add_project == "refused":
        raise unknown("project", project.gid, status=400)
    _same_workspace(task, project)
    spot = anchors(call.data, call.switches, null_is_edge=True)
    section = _wanted_section(call, project, spot)
    need_inside(call.switches, section.tasks, spot or BOTTOM, task.gid, "section")
    if isinstance(project, UserTaskList):
        _need_mine(call, task, project)
    elif len(task.sections) >= 20 and not set(task.sections) & set(project.sections):
        raise bad("project: A task may be in at most 20 projects")
    place(call.board, call.user, task, section, spot or BOTTOM)
    return call.done()


def _wanted_section(call: Request, project: Container, spot: Spot | None) -> Section:
    board = call.board
    if call.data.get("section") is not None:
        section = call.in_body(Section, "section", call.data["section"])
        if section.container != project.gid:
            raise bad(f"section: Not in the project: {section.gid}")
        return section
    if spot is not None and spot.neighbour is not None:
        for each in board.sections_of(project):
            if spot.neighbour in each.tasks:
                return each
        raise ApiProblem(call.switches.anchor_error, f"insert_after: Not in the project: {spot.neighbour}")
    top = spot is not None and spot.edge == "top"
    return board.need(Section, project.sections[0 if top else -1])


def remove_project(call: Request) -> Answer:
    """Out of the project; the task stays. Asana docs: removeProjectForTask."""
    task = call.in_path(Task, "task")
    project = call.in_body(Project, "project", call.needed("project"))
    take_out(call.board, call.user, task, project)
    return call.done()


def set_parent(call: Request) -> Answer:
    """Subtask order; null anchors are edges; parent null frees it. Asana docs: setParentForTask."""
    task = call.in_path(Task, "task")
    if "parent" not in call.data:
        raise bad("parent: Missing input")
    wanted = call.data["parent"]
    parent = None if wanted is None else call.in_body(Task, "parent", wanted)
    above = parent
    while above is not None:
        if above.gid == task.gid:
            raise bad("parent: A task cannot be its own ancestor")
        above = call.board.need(Task, above.parent) if above.parent else None
    if parent is not None:
        _same_workspace(task, parent)
        spot = anchors(call.data, call.switches, null_is_edge=True)
        order = None
        if spot is not None:
            need_inside(call.switches, parent.subtasks, spot, task.gid, "parent")
            order = inserted(parent.subtasks, task.gid, spot)
        _detach(call, task, keep=parent)
        attach(call, task, parent, order)
    else:
        _detach(call, task, keep=None)
        task.parent = None
    announce(call.board, call.user, task, "changed", field="parent")
    return call.shown(task)


def _detach(call: Request, task: Task, keep: Task | None) -> None:
    if task.parent is not None and (keep is None or task.parent != keep.gid):
        old = call.board.need(Task, task.parent)
        old.subtasks = tuple(gid for gid in old.subtasks if gid != task.gid)


def insert_in_my_tasks(call: Request) -> Answer:
    """The call of 2019: reorder My Tasks, reassigning to its owner. Asana docs of 2019: task.yaml."""
    if call.switches.legacy_my_tasks_insert == "404":
        raise no_route()
    mine = call.in_path(UserTaskList, "user_task_list")
    task = call.in_body(Task, "task", call.needed("task"))
    _same_workspace(task, mine)
    if mine.owner != call.user.gid:
        raise forbidden("user task list")
    if task.assignee != mine.owner:
        assign(call.board, call.switches, call.user, task, call.board.need(User, mine.owner))
    spot = anchors(call.data, call.switches)
    section = call.board.need(Section, mine.sections[0])
    if spot is not None:
        section = _wanted_section(call, mine, spot)
        need_inside(call.switches, section.tasks, spot, task.gid, "list")
    place(call.board, call.user, task, section, spot or TOP)
    return call.done()


def _need_mine(call: Request, task: Task, mine: UserTaskList) -> None:
    if mine.owner != call.user.gid:
        raise forbidden("user task list")
    if task.assignee != mine.owner:
        raise bad("task: Not assigned to the owner of this list")


def _same_workspace(task: Task, other: Container | Task) -> None:
    if task.workspace != other.workspace:
        raise bad("task: Not in the same workspace")
