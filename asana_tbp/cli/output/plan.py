"""A plan and what became of it, as prose and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from asana_tbp.cli.output.console import emit_json, out, say
from asana_tbp.cli.output.tree import fold, print_order, print_tree
from asana_tbp.scaffold.apply import Scaffolded
from asana_tbp.scaffold.compare.changes import (
    Change,
    ChangeTask,
    Conflict,
    CreateProject,
    CreateSection,
    CreateTask,
    Delete,
    MoveTask,
    NameSection,
    RenameSection,
    RenameSong,
    Reorder,
    RewriteNotes,
)
from asana_tbp.scaffold.compare.matching import Question
from asana_tbp.scaffold.compare.plan import Plan
from asana_tbp.scaffold.cost import Cost
from asana_tbp.scaffold.desired import Desired
from asana_tbp.songmap.schedule import Schedule
from asana_tbp.text import plural, quote, shell_quote

GROUPS = ("create", "rename", "move", "change", "delete")
MOST_LEFT_ALONE = 12
"""Lines of what is left alone; more are counted."""
INDENT = 16
"""Where the words of a line begin, behind the group's name."""


@dataclass(frozen=True, slots=True)
class PlanView:
    """Everything that is shown of a plan."""

    desired: Desired
    plan: Plan
    schedule: Schedule
    cost: Cost
    per_minute: int
    project_gid: str | None


def describe(change: Change) -> tuple[str, str, dict[str, Any]]:
    """A change's group, its words without the group's verb, and what it is about as data."""
    match change:
        case CreateProject(title):
            return "create", f"project {title}", {"of": "project", "name": title}
        case CreateSection(section) | NameSection(section):
            return "create", f"section {section.name}", {"of": "section", "name": section.name}
        case CreateTask(task, section):
            content = {"of": "task", "name": task.name, "section": section.name, "minutes": task.minutes}
            due = {"due_on": task.due_on} if task.due_on else {}
            return "create", f"{task.name} in {section.name}", {**content, **due}
        case RenameSong(old, new):
            return "rename", f"the project {old} -> {new}", {"of": "project", "name": old, "new_name": new}
        case RenameSection(section, gid, old):
            content = {"of": "section", "gid": gid, "name": old, "new_name": section.name}
            return "rename", f"section {old} -> {section.name}", content
        case MoveTask(task, gid, section, old):
            content = {"of": "task", "gid": gid, "name": task.name, "section": old}
            content["new_section"] = section.name
            return "move", f"{task.name}: {old} -> {section.name}", content
        case RewriteNotes():
            return "change", "the project's notes", {"of": "project", "fields": ["notes"]}
        case Reorder(where, in_section):
            name = in_section.name if in_section else None
            places = {"tasks": f"tasks in {name}", "sections": "sections", "my tasks": "My Tasks"}
            words = f"the order {'in' if where == 'my tasks' else 'of'} {places[where]}"
            return "change", words, {"of": "order", "where": where, "section": name}
        case Delete(kind, _, gid, name):
            return "delete", f"{kind} {name}", {"of": kind, "gid": gid, "name": name}
        case ChangeTask():
            return _task_change(change)


def _task_change(change: ChangeTask) -> tuple[str, str, dict[str, Any]]:
    content: dict[str, Any] = {
        "of": "task",
        "gid": change.gid,
        "name": change.old_name,
        "fields": change.what,
    }
    parts = []
    if change.name is not None:
        parts.append(f"{change.old_name} -> {change.name}")
        content["new_name"] = change.name
    if change.due_on is not None:
        parts.append(f"due date {change.old_due_on or 'none'} -> {change.due_on or 'none'}")
        content["due_on"] = change.due_on or None
    if change.notes is not None:
        parts.append("notes")
    start = "" if change.name is not None else f"{change.old_name}: "
    return "rename" if "title" in change.what else "change", start + "; ".join(parts), content


# -- prose --------------------------------------------------------------------------------------------


def show_plan(view: PlanView) -> None:
    """Print what would be done, what is open, the ideal order, and what it costs."""
    planned, desired = view.plan, view.desired
    if _is_new(planned):
        out("Would create:")
        _print_song(desired)
    else:
        out(fold(f"{desired.title}: {plural(len(planned.tasks), 'task')} in Asana."))
        _print_changes(planned.changes, "would ")
    _print_open(planned, out)
    print_order(_order_of(desired))
    if counts := {name: count for name, count in counts_of(planned).items() if count}:
        out(fold(", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items())))
    if view.schedule.summary:
        out(fold(view.schedule.summary))
    if not planned.nothing_to_do:
        seconds = view.cost.seconds
        time = f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
        out(f"About {plural(view.cost.requests, 'request')}, {time} at {view.per_minute} a minute.")
    elif not planned.undecided:
        out("Nothing to do.")


def show_result(desired: Desired, result: Scaffolded, schedule: Schedule) -> None:
    """Print what was done, and the project's link last."""
    planned = result.plan
    if _is_new(planned):
        _print_song(desired)
        print_order(_order_of(desired))
        if schedule.summary:
            out(fold(schedule.summary))
    elif not planned.nothing_to_do:
        out(fold(f"{desired.title}:"))
        kept = [
            change for change in planned.changes if isinstance(change, Delete) and change.name in result.kept
        ]
        _print_changes((change for change in planned.changes if change not in kept), "")
    elif not planned.undecided:
        say("Nothing to do: Asana has everything.")
    _print_open(planned, say)
    worked_on = "was worked on (a comment, attachment, subtask or the timer)."
    twice = "twice now: it carried out a lost request late. Delete one of them."
    for sentence in (
        *(f"Not deleted: {name} {worked_on}" for name in result.kept),
        *(f"{shortcoming} Run the same command to try once more." for shortcoming in result.shortcomings),
        *(f"Asana may have {quote(name)} {twice}" for name in result.doubles),
        *filter(None, [result.my_tasks]),
    ):
        say(fold(sentence))
    out(result.link)


def conflict_text(conflict: Conflict) -> str:
    """A conflict in words: what it was, and what it is on both sides."""
    base, in_map, in_asana = (
        quote(" ".join((text or "").split())) for text in (conflict.base, conflict.in_map, conflict.in_asana)
    )
    was = "" if conflict.base is None else f"was {base}, "
    return f"{conflict.name}: {conflict.field} {was}is {in_map} in the map and {in_asana} in Asana"


def _is_new(planned: Plan) -> bool:
    return bool(planned.changes) and isinstance(planned.changes[0], CreateProject)


def _print_song(desired: Desired) -> None:
    print_tree(desired.title, [(section.name, section.tasks) for section in desired.sections])


def _order_of(desired: Desired) -> list[tuple[str, int, int]]:
    """Titles in the ideal order, each with its minutes and the minute it ends, breaks counted."""
    rows, clock = [], 0
    for task in sorted(desired.tasks, key=lambda task: task.place):
        rows.append((task.title, task.minutes, clock + task.minutes))
        clock += task.minutes + (task.rest.minutes if task.rest else 0)
    return rows


def _print_changes(changes: Iterable[Change], verb: str) -> None:
    described = [describe(change)[:2] for change in changes]
    for group, words in sorted(described, key=lambda each: GROUPS.index(each[0])):
        _print_line(out, verb + group, words)


def _print_line(write: Callable[[str], None], label: str, words: str) -> None:
    write(fold(f"  {label:{INDENT - 3}} {words.strip()}", INDENT))


def _print_open(planned: Plan, write: Callable[[str], None]) -> None:
    """Print what waits for the user, and what is left as it is."""
    for conflict in planned.conflicts:
        _print_line(write, "conflict", conflict_text(conflict))
    if planned.conflicts:
        write("Which side counts? Decide with --prefer map or --prefer asana.")
    for question in planned.questions:
        _print_question(question, write)
    if planned.song_renamed:
        write("The song has another name in the map, so nothing is changed yet. Decide what that means:")
        write("  --yes    rename its project in Asana")
        write("  --new    make another song")
    left = [f"{difference.name} {difference.sentence}" for difference in planned.differences]
    if len(left) > MOST_LEFT_ALONE:
        left[MOST_LEFT_ALONE:] = [f"and {len(left) - MOST_LEFT_ALONE} more"]
    for words in left:
        _print_line(write, "left alone", words)
    stays = "is no longer in the map and stays in Asana (--prune deletes what nobody touched)"
    for words in (*(f"{_named(name)} {stays}" for name in planned.removed), *map(_named, planned.extra)):
        _print_line(write, "not in map", words)
    if count := len(planned.completed):
        are, stay = ("is", "stays") if count == 1 else ("are", "stay")
        write(f"{plural(count, 'task')} {are} completed and {stay} as in Asana.")


def _print_question(question: Question, write: Callable[[str], None]) -> None:
    """Print what is open about renames, with the options that answer it."""
    old, new = (", ".join(quote(each.name) for each in side) for side in (question.old, question.new))
    where = f" in {question.new[0].section}" if question.new[0].section else ""
    verb = "is" if len(question.old) == 1 else "are"
    words = f"{old} {verb} gone from the map and {new} {verb} new{where}. Nothing is changed yet:"
    _print_line(write, "renamed?", words)
    if len(question.old) == 1:
        _print_line(write, "", "add --yes if it is a rename, or:")
    for one, other in zip(question.old, question.new, strict=True):
        section = f"{one.section}/" if one.section else ""
        write(f"{'':{INDENT}}--rename {shell_quote(f'{section}{one.name}={other.name}')}")


def _named(name: str) -> str:
    return name.strip() or "(without a name)"


# -- JSON ---------------------------------------------------------------------------------------------


def plan_as_json(view: PlanView) -> None:
    """Print the plan as data."""
    schedule = view.schedule
    emit_json(
        "plan",
        **_content(view.desired, view.plan, view.project_gid),
        requests=view.cost.requests,
        seconds=round(view.cost.seconds, 1),
        requests_per_minute=view.per_minute,
        schedule={
            "minutes": schedule.minutes,
            "sessions": schedule.sessions,
            "deadline": schedule.deadline,
            "over_minutes": schedule.over,
        },
    )


def result_as_json(desired: Desired, result: Scaffolded) -> None:
    """Print what was done as data."""
    emit_json(
        "scaffold",
        **_content(desired, result.plan, result.project_gid),
        link=result.link,
        moved=result.moves,
        not_deleted=result.kept,
        shortcomings=list(result.shortcomings),
        my_tasks=result.my_tasks or None,
        doubled=result.doubles,
    )


def counts_of(planned: Plan) -> dict[str, int]:
    """How many of each kind there are; `already_there` counts tasks and sections."""
    groups = [describe(change)[0] for change in planned.changes]
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


def conflict_as_data(of: Conflict) -> dict[str, Any]:
    """What was changed on both sides, for a program to read."""
    return {"name": of.name, "field": of.field, "base": of.base, "map": of.in_map, "asana": of.in_asana}


def _content(desired: Desired, planned: Plan, project: str | None) -> dict[str, Any]:
    order = sorted(desired.tasks, key=lambda task: task.place)
    return {
        "song": desired.title,
        "project": project,
        "nothing_to_do": planned.nothing_to_do,
        "counts": counts_of(planned),
        "changes": [{"kind": group, **content} for group, _, content in map(describe, planned.changes)],
        "conflicts": list(map(conflict_as_data, planned.conflicts)),
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
        "no_longer_in_map": planned.removed,
        "only_in_asana": planned.extra,
        "completed": planned.completed,
        "ideal_order": [task.name for task in order],
        "ideal_order_at": [end for _, _, end in _order_of(desired)],
    }
