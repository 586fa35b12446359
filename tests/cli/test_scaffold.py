"""`scaffold` from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from asana_tbp.sandbox.records import Task
from tests.cli.command import run
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded


def test_a_file_becomes_a_project_and_its_link_is_the_last_line(studio: Embedded, song_file: Path) -> None:
    result = run("scaffold", str(song_file))
    assert (result.code, result.err) == (0, "Next: asana-tbp start 'Midnight Galaxy'\n")
    project = studio.board.project("Midnight Galaxy")
    assert studio.board.listing(project) == [
        ("Composition", ["Write chord progression (20m)", "Write bassline (25m)"]),
        ("Sound Design", ["Design sound for bassline (30m)", "Design pad (20m)"]),
        ("Mixing", []),
    ]
    assert {task.assignee for task in studio.board.all(Task)} == {studio.board.user.gid}
    assert "Flying over the aurora, Tromsø, January" in project.notes
    assert "Who is it being produced for?" in project.notes
    *tree, link = result.out.splitlines()
    assert link.startswith("https://")
    assert link.endswith(project.gid)
    assert "Midnight Galaxy  (4 tasks, 1h35m)" in tree[0]


def test_again_nothing_is_done_twice(studio: Embedded, song_file: Path) -> None:
    run("scaffold", str(song_file))
    before = len(studio.sandbox.requests)
    result = run("scaffold", str(song_file))
    assert result.code == 0
    result.says("Nothing to do")
    assert {seen.method for seen in studio.sandbox.requests[before:]} == {"GET"}
    assert len(studio.sandbox.requests) - before <= 4


def test_new_makes_another_project(studio: Embedded, song_file: Path) -> None:
    first = run("scaffold", str(song_file)).out.splitlines()[-1]
    second = run("scaffold", str(song_file), "--new").out.splitlines()[-1]
    assert first != second
    assert run("scaffold", str(song_file)).out.splitlines()[-1] == second


def test_a_template_takes_a_title(studio: Embedded) -> None:
    assert run("scaffold", "edm-track", "--title", "Aurora").code == 0
    assert len(list(studio.board.all(Task))) == 14
    assert studio.board.project("Aurora").name == "Aurora"
    assert run("scaffold", "edm-track", "--title", "Borealis").code == 0
    assert len(list(studio.board.all(Task))) == 28


def test_a_dry_run_prints_the_plan_and_sends_nothing(studio: Embedded, song_file: Path) -> None:
    result = run("scaffold", str(song_file), "--dry-run")
    assert result.code == 0
    assert "Write bassline (25m)" in result.out
    assert studio.sandbox.requests == []


def test_a_dry_run_of_a_grown_map_names_what_is_missing(studio: Embedded, song_file: Path) -> None:
    run("scaffold", str(song_file))
    text = song_file.read_text(encoding="utf-8").replace("Mixing: []", "Mixing: [Highpass channels (10m)]")
    song_file.write_text(text, encoding="utf-8")
    before = len(studio.sandbox.requests)
    result = run("scaffold", str(song_file), "--dry-run")
    assert "would create  Highpass channels (10m)" in result.out
    assert {seen.method for seen in studio.sandbox.requests[before:]} == {"GET"}


def test_a_workspace_is_chosen_by_name_or_gid(studio: Embedded, song_file: Path) -> None:
    other = studio.board.add_workspace("Label Work")
    studio.board.join(studio.board.user, other)
    unchosen = run("scaffold", str(song_file))
    assert unchosen.code == 2
    unchosen.says("several workspaces", "asana-tbp config set workspace 'My Songs'")
    assert run("scaffold", str(song_file), "--workspace", "label work").code == 0
    assert studio.board.project("Midnight Galaxy").workspace == other.gid
    before = len(studio.sandbox.requests)
    assert run("scaffold", str(song_file), "--workspace", studio.board.workspace.gid).code == 0
    assert not [seen for seen in studio.sandbox.requests[before:] if seen.path == "/users/me"]


@pytest.mark.parametrize("nth", [1, 4, 8])
@pytest.mark.parametrize(
    ("kind", "status", "applied"),
    [
        ("drop", 0, True),
        ("drop", 0, False),
        ("status", 500, True),
        ("status", 500, False),
        ("html", 0, True),
        ("html", 0, False),
        ("status", 429, False),
    ],
)
def test_a_lost_answer_never_doubles_anything(
    studio: Embedded,
    song_file: Path,
    kind: str,
    status: int,
    applied: bool,
    nth: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # After a 429 requests keep a distance: that of the paid plan, as it is not what is looked at here.
    monkeypatch.setenv("ASANA_TBP_REQUESTS_PER_MINUTE", "1500")
    studio.faults.add(Fault(kind, status=status, applied=applied, method="POST", nth=nth))  # type: ignore[arg-type]
    run("scaffold", str(song_file))
    result = run("scaffold", str(song_file))
    assert result.code == 0
    listing = studio.board.listing(studio.board.project("Midnight Galaxy"))
    assert [len(tasks) for _, tasks in listing] == [2, 2, 0]


def test_a_token_refused_half_way_keeps_what_was_made(studio: Embedded, song_file: Path) -> None:
    revoked = studio.faults.add(Fault("revoke", after=7))
    broken = run("scaffold", str(song_file))
    assert broken.code == 4
    broken.says("Asana refuses the token from ASANA_ACCESS_TOKEN", "run the same command again")
    studio.faults.remove(revoked)
    assert run("scaffold", str(song_file)).code == 0
    listing = studio.board.listing(studio.board.project("Midnight Galaxy"))
    assert [len(tasks) for _, tasks in listing] == [2, 2, 0]
