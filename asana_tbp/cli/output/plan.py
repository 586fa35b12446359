"""A plan and its result, as text and as JSON."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from asana_tbp.cli.output.console import emit_json, fold, out, say
from asana_tbp.cli.output.tree import print_order, print_tree
from asana_tbp.scaffold.apply import Scaffolded
from asana_tbp.scaffold.compare.plan import Change, Cost, FieldOutcome, Plan, Question
from asana_tbp.scaffold.desired import Desired
from asana_tbp.songmap.schedule import Schedule
from asana_tbp.text import plural, quote, shell_quote

GROUPS = ("create", "rename", "move", "change", "delete")
MOST_LEFT_ALONE = 12
"""Lines of what is left alone; more are counted."""
INDENT = 16
"""Where the words of a line begin, after the group's name."""
MAY_EXIST = (
    "Asana was not read. If it has a song of this name already, scaffold makes no second one, "
    "but asks for --project or --new."
)


WORDS = {
    ("create", "project"): "project {0.name}",
    ("create", "section"): "section {0.name}",
    ("create", "task"): "{0.name} in {0.section}",
    ("rename", "project"): "the project {0.name} -> {0.new_name}",
    ("rename", "section"): "section {0.name} -> {0.new_name}",
    ("move", "task"): "{0.name}: {0.section} -> {0.new_section}",
    ("change", "project"): "the project's notes",
    ("delete", "section"): "section {0.name}",
    ("delete", "task"): "task {0.name}",
    "tasks": "the order of tasks in {0.section}",
    "sections": "the order of sections",
    "my tasks": "the order in My Tasks",
}
"""What a change is about, without its verb, by its kind or the order that changes."""


def words_of(change: Change) -> str:
    """A change in words, without its group's verb."""
    words = WORDS.get(change.where or (change.action, change.of))
    if words is not None:
        return words.format(change)
    parts = []
    if change.new_name is not None:
        parts.append(f"{change.name} -> {change.new_name}")
    if change.due_on is not None:
        parts.append(f"due date {change.old_due_on or 'none'} -> {change.due_on or 'none'}")
    if change.notes is not None:
        parts.append("notes")
    return ("" if change.new_name is not None else f"{change.name}: ") + "; ".join(parts)


def _as_data(change: Change) -> dict[str, Any]:
    inner = {"key", "old_due_on", "notes"}
    content = {k: v for k, v in asdict(change).items() if v is not None and k not in inner}
    if "due_on" in content:
        content["due_on"] = content["due_on"] or None
    return {"kind": content.pop("action"), **content}


def show_plan(planned: Plan, schedule: Schedule, cost: Cost, *, may_exist: bool) -> None:
    """Print what would be done, what is undecided, the ideal order, and the cost.

    `may_exist` if Asana was not read, and may have a song of this name that this computer does not know.
    """
    desired = planned.desired
    if planned.find("create", "project"):
        out("Would create:")
        print_tree(desired.title, desired.sections)
    else:
        count = sum(task.key in planned.gids for task in desired.tasks)
        known = "" if count == len(desired.tasks) else f"{count} of "
        out(fold(f"{desired.title}: {known}{plural(len(desired.tasks), 'task')} in Asana."))
        _print_changes(planned.changes, "would ")
    _print_open(planned, out)
    print_order(_order_of(desired))
    if summary := _summary(planned):
        out(fold(f"{summary}."))
    if may_exist:
        out(fold(MAY_EXIST))
    if schedule.summary:
        out(fold(schedule.summary))
    if not planned.nothing_to_do:
        seconds = cost.seconds
        time = f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
        out(f"About {plural(cost.requests, 'request')}, {time} at {cost.per_minute} a minute.")
    elif not planned.undecided:
        out("Nothing to do.")


def _summary(planned: Plan) -> str:
    """How many of what: `Create: 1 project, 3 sections, 4 tasks; left alone: 1`."""
    kinds: dict[str, Counter[str]] = {group: Counter() for group in GROUPS}
    for change in planned.changes:
        kinds[change.action][change.of] += 1
    tasks = {task.key for task in planned.desired.tasks}
    kinds["already_there"] = Counter("task" if key in tasks else "section" for key in planned.gids)
    parts = []
    for name, count in counts_of(planned).items():
        nouns = [
            f"the order of {plural(number, 'list')}" if kind == "order" else plural(number, kind)
            for kind, number in kinds.get(name, Counter()).items()
        ]
        if count:
            words = name.replace("_", " ").replace("asana", "Asana")
            parts.append(f"{words}: {', '.join(nouns) or count}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def show_result(result: Scaffolded, schedule: Schedule) -> None:
    """Print what was done, and the project's link last."""
    planned, desired = result.plan, result.plan.desired
    if planned.find("create", "project"):
        print_tree(desired.title, desired.sections)
        print_order(_order_of(desired))
        if schedule.summary:
            out(fold(schedule.summary))
    elif not planned.nothing_to_do:
        out(fold(f"{desired.title}:"))
        changes = planned.changes
        _print_changes((c for c in changes if c.action != "delete" or c.name not in result.kept), "")
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
        say(sentence)
    out(result.link)


def conflict_text(conflict: FieldOutcome) -> str:
    """A conflict in words: what it was, and what it is on both sides."""
    base, in_map, in_asana = (
        quote(" ".join(str(text or "").split()))
        for text in (conflict.base, conflict.in_map, conflict.in_asana)
    )
    was = "" if conflict.base is None else f"was {base}, "
    return f"{conflict.name}: {conflict.field} {was}is {in_map} in the map and {in_asana} in Asana"


def _order_of(desired: Desired) -> list[tuple[str, int, int]]:
    """Titles in the ideal order, each with its minutes and the minute it ends, breaks counted."""
    rows, clock = [], 0
    for task in sorted(desired.tasks, key=lambda task: task.place):
        rows.append((task.title, task.minutes, clock + task.minutes))
        clock += task.minutes + (task.rest.minutes if task.rest else 0)
    return rows


def _print_changes(changes: Iterable[Change], verb: str) -> None:
    for change in sorted(changes, key=lambda each: GROUPS.index(each.action)):
        _print_line(out, verb + change.action, words_of(change))


def _print_line(write: Callable[[str], None], label: str, words: str) -> None:
    write(fold(f"  {label:{INDENT - 3}} {words.strip()}", INDENT))


def _print_open(planned: Plan, write: Callable[[str], None]) -> None:
    """Print what the user must decide, and what is left as it is."""
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
    stays = " is no longer in the map and stays in Asana (--prune deletes what nobody touched)"
    for name, words in (
        *((name, stays) for name in planned.removed.values()),
        *((name, "") for name in planned.extra),
    ):
        _print_line(write, "not in map", (name.strip() or "(without a name)") + words)
    if count := len(planned.completed):
        are, stay = ("is", "stays") if count == 1 else ("are", "stay")
        write(f"{plural(count, 'task')} {are} completed and {stay} as in Asana.")


def _print_question(question: Question, write: Callable[[str], None]) -> None:
    """Print an open question about renames, with the options that answer it."""
    old, new = (", ".join(quote(each.name) for each in side) for side in (question.old, question.new))
    where = f" in {question.new[0].section}" if question.new[0].section else ""
    verb = "is" if len(question.old) == 1 else "are"
    words = f"{old} {verb} gone from the map and {new} {verb} new{where}. Nothing is changed yet:"
    _print_line(write, "renamed?", words)
    if len(question.old) == 1:
        yes = "add --yes if it is a rename, or:" if question.ours else "if it is a rename, add:"
        _print_line(write, "", yes)
    for one, other in zip(question.old, question.new, strict=True):
        section = f"{one.section}/" if one.section else ""
        write(f"{'':{INDENT}}--rename {shell_quote(f'{section}{one.name}={other.name}')}")


def plan_as_json(
    planned: Plan, schedule: Schedule, cost: Cost, project: str | None, *, is_read: bool
) -> None:
    """Print the plan as data; `is_read` if Asana was read for it."""
    emit_json(
        "plan",
        **_content(planned, project),
        asana_read=is_read,
        requests=cost.requests,
        seconds=round(cost.seconds, 1),
        requests_per_minute=cost.per_minute,
        schedule={
            "minutes": schedule.minutes,
            "sessions": schedule.sessions,
            "deadline": schedule.deadline,
            "over_minutes": schedule.over,
        },
    )


def result_as_json(result: Scaffolded) -> None:
    """Print what was done as data."""
    emit_json(
        "scaffold",
        **_content(result.plan, result.project_gid),
        link=result.link,
        moved=result.moves,
        not_deleted=result.kept,
        shortcomings=result.shortcomings,
        my_tasks=result.my_tasks or None,
        doubled=result.doubles,
    )


def counts_of(planned: Plan) -> dict[str, int]:
    """How many of each kind there are; `already_there` counts tasks and sections."""
    groups: list[str] = [change.action for change in planned.changes]
    return {
        **{group: groups.count(group) for group in GROUPS},
        "conflicts": len(planned.conflicts),
        "undecided": len(planned.questions) + planned.song_renamed,
        "already_there": len(planned.gids),
        "left_alone": len(planned.differences),
        "no_longer_in_map": len(planned.removed),
        "only_in_asana": len(planned.extra),
        "completed": len(planned.completed),
    }


def conflict_as_data(of: FieldOutcome) -> dict[str, Any]:
    """What was changed on both sides, for a program to read."""
    return {"name": of.name, "field": of.field, "base": of.base, "map": of.in_map, "asana": of.in_asana}


def _content(planned: Plan, project: str | None) -> dict[str, Any]:
    order = sorted(planned.desired.tasks, key=lambda task: task.place)
    return {
        "song": planned.desired.title,
        "project": project,
        "nothing_to_do": planned.nothing_to_do and not planned.undecided,
        "counts": counts_of(planned),
        "changes": list(map(_as_data, planned.changes)),
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
        "no_longer_in_map": list(planned.removed.values()),
        "only_in_asana": planned.extra,
        "completed": list(planned.completed.values()),
        "ideal_order": [task.name for task in order],
        "ideal_order_at": [end for _, _, end in _order_of(planned.desired)],
    }
