"""A probe: its table of facts, and a run that finds out each and deletes what it made, whatever happens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import NamedTuple

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import User, Workspace
from asana_tbp.errors import AsanaError, NotSent
from asana_tbp.scaffold.probe import facts
from asana_tbp.scaffold.probe.facts import Probe, refusal
from asana_tbp.scaffold.probe.throwaway import Leftover, NotReady
from asana_tbp.scaffold.workspace_memory import Fact as Remembered
from asana_tbp.system.clock import Clock

FACTS: tuple[tuple[Callable[[Probe], str], str, str], ...] = (
    (facts.team, "A project of an organization without a team", "Refused or not: a team is named then"),
    (facts.default_section, "The section of a new project", "Any name"),
    (facts.new_section, "A new section without an anchor", "At the end; an anchor is sent"),
    (facts.created_in_section, "A task created in a section", "Read back and repaired"),
    (facts.created_in_project, "A task created in a project alone", "Not used"),
    (facts.my_section, "A new section of My Tasks", "Accepted; else you make it by hand"),
    (facts.assigned_section, "A task moved to a section of My Tasks", "Read back and repaired"),
    (
        facts.created_in_my_section,
        "A task created in a section of the project and of My Tasks",
        "Accepted; else it is moved afterwards",
    ),
    (
        facts.created_in_project_and_my_section,
        "A task created in a project and a section of My Tasks",
        "Not used",
    ),
    (facts.my_top, "addTask without an anchor in My Tasks", "On top; read back"),
    (facts.my_anchor, "addTask with an anchor inside a section of My Tasks", "Unknown; read back"),
    (facts.my_anchor_from_outside, "The same for a task of another section", "Unknown; read back"),
    (facts.my_list_order, "The order of the list of My Tasks", "Not used: sections are read"),
    (facts.legacy_insert, "Insert into My Tasks as of 2019", "Refused: 404; not used"),
    (facts.name_length, "Longest name of a task", "No limit"),
    (facts.notes_length, "Longest notes of a task", "No limit"),
    (facts.both_anchors, "Both anchors at once", "Refused; never sent"),
    (facts.foreign_anchor, "An anchor outside of the section", "Refused; never sent"),
    (facts.deleted_section, "Deleting a section with a task", "Refused; never done"),
    (facts.time_entry, "Time tracking", "Refused on the free plan; not used"),
    (facts.deleted_project, "Deleting a project with tasks", "Unknown; never done to yours"),
)
"""How each is found out, its name for people, and what we assume, in the order in which they are found out."""


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
            probe.reserve_requests()
            if not gone:
                try:
                    answer = find(probe)
                except NotReady as missing:
                    answer = f"not found out: {missing}"
                except NotSent as error:
                    answer = gone = f"not found out: {error.sentence}"
                except AsanaError as error:
                    answer = refusal(error, probe.words)
            findings.append(Finding(find.__name__, name, answer, assumed))
            seen(findings[-1])
    except KeyboardInterrupt:
        interrupted = True
    leftovers = probe.clean_up()
    return Report(tuple(findings), leftovers, asana.requests_sent, interrupted, probe.remembered)
