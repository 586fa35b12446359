"""How each fact that Asana does not document is found out.

A function returns what it saw. What it raises becomes the answer as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from asana_tbp.bridge.retry import FINAL
from asana_tbp.bridge.values import Section
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


@dataclass
class Probe(Throwaway):
    """The throw-away things, and what was seen on the way.

    `arrived` are our tasks in the section of My Tasks in the order they came, `row` as they were read last.
    `words` are names that must not stand in a report. `remembered` is what scaffolding uses.
    """

    words: list[str] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    created_after: list[list[str]] = field(default_factory=list)
    remembered: dict[Remembered, str] = field(default_factory=dict)

    def read_row(self) -> list[str]:
        """Read the section of My Tasks: our own tasks from top to bottom."""
        ours = {task.gid for task in self.tasks.values()}
        shown = self.asana.section_tasks("", self.my_section.gid, MOST_TASKS_READ)
        self.row = [task.gid for task in shown if task.gid in ours]
        return self.row

    def row_of_three(self) -> Sequence[str]:
        """The row as it was read last. Raises `NotReady` where it is too short to put into another order."""
        if len(self.row) < 3:
            raise NotReady("too few tasks are in the section of My Tasks")
        return self.row

    def place_of(self, fact: Remembered, created: Sequence[Sequence[str]], shown: Sequence[str]) -> str:
        """Where tasks have landed, in words, and remembered as a fact."""
        rule = infer_rule(created, shown)
        if rule in ("top", "bottom"):
            self.remembered[fact] = rule
        return PLACES[rule]


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


def _create_in_my_section(probe: Probe, name: str, section: Section | None) -> str:
    gid = probe.make_task(name, section, probe.my_section).gid
    if gid not in probe.read_row():
        return "ignored"
    # A single task tells its place by those that were there before.
    probe.created_after += [[earlier, gid] for earlier in probe.arrived]
    probe.arrived.append(gid)
    return f"accepted, lands {probe.place_of('my landing', probe.created_after, probe.row)}"


def _anchored(probe: Probe, gid: str, anchor: str) -> str:
    probe.asana.add_to_section(probe.my_section.gid, gid, after=anchor)
    row = probe.read_row()
    if (anchor, gid) in pairwise(row):
        return "honoured"
    return f"ignored, lands {PLACES['top'] if row[:1] == [gid] else 'elsewhere'}"


def _longest(probe: Probe, name: Literal["name", "notes"], lengths: Sequence[int]) -> str:
    """The first of some lengths, longest first, that a field takes, and what the next longer one met."""
    gid = probe.tasks["A3"].gid
    limit = ""
    for number, length in enumerate(lengths):
        text = probe.mark.ljust(length, "x")
        try:
            probe.asana.change_task(gid, **({"name": text} if name == "name" else {"notes": text}))
        except FINAL as error:
            if number == len(lengths) - 1:
                raise
            limit = f"; {length:,} are {refusal(error, probe.words)}"
            continue
        kept = len(getattr(probe.asana.task(gid), name))
        cut = "" if kept == length else f", cut to {kept:,}"
        return f"{length:,} characters are accepted{cut}{limit}"
    raise AssertionError("a length was tried")


def team(probe: Probe) -> str:
    """Make the project: without a team, and in one where an organisation needs that."""
    try:
        probe.make_project(None)
    except Refused as error:
        if not probe.workspace.is_organization:
            raise
        teams = probe.asana.teams(probe.workspace.gid)
        probe.words += [each.name for each in teams]
        if not teams:
            raise
        probe.make_project(teams[0].gid)
        raise error from None
    return "accepted" if probe.workspace.is_organization else "accepted; this is no organization"


def default_section(probe: Probe) -> str:
    sections = probe.asana.sections(probe.project.gid)
    if not sections:
        raise NotReady("a new project has no section")
    probe.sections["default"] = sections[0]
    return f'"{sections[0].name}"'


def new_section(probe: Probe) -> str:
    made = [probe.sections["default"].gid, probe.make_section("A").gid, probe.make_section("B").gid]
    rule = infer_rule([made], [section.gid for section in probe.asana.sections(probe.project.gid)])
    return {"top": "at the start", "bottom": "at the end"}.get(rule or "", PLACES[rule])


def created_in_section(probe: Probe) -> str:
    section = probe.sections["A"]
    made = [probe.make_task(f"A{number}", section).gid for number in (1, 2, 3)]
    shown = [task.gid for task in probe.asana.section_tasks(probe.project.gid, section.gid)]
    return probe.place_of("landing", [made], shown)


def created_in_project(probe: Probe) -> str:
    made = [probe.make_task(f"P{number}").gid for number in (1, 2)]
    shown = [task for task in probe.asana.tasks(probe.project.gid) if task.gid in made]
    first = {task.section_gid for task in shown} == {probe.sections["default"].gid}
    place = PLACES[infer_rule([made], [task.gid for task in shown])]
    return f"{'in the first section' if first else 'in another section'}, {place}"


def my_section(probe: Probe) -> str:
    try:
        probe.make_section("")
    except FINAL:
        probe.remembered["my sections"] = "refused"
        raise
    probe.remembered["my sections"] = "allowed"
    return "accepted"


def assigned_section(probe: Probe) -> str:
    gids = [probe.tasks[f"A{number}"].gid for number in (1, 2, 3)]
    for gid in gids:
        probe.asana.change_task(gid, assignee_section=probe.my_section.gid)
    if not set(gids) <= set(probe.read_row()):
        return "ignored"
    probe.arrived = gids
    return PLACES[infer_rule([gids], probe.row)]


def created_in_my_section(probe: Probe) -> str:
    try:
        answer = _create_in_my_section(probe, "A4", probe.sections["A"])
    except FINAL:
        probe.remembered["section on create"] = "refused"
        raise
    probe.remembered["section on create"] = "ignored" if answer == "ignored" else "accepted"
    return answer


def created_in_project_and_my_section(probe: Probe) -> str:
    return _create_in_my_section(probe, "P3", None)


def my_top(probe: Probe) -> str:
    last = probe.row_of_three()[-1]
    probe.asana.add_to_section(probe.my_section.gid, last, after=None)
    if probe.read_row()[:1] == [last]:
        probe.remembered["my tasks"] = "top"
        return "on top"
    return "at the bottom" if probe.row[-1:] == [last] else "elsewhere"


def my_anchor(probe: Probe) -> str:
    row = probe.row_of_three()
    answer = _anchored(probe, row[-1], row[0])
    # Where both ways work, which is shorter is better seen from song to song.
    if answer == "honoured" and probe.remembered.pop("my tasks", None) is None:
        probe.remembered["my tasks"] = "anchored"
    return answer


def my_anchor_from_outside(probe: Probe) -> str:
    return _anchored(probe, probe.tasks["P1"].gid, probe.row_of_three()[1])


def my_list_order(probe: Probe) -> str:
    created = [task.gid for task in probe.tasks.values() if task.gid in probe.row]
    if probe.row in (created, created[::-1]):
        raise NotReady("nothing there could be reordered")
    listed = probe.asana.my_open_tasks(probe.list_gid, MOST_TASKS_READ)
    shown = [task.gid for task in listed if task.gid in probe.row]
    if len(shown) < len(probe.row):
        raise NotReady("My Tasks is too long to read")
    orders = {"as displayed": probe.row, "by creation": created, "by creation, newest first": created[::-1]}
    return next((name for name, order in orders.items() if order == shown), "in another order")


def legacy_insert(probe: Probe) -> str:
    probe.asana.insert_in_my_tasks(probe.list_gid, probe.tasks["P1"].gid)
    return "works"


def name_length(probe: Probe) -> str:
    return _longest(probe, "name", (2_000, 1_024, 255))


def notes_length(probe: Probe) -> str:
    return _longest(probe, "notes", (100_000, 10_000))


def both_anchors(probe: Probe) -> str:
    first, second, third = (probe.tasks[f"A{number}"].gid for number in (1, 2, 3))
    probe.asana.add_to_section(probe.sections["A"].gid, first, after=second, before=third)
    return "accepted"


def foreign_anchor(probe: Probe) -> str:
    probe.asana.add_to_section(probe.sections["A"].gid, probe.tasks["A1"].gid, after=probe.tasks["P1"].gid)
    return "accepted"


def deleted_section(probe: Probe) -> str:
    task, section, project = probe.tasks["P2"], probe.sections["B"], probe.project
    probe.asana.move_to_end(project.gid, section.gid, task.gid)
    probe.asana.delete_section(section.gid)
    sections = {each.gid: each.section_gid for each in probe.asana.tasks(project.gid)}
    if task.gid in sections:
        first = sections[task.gid] == probe.sections["default"].gid
        return f"its tasks move to {'the first' if first else 'another'} section"
    try:
        probe.asana.task(task.gid)
    except NotFound:
        return "its tasks are deleted as well"
    return "its tasks leave the project"


def time_entry(probe: Probe) -> str:
    probe.asana.add_time_entry(probe.tasks["A1"].gid, 1)
    return "accepted"


def deleted_project(probe: Probe) -> str:
    gid, task = probe.project.gid, next(iter(probe.tasks.values()), None)
    probe.asana.delete_project(gid)
    probe.deleted.add(gid)
    if task is None:
        raise NotReady("a task could not be made")
    with suppress(NotFound):
        probe.asana.task(task.gid)
        return "its tasks remain"
    return "its tasks are deleted as well"
