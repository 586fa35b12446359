"""A plan and what became of it, as prose and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asana_tbp.cli.output.console import out, out_json, say
from asana_tbp.cli.output.tree import print_tree
from asana_tbp.scaffold.cost import Cost
from asana_tbp.scaffold.plan import (
    Change,
    ChangeTask,
    Conflict,
    CreateProject,
    CreateSection,
    CreateTask,
    Delete,
    MoveTask,
    NameSection,
    Plan,
    RenameSection,
    RenameSong,
    Reorder,
    RewriteNotes,
)
from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import escape_controls, plural, quote, shell_quote

if TYPE_CHECKING:
    from asana_tbp.scaffold.apply import Scaffolded
    from asana_tbp.scaffold.desired import Desired
    from asana_tbp.scaffold.matching import Question
    from asana_tbp.songmap.schedule import Schedule

VERSION = 1
"""Of the JSON envelope: it changes when a field changes its meaning or goes."""

GROUPS = ("create", "rename", "move", "change", "delete")
MOST_LEFT_ALONE = 12
"""Lines of what is left alone; more are counted."""


@dataclass(frozen=True, slots=True)
class PlanView:
    """Everything that is shown of a plan."""

    desired: Desired
    plan: Plan
    schedule: Schedule
    cost: Cost
    per_minute: int
    project_gid: str | None


def show_plan(view: PlanView) -> None:
    """Print what would be done, what is open, the ideal order, and what it costs."""
    planned, desired = view.plan, view.desired
    if planned.changes and isinstance(planned.changes[0], CreateProject):
        out("Would create:")
        print_tree(desired.title, branches_of(desired))
    else:
        out(f"{escape_controls(desired.title)}: {plural(len(planned.tasks), 'task')} in Asana.")
        _print_changes(planned.changes, "would ")
    _print_open(planned)
    print_ideal_order(desired)
    if counts := counts_text(planned):
        out(counts)
    if view.schedule.summary:
        out(view.schedule.summary)
    if planned.nothing_to_do and not planned.undecided:
        out("Nothing to do.")
    elif not planned.nothing_to_do:
        out(
            f"About {view.cost.requests} requests, {_seconds(view.cost.seconds)} at {view.per_minute} a minute."
        )


def print_ideal_order(desired: Desired) -> None:
    """Print the order to work in, with a running clock: `1. Write chord progression 20m -> 0:20`."""
    rows = ideal_order_of(desired)
    if not rows:
        return
    out("Ideal order:")
    titles = [escape_controls(title) for title, _, _ in rows]
    width = min(60, max(map(len, titles)))
    for number, (title, (_, minutes, end)) in enumerate(zip(titles, rows, strict=True), 1):
        out(f"{number:4}. {title:<{width}}  {format_budget(minutes):>6} -> {end // 60}:{end % 60:02}")


def ideal_order_of(desired: Desired) -> list[tuple[str, int, int]]:
    """Titles in the ideal order, each with its minutes and the minute it ends, breaks counted."""
    rows = []
    clock = 0
    for task in sorted(desired.tasks, key=lambda task: task.place):
        clock += task.minutes
        rows.append((task.title, task.minutes, clock))
        clock += task.rest.minutes if task.rest else 0
    return rows


def counts_of(planned: Plan) -> dict[str, int]:
    """How many of each kind there are; `already_there` counts tasks and sections."""
    groups = [group_of(change) for change in planned.changes]
    return {
        **{group: groups.count(group) for group in GROUPS},
        "conflicts": len(planned.conflicts),
        "undecided": len(planned.questions) + planned.song_renamed,
        "already_there": len(planned.sections) + len(planned.tasks),
        "left_alone": len(planned.differences),
        "no_longer_in_map": len(planned.removed),
        "only_in_asana": len(planned.extra),
        "completed": len(planned.completed),
    }


def counts_text(planned: Plan) -> str:
    """`create 2, rename 1, completed 8`, without zeros."""
    counts = counts_of(planned)
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items() if count)


def show_result(desired: Desired, result: Scaffolded, schedule: Schedule) -> None:
    """Print what was done, and the project's link last."""
    planned = result.plan
    if planned.changes and isinstance(planned.changes[0], CreateProject):
        print_tree(desired.title, branches_of(desired))
        print_ideal_order(desired)
        if schedule.summary:
            out(schedule.summary)
    elif planned.nothing_to_do:
        if not planned.undecided:
            say("Nothing to do: Asana has everything.")
    else:
        out(f"{escape_controls(desired.title)}:")
        kept = set(result.kept)
        _print_changes([c for c in planned.changes if not (isinstance(c, Delete) and c.name in kept)], "")
    _say_open(planned, result)
    out(escape_controls(result.link))


def _say_open(planned: Plan, result: Scaffolded) -> None:
    _print_open(planned, say)
    for name in result.kept:
        say(
            f"Not deleted: {escape_controls(name)} was worked on (a comment, attachment, subtask or the timer)."
        )
    for shortcoming in result.shortcomings:
        say(f"{escape_controls(shortcoming)} Run the same command to try once more.")
    for name in result.doubles:
        say(
            f"Asana carried out a lost request late: it may have {quote(name)} twice now. Delete one of them."
        )
    for sentence in (*result.undecided, *((result.my_tasks,) if result.my_tasks else ())):
        say(escape_controls(sentence))


# -- changes as lines ---------------------------------------------------------------------------------


def group_of(change: Change) -> str:
    """The group that a change is shown in."""
    match change:
        case CreateProject() | CreateSection() | CreateTask() | NameSection():
            return "create"
        case RenameSong() | RenameSection():
            return "rename"
        case ChangeTask(what=what) if "title" in what:
            return "rename"
        case MoveTask():
            return "move"
        case Delete():
            return "delete"
    return "change"


def line_of(change: Change) -> str:
    """A change in words, without its group's verb."""
    match change:
        case CreateProject(title):
            return f"project {title}"
        case CreateSection(section) | NameSection(section):
            return f"section {section.name}"
        case CreateTask(task, section):
            return f"{task.name} in {section.name}"
        case RenameSong(old, new):
            return f"the project {old} -> {new}"
        case RenameSection(section, _, old):
            return f"section {old} -> {section.name}"
        case MoveTask(task, _, section, old):
            return f"{task.name}: {old} -> {section.name}"
        case RewriteNotes():
            return "the project's notes"
        case Reorder(where="tasks", section=section):
            return f"the order of tasks in {section.name if section else ''}"
        case Reorder(where=where):
            return "the order of sections" if where == "sections" else "the order in My Tasks"
        case Delete(kind, _, _, name):
            return f"{kind} {name}"
        case ChangeTask():
            return _task_line(change)
    raise TypeError(type(change).__name__)


def _task_line(change: ChangeTask) -> str:
    parts = []
    if change.name is not None:
        parts.append(f"{change.old_name} -> {change.name}")
    if change.due_on is not None:
        parts.append(f"due {change.old_due_on or 'on no day'} -> {change.due_on or 'on no day'}")
    if change.notes is not None:
        parts.append("notes")
    start = "" if change.name is not None else f"{change.old_name}: "
    return start + "; ".join(parts)


def _print_changes(changes: Iterable[Change], verb: str) -> None:
    by_group: dict[str, list[str]] = {group: [] for group in GROUPS}
    for change in changes:
        by_group[group_of(change)].append(line_of(change))
    for group, lines in by_group.items():
        for line in lines:
            out(f"  {verb + group:13} {escape_controls(line)}")


def _print_open(planned: Plan, write: Any = out) -> None:
    """What waits for the user, and what is left as it is."""
    for conflict in planned.conflicts:
        write(f"  conflict      {escape_controls(conflict_line(conflict))}")
    if planned.conflicts:
        write("Changed on both sides, or nobody knows where: decide with --prefer map or --prefer asana.")
    for question in planned.questions:
        for line in question_lines(question):
            write(line)
    if planned.song_renamed:
        write(
            "The song has another name in the map. To rename its project: --yes. To make another song: --new."
        )
    left = planned.differences
    for difference in left[:MOST_LEFT_ALONE]:
        write(f"  left alone    {escape_controls(difference.name)} {escape_controls(difference.sentence)}")
    if len(left) > MOST_LEFT_ALONE:
        write(f"  left alone    and {len(left) - MOST_LEFT_ALONE} more")
    for name in planned.removed:
        write(
            f"  not in map    {_named(name)}, which was: it stays in Asana (--prune deletes what nobody touched)"
        )
    for name in planned.extra:
        write(f"  not in map    {_named(name)}")
    if planned.completed:
        count = len(planned.completed)
        write(
            f"{plural(count, 'task is', 'tasks are')} completed and {'stays' if count == 1 else 'stay'} as in Asana."
        )


def question_lines(question: Question) -> list[str]:
    """What is open about renames, with the words that answer it."""
    lines = []
    where = f" in {escape_controls(question.new[0].section)}" if question.new[0].section else ""
    old = ", ".join(quote(each.name) for each in question.old)
    new = ", ".join(quote(each.name) for each in question.new)
    lines.append(
        f"  renamed?      {old} is gone from the map and {new} is new{where}. Nothing is changed yet:"
    )
    if len(question.old) == len(question.new) == 1:
        lines.append("                add --yes if it is a rename, or:")
    for one, other in zip(question.old, question.new, strict=True):
        section = f"{one.section}/" if one.section else ""
        lines.append(f"                --rename {shell_quote(f'{section}{one.name}={other.name}')}")
    return lines


def conflict_line(conflict: Conflict) -> str:
    """A conflict in words: what it was, and what it is on both sides."""
    was = f"was {_short(conflict.base)}, " if conflict.base is not None else ""
    return (
        f"{conflict.name}: {conflict.field} {was}is {_short(conflict.in_map)} in the map "
        f"and {_short(conflict.in_asana)} in Asana"
    )


def _short(text: str | None) -> str:
    return quote(" ".join((text or "").split()))


def _named(name: str) -> str:
    return escape_controls(name).strip() or "(without a name)"


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


# -- JSON ---------------------------------------------------------------------------------------------


def plan_as_json(view: PlanView) -> None:
    """Print the plan as data."""
    desired, planned, schedule = view.desired, view.plan, view.schedule
    _print(
        {
            "song": desired.title,
            "project": view.project_gid,
            "nothing_to_do": planned.nothing_to_do,
            **_plan_content(planned),
            **_order_content(desired),
            "requests": view.cost.requests,
            "seconds": round(view.cost.seconds, 1),
            "requests_per_minute": view.per_minute,
            "schedule": {
                "minutes": schedule.minutes,
                "sessions": [day.isoformat() for day in schedule.sessions],
                "deadline": schedule.deadline.isoformat() if schedule.deadline else None,
                "over_minutes": schedule.over,
            },
        }
    )


def result_as_json(desired: Desired, result: Scaffolded) -> None:
    """Print what was done as data."""
    _print(
        {
            "song": desired.title,
            "project": result.project_gid,
            "link": result.link,
            "nothing_to_do": result.plan.nothing_to_do,
            **_plan_content(result.plan),
            **_order_content(desired),
            "moved": result.moves,
            "not_deleted": list(result.kept),
            "shortcomings": [*result.shortcomings, *result.undecided],
            "my_tasks": result.my_tasks or None,
            "doubled": list(result.doubles),
        }
    )


def branches_of(desired: Desired) -> list[tuple[str, list[tuple[str, int]]]]:
    """A song's sections and tasks for `print_tree`."""
    return [
        (section.name, [(task.name, task.minutes) for task in section.tasks]) for section in desired.sections
    ]


def _plan_content(planned: Plan) -> dict[str, Any]:
    return {
        "counts": counts_of(planned),
        "changes": [change_as_data(change) for change in planned.changes],
        "conflicts": [
            {"name": c.name, "field": c.field, "base": c.base, "map": c.in_map, "asana": c.in_asana}
            for c in planned.conflicts
        ],
        "questions": [
            {
                "kind": question.kind,
                "gone_from_map": [each.name for each in question.old],
                "new_in_map": [each.name for each in question.new],
            }
            for question in planned.questions
        ],
        "song_renamed": planned.song_renamed,
        "left_alone": [{"name": each.name, "how": each.sentence} for each in planned.differences],
        "no_longer_in_map": list(planned.removed),
        "only_in_asana": list(planned.extra),
        "completed": list(planned.completed),
    }


def _order_content(desired: Desired) -> dict[str, Any]:
    in_order = sorted(desired.tasks, key=lambda task: task.place)
    return {
        "ideal_order": [task.name for task in in_order],
        "ideal_order_at": [end for _, _, end in ideal_order_of(desired)],
    }


def change_as_data(change: Change) -> dict[str, Any]:
    """A change for a program to read; `kind` is its group and `of` what it is about."""
    about: dict[str, Any]
    match change:
        case CreateProject(title):
            about = {"of": "project", "name": title}
        case CreateTask(task, section):
            about = {"of": "task", "name": task.name, "section": section.name, "minutes": task.minutes}
            about |= {"due_on": task.due_on} if task.due_on else {}
        case CreateSection(section) | NameSection(section):
            about = {"of": "section", "name": section.name}
        case RenameSong(old, new):
            about = {"of": "project", "name": old, "new_name": new}
        case RenameSection(section, gid, old):
            about = {"of": "section", "gid": gid, "name": old, "new_name": section.name}
        case MoveTask(task, gid, section, old):
            about = {"of": "task", "gid": gid, "name": task.name, "section": old, "new_section": section.name}
        case RewriteNotes():
            about = {"of": "project", "fields": ["notes"]}
        case Reorder(where, in_section):
            about = {"of": "order", "where": where, "section": in_section.name if in_section else None}
        case Delete(kind, _, gid, name):
            about = {"of": kind, "gid": gid, "name": name}
        case ChangeTask():
            about = {"of": "task", "gid": change.gid, "name": change.old_name, "fields": list(change.what)}
            about |= {"new_name": change.name} if change.name is not None else {}
            about |= {"due_on": change.due_on or None} if change.due_on is not None else {}
    return {"kind": group_of(change), **about}


def _print(content: dict[str, Any]) -> None:
    out_json({"version": VERSION, **content})
