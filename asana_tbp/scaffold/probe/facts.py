"""How each fact that Asana does not document is found out.

A function returns what it saw. What it raises becomes the answer as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from asana_tbp.bridge.create_once import FINAL
from asana_tbp.bridge.values import Section, Task
from asana_tbp.errors import AnswerLost, AsanaError, NotFound, Refused
from asana_tbp.scaffold.probe.throwaway import MOST_TASKS_READ, NotReady, Throwaway
from asana_tbp.scaffold.workspace_memory import Fact as Remembered
from asana_tbp.scaffold.workspace_memory import Landing, infer_rule

PLACES: dict[Landing | None, str] = {
    "top": "on top",
    "bottom": "at the bottom",
    "mixed": "in no order we know",
    None: "nowhere we see it",
}
NAME_LENGTHS = (2_000, 1_024, 255)
NOTES_LENGTHS = (100_000, 10_000)


@dataclass
class Probe:
    """What the facts have in common: the throw-away things, and what was seen on the way.

    `arrived` are our tasks in the section of My Tasks in the order they came, `row` as they were read last.
    `words` are names that must not stand in a report. `remembered` is what scaffolding uses.
    """

    things: Throwaway
    words: list[str] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    created_after: list[list[str]] = field(default_factory=list)
    top_works: bool = False
    remembered: dict[Remembered, str] = field(default_factory=dict)

    def read_row(self) -> list[str]:
        """Read the section of My Tasks: our own tasks from top to bottom."""
        ours = {task.gid for task in self.things.tasks.values()}
        self.row = [gid for gid in self.things.my_row() if gid in ours]
        return self.row


def refusal(error: AsanaError, private: Sequence[str]) -> str:
    """What Asana refused, with nothing in it that must not stand in a report: names, ids, addresses, hosts."""
    if not error.status:
        lost = isinstance(error, AnswerLost)
        return "no answer that makes sense" if lost else "not found out: too many requests"
    reason = error.reason
    for word in sorted(filter(None, private), key=len, reverse=True):
        reason = re.sub(re.escape(word), "...", reason, flags=re.IGNORECASE)
    reason = re.sub(r"\S*(?:\d{5}|[@/\\]|\w\.\w)\S*|\S{25,}", "...", reason)[:120]
    kind = "failed" if error.status >= 500 else "refused"
    return f"{kind}: {error.status} {reason}".strip()


# -- the project and its sections -------------------------------------------------------------------


def team(probe: Probe) -> str:
    """Make the project: without a team, and in one where an organisation needs that."""
    things = probe.things
    try:
        things.make_project(None)
    except Refused as error:
        if not things.workspace.is_organization:
            raise
        teams = things.asana.teams(things.workspace.gid)
        probe.words += [each.name for each in teams]
        if not teams:
            raise
        things.make_project(teams[0].gid)
        raise error from None
    return "accepted" if things.workspace.is_organization else "accepted; this is no organization"


def default_section(probe: Probe) -> str:
    return f'"{probe.things.see_default_section().name}"'


def new_section(probe: Probe) -> str:
    things = probe.things
    made = [things.sections["default"].gid, things.make_section("A").gid, things.make_section("B").gid]
    shown = [section.gid for section in things.asana.sections(things.project.gid)]
    rule = infer_rule([made], shown)
    return {"top": "at the start", "bottom": "at the end"}.get(rule or "", PLACES[rule])


def created_in_section(probe: Probe) -> str:
    things = probe.things
    section = things.sections["A"]
    made = [things.make_task(f"A{number}", section).gid for number in (1, 2, 3)]
    shown = [task.gid for task in things.asana.section_tasks(things.project.gid, section.gid)]
    rule = infer_rule([made], shown)
    if rule in ("top", "bottom"):
        probe.remembered["landing"] = rule
    return PLACES[rule]


def created_in_project(probe: Probe) -> str:
    things = probe.things
    made = [things.make_task(f"P{number}").gid for number in (1, 2)]
    shown = [task for task in things.asana.tasks(things.project.gid) if task.gid in made]
    first = {task.section_gid for task in shown} == {things.sections["default"].gid}
    place = PLACES[infer_rule([made], [task.gid for task in shown])]
    return f"{'in the first section' if first else 'in another section'}, {place}"


def both_anchors(probe: Probe) -> str:
    things = probe.things
    first, second, third = (things.tasks[f"A{number}"].gid for number in (1, 2, 3))
    things.asana.add_to_section(things.sections["A"].gid, first, after=second, before=third)
    return "accepted"


def foreign_anchor(probe: Probe) -> str:
    things = probe.things
    things.asana.add_to_section(
        things.sections["A"].gid, things.tasks["A1"].gid, after=things.tasks["P1"].gid
    )
    return "accepted"


def deleted_section(probe: Probe) -> str:
    things = probe.things
    task, section, project = things.tasks["P2"], things.sections["B"], things.project
    things.asana.move_to_end(project.gid, section.gid, task.gid)
    things.asana.delete_section(section.gid)
    sections = {each.gid: each.section_gid for each in things.asana.tasks(project.gid)}
    if task.gid in sections:
        first = sections[task.gid] == things.sections["default"].gid
        return f"its tasks move to {'the first' if first else 'another'} section"
    try:
        things.asana.task(task.gid)
    except NotFound:
        return "its tasks are deleted as well"
    return "its tasks leave the project"


def deleted_project(probe: Probe) -> str:
    return "its tasks remain" if probe.things.delete_project() else "its tasks are deleted as well"


# -- My Tasks ---------------------------------------------------------------------------------------


def my_section(probe: Probe) -> str:
    try:
        probe.things.make_my_section()
    except FINAL:
        probe.remembered["my sections"] = "refused"
        raise
    probe.remembered["my sections"] = "allowed"
    return "accepted"


def assigned_section(probe: Probe) -> str:
    things = probe.things
    gids = [things.tasks[f"A{number}"].gid for number in (1, 2, 3)]
    for gid in gids:
        things.asana.change_task(gid, assignee_section=things.my_section.gid)
    if not set(gids) <= set(probe.read_row()):
        return "ignored"
    probe.arrived = gids
    return PLACES[infer_rule([gids], probe.row)]


def _create_in_my_section(probe: Probe, name: str, section: Section | None) -> str:
    things = probe.things
    gid = things.make_task(name, section, things.my_section).gid
    if gid not in probe.read_row():
        return "ignored"
    # A single task tells its place by those that were there before.
    probe.created_after += [[earlier, gid] for earlier in probe.arrived]
    probe.arrived.append(gid)
    rule = infer_rule(probe.created_after, probe.row)
    if rule in ("top", "bottom"):
        probe.remembered["my landing"] = rule
    return f"accepted, lands {PLACES[rule]}"


def created_in_my_section(probe: Probe) -> str:
    section = probe.things.sections["A"]
    try:
        answer = _create_in_my_section(probe, "A4", section)
    except FINAL:
        probe.remembered["section on create"] = "refused"
        raise
    probe.remembered["section on create"] = "ignored" if answer == "ignored" else "accepted"
    return answer


def created_in_project_and_my_section(probe: Probe) -> str:
    return _create_in_my_section(probe, "P3", None)


def my_top(probe: Probe) -> str:
    last = _row_of_three(probe)[-1]
    probe.things.asana.add_to_section(probe.things.my_section.gid, last, after=None)
    probe.top_works = probe.read_row()[:1] == [last]
    if probe.top_works:
        probe.remembered["my tasks"] = "top"
        return "on top"
    return "at the bottom" if probe.row[-1:] == [last] else "elsewhere"


def my_anchor(probe: Probe) -> str:
    row = _row_of_three(probe)
    answer = _anchored(probe, row[-1], row[0])
    if answer == "honoured":
        if probe.top_works:
            # Both ways work: which is shorter is better seen from song to song.
            probe.remembered.pop("my tasks", None)
        else:
            probe.remembered["my tasks"] = "anchored"
    return answer


def my_anchor_from_outside(probe: Probe) -> str:
    return _anchored(probe, probe.things.tasks["P1"].gid, _row_of_three(probe)[1])


def _anchored(probe: Probe, gid: str, anchor: str) -> str:
    probe.things.asana.add_to_section(probe.things.my_section.gid, gid, after=anchor)
    row = probe.read_row()
    if (anchor, gid) in pairwise(row):
        return "honoured"
    return f"ignored, lands {PLACES['top'] if row[:1] == [gid] else 'elsewhere'}"


def _row_of_three(probe: Probe) -> Sequence[str]:
    if len(probe.row) < 3:
        raise NotReady("too few tasks are in the section of My Tasks")
    return probe.row


def my_list_order(probe: Probe) -> str:
    created = [task.gid for task in probe.things.tasks.values() if task.gid in probe.row]
    if probe.row in (created, created[::-1]):
        raise NotReady("nothing there could be reordered")
    listed = probe.things.asana.my_open_tasks(probe.things.list_gid, MOST_TASKS_READ)
    shown = [task.gid for task in listed if task.gid in probe.row]
    if len(shown) < len(probe.row):
        raise NotReady("My Tasks is too long to read")
    orders = {"as displayed": probe.row, "by creation": created, "by creation, newest first": created[::-1]}
    return next((name for name, order in orders.items() if order == shown), "in another order")


def legacy_insert(probe: Probe) -> str:
    probe.things.asana.insert_in_my_tasks(probe.things.list_gid, probe.things.tasks["P1"].gid)
    return "works"


# -- limits -----------------------------------------------------------------------------------------


def time_entry(probe: Probe) -> str:
    probe.things.asana.add_time_entry(probe.things.tasks["A1"].gid, 1)
    return "accepted"


def name_length(probe: Probe) -> str:
    change, mark = probe.things.asana.change_task, probe.things.mark
    return _longest(
        probe, NAME_LENGTHS, lambda gid, n: change(gid, name=mark.ljust(n, "x")), lambda task: task.name
    )


def notes_length(probe: Probe) -> str:
    change = probe.things.asana.change_task
    return _longest(probe, NOTES_LENGTHS, lambda gid, n: change(gid, notes="x" * n), lambda task: task.notes)


def _longest(
    probe: Probe,
    lengths: Sequence[int],
    write: Callable[[str, int], None],
    text_of: Callable[[Task], str],
) -> str:
    """The first of some lengths, longest first, that is taken, and what the next longer one met."""
    gid = probe.things.tasks["A3"].gid
    limit = ""
    for number, length in enumerate(lengths):
        try:
            write(gid, length)
        except FINAL as error:
            if number == len(lengths) - 1:
                raise
            limit = f"; {length:,} are {refusal(error, probe.words)}"
            continue
        kept = len(text_of(probe.things.asana.task(gid)))
        cut = "" if kept == length else f", cut to {kept:,}"
        return f"{length:,} characters are accepted{cut}{limit}"
    raise AssertionError("a length was tried")
