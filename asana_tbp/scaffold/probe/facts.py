"""The facts that Asana does not document: how each is found out, and a run that finds out all of them."""

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
    Throwaway,
)
from asana_tbp.scaffold.workspace_memory import Fact as Remembered
from asana_tbp.scaffold.workspace_memory import infer_rule
from asana_tbp.system.clock import Clock

Find = Callable[["Probe"], str | None]
FACTS: list[tuple[Find, str, str]] = []
"""How each is found out, its name for people, and what we assume, in the order in which they are found out."""


def fact(name: str, assumed: str) -> Callable[[Find], Find]:
    """Register a method that finds out a fact."""

    def register(find: Find) -> Find:
        FACTS.append((find, name, assumed))
        return find

    return register


class Probe(Throwaway):
    """Finds each fact out on the throw-away things, in the order of the methods.

    A method returns what it saw; None is "accepted". What it raises becomes the answer as well.
    """

    def _create_in_my_section(self, name: str, section: Section | None) -> str:
        gid = self.make_task(name, section, self.section_used).gid
        if gid not in self.read_row():
            return "ignored"
        # A single task tells its place by those that were there before.
        self.created_after += [[earlier, gid] for earlier in self.arrived]
        self.arrived.append(gid)
        return f"accepted, lands {self.place_of('my landing', self.created_after, self.row)}"

    def _anchored(self, gid: str, anchor: str) -> str:
        self.asana.add_to_section(self.section_used.gid, gid, after=anchor)
        row = self.read_row()
        if (anchor, gid) in pairwise(row):
            return "honoured"
        return f"ignored, lands {PLACES['top'] if row[:1] == [gid] else 'elsewhere'}"

    def _longest(self, name: Literal["name", "notes"], lengths: Sequence[int]) -> str:
        """The first of some lengths, longest first, that a field takes, and what the next longer one met."""
        gid, limit = self.tasks["A3"].gid, ""
        for length in lengths:
            text = self.mark.ljust(length, "x")
            try:
                self.asana.change_task(gid, **({"name": text} if name == "name" else {"notes": text}))
            except FINAL as error:
                if length == lengths[-1]:
                    raise
                limit = f"; {length:,} are {self.refusal(error)}"
            else:
                break
        kept = len(getattr(self.asana.task(gid), name))
        cut = "" if kept == length else f", cut to {kept:,}"
        return f"{length:,} characters are accepted{cut}{limit}"

    @fact("A project of an organization without a team", "Refused or not: a team is named then")
    def team(self) -> str:
        """Make the project: without a team, and in one where an organisation needs that."""
        try:
            self.make_project(None)
        except Refused as error:
            if not self.workspace.is_organization:
                raise
            teams = self.asana.teams(self.workspace.gid)
            self.words += [each.name for each in teams]
            if not teams:
                raise
            self.make_project(teams[0].gid)
            raise error from None
        return "accepted" if self.workspace.is_organization else "accepted; this is no organization"

    @fact("The section of a new project", "Any name")
    def default_section(self) -> str:
        sections = self.asana.sections(self.project.gid)
        if not sections:
            raise NotReady("a new project has no section")
        self.sections["default"] = sections[0]
        return f'"{sections[0].name}"'

    @fact("A new section without an anchor", "At the end; an anchor is sent")
    def new_section(self) -> str:
        made = [self.sections["default"].gid, self.make_section("A").gid, self.make_section("B").gid]
        rule = infer_rule([made], [section.gid for section in self.asana.sections(self.project.gid)])
        return {"top": "at the start", "bottom": "at the end"}.get(rule or "", PLACES[rule])

    @fact("A task created in a section", "Read back and repaired")
    def created_in_section(self) -> str:
        section = self.sections["A"]
        made = [self.make_task(f"A{number}", section).gid for number in (1, 2, 3)]
        shown = [task.gid for task in self.asana.section_tasks(self.project.gid, section.gid)]
        return self.place_of("landing", [made], shown)

    @fact("A task created in a project alone", "Not used")
    def created_in_project(self) -> str:
        made = [self.make_task(f"P{number}").gid for number in (1, 2)]
        shown = [task for task in self.asana.tasks(self.project.gid) if task.gid in made]
        first = {task.section_gid for task in shown} == {self.sections["default"].gid}
        place = PLACES[infer_rule([made], [task.gid for task in shown])]
        return f"{'in the first section' if first else 'in another section'}, {place}"

    @fact("A new section of My Tasks", "Accepted; else you make it by hand")
    def my_section(self) -> None:
        try:
            self.make_section("")
        except FINAL:
            self.remembered["my sections"] = "refused"
            raise
        self.remembered["my sections"] = "allowed"

    @fact("A task moved to a section of My Tasks", "Read back and repaired")
    def assigned_section(self) -> str:
        gids = [self.tasks[f"A{number}"].gid for number in (1, 2, 3)]
        for gid in gids:
            self.asana.change_task(gid, assignee_section=self.section_used.gid)
        if not set(gids) <= set(self.read_row()):
            return "ignored"
        self.arrived = gids
        return PLACES[infer_rule([gids], self.row)]

    @fact(
        "A task created in a section of the project and of My Tasks", "Accepted; else it is moved afterwards"
    )
    def created_in_my_section(self) -> str:
        try:
            answer = self._create_in_my_section("A4", self.sections["A"])
        except FINAL:
            self.remembered["section on create"] = "refused"
            raise
        self.remembered["section on create"] = "ignored" if answer == "ignored" else "accepted"
        return answer

    @fact("A task created in a project and a section of My Tasks", "Not used")
    def created_in_project_and_my_section(self) -> str:
        return self._create_in_my_section("P3", None)

    @fact("addTask without an anchor in My Tasks", "On top; read back")
    def my_top(self) -> str:
        last = self.row_of_three()[-1]
        self.asana.add_to_section(self.section_used.gid, last, after=None)
        if self.read_row()[:1] == [last]:
            self.remembered["my tasks"] = "top"
            return "on top"
        return "at the bottom" if self.row[-1:] == [last] else "elsewhere"

    @fact("addTask with an anchor inside a section of My Tasks", "Unknown; read back")
    def my_anchor(self) -> str:
        row = self.row_of_three()
        answer = self._anchored(row[-1], row[0])
        # If both ways work, each song takes the shorter one.
        if answer == "honoured" and self.remembered.pop("my tasks", None) is None:
            self.remembered["my tasks"] = "anchored"
        return answer

    @fact("The same for a task of another section", "Unknown; read back")
    def my_anchor_from_outside(self) -> str:
        return self._anchored(self.tasks["P1"].gid, self.row_of_three()[1])

    @fact("The order of the list of My Tasks", "Not used: sections are read")
    def my_list_order(self) -> str:
        created = [task.gid for task in self.tasks.values() if task.gid in self.row]
        if self.row in (created, created[::-1]):
            raise NotReady("nothing there could be reordered")
        listed = self.asana.my_open_tasks(self.list_gid, MOST_TASKS_READ)
        shown = [task.gid for task in listed if task.gid in self.row]
        if len(shown) < len(self.row):
            raise NotReady("My Tasks is too long to read")
        orders = {
            "as displayed": self.row,
            "by creation": created,
            "by creation, newest first": created[::-1],
        }
        return next((name for name, order in orders.items() if order == shown), "in another order")

    @fact("Insert into My Tasks as of 2019", "Refused: 404; not used")
    def legacy_insert(self) -> str:
        self.asana.insert_in_my_tasks(self.list_gid, self.tasks["P1"].gid)
        return "works"

    @fact("Longest name of a task", "No limit")
    def name_length(self) -> str:
        return self._longest("name", (2_000, 1_024, 255))

    @fact("Longest notes of a task", "No limit")
    def notes_length(self) -> str:
        return self._longest("notes", (100_000, 10_000))

    @fact("Both anchors at once", "Refused; never sent")
    def both_anchors(self) -> None:
        first, second, third = (self.tasks[f"A{number}"].gid for number in (1, 2, 3))
        self.asana.add_to_section(self.sections["A"].gid, first, after=second, before=third)

    @fact("An anchor outside of the section", "Refused; never sent")
    def foreign_anchor(self) -> None:
        self.asana.add_to_section(self.sections["A"].gid, self.tasks["A1"].gid, after=self.tasks["P1"].gid)

    @fact("Deleting a section with a task", "Refused; never done")
    def deleted_section(self) -> str:
        task, section, project = self.tasks["P2"], self.sections["B"], self.project
        self.asana.move_to_end(project.gid, section.gid, task.gid)
        self.asana.delete_section(section.gid)
        sections = {each.gid: each.section_gid for each in self.asana.tasks(project.gid)}
        if task.gid in sections:
            first = sections[task.gid] == self.sections["default"].gid
            return f"its tasks move to {'the first' if first else 'another'} section"
        try:
            self.asana.task(task.gid)
        except NotFound:
            return "its tasks are deleted as well"
        return "its tasks leave the project"

    @fact("Time tracking", "Refused on the free plan; not used")
    def time_entry(self) -> None:
        self.asana.add_time_entry(self.tasks["A1"].gid, 1)

    @fact("Deleting a project with tasks", "Unknown; never done to yours")
    def deleted_project(self) -> str:
        gid, task = self.project.gid, next(iter(self.tasks.values()), None)
        self.asana.delete_project(gid)
        self.deleted.add(gid)
        if task is None:
            raise NotReady("a task could not be made")
        with suppress(NotFound):
            self.asana.task(task.gid)
            return "its tasks remain"
        return "its tasks are deleted as well"


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
            # The others are kept for deleting everything.
            asana.http.most_requests = MOST_REQUESTS - len(probe.tasks) - 6
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
    return Report(tuple(findings), leftovers, asana.http.sent, interrupted, probe.remembered)
