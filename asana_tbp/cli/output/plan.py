"""A plan and what became of it, as prose and as JSON.

Knows what a producer wants to read. Must not know how a plan is made or carried out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from asana_tbp.cli.output.console import out, say
from asana_tbp.cli.output.tree import print_tree
from asana_tbp.scaffold.cost import Cost, counts_of
from asana_tbp.scaffold.plan import CreateProject, CreateSection, CreateTask, NameSection, Plan
from asana_tbp.text import escape_controls, quote

if TYPE_CHECKING:
    from asana_tbp.scaffold.apply import Scaffolded
    from asana_tbp.scaffold.desired import Desired
    from asana_tbp.songmap.schedule import Schedule

VERSION = 1
"""Of the JSON envelope: it changes when a field changes its meaning or goes."""


def show_plan(desired: Desired, planned: Plan, schedule: Schedule, cost: Cost, per_minute: int) -> None:
    """Print what would be done, what is there, and what it costs."""
    if not planned.tasks and not planned.differences:
        out("Would create:")
        print_tree(desired.title, branches_of(desired))
    else:
        there = f"{len(planned.tasks)} of {len(desired.tasks)} tasks are in Asana already"
        out(f"{escape_controls(desired.title)}: {there}.")
        for name in _names(planned):
            out(f"  would create  {escape_controls(name)}")
    for difference in planned.differences:
        out(f"  left alone    {escape_controls(difference.name)} {escape_controls(difference.sentence)}")
    for name in planned.extra:
        out(f"  not in map    {escape_controls(name).strip() or '(without a name)'}")
    counts = counts_of(planned)
    out(
        f"create {counts['create']}, already there {counts['already_there']}, "
        f"differs {counts['differs']}, not in the map {counts['not_in_map']}"
    )
    if schedule.summary:
        out(schedule.summary)
    if planned.nothing_to_do:
        out("Nothing to do.")
    else:
        out(f"About {cost.requests} requests, {_seconds(cost.seconds)} at {per_minute} a minute.")


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def plan_as_json(
    desired: Desired, planned: Plan, schedule: Schedule, cost: Cost, per_minute: int, project_gid: str | None
) -> None:
    """Print the plan as data."""
    _print(
        {
            "song": desired.title,
            "project": project_gid,
            "nothing_to_do": planned.nothing_to_do,
            "counts": counts_of(planned),
            "create": [_change(change) for change in planned.changes],
            "already_there": [
                {"task": task.name, "gid": planned.tasks[task.key]}
                for task in desired.tasks
                if task.key in planned.tasks
            ],
            "differs": _differences(planned),
            "not_in_map": list(planned.extra),
            "requests": cost.requests,
            "seconds": round(cost.seconds, 1),
            "requests_per_minute": per_minute,
            "schedule": {
                "minutes": schedule.minutes,
                "sessions": [day.isoformat() for day in schedule.sessions],
                "deadline": schedule.deadline.isoformat() if schedule.deadline else None,
                "over_minutes": schedule.over,
            },
        }
    )


def show_result(desired: Desired, result: Scaffolded, schedule: Schedule) -> None:
    """Print what was done, and the project's link last."""
    if result.plan.nothing_to_do:
        say("Nothing to do: Asana has everything.")
    elif result.plan.tasks:
        out(f"{escape_controls(desired.title)}: added")
        for name in _names(result.plan):
            out(f"  {escape_controls(name)}")
    else:
        print_tree(desired.title, branches_of(desired))
        if schedule.summary:
            out(schedule.summary)
    for difference in result.plan.differences:
        say(f"Left as it is: {escape_controls(difference.name)} {escape_controls(difference.sentence)}.")
    for shortcoming in result.shortcomings:
        say(f"{escape_controls(shortcoming)} Run the same command to try once more.")
    for name in result.doubles:
        say(
            f"Asana carried out a lost request late: it may have {quote(name)} twice now. Delete one of them."
        )
    if result.my_tasks:
        say(escape_controls(result.my_tasks))
    out(escape_controls(result.link))


def result_as_json(desired: Desired, result: Scaffolded) -> None:
    """Print what was done as data."""
    _print(
        {
            "song": desired.title,
            "project": result.project_gid,
            "link": result.link,
            "nothing_to_do": result.plan.nothing_to_do,
            "created": [_change(change) for change in result.plan.changes],
            "moved": result.moves,
            "differs": _differences(result.plan),
            "not_in_map": list(result.plan.extra),
            "shortcomings": list(result.shortcomings),
            "my_tasks": result.my_tasks or None,
            "doubled": list(result.doubles),
        }
    )


def branches_of(desired: Desired) -> list[tuple[str, list[tuple[str, int]]]]:
    """A song's sections and tasks for `print_tree`."""
    return [
        (section.name, [(task.name, task.minutes) for task in section.tasks]) for section in desired.sections
    ]


def _differences(planned: Plan) -> list[dict[str, str]]:
    return [{"name": each.name, "how": each.sentence} for each in planned.differences]


def _names(planned: Plan) -> list[str]:
    words = []
    for change in planned.changes:
        match change:
            case CreateTask(task, section):
                words.append(f"{task.name} in {section.name}")
            case CreateSection(section) | NameSection(section):
                words.append(f"section {section.name}")
    return words


def _change(change: object) -> dict[str, Any]:
    match change:
        case CreateTask(task, section):
            due = {"due_on": task.due_on} if task.due_on else {}
            return {"kind": "task", "name": task.name, "section": section.name, "minutes": task.minutes} | due
        case CreateSection(section) | NameSection(section):
            return {"kind": "section", "name": section.name}
        case CreateProject(title):
            return {"kind": "project", "name": title}
    raise TypeError(type(change).__name__)


def _print(content: dict[str, Any]) -> None:
    out(json.dumps({"version": VERSION, **content}, indent=2, ensure_ascii=False))
