"""The facts that Asana does not document: how each is found out, and a run that deletes what it made, whatever happens.

A function returns what it saw; None is "accepted". What it raises becomes the answer as well.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Literal, NamedTuple

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.retry import FINAL
from asana_tbp.bridge.values import Section, User, Workspace
from asana_tbp.errors import AsanaError, NotFound, NotSent, Refused
from asana_tbp.scaffold.probe.throwaway import (
    MOST_REQUESTS,
    MOST_TASKS_READ,
    PLACES,
    Leftover,
    NotReady,
    Probe,
)
from asana_tbp.scaffold.workspace_memory import Fact as Remembered
from asana_tbp.scaffold.workspace_memory import infer_rule
from asana_tbp.system.clock import Clock

Find = Callable[[Probe], str | None]
FACTS: list[tuple[Find, str, str]] = []
"""How each is found out, its name for people, and what we assume, in the order in which they are found out."""


def fact(name: str, assumed: str) -> Callable[[Find], Find]:
    """Put a function that finds something out among the facts."""

    def register(find: Find) -> Find:
        FACTS.append((find, name, assumed))
        return find

    return register


class Finding(NamedTuple):
    """What one fact is in this Asana."""

    key: str
    fact: str
    answer: str
    assumed: str


class Report(NamedTuple):
    """All findings, what could not be deleted, how many requests it took, and what scaffolding may remember."""

    findings: tuple[Finding, ...]
    leftovers: tuple[Leftover, ...]
    requests: int
    interrupted: bool
    remembered: dict[Remembered, str]


def probe_asana(
    asana: Gateway, clock: Clock, user: User, workspace: Workspace, seen: Callable[[Finding], None]
) -> Report:
    """Find out all facts; `seen` is called with each. Raises neither for what Asana answers nor for Ctrl-C."""
    words = [user.name, user.email, *(place.name for place in user.workspaces)]
    mark = f"asana-tbp probe {secrets.token_hex(3)}"
    probe = Probe(asana, workspace, mark, clock.now(), words=words)
    findings: list[Finding] = []
    interrupted, gone = False, ""
    try:
        for find, name, assumed in FACTS:
            # Deleting everything takes as many as are left.
            asana.allow_requests(MOST_REQUESTS - len(probe.tasks) - 6)
            if not gone:
                try:
                    answer = find(probe) or "accepted"
                except NotReady as missing:
                    answer = f"not found out: {missing}"
                except NotSent as error:
                    answer = gone = f"not found out: {error.sentence}"
                except AsanaError as error:
                    answer = probe.refusal(error)
            findings.append(Finding(find.__name__, name, answer, assumed))
            seen(findings[-1])
    except KeyboardInterrupt:
        interrupted = True
    leftovers = probe.clean_up()
    return Report(tuple(findings), leftovers, asana.requests_sent, interrupted, probe.remembered)


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
    gid, limit = probe.tasks["A3"].gid, ""
    for length in lengths:
        text = probe.mark.ljust(length, "x")
        try:
            probe.asana.change_task(gid, **({"name": text} if name == "name" else {"notes": text}))
        except FINAL as error:
            if length == lengths[-1]:
                raise
            limit = f"; {length:,} are {probe.refusal(error)}"
        else:
            break
    kept = len(getattr(probe.asana.task(gid), name))
    cut = "" if kept == length else f", cut to {kept:,}"
    return f"{length:,} characters are accepted{cut}{limit}"


@fact("A project of an organization without a team", "Refused or not: a team is named then")
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


@fact("The section of a new project", "Any name")
def default_section(probe: Probe) -> str:
    sections = probe.asana.sections(probe.project.gid)
    if not sections:
        raise NotReady("a new project has no section")
    probe.sections["default"] = sections[0]
    return f'"{sections[0].name}"'


@fact("A new section without an anchor", "At the end; an anchor is sent")
def new_section(probe: Probe) -> str:
    made = [probe.sections["default"].gid, probe.make_section("A").gid, probe.make_section("B").gid]
    rule = infer_rule([made], [section.gid for section in probe.asana.sections(probe.project.gid)])
    return {"top": "at the start", "bottom": "at the end"}.get(rule or "", PLACES[rule])


@fact("A task created in a section", "Read back and repaired")
def created_in_section(probe: Probe) -> str:
    section = probe.sections["A"]
    made = [probe.make_task(f"A{number}", section).gid for number in (1, 2, 3)]
    shown = [task.gid for task in probe.asana.section_tasks(probe.project.gid, section.gid)]
    return probe.place_of("landing", [made], shown)


@fact("A task created in a project alone", "Not used")
def created_in_project(probe: Probe) -> str:
    made = [probe.make_task(f"P{number}").gid for number in (1, 2)]
    shown = [task for task in probe.asana.tasks(probe.project.gid) if task.gid in made]
    first = {task.section_gid for task in shown} == {probe.sections["default"].gid}
    place = PLACES[infer_rule([made], [task.gid for task in shown])]
    return f"{'in the first section' if first else 'in another section'}, {place}"


@fact("A new section of My Tasks", "Accepted; else you make it by hand")
def my_section(probe: Probe) -> None:
    try:
        probe.make_section("")
    except FINAL:
        probe.remembered["my sections"] = "refused"
        raise
    probe.remembered["my sections"] = "allowed"


@fact("A task moved to a section of My Tasks", "Read back and repaired")
def assigned_section(probe: Probe) -> str:
    gids = [probe.tasks[f"A{number}"].gid for number in (1, 2, 3)]
    for gid in gids:
        probe.asana.change_task(gid, assignee_section=probe.my_section.gid)
    if not set(gids) <= set(probe.read_row()):
        return "ignored"
    probe.arrived = gids
    return PLACES[infer_rule([gids], probe.row)]


@fact("A task created in a section of the project and of My Tasks", "Accepted; else it is moved afterwards")
def created_in_my_section(probe: Probe) -> str:
    try:
        answer = _create_in_my_section(probe, "A4", probe.sections["A"])
    except FINAL:
        probe.remembered["section on create"] = "refused"
        raise
    probe.remembered["section on create"] = "ignored" if answer == "ignored" else "accepted"
    return answer


@fact("A task created in a project and a section of My Tasks", "Not used")
def created_in_project_and_my_section(probe: Probe) -> str:
    return _create_in_my_section(probe, "P3", None)


@fact("addTask without an anchor in My Tasks", "On top; read back")
def my_top(probe: Probe) -> str:
    last = probe.row_of_three()[-1]
    probe.asana.add_to_section(probe.my_section.gid, last, after=None)
    if probe.read_row()[:1] == [last]:
        probe.remembered["my tasks"] = "top"
        return "on top"
    return "at the bottom" if probe.row[-1:] == [last] else "elsewhere"


@fact("addTask with an anchor inside a section of My Tasks", "Unknown; read back")
def my_anchor(probe: Probe) -> str:
    row = probe.row_of_three()
    answer = _anchored(probe, row[-1], row[0])
    # Where both ways work, which is shorter is better seen from song to song.
    if answer == "honoured" and probe.remembered.pop("my tasks", None) is None:
        probe.remembered["my tasks"] = "anchored"
    return answer


@fact("The same for a task of another section", "Unknown; read back")
def my_anchor_from_outside(probe: Probe) -> str:
    return _anchored(probe, probe.tasks["P1"].gid, probe.row_of_three()[1])


@fact("The order of the list of My Tasks", "Not used: sections are read")
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


@fact("Insert into My Tasks as of 2019", "Refused: 404; not used")
def legacy_insert(probe: Probe) -> str:
    probe.asana.insert_in_my_tasks(probe.list_gid, probe.tasks["P1"].gid)
    return "works"


@fact("Longest name of a task", "No limit")
def name_length(probe: Probe) -> str:
    return _longest(probe, "name", (2_000, 1_024, 255))


@fact("Longest notes of a task", "No limit")
def notes_length(probe: Probe) -> str:
    return _longest(probe, "notes", (100_000, 10_000))


@fact("Both anchors at once", "Refused; never sent")
def both_anchors(probe: Probe) -> None:
    first, second, third = (probe.tasks[f"A{number}"].gid for number in (1, 2, 3))
    probe.asana.add_to_section(probe.sections["A"].gid, first, after=second, before=third)


@fact("An anchor outside of the section", "Refused; never sent")
def foreign_anchor(probe: Probe) -> None:
    probe.asana.add_to_section(probe.sections["A"].gid, probe.tasks["A1"].gid, after=probe.tasks["P1"].gid)


@fact("Deleting a section with a task", "Refused; never done")
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


@fact("Time tracking", "Refused on the free plan; not used")
def time_entry(probe: Probe) -> None:
    probe.asana.add_time_entry(probe.tasks["A1"].gid, 1)


@fact("Deleting a project with tasks", "Unknown; never done to yours")
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
