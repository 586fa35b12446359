"""`workspaces`, and songs in organisations."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pexpect
import pytest

from asana_tbp.sandbox.records import Team, Workspace
from asana_tbp.system.paths import find_paths
from tests.cli.command import run
from tests.faulty.server import Embedded
from tests.forked import ForkedTerminal


@pytest.fixture
def label(studio: Embedded) -> Workspace:
    """An organisation with two teams, and the producer in it."""
    return studio.board.add_organization("Label", "A&R", "Producers", members=(studio.board.user,))


def kept() -> dict[str, str]:
    import os

    path = find_paths(os.environ).settings_file
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def team_of(studio: Embedded, name: str) -> str:
    return str(studio.board.find(Team, name).gid)


def test_workspaces_are_listed_and_one_is_kept(studio: Embedded, label: Workspace, song_file: Path) -> None:
    result = run("workspaces")
    assert result.code == 0
    assert f"{studio.board.workspace.gid}  {studio.board.workspace.name}  (workspace)" in result.out
    assert f"{label.gid}  Label  (organisation)" in result.out
    assert "*" not in result.out
    assert run("scaffold", str(song_file)).code == 2
    assert run("workspaces", "--use", studio.board.workspace.name).code == 0
    assert kept() == {"workspace": studio.board.workspace.gid}
    rows = json.loads(run("workspaces", "--json").out)["workspaces"]
    assert [row["name"] for row in rows if row["used"]] == [studio.board.workspace.name]
    assert run("scaffold", str(song_file)).code == 0


def test_teams_are_listed_and_one_is_kept(studio: Embedded, label: Workspace, song_file: Path) -> None:
    listed = run("workspaces").out
    assert re.findall(r"^      (\d+)  (.*)  \(team\)$", listed, re.MULTILINE) == [
        (team_of(studio, name), name) for name in ("A&R", "Producers")
    ]
    assert run("workspaces", "--team", "producers").code == 0
    run("workspaces", "--use", "Label")
    label_row = json.loads(run("workspaces", "--json").out)["workspaces"][1]
    assert [(team["name"], team["used"]) for team in label_row["teams"]] == [
        ("A&R", False),
        ("Producers", True),
    ]
    assert set(kept()) == {"team", "workspace"}
    assert run("scaffold", str(song_file)).code == 0
    assert studio.board.project("Midnight Galaxy").team == team_of(studio, "Producers")


def test_workspace_and_team_are_chosen_at_once(studio: Embedded, label: Workspace) -> None:
    assert run("workspaces", "--use", "Label", "--team", "Prodcers").code == 1
    assert kept() == {}, "a wrong team saves no workspace"
    assert run("workspaces", "--use", "Label", "--team", "A&R").code == 0
    assert kept() == {"workspace": label.gid, "team": team_of(studio, "A&R")}


def test_a_team_that_was_set_does_not_hinder_a_workspace_without_teams(
    studio: Embedded, song_file: Path, label: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASANA_TBP_TEAM", team_of(studio, "Producers"))
    result = run("scaffold", str(song_file), "--workspace", studio.board.workspace.gid)
    assert result.code == 0, result.err
    assert studio.board.project("Midnight Galaxy").team is None


def test_an_organisation_that_wants_a_team_names_the_flag(
    studio: Embedded, song_file: Path, label: Workspace
) -> None:
    result = run("scaffold", str(song_file), "--workspace", "Label")
    assert result.code == 2
    result.says("needs a team", "--team", "asana-tbp workspaces")
    assert run("scaffold", str(song_file), "--workspace", "Label", "--team", "Producers").code == 0
    assert studio.board.project("Midnight Galaxy").team == team_of(studio, "Producers")
    assert run("scaffold", str(song_file), "--workspace", "Label").code == 0


def test_an_organisation_without_teams_in_its_projects(
    studio: Embedded, song_file: Path, label: Workspace
) -> None:
    studio.switches = replace(studio.switches, team_required=False)
    assert run("scaffold", str(song_file), "--workspace", "Label").code == 0
    assert studio.board.project("Midnight Galaxy").team is None


def test_an_unknown_team(studio: Embedded, song_file: Path, label: Workspace) -> None:
    result = run("scaffold", str(song_file), "--workspace", "Label", "--team", "Prodcers")
    assert result.code == 1
    result.says('No team is called "Prodcers".', 'Did you mean "Producers"?')


def test_a_producer_at_a_terminal_is_asked_and_the_choices_are_kept(
    studio: Embedded, song_file: Path, label: Workspace
) -> None:
    child = ForkedTerminal(["scaffold", str(song_file)], timeout=60)
    child.expect("Which workspace")
    child.sendline("2")
    child.expect("Which team")
    child.sendline("9")
    child.expect("1 to 2")
    child.sendline("2")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert kept() == {"workspace": label.gid, "team": team_of(studio, "Producers")}
    assert studio.board.project("Midnight Galaxy").team == team_of(studio, "Producers")
