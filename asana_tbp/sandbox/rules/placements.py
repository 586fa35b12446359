"""Requests that put an existing task somewhere else: into sections, projects and My Tasks."""

from __future__ import annotations

from asana_tbp.sandbox.problems import Answer, ApiProblem, bad, forbidden, no_route, unknown
from asana_tbp.sandbox.records import Container, Section, Task, User, UserTaskList
from asana_tbp.sandbox.request import Request
from asana_tbp.sandbox.rules.landing import (
    BOTTOM,
    TOP,
    Spot,
    anchors,
    assign,
    need_inside,
    place,
)


def add_task_to_section(request: Request) -> Answer:
    """To the TOP of the section unless anchored. Asana docs: addTaskForSection."""
    section = request.in_path(Section, "section")
    task = request.in_body(Task, "task", request.needed("task"))
    container = request.board.need(Container, section.container)
    _same_workspace(task, container)
    spot = anchors(request.data, request.switches) or TOP
    need_inside(request.switches, section.tasks, spot, task.gid, "section")
    if isinstance(container, UserTaskList):
        if container.owner != request.user.gid:
            raise forbidden("user task list")
        if task.assignee != container.owner:
            raise bad("task: Not assigned to the owner of this list")
        if spot.neighbour is not None and request.switches.my_tasks_anchor == "refused":
            raise bad("insert_before: Cannot order tasks in My tasks")
        if (
            spot.neighbour is not None
            and request.switches.my_tasks_anchor == "only_inside"
            and task.gid not in section.tasks
        ):
            raise unknown("task", task.gid, status=404)
        if request.switches.my_tasks_anchor == "ignored":
            spot = TOP
    place(request.board, task, section, spot)
    return request.done()


def add_project(request: Request) -> Answer:
    """To the END of the project or section unless anchored; null anchors are edges.

    Asana docs: addProjectForTask.
    """
    task = request.in_path(Task, "task")
    project = request.in_body(Container, "project", request.needed("project"))
    if isinstance(project, UserTaskList):
        raise unknown("project", project.gid, status=400)
    _same_workspace(task, project)
    spot = anchors(request.data, request.switches, null_is_edge=True)
    section = _section_at(request, project, spot)
    need_inside(request.switches, section.tasks, spot or BOTTOM, task.gid, "section")
    if len(task.sections) >= 20 and not set(task.sections) & set(project.sections):
        raise bad("project: A task may be in at most 20 projects")
    place(request.board, task, section, spot or BOTTOM)
    return request.done()


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


def insert_in_my_tasks(request: Request) -> Answer:
    """The call of 2019: reorder My Tasks, reassigning to its owner. Asana docs of 2019: task.yaml."""
    if request.switches.legacy_my_tasks_insert == "404":
        raise no_route()
    mine = request.in_path(UserTaskList, "user_task_list")
    task = request.in_body(Task, "task", request.needed("task"))
    _same_workspace(task, mine)
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
    return request.done()


def _same_workspace(task: Task, other: Container | Task) -> None:
    if task.workspace != other.workspace:
        raise bad("task: Not in the same workspace")
