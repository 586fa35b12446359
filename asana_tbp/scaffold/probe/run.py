"""A probe: its table of facts, and a run that finds out each and deletes what it made, whatever happens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import User, Workspace
from asana_tbp.errors import AsanaError, NotSent
from asana_tbp.scaffold.probe import facts
from asana_tbp.scaffold.probe.facts import Probe, refusal
from asana_tbp.scaffold.probe.throwaway import Leftover, NotReady, Throwaway
from asana_tbp.scaffold.workspace_memory import Fact as Remembered
from asana_tbp.system.clock import Clock


@dataclass(frozen=True, slots=True)
class Fact:
    """One row: `key` for programs, `name` for people, what we assume, and how it is found out."""

    key: str
    name: str
    assumed: str
    find: Callable[[Probe], str]


FACTS = (
    Fact("team", "A project of an organization without a team", "Refused or not: a team is named then", facts.team),
    Fact("default_section", "The section of a new project", "Any name", facts.default_section),
    Fact("new_section", "A new section without an anchor", "At the end; an anchor is sent", facts.new_section),
    Fact("created_in_section", "A task created in a section", "Read back and repaired", facts.created_in_section),
    Fact("created_in_project", "A task created in a project alone", "Not used", facts.created_in_project),
    Fact("my_section", "A new section of My Tasks", "Accepted; else you make it by hand", facts.my_section),
    Fact("assigned_section", "A task moved to a section of My Tasks", "Read back and repaired", facts.assigned_section),
    Fact(
        "created_in_my_section", "A task created in a section of the project and of My Tasks",
        "Accepted; else it is moved afterwards", facts.created_in_my_section,
    ),
    Fact(
        "created_in_project_and_my_section", "A task created in a project and a section of My Tasks", "Not used",
        facts.created_in_project_and_my_section,
    ),
    Fact("my_top", "addTask without an anchor in My Tasks", "On top; read back", facts.my_top),
    Fact("my_anchor", "addTask with an anchor inside a section of My Tasks", "Unknown; read back", facts.my_anchor),
    Fact(
        "my_anchor_from_outside", "The same for a task of another section", "Unknown; read back",
        facts.my_anchor_from_outside,
    ),
    Fact("my_list_order", "The order of the list of My Tasks", "Not used: sections are read", facts.my_list_order),
    Fact("legacy_insert", "Insert into My Tasks as of 2019", "Refused: 404; not used", facts.legacy_insert),
    Fact("name_length", "Longest name of a task", "No limit", facts.name_length),
    Fact("notes_length", "Longest notes of a task", "No limit", facts.notes_length),
    Fact("both_anchors", "Both anchors at once", "Refused; never sent", facts.both_anchors),
    Fact("foreign_anchor", "An anchor outside of the section", "Refused; never sent", facts.foreign_anchor),
    Fact("deleted_section", "Deleting a section with a task", "Refused; never done", facts.deleted_section),
    Fact("time_entry", "Time tracking", "Refused on the free plan; not used", facts.time_entry),
    Fact("deleted_project", "Deleting a project with tasks", "Unknown; never done to yours", facts.deleted_project),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """What one fact is in this Asana."""

    fact: Fact
    answer: str


@dataclass(frozen=True, slots=True)
class Report:
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
    things = Throwaway(asana, clock, workspace, f"asana-tbp probe {secrets.token_hex(3)}")
    probe = Probe(things, [user.name, user.email, *(place.name for place in user.workspaces)])
    findings: list[Finding] = []
    interrupted = False
    try:
        for fact in FACTS:
            things.reserve_requests()
            findings.append(Finding(fact, _answer(fact, probe)))
            seen(findings[-1])
    except NotSent as error:
        rest = FACTS[len(findings) :]
        findings += [Finding(fact, f"not found out: {error.sentence}") for fact in rest]
    except KeyboardInterrupt:
        interrupted = True
    leftovers = things.clean_up()
    return Report(tuple(findings), leftovers, asana.requests_sent, interrupted, probe.remembered)


def _answer(fact: Fact, probe: Probe) -> str:
    try:
        return fact.find(probe)
    except NotReady as missing:
        return f"not found out: {missing}"
    except NotSent:
        raise
    except AsanaError as error:
        return refusal(error, probe.words)
