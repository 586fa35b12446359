"""A probe reports how the Asana at hand behaves, under every switch of the sandbox, and leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.lookup import find_workspace
from asana_tbp.errors import AsanaError
from asana_tbp.sandbox.records import Project, Section, Task
from asana_tbp.sandbox.switches import Switches
from asana_tbp.scaffold.probe.facts import FACTS, Finding, Report, probe_asana
from asana_tbp.scaffold.probe.throwaway import MOST_REQUESTS
from asana_tbp.system.clock import Clock
from tests.clock import HandClock
from tests.conftest import gateway_to
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded

CLOCK = Clock()


@pytest.fixture
def asana(sandbox: Embedded) -> Iterator[Gateway]:
    """The real SDK over HTTP, whose waits before another try are over at once."""
    with gateway_to(sandbox, clock=HandClock()) as gateway:
        yield gateway


def ignore(_finding: Finding) -> None:
    """What is found is looked at in the end."""


def probe(asana: Gateway, seen: Any = ignore) -> Report:
    me = asana.me()
    return probe_asana(asana, CLOCK, me, find_workspace(None, me.workspaces), seen)


def answers(report: Report) -> dict[str, str]:
    return {finding.key: finding.answer for finding in report.findings}


def ours(sandbox: Embedded) -> list[str]:
    """Everything of a probe that is still there."""
    kinds: tuple[type[Any], ...] = (Project, Section, Task)
    things = [thing for kind in kinds for thing in sandbox.board.all(kind)]
    return [thing.name for thing in things if "asana-tbp probe" in thing.name]


CASES: list[tuple[dict[str, Any], dict[str, str]]] = [
    (
        {"task_landing": "top"},
        {"created_in_section": "on top", "created_in_project": "in the first section, on top"},
    ),
    (
        {"task_landing": "bottom"},
        {"created_in_section": "at the bottom", "created_in_project": "in the first section, at the bottom"},
    ),
    (
        {"section_landing": "start", "section_delete": "moved"},
        {
            "new_section": "at the start",
            "created_in_project": "in another section",
            "deleted_section": "its tasks move to another section",
        },
    ),
    ({"section_landing": "end"}, {"new_section": "at the end"}),
    ({"section_delete": "moved"}, {"deleted_section": "its tasks move to the first section"}),
    ({"section_delete": "refused"}, {"deleted_section": "refused: 400"}),
    (
        {"assignee_section_landing": "top"},
        {"assigned_section": "on top", "created_in_my_section": "lands on top"},
    ),
    (
        {"assignee_section_landing": "bottom"},
        {"assigned_section": "at the bottom", "created_in_my_section": "lands at the bottom"},
    ),
    (
        {"assignee_section_on_create": "accepted"},
        {"created_in_my_section": "accepted", "created_in_project_and_my_section": "accepted"},
    ),
    (
        {"assignee_section_on_create": "ignored"},
        {"created_in_my_section": "ignored", "created_in_project_and_my_section": "ignored"},
    ),
    (
        {"assignee_section_on_create": "refused"},
        {"created_in_my_section": "refused: 400", "created_in_project_and_my_section": "refused: 400"},
    ),
    (
        {"assignee_section_on_create": "projects_only"},
        {"created_in_my_section": "refused: 400", "created_in_project_and_my_section": "accepted"},
    ),
    ({"my_tasks_anchor": "honoured"}, {"my_anchor": "honoured", "my_anchor_from_outside": "honoured"}),
    (
        {"my_tasks_anchor": "ignored"},
        {"my_anchor": "ignored, lands on top", "my_anchor_from_outside": "ignored"},
    ),
    ({"my_tasks_anchor": "refused"}, {"my_anchor": "refused: 400", "my_anchor_from_outside": "refused: 400"}),
    ({"my_tasks_anchor": "only_inside"}, {"my_anchor": "honoured", "my_anchor_from_outside": "refused: 404"}),
    ({"legacy_my_tasks_insert": "works"}, {"legacy_insert": "works"}),
    ({"legacy_my_tasks_insert": "404"}, {"legacy_insert": "refused: 404"}),
    ({"my_tasks_sections": "allowed"}, {"my_section": "accepted"}),
    ({"my_tasks_sections": "refused"}, {"my_section": "refused: 403", "my_anchor": "honoured"}),
    ({"my_tasks_sections": "not_found"}, {"my_section": "refused: 404", "my_top": "on top"}),
    ({"my_tasks_order": "display"}, {"my_list_order": "as displayed"}),
    ({"my_tasks_order": "creation"}, {"my_list_order": "by creation"}),
    ({"default_section_name": "Ohne Titel"}, {"default_section": '"Ohne Titel"'}),
    ({"time_entries_free": 402}, {"time_entry": "refused: 402"}),
    ({"time_entries_free": 403}, {"time_entry": "refused: 403"}),
    ({"time_entries_free": 404}, {"time_entry": "refused: 404"}),
    ({"plan": "paid"}, {"time_entry": "accepted"}),
    ({"name_limit": 300}, {"name_length": "255 characters are accepted; 1,024 are refused: 400"}),
    ({"name_limit": None, "notes_limit": None}, {"name_length": "2,000 characters are accepted"}),
    ({"notes_limit": 20_000}, {"notes_length": "10,000 characters are accepted; 100,000 are refused: 400"}),
    ({"project_delete": "remain"}, {"deleted_project": "its tasks remain"}),
    ({"project_delete": "trashed"}, {"deleted_project": "its tasks are deleted as well"}),
    ({"anchor_error": 400}, {"both_anchors": "refused: 400", "foreign_anchor": "refused: 400"}),
    ({"anchor_error": 403}, {"both_anchors": "refused: 403", "foreign_anchor": "refused: 403"}),
    ({"anchor_error": 404}, {"both_anchors": "refused: 404", "foreign_anchor": "refused: 404"}),
    ({"my_tasks_day_sections": True, "my_tasks_sections": "refused"}, {"my_anchor": "honoured"}),
]


def joined(cases: list[tuple[dict[str, Any], dict[str, str]]]) -> list[tuple[dict[str, Any], dict[str, str]]]:
    """The cases in few probes, for each takes a second: together stand those that set and expect nothing alike."""
    probes: list[tuple[dict[str, Any], dict[str, str]]] = []
    for switches, seen in cases:
        for others, all_seen in probes:
            if not (others.keys() & switches.keys() or all_seen.keys() & seen.keys()):
                others.update(switches)
                all_seen.update(seen)
                break
        else:
            probes.append((dict(switches), dict(seen)))
    return probes


@pytest.mark.parametrize(("switches", "seen"), joined(CASES))
def test_every_switch_is_reported_rightly_and_nothing_is_left(
    asana: Gateway, sandbox: Embedded, switches: dict[str, Any], seen: dict[str, str]
) -> None:
    sandbox.switches = replace(sandbox.switches, **switches)
    report = probe(asana)
    found = answers(report)
    assert {key: found[key] for key, answer in seen.items() if answer not in found[key]} == {}
    assert not [key for key, answer in found.items() if answer.startswith("failed")]
    assert set(found) == {find.__name__ for find, _, _ in FACTS}
    assert report.leftovers == ()
    assert ours(sandbox) == []
    assert report.requests == len(sandbox.sandbox.requests) <= MOST_REQUESTS


@pytest.mark.parametrize("landing", ["changing", "shuffled"])
def test_a_landing_without_a_rule_is_not_taken_for_one_that_scaffolding_relies_on(
    asana: Gateway, sandbox: Embedded, landing: Any
) -> None:
    sandbox.switches = replace(sandbox.switches, task_landing=landing, assignee_section_landing=landing)
    report = probe(asana)
    assert ours(sandbox) == []
    for fact, key in (("landing", "created_in_section"), ("my landing", "created_in_my_section")):
        if "in no order" in answers(report)[key]:
            assert fact not in report.remembered


@pytest.mark.parametrize("required", [True, False])
def test_an_organization_with_and_without_a_team(asana: Gateway, sandbox: Embedded, required: bool) -> None:
    board = sandbox.board
    board.workspace.is_organization = True
    board.add_team(board.workspace, "Secret Label", board.user)
    sandbox.switches = replace(sandbox.switches, team_required=required)
    report = probe(asana)
    assert answers(report)["team"].startswith("refused: 400" if required else "accepted")
    assert answers(report)["created_in_section"] == "on top", "the project is made all the same"
    assert ours(sandbox) == []


def test_without_a_project_every_row_says_so(asana: Gateway, sandbox: Embedded) -> None:
    sandbox.board.workspace.is_organization = True
    report = probe(asana)
    found = answers(report)
    assert found["team"].startswith("refused: 400")
    assert found["created_in_section"].startswith("not found out")
    assert ours(sandbox) == []


def test_what_scaffolding_uses_is_remembered(asana: Gateway, sandbox: Embedded) -> None:
    sandbox.switches = replace(
        sandbox.switches, task_landing="bottom", assignee_section_landing="bottom", my_tasks_anchor="refused"
    )
    assert probe(asana).remembered == {
        "landing": "bottom",
        "my landing": "bottom",
        "my tasks": "top",
        "my sections": "allowed",
        "section on create": "accepted",
    }


def test_ctrl_c_half_way_deletes_everything_all_the_same(asana: Gateway, sandbox: Embedded) -> None:
    def stop(finding: Finding) -> None:
        if finding.key == "my_top":
            raise KeyboardInterrupt

    report = probe(asana, stop)
    assert report.interrupted
    assert report.findings[-1].key == "my_top"
    assert ours(sandbox) == []


FAULTS = [
    Fault("status", status=500, method="POST", path=r"^/tasks$", applied=True, times=None),
    Fault("drop", method="POST", path="/projects", applied=True, times=None),
    Fault("status", status=403, method="POST", path="/addTask", times=None),
    Fault("status", status=418, method="GET", path="/sections/", times=None),
    Fault("html", method="GET", path="user_task_list", times=None),
    Fault("empty", method="PUT", times=None),
    Fault("status", status=401, path="time_tracking", times=None),
    Fault("status", status=404, method="POST", times=None),
]


@pytest.mark.parametrize(
    "fault", FAULTS, ids=lambda fault: f"{fault.kind}-{fault.status}-{fault.method}-{fault.path}"
)
def test_no_answer_breaks_it_and_what_was_made_is_deleted(
    asana: Gateway, sandbox: Embedded, fault: Fault
) -> None:
    sandbox.faults.add(replace(fault))
    report = probe(asana)
    assert set(answers(report)) == {find.__name__ for find, _, _ in FACTS}
    assert len(sandbox.sandbox.requests) <= MOST_REQUESTS
    assert ours(sandbox) == []
    assert report.leftovers == ()


def test_what_can_not_be_deleted_is_named_with_its_link(asana: Gateway, sandbox: Embedded) -> None:
    sandbox.faults.add(Fault("status", status=403, method="DELETE", times=None))
    report = probe(asana)
    left = ours(sandbox)
    assert left
    inside_the_project = [name for name in left if name.endswith((" A", " B"))]
    assert len(report.leftovers) == len(left) - len(inside_the_project)
    assert all(
        leftover.link.startswith("https://")
        for leftover in report.leftovers
        if "section" not in leftover.name
    )


def test_an_asana_that_goes_away_ends_it_with_what_is_left(asana: Gateway, sandbox: Embedded) -> None:
    def leave(finding: Finding) -> None:
        if finding.key == "created_in_section":
            sandbox.stop()

    report = probe(asana, leave)
    assert answers(report)["my_top"].startswith("not found out: Asana can't be reached")
    assert report.leftovers[0].name.startswith("the project asana-tbp probe")
    sandbox.start()


def test_a_refusal_holds_no_name_id_or_host(asana: Gateway, sandbox: Embedded) -> None:
    secret = f"{sandbox.board.user.name} at api.asana.com/x may not touch {sandbox.board.workspace.gid} 0123abc@x.y"
    sandbox.faults.add(Fault("status", status=400, method="POST", path="addTask", message=secret, times=None))
    text = json.dumps(answers(probe(asana)))
    assert "may not touch" in text
    for word in (sandbox.board.user.name, "asana.com", sandbox.board.workspace.gid, "@"):
        assert word not in text


def test_every_switch_a_fact_depends_on_is_tried() -> None:
    tried = {name for switches, _ in CASES for name in switches} | {"team_required"}
    others = {
        "intake_landing", "intake_section_name", "my_tasks_day_sections", "task_query_order",
        "memberships_alone", "rate_limits", "requests_per_minute", "requests_per_ten_seconds",
        "concurrent_reads", "concurrent_writes", "concurrent_retry_after", "result_limit", "seed",
    }  # fmt: skip
    assert {field.name for field in fields(Switches)} - tried <= others


def test_no_request_goes_out_beyond_the_limit(asana: Gateway, sandbox: Embedded) -> None:
    asana.http.most_requests = 1
    asana.me()
    with pytest.raises(AsanaError):
        asana.me()
    assert len(sandbox.sandbox.requests) == 1
