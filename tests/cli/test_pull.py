"""`pull` from the command line: any project becomes a song map, and nothing in Asana changes."""

from __future__ import annotations

import sys
from pathlib import Path

import pexpect
import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import PLAIN_STYLE
from asana_tbp.sandbox.records import Task
from asana_tbp.songmap import model
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.loader import open_template
from tests.cli.command import run
from tests.faulty.server import Embedded
from tests.forked import ForkedTerminal


@pytest.fixture
def song(studio: Embedded, song_file: Path) -> Embedded:
    """A song that was made from `midnight-galaxy.yaml`."""
    assert run("scaffold", str(song_file)).code == 0
    return studio


def writes(studio: Embedded) -> list[str]:
    """Every request that changed something."""
    return [f"{seen.method} {seen.path}" for seen in studio.sandbox.requests if seen.method != "GET"]


def test_a_project_is_printed_as_a_song_map(song: Embedded) -> None:
    before = writes(song)
    result = run("pull", "midnight galaxy")
    assert result.code == 0
    assert writes(song) == before, "a pull changes nothing"
    Path("pulled.yaml").write_text(result.out, encoding="utf-8")
    pulled, made = (
        open_template(Path("pulled.yaml")).song_map(),
        open_template(Path("midnight-galaxy.yaml")).song_map(),
    )
    assert pulled.song == made.song
    assert pulled.themes == made.themes
    assert pulled.questions == made.questions
    assert pulled.order == (
        "Write chord progression",
        "Design sound for bassline",
        "Write bassline",
        "Design pad",
    )


def test_a_pulled_file_has_nothing_to_do(studio: Embedded) -> None:
    project = make_project(studio, "Write bassline", "Bounce (final) - 20m")
    pulled = run("pull", project, "-o", "old.yaml")
    assert (pulled.code, pulled.out) == (0, "old.yaml\n")
    text = Path("old.yaml").read_text(encoding="utf-8")
    assert "- Write bassline (25m)    # no time budget in Asana" in text
    assert run("templates", "check", "old.yaml").code == 0
    before = writes(studio)
    again = run("scaffold", "old.yaml")
    assert again.code == 0
    again.says("Nothing to do")
    assert writes(studio) == before
    assert [name for _, names in studio.board.listing(studio.board.project("Old workflow")) for name in names]


def test_the_pulled_file_is_the_songs_map_from_then_on(song: Embedded) -> None:
    assert run("pull", "Midnight Galaxy", "-o", "copy.yaml").code == 0
    assert run("pull", "Midnight Galaxy", "-o", "other.yaml").code == 0
    before = writes(song)
    again = run("scaffold", "other.yaml")
    again.says("Nothing to do")
    assert again.code == 0
    assert writes(song) == before


def test_the_file_that_the_new_one_replaces_is_named(song: Embedded) -> None:
    sentence = "copy.yaml is its map from now on, instead of "
    assert (
        f"{sentence}{Path('midnight-galaxy.yaml').resolve()}."
        in run("pull", "Midnight Galaxy", "-o", "copy.yaml").err
    )
    Path("copy.yaml").unlink()
    assert sentence not in run("pull", "Midnight Galaxy", "-o", "copy.yaml").err


def test_a_task_renamed_in_asana_is_no_twin_after_a_pull(song: Embedded) -> None:
    song.board.task("Design pad (20m)").name = "Design pad in D (20m)"
    assert run("pull", "Midnight Galaxy", "-o", "copy.yaml").code == 0
    assert run("scaffold", "copy.yaml").code == 0
    names = sorted(task.name for task in song.board.all(Task))
    assert len(names) == 4
    assert "Design pad in D (20m)" in names


def test_completed_tasks_come_by_flag(song: Embedded) -> None:
    song.board.task("Design pad (20m)").completed = True
    assert "Design pad" not in run("pull", "Midnight Galaxy").out
    assert "Design pad" in run("pull", "Midnight Galaxy", "--completed").out


def test_nothing_is_overwritten(song: Embedded) -> None:
    before = Path("midnight-galaxy.yaml").read_bytes()
    result = run("pull", "Midnight Galaxy", "-o", "midnight-galaxy.yaml")
    assert result.code == 2
    result.says("is not overwritten")
    assert Path("midnight-galaxy.yaml").read_bytes() == before


def asked_for_words() -> pexpect.spawn[str]:
    """A template in the making, on a pseudo-terminal."""
    return ForkedTerminal(
        ["pull", "Midnight Galaxy", "--as-template", "mine.yaml"],
        timeout=60,
    )


def test_leaving_at_a_word_leaves_no_file(song: Embedded) -> None:
    terminal = asked_for_words()
    terminal.expect("Which word becomes a variable")
    terminal.sendline("bassline")
    terminal.expect("What is .bassline. in this song")
    terminal.sendintr()
    terminal.expect_exact("No file was written.")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130
    assert not Path("mine.yaml").exists()


def test_words_are_asked_for_on_a_terminal(song: Embedded) -> None:
    terminal = asked_for_words()
    terminal.logfile_read = sys.stdout
    terminal.expect("Which word becomes a variable")
    terminal.sendline("trumpet")
    terminal.expect("is in no section and no task")
    terminal.sendline("bassline")
    terminal.expect("What is .bassline. in this song")
    terminal.sendline("Bass")
    terminal.expect("cannot be a variable")
    terminal.sendline("bass")
    terminal.expect("Which word becomes a variable")
    terminal.sendline("")
    terminal.expect("mine.yaml")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert [asked.name for asked in open_template(Path("mine.yaml")).variables] == ["bass"]


def test_a_template_in_another_folder_finds_the_schema_too(song: Embedded) -> None:
    assert run("pull", "Midnight Galaxy", "--as-template", "mine.yaml").code == 0
    first = Path("mine.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert Path(first.removeprefix("# yaml-language-server: $schema=")).is_file()
    made = Path(run("pull", "Midnight Galaxy", "--as-template", "midnight galaxy").out.strip())
    first = made.read_text(encoding="utf-8").splitlines()[0]
    assert (made.parent / first.removeprefix("# yaml-language-server: $schema=")).is_file()


def test_a_schema_that_cannot_be_kept_costs_no_template(song: Embedded, own_machine: Path) -> None:
    (own_machine / "config").mkdir(exist_ok=True)
    (own_machine / "config" / "templates").touch()
    Path(".song-map-schema.json").mkdir()
    assert run("pull", "Midnight Galaxy", "--as-template", "mine.yaml").code == 0
    assert open_template(Path("mine.yaml")).problems() == ()
    refused = run("pull", "Midnight Galaxy", "--as-template", "midnight galaxy")
    assert refused.code == 1
    refused.says("cannot be written", "is not a folder")


def test_a_name_too_long_for_a_song_map_keeps_its_time_budget(studio: Embedded) -> None:
    project = make_project(studio, "x" * 1000 + " (10m)", "y" * 990)
    text = run("pull", project).out
    assert f"- {'x' * 900} (10m)    # longer in Asana\n" in text
    assert f"- {'y' * 900} (25m)    # no time budget in Asana; longer in Asana\n" in text


def test_numbers_are_no_part_of_a_title(
    studio: Embedded, song_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASANA_TBP_NUMBERED_NAMES", "on")
    song_file.write_text(
        song_file.read_text(encoding="utf-8").replace("Design pad", "808 pad"), encoding="utf-8"
    )
    assert run("scaffold", str(song_file)).code == 0
    assert studio.board.task("04 808 pad (20m)")
    song_file.rename("away.yaml")
    assert run("pull", "Midnight Galaxy", "-o", "copy.yaml").code == 0
    made, pulled = open_template(Path("away.yaml")).song_map(), open_template(Path("copy.yaml")).song_map()
    assert [task.title for _, task in _tasks(pulled)] == [task.title for _, task in _tasks(made)]
    again = run("scaffold", "copy.yaml")
    again.says("Nothing to do")
    assert "Left as it is" not in again.err


def test_titles_made_unlike_are_counted(studio: Embedded) -> None:
    project = make_project(studio, "Loop (5m)", "loop (6m)")
    run("pull", project, "-o", "a.yaml").says("1 title got a number, because another one is the same.\n")
    project = make_project(studio, "Loop (5m)", "loop (6m)", "LOOP (7m)")
    run("pull", project, "-o", "b.yaml").says("2 titles got a number, because another one is the same.\n")


def test_an_unknown_project_is_told(studio: Embedded) -> None:
    result = run("pull", "Nowhere")
    assert result.code == 1
    result.says("No project is called")


def make_project(studio: Embedded, *names: str) -> str:
    """A project somebody made by hand; its gid."""
    from tests.conftest import gateway_to

    with gateway_to(studio) as asana:
        project = asana.create_project(asana.me().workspaces[0].gid, "Old workflow", "")
        (section,) = asana.sections(project.gid)
        for name in names:
            asana.create_task(project.gid, section.gid, name, "")
    assert list(studio.board.all(Task))
    return project.gid


def _tasks(song_map: SongMap) -> list[tuple[str, model.Task]]:

    return [(section.name, task) for section in song_map.sections for task in section.tasks]


def test_a_pulled_map_orders_its_project_and_leaves_my_tasks_alone(studio: Embedded, asana: Gateway) -> None:
    project = asana.create_project(studio.board.workspace.gid, "By hand", "", PLAIN_STYLE)
    section = asana.sections(project.gid)[0].gid
    for name in ("Mix (5m)", "Bass (5m)", "Chords (5m)"):
        asana.create_task(project.gid, section, name, "")
    mine = studio.board.my_tasks()
    assert mine is not None
    before = studio.board.listing(mine)
    names = [task.name for task in asana.tasks(project.gid)]
    assert run("pull", "By hand", "-o", "hand.yaml").code == 0
    text = Path("hand.yaml").read_text(encoding="utf-8")
    line, other = (next(each for each in text.splitlines() if name in each) for name in names[:2])
    Path("hand.yaml").write_text(
        text.replace(line, "*").replace(other, line).replace("*", other), encoding="utf-8"
    )
    made = run("scaffold", "hand.yaml")
    assert (made.code, "My Tasks" in made.out + made.err) == (0, False), made.out + made.err
    assert [task.name for task in asana.tasks(project.gid)] == [names[1], names[0], names[2]]
    assert studio.board.listing(mine) == before
    run("scaffold", "hand.yaml").says("Nothing to do")
