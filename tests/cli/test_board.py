"""`board`, `idea` and `next` from the command line, end to end on the sandbox."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pexpect
import pytest

from asana_tbp.sandbox.records import Project, Task, Team
from tests.cli.command import PROGRAM, run, state_folder
from tests.conftest import gateway_to
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded
from tests.forked import ForkedTerminal

STAGES = ["Idea Incubation", "Composition", "Arrangement", "Mixing"]
MAP = """\
song: {song}
board: {{stage: Composition}}
deadline: {deadline}
sections:
  Composition:
    - Write chords (20m)
    - Write bassline (25m)
  Mixing:
    - Levels (15m)
"""


def shape(studio: Embedded, name: str = "Songs") -> dict[str, list[str]]:
    """The board as Asana has it."""
    return dict(studio.board.listing(studio.board.project(name)))


def project_by_hand(studio: Embedded, name: str, sections: list[str]) -> str:
    """A project as somebody makes it in Asana; its gid."""
    with gateway_to(studio) as asana:
        gid = asana.create_project(studio.board.workspace.gid, name, "").gid
        asana.rename_section(asana.sections(gid)[0].gid, sections[0])
        for section in sections[1:]:
            asana.create_section(gid, section, None)
    return gid


def scaffolded(song: str, deadline: str = "2031-01-01") -> None:
    path = Path(f"{song}.yaml")
    path.write_text(MAP.format(song=song, deadline=deadline), encoding="utf-8")
    assert run("scaffold", str(path)).code == 0


def writes(studio: Embedded, since: int) -> list[str]:
    return [seen.path for seen in studio.sandbox.requests[since:] if seen.method != "GET"]


def test_songs_from_before_the_board_are_named(studio: Embedded) -> None:
    scaffolded("Aurora")
    scaffolded("Fjord")
    begun = run("board", "init")
    begun.says("Not on the board yet:\n  asana-tbp board add Fjord\n  asana-tbp board add Aurora\n")
    assert run("board", "add", "Aurora").code == 0
    again = run("board", "init")
    again.says("asana-tbp board add Fjord")
    assert "Aurora" not in again.err


def test_the_whole_way(studio: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("board", "init").code == 0
    for song in ("Aurora", "Fjord", "Galaxy"):
        scaffolded(song)
    assert sorted(shape(studio)["Composition"]) == ["Aurora", "Fjord", "Galaxy"]
    card = next(task for task in studio.board.all(Task) if task.name == "Aurora")
    assert card.due_on == "2031-01-01"
    project = studio.board.project("Aurora")
    assert project.gid in card.notes
    assert f"asana-tbp card: https://app.asana.com/1/{card.workspace}/task/{card.gid}" in project.notes

    session = run("start", "Aurora", "--only", "Composition", "--speed", "20000")
    session.says("Composition of Aurora is done", "board move Aurora Arrangement\n")
    assert "Aurora" in shape(studio)["Composition"], "on a pipe it is only said"
    assert run("board", "move", "aurora", "arr").out == "Aurora is in Arrangement now.\n"
    monkeypatch.setenv("ASANA_TBP_AUTO_MOVE", "always")
    assert run("start", "Fjord", "--only", "Composition", "--speed", "20000").code == 0
    assert shape(studio)["Arrangement"] == ["Aurora", "Fjord"]
    monkeypatch.setenv("ASANA_TBP_AUTO_MOVE", "never")
    assert "is done" not in run("start", "Galaxy", "--only", "Composition", "--speed", "20000").err

    assert run("board", "archive", "galaxy").code == 0
    assert studio.board.project("Galaxy").archived
    assert "Galaxy" not in run("board").out
    studio.stop()
    kept = run("idea", "pad like", "northern lights")
    assert kept.code == 6
    assert "Saved: pad like northern lights" in kept.out
    assert "pad like northern lights: waits for Asana" in run("board", "--local").out
    studio.start()
    run("next").says("On the board now: pad like northern lights")

    before = len(studio.sandbox.requests)
    for again in (["board", "init"], ["scaffold", "Aurora.yaml"], ["board"], ["board", "archive", "galaxy"]):
        assert run(*again).code == 0
    run("board", "move", "aurora", "arrangement")
    assert writes(studio, before) == [], "nothing doubled, nothing moved"
    names = [name for names in shape(studio).values() for name in names]
    assert sorted(names) == ["Aurora", "Fjord", "Galaxy", "pad like northern lights"]

    assert run("board", "add", "Galaxy", "--stage", "Mixing").code == 0
    assert not studio.board.project("Galaxy").archived
    assert shape(studio)["Mixing"] == ["Galaxy"]


def test_the_offer_is_accepted_in_a_terminal(studio: Embedded) -> None:
    run("board", "init")
    scaffolded("Aurora")
    terminal = pexpect.spawn(
        PROGRAM[0],
        [*PROGRAM[1:], "start", "Aurora", "--only", "Composition", "--speed", "20000", "--plain"],
        timeout=90,
    )
    terminal.expect("Move the song to Arrangement")
    terminal.sendline("y")
    terminal.expect("Aurora is in Arrangement now")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert shape(studio)["Arrangement"] == ["Aurora"]


def test_an_idea_becomes_a_song(studio: Embedded) -> None:
    run("board", "init")
    assert run("idea", "choir in a tunnel").code == 0
    made = run("new", "--from", "choir in a tunnel", "--no-input")
    assert made.code == 0, made.err
    assert "  - choir in a tunnel" in Path("choir-in-a-tunnel.yaml").read_text(encoding="utf-8")
    assert run("scaffold", "beat", "--from-card", "choir").code == 0
    assert run("scaffold", "beat", "--from-card", "choir").code == 0
    assert sum(project.name == "choir in a tunnel" for project in studio.board.all(Project)) == 1
    project = studio.board.project("choir in a tunnel")
    assert "choir in a tunnel" in project.notes
    cards = [name for names in shape(studio).values() for name in names]
    assert cards == ["choir in a tunnel"]
    answer = json.loads(run("board", "--json").out)
    assert answer["version"] == 1
    (song,) = [song for stage in answer["stages"] for song in stage["songs"]]
    assert song["project_gid"] == project.gid


def test_a_suggested_command_is_safe_and_whole_when_pasted(studio: Embedded) -> None:
    """A card's name may come from others: pasted in double quotes, a shell would have run it."""
    run("board", "init")
    name = "x $(touch pwned) and a name that is much longer than sixty characters, as ideas are"
    run("idea", name)
    run("next").says(f"An idea waits: asana-tbp new --from '{name}'\n")


def test_a_dry_run_from_a_card_sends_nothing(studio: Embedded) -> None:
    run("board", "init")
    studio.stop()
    assert run("idea", "rain on tin").code == 6
    studio.start()
    before = len(studio.sandbox.requests)
    assert run("scaffold", "beat", "--from-card", "rain on tin", "--dry-run").code == 0
    assert writes(studio, before) == []


def test_a_team_may_be_named_or_come_from_the_settings(
    studio: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.board.add_organization("Label", "A&R", "Producers", members=(studio.board.user,))
    assert run("board", "init", "--workspace", "Label", "--name", "Mine", "--team", "producers").code == 0
    teams = {team.gid: team.name for team in studio.board.all(Team)}
    assert teams[studio.board.project("Mine").team or ""] == "Producers"
    (state_folder() / "asana-tbp.db").unlink()
    studio.board.project("Mine").notes = ""
    monkeypatch.setenv("ASANA_TBP_TEAM", "A&R")
    assert run("board", "init", "--workspace", "Label", "--name", "Ours").code == 0
    assert teams[studio.board.project("Ours").team or ""] == "A&R"


def test_a_song_added_later_goes_to_the_stage_of_its_map_with_its_deadline(studio: Embedded) -> None:
    scaffolded("Aurora")
    scaffolded("Fjord")
    scaffolded("Broken")
    Path("Broken.yaml").write_text("sections: 3", encoding="utf-8")
    run("board", "init")
    assert run("board", "add", "Aurora").code == 0
    assert run("board", "add", "Fjord", "--stage", "Mixing").code == 0
    assert run("board", "add", "Broken").code == 0
    assert shape(studio) == {
        "Idea Incubation": ["Broken"], "Composition": ["Aurora"], "Arrangement": [], "Mixing": ["Fjord"]
    }  # fmt: skip
    assert studio.board.task("Aurora").due_on == "2031-01-01"


def test_two_cards_of_one_name_are_chosen_by_number(studio: Embedded) -> None:
    run("board", "init")
    scaffolded("Aurora")
    assert run("scaffold", "Aurora.yaml", "--new").code == 0
    refused = run("board", "move", "Aurora", "Mixing")
    assert refused.code == 2
    refused.says('2 cards are called "Aurora":')
    terminal = ForkedTerminal(["board", "move", "Aurora", "Mixing"], timeout=60)
    terminal.expect("Which one")
    terminal.sendline("2")
    terminal.expect("Aurora is in Mixing now")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert shape(studio) == {
        "Idea Incubation": [], "Composition": ["Aurora"], "Arrangement": [], "Mixing": ["Aurora"]
    }  # fmt: skip


def test_commands_of_the_board_answer_in_json(studio: Embedded) -> None:
    run("board", "init")
    scaffolded("Aurora")
    moved = json.loads(run("board", "move", "aur", "Mix", "--json").out)
    assert moved == {
        "version": 1, "command": "board move", "name": "Aurora", "stage": "Mixing", "moved": True
    }  # fmt: skip
    added = json.loads(run("board", "add", "Aurora", "--json").out)
    assert (added["command"], added["state"]) == ("board add", "already")
    idea = json.loads(run("idea", "tide", "--json").out)
    assert idea == {"version": 1, "command": "idea", "name": "tide", "state": "sent"}
    studio.stop()
    waiting = run("idea", "moon", "--json")
    assert (waiting.code, json.loads(waiting.out)["state"]) == (6, "waiting")
    studio.start()


def test_a_board_by_name_is_used_as_it_is(studio: Embedded) -> None:
    run("board", "init", "--name", "Mine")
    for stage in studio.board.sections_of(studio.board.project("Mine"))[1:]:
        stage.name = f"My {stage.name}"
    result = run("board", "init", "mine")
    result.says("Using Mine as it is", "My Composition")
    scaffolded("Aurora")
    assert shape(studio, "Mine")["Idea Incubation"] == ["Aurora"], "its stage is not there: the first"


def test_without_a_board_it_is_said_how_to_get_one(studio: Embedded) -> None:
    for words in (["board"], ["board", "move", "x", "y"]):
        result = run(*words)
        assert result.code == 2
        result.says("There is no board yet", "board init")
        assert all(len(line) < 60 for line in result.err.splitlines()), "lines with commands are never folded"
    assert run("idea", "a", "b").code == 6
    run("board", "init").says("On the board now: a b")


def test_no_such_song_or_stage(studio: Embedded) -> None:
    run("board", "init")
    scaffolded("Aurora")
    run("board", "move", "Auroa", "Mixing").says('Did you mean "Aurora"?')
    run("board", "move", "Aurora", "Mxing").says("no stage", '"Idea Incubation"')
    assert run("idea", " ").code == 2


def test_the_start_of_a_name_archives_it_once(studio: Embedded) -> None:
    run("board", "init")
    scaffolded("Kitchen Rain")
    for _ in range(2):
        assert run("board", "archive", "kitchen").out == "Kitchen Rain is archived.\n"
    scaffolded("Kitchen Sink")
    assert run("board", "archive", "Kitchen Rain").code == 0
    assert not studio.board.project("Kitchen Sink").archived
    run("board", "add", "kitchen r").says("Kitchen Rain is back on the board")
    assert not studio.board.project("Kitchen Rain").archived


def test_an_idea_can_be_taken_off_and_brought_back(studio: Embedded) -> None:
    run("board", "init")
    run("idea", "pad in the rain")
    for _ in range(2):
        assert run("board", "archive", "pad").out == "pad in the rain is archived.\n"
    assert studio.board.task("pad in the rain").completed
    run("board", "add", "pad in the rain").says("is back on the board")
    assert not studio.board.task("pad in the rain").completed
    assert run("board", "add", "pad in the snow").code == 1


def test_an_idea_that_asana_refuses_is_kept_in_sight(studio: Embedded) -> None:
    run("board", "init")
    refused = studio.faults.add(Fault("status", status=403, method="POST", path="^/tasks$", times=None))
    assert run("idea", "pad in the rain").code == 1, "nothing waits: it must be sent again by hand"
    assert run("board", "add", "pad in the rain").code == 1
    assert "pad in the rain: refused by Asana" in run("board").out
    run("board").says("To try again: asana-tbp board add 'pad in the rain'\n")
    (idea,) = json.loads(run("board", "--json").out)["stages"][0]["songs"]
    assert idea["refused"].startswith("Asana refuses the request (status 403)")
    studio.faults.remove(refused)
    assert run("board", "add", "pad in the rain").code == 0
    assert shape(studio)["Idea Incubation"] == ["pad in the rain"]
    run("board", "add", "pad in the rain").says("is on the board already")
    studio.faults.add(Fault("status", status=403, method="POST", path="^/tasks$"))
    run("idea", "another one")
    assert (
        run("board", "archive", "another one").out
        == "another one was removed; it had not been sent to Asana.\n"
    )
    assert "another" not in run("board").out


def test_an_idea_is_where_ideas_are_on_a_board_made_by_hand(studio: Embedded) -> None:
    gid = project_by_hand(studio, "Mine", ["Mixdown", "Ideas", "Composing"])
    assert run("board", "init", gid).code == 0
    assert run("idea", "tide").code == 0
    scaffolded("Aurora")
    assert shape(studio, "Mine") == {"Mixdown": [], "Ideas": ["tide"], "Composing": ["Aurora"]}


def test_next_says_why(studio: Embedded) -> None:
    run("board", "init")
    soon = (datetime.now(UTC).astimezone() + timedelta(days=4)).date().isoformat()
    scaffolded("Aurora")
    scaffolded("Fjord", soon)
    result = run("next")
    assert result.out.startswith(
        "Fjord: Write chords (20m)\nBecause its deadline is in 4 days and 1h of work"
    )
    answer = json.loads(run("next", "--json", "--local").out)
    assert (answer["song"]["name"], answer["task"]) == ("Fjord", "Write chords (20m)")


@pytest.mark.parametrize("columns", [80, 200])
def test_in_a_terminal_it_fits(studio: Embedded, columns: int) -> None:
    run("board", "init")
    scaffolded("A very long name of a song that is far wider than any column \U0001f30c can ever be")
    run("board")
    terminal = ForkedTerminal(["board"], dimensions=(40, columns), timeout=90)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert isinstance(terminal.before, str)
    assert "A very long name" in terminal.before
    assert "0/3" in terminal.before


def test_offline_it_shows_what_is_known(studio: Embedded) -> None:
    run("board", "init")
    scaffolded("Aurora")
    run("board")
    studio.stop()
    result = run("board")
    assert result.code == 0
    assert "Aurora: 0/3, 1h left" in result.out
    result.says("Shown as it was last seen")
    studio.start()


def test_a_refused_token_ends_with_its_code(studio: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    run("board", "init")
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", "wrong")
    result = run("board")
    assert result.code == 4
    assert "Composition (0)" in result.out
