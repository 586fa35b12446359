"""`pull --into`: what somebody changed in Asana comes into the map's own file, and nothing else does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Anchor
from asana_tbp.errors import TbpError
from asana_tbp.sandbox.records import Task
from asana_tbp.scaffold.journal import Journal, known_songs
from asana_tbp.scaffold.pull.update import MapUpdater
from asana_tbp.songmap.templates.library import Library
from asana_tbp.songmap.write.map_text import EditError, MapText
from asana_tbp.store.database import open_database
from asana_tbp.system.clock import FastClock
from asana_tbp.system.settings import load_settings
from tests.cli.command import run
from tests.faulty.server import Embedded

MAP = """\
# My own words stay.
song: Rain

inspiration:
  - "A tin roof"   # heard in May

sections:
  Composition:
    - Chords (20m)          # the first thing
    - task: "Bass"
      time: 25m
      after: [Design bass]
    - Melody (30m)
  Sound Design:
    - 'Design bass (15m)'
  Mixing: []
"""


@pytest.fixture
def rain(studio: Embedded) -> Embedded:
    Path("rain.yaml").write_text(MAP, encoding="utf-8")
    assert run("scaffold", "rain.yaml").code == 0
    return studio


def into(*flags: str) -> str:
    result = run("pull", "Rain", "--into", "rain.yaml", *flags)
    assert result.code == 0, result.err
    return Path("rain.yaml").read_text(encoding="utf-8")


def nothing_to_do(studio: Embedded) -> None:
    planned = run("plan", "rain.yaml")
    assert planned.code == 0, planned.out + planned.err
    assert "Nothing to do." in planned.out, planned.out
    before = len(studio.sandbox.requests)
    assert run("scaffold", "rain.yaml").code == 0
    assert {seen.method for seen in studio.sandbox.requests[before:]} == {"GET"}


def test_names_budgets_sections_notes_and_new_tasks_come_in(rain: Embedded, asana: Gateway) -> None:
    project = rain.board.project("Rain")
    sections = {section.name: section.gid for section in asana.sections(project.gid)}
    gids = {task.name: task.gid for task in asana.tasks(project.gid)}
    asana.change_task(gids["Chords (20m)"], name="Chords in D (20m)")
    asana.change_task(gids["Bass (25m)"], name="Bass (40m)")
    asana.change_task(gids["Melody (30m)"], notes="Only black keys")
    asana.place_task(project.gid, sections["Sound Design"], gids["Melody (30m)"], None)
    asana.rename_section(sections["Mixing"], "Mixdown")
    asana.create_task(project.gid, sections["Sound Design"], "Pad (10m)", "warm")
    text = into("--yes")
    assert "# My own words stay." in text
    assert '"A tin roof"   # heard in May' in text
    assert "- Chords in D (20m)          # the first thing" in text
    assert "time: 40m" in text
    assert "Only black keys" in text
    assert "Mixdown:" in text
    assert "Pad" in text
    assert text.index("Sound Design:") < text.index("Melody")
    nothing_to_do(rain)


def test_a_new_task_may_have_the_name_of_one_that_was_renamed(rain: Embedded, asana: Gateway) -> None:
    project = rain.board.project("Rain")
    section = asana.sections(project.gid)[0].gid
    melody = next(task.gid for task in asana.tasks(project.gid) if "Melody" in task.name)
    asana.change_task(melody, name="Tune (30m)")
    asana.create_task(project.gid, section, "Melody (10m)", "")
    assert "Melody" not in into("--yes")
    text = into("--yes")
    assert "- Tune (30m)" in text
    assert "- Melody (10m)" in text
    nothing_to_do(rain)
    names = {task.gid: task.name for task in asana.tasks(project.gid)}
    assert names.pop(melody) == "Tune (30m)"
    assert sorted(names.values()) == ["Bass (25m)", "Chords (20m)", "Design bass (15m)", "Melody (10m)"]


def renamed(rain: Embedded, asana: Gateway, **names: str) -> None:
    """Rename tasks in Asana, each by the first word of its name."""
    tasks = asana.tasks(rain.board.project("Rain").gid)
    for word, name in names.items():
        asana.change_task(next(task.gid for task in tasks if task.name.startswith(word)), name=name)


@pytest.mark.parametrize(
    "names",
    [
        {"Chords": "Melody (30m)", "Melody": "Chords (20m)"},
        {"Chords": "Melody (20m)", "Melody": "Tune (30m)"},
        {"Chords": "Bass (5m)", "Bass": "Melody (25m)", "Melody": "Chords (30m)"},
        {"Chords": "chords (20m)"},
    ],
    ids=["swapped", "passed on", "in a ring", "only its case"],
)
def test_titles_that_changed_hands_in_asana_come_in(
    rain: Embedded, asana: Gateway, names: dict[str, str]
) -> None:
    renamed(rain, asana, **names)
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    assert (result.code, result.err) == (0, "Written: rain.yaml\n")
    planned = run("plan", "rain.yaml", "--json")
    shown = [task.name for task in asana.tasks(rain.board.project("Rain").gid)]
    assert sorted(json.loads(planned.out)["ideal_order"]) == sorted(shown)
    assert json.loads(planned.out)["left_alone"] == []
    nothing_to_do(rain)


def test_a_title_exchanged_with_a_completed_task_comes_in(rain: Embedded, asana: Gateway) -> None:
    asana.set_completed(rain.board.task("Melody (30m)").gid, True)
    renamed(rain, asana, Chords="Melody (20m)", Melody="Chords (30m)")
    text = into("--yes")
    assert "- Melody (20m)          # the first thing" in text
    assert "- Chords (30m)\n" in text
    nothing_to_do(rain)


def test_a_title_of_a_deleted_task_may_be_given_to_another(rain: Embedded, asana: Gateway) -> None:
    gid = next(task.gid for task in asana.tasks(rain.board.project("Rain").gid) if "Melody" in task.name)
    asana.delete_task(gid)
    renamed(rain, asana, Chords="Melody (30m)")
    text = into("--yes")
    assert "- Melody (30m)          # the first thing" in text
    assert "Chords" not in text
    assert "left alone" not in run("plan", "rain.yaml").out
    nothing_to_do(rain)


def test_what_was_deleted_in_asana_leaves_the_map(rain: Embedded, asana: Gateway) -> None:
    gid = next(task.gid for task in asana.tasks(rain.board.project("Rain").gid) if "Melody" in task.name)
    asana.delete_task(gid)
    assert "Melody" not in into("--yes")
    nothing_to_do(rain)


def test_another_order_comes_in(rain: Embedded, asana: Gateway) -> None:
    project = rain.board.project("Rain")
    home = asana.sections(project.gid)[0].gid
    gids = {task.name: task.gid for task in asana.tasks(project.gid)}
    asana.place_task(project.gid, home, gids["Melody (30m)"], None)
    text = into("--yes")
    assert text.index("Melody") < text.index("Chords") < text.index("Bass")
    nothing_to_do(rain)


def test_another_order_of_sections_comes_in(rain: Embedded, asana: Gateway) -> None:
    project = rain.board.project("Rain")
    composition, sound, mixing = asana.sections(project.gid)
    asana.place_section(project.gid, sound.gid, Anchor(composition.gid, "before"))
    # A new one stands where Asana shows it as well.
    extra = asana.create_section(project.gid, "Extra", Anchor(mixing.gid, "before"))
    asana.create_task(project.gid, extra.gid, "Ask Ida (5m)", "")
    text = into("--yes")
    assert "- Chords (20m)          # the first thing" in text
    names = ["Sound Design:", "Composition:", "Extra:", "Mixing:"]
    assert sorted(names, key=text.index) == names
    nothing_to_do(rain)
    planned = json.loads(run("plan", "rain.yaml", "--json").out)
    assert planned["ideal_order"][0] == "Design bass (15m)"


def test_sections_that_cannot_change_places_are_named(studio: Embedded, asana: Gateway) -> None:
    text = "song: Rain\nsections: {A: [Chords], B: [Mix]}\n"
    Path("rain.yaml").write_text(text, encoding="utf-8")
    assert run("scaffold", "rain.yaml").code == 0
    project = studio.board.project("Rain")
    one, other = asana.sections(project.gid)
    asana.place_section(project.gid, other.gid, Anchor(one.gid, "before"))
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    result.says("The sections have another order in Asana: ", "by hand")
    assert Path("rain.yaml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("taken", [True, False], ids=["behind the template's", "among the template's"])
def test_an_order_of_sections_beside_those_of_a_template(
    studio: Embedded, asana: Gateway, taken: bool
) -> None:
    Path("base.yaml").write_text("sections:\n  A: [One (10m)]\n", encoding="utf-8")
    text = "song: Rain\nextends: ./base.yaml\nsections:\n  B: [Two (5m)]\n  C: [Three (5m)]\n"
    Path("rain.yaml").write_text(text, encoding="utf-8")
    assert run("scaffold", "rain.yaml").code == 0
    project = studio.board.project("Rain").gid
    gids = {section.name: section.gid for section in asana.sections(project)}
    asana.place_section(project, gids["C"], Anchor(gids["A"], "after" if taken else "before"))
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    pulled = Path("rain.yaml").read_text(encoding="utf-8")
    if taken:
        assert pulled == text.replace(
            "  B: [Two (5m)]\n  C: [Three (5m)]\n", "  C: [Three (5m)]\n  B: [Two (5m)]\n"
        )
    else:
        assert pulled == text
        result.says("another order in Asana", "The template has sections")
    nothing_to_do(studio)


def test_sections_of_a_template_that_exchanged_names_stay_and_are_named(
    studio: Embedded, asana: Gateway
) -> None:
    Path("base.yaml").write_text(
        "sections:\n  A: [One (10m), Two (5m)]\n  B: [One (20m), Three (5m)]\n", encoding="utf-8"
    )
    text = "song: Rain\nextends: ./base.yaml\nsections:\n  A: [Own (5m)]\n"
    Path("rain.yaml").write_text(text, encoding="utf-8")
    assert run("scaffold", "rain.yaml").code == 0
    first, second = asana.sections(studio.board.project("Rain").gid)
    asana.rename_section(first.gid, second.name)
    asana.rename_section(second.gid, first.name)
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    assert result.code == 0, result.err
    result.says('"A" is called "B" in Asana', '"B" is called "A" in Asana', "Rename one there")
    assert Path("rain.yaml").read_text(encoding="utf-8") == text
    nothing_to_do(studio)


@pytest.mark.parametrize("change", ["moved", "renamed"])
def test_a_task_whose_title_the_template_has_twice_stays_what_it_is(
    studio: Embedded, asana: Gateway, change: str
) -> None:
    Path("base.yaml").write_text(
        "sections:\n  A:\n    - {task: Bass, time: 30m, notes: loud}\n"
        "  B:\n    - {task: Bass, time: 5m, notes: soft}\n",
        encoding="utf-8",
    )
    Path("rain.yaml").write_text(
        "song: Rain\nextends: ./base.yaml\nsections:\n  C: [Own (5m)]\n", encoding="utf-8"
    )
    assert run("scaffold", "rain.yaml").code == 0
    project = studio.board.project("Rain").gid
    task = studio.board.task("Bass (5m)")
    if change == "moved":
        asana.place_task(project, asana.sections(project)[2].gid, task.gid, None)
    else:
        asana.change_task(task.gid, name="Low end (5m)")
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    assert result.code == 0, result.err
    if change == "moved":
        result.says('C has "Bass" in Asana; the template has a task of this title in another section')
    nothing_to_do(studio)
    assert run("scaffold", "rain.yaml").code == 0
    assert (task.name, task.notes) == ("Bass (5m)" if change == "moved" else "Low end (5m)", "soft")
    assert studio.board.task("Bass (30m)").notes == "loud"


def test_without_a_terminal_nothing_is_written_unless_it_is_said(rain: Embedded, asana: Gateway) -> None:
    gid = next(task.gid for task in asana.tasks(rain.board.project("Rain").gid) if "Melody" in task.name)
    asana.change_task(gid, name="Tune (30m)")
    result = run("pull", "Rain", "--into", "rain.yaml")
    assert result.code == 5
    assert "+    - Tune (30m)" in result.out
    assert Path("rain.yaml").read_text(encoding="utf-8") == MAP


def test_what_changed_on_both_sides_stays_until_it_is_decided(rain: Embedded, asana: Gateway) -> None:
    gid = next(task.gid for task in asana.tasks(rain.board.project("Rain").gid) if "Melody" in task.name)
    asana.change_task(gid, name="Melody (45m)")
    Path("rain.yaml").write_text(MAP.replace("Melody (30m)", "Melody (10m)"), encoding="utf-8")
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    assert result.code == 5
    result.says("Changed on both sides", "--prefer-asana")
    assert "Melody (45m)" in into("--yes", "--prefer-asana")
    nothing_to_do(rain)


def test_what_the_map_changed_alone_is_still_carried_over_afterwards(rain: Embedded, asana: Gateway) -> None:
    gid = next(task.gid for task in asana.tasks(rain.board.project("Rain").gid) if "Melody" in task.name)
    asana.change_task(gid, name="Tune (30m)")
    Path("rain.yaml").write_text(MAP.replace("Chords (20m)", "Chords (50m)"), encoding="utf-8")
    text = into("--yes")
    assert "Chords (50m)" in text
    assert "Tune (30m)" in text
    assert run("scaffold", "rain.yaml").code == 0
    names = {task.name for task in rain.board.all(Task)}
    assert names == {"Chords (50m)", "Bass (25m)", "Tune (30m)", "Design bass (15m)"}


def test_another_file_is_not_the_projects_map(rain: Embedded) -> None:
    Path("other.yaml").write_text(MAP, encoding="utf-8")
    result = run("pull", "Rain", "--into", "other.yaml", "--yes")
    assert result.code == 2
    result.says("other.yaml is not the song map of", "-o")
    result.says(f'"Rain"; that is {Path("rain.yaml").resolve()}.')


def test_a_map_that_extends_a_template_keeps_it_and_gets_its_own_lines(
    studio: Embedded, asana: Gateway
) -> None:
    Path("base.yaml").write_text("song: Base\nsections:\n  A: [One (10m), Two (20m)]\n", encoding="utf-8")
    template = Path("base.yaml").read_bytes()
    Path("rain.yaml").write_text(
        "song: Rain\nextends: ./base.yaml\nsections:\n  B: [Three (5m)]\n", encoding="utf-8"
    )
    assert run("scaffold", "rain.yaml").code == 0
    gids = {task.name: task.gid for task in asana.tasks(studio.board.project("Rain").gid)}
    asana.change_task(gids["One (10m)"], name="One (15m)")
    asana.delete_task(gids["Two (20m)"])
    text = into("--yes")
    assert "drop" in text
    assert Path("base.yaml").read_bytes() == template
    nothing_to_do(studio)


def test_what_a_template_has_and_asana_renamed_becomes_the_maps_own(studio: Embedded, asana: Gateway) -> None:
    Path("base.yaml").write_text(
        "song: Base\nsections:\n"
        "  A:\n    - One (10m)\n    - {task: Two, time: 20m, notes: softly}\n"
        "    - {task: Three, time: 5m, after: Four}\n"
        "  B:\n    - Four (5m)\n    - {task: Five, time: 5m, after: One}\n  C: [Six (5m)]\n",
        encoding="utf-8",
    )
    template = Path("base.yaml").read_bytes()
    Path("rain.yaml").write_text(
        "song: Rain\nextends: ./base.yaml\nsections:\n  A:\n    - Two (25m)\n  C:\n    - Own (5m)   # mine\n",
        encoding="utf-8",
    )
    assert run("scaffold", "rain.yaml").code == 0
    project = studio.board.project("Rain").gid
    gids = {task.name: task.gid for task in asana.tasks(project)}
    asana.change_task(gids["One (10m)"], name="First (15m)")
    asana.change_task(gids["Two (25m)"], name="Second (25m)")
    asana.change_task(gids["Four (5m)"], name="Fourth (5m)")
    asana.rename_section({each.name: each.gid for each in asana.sections(project)}["B"], "Beats")
    text = into("--yes")
    assert "First (15m)" in text
    assert "# mine" in text
    assert Path("base.yaml").read_bytes() == template
    nothing_to_do(studio)
    assert {task.gid for task in asana.tasks(project)} == set(gids.values())
    assert "softly" in text
    Path("rain.yaml").write_text(text.replace("First (15m)", "First (45m)"), encoding="utf-8")
    assert run("scaffold", "rain.yaml").code == 0
    assert studio.board.task("First (45m)").gid == gids["One (10m)"]


def test_a_map_may_extend_a_file_that_names_no_song(studio: Embedded, asana: Gateway) -> None:
    Path("base.yaml").write_text("sections:\n  A: [One (10m), Two (20m)]\n", encoding="utf-8")
    Path("rain.yaml").write_text("song: Rain\nextends: ./base.yaml\n", encoding="utf-8")
    assert run("scaffold", "rain.yaml").code == 0
    gids = {task.name: task.gid for task in asana.tasks(studio.board.project("Rain").gid)}
    asana.change_task(gids["One (10m)"], name="First (10m)")
    assert "First (10m)" in into("--yes")
    nothing_to_do(studio)


def test_of_two_tasks_of_one_title_in_the_template_only_one_is_dropped(
    studio: Embedded, asana: Gateway
) -> None:
    Path("base.yaml").write_text(
        "song: Base\nsections:\n  A: [One (10m), Tune (5m)]\n  B: [Tune (6m)]\n  C: [Tune (7m)]\n",
        encoding="utf-8",
    )
    Path("rain.yaml").write_text("song: Rain\nextends: ./base.yaml\n", encoding="utf-8")
    assert run("scaffold", "rain.yaml").code == 0
    gids = {task.name: task.gid for task in asana.tasks(studio.board.project("Rain").gid)}
    asana.delete_task(gids["Tune (5m)"])
    asana.change_task(gids["Tune (6m)"], name="Tune again (6m)")
    text = into("--yes")
    assert "drop:\n  - A / Tune\n  - B / Tune\n" in text
    nothing_to_do(studio)
    assert "3. Tune            7m" in run("plan", "rain.yaml").out


def test_a_section_and_a_task_of_one_name_in_the_template_are_told_apart(
    studio: Embedded, asana: Gateway
) -> None:
    Path("base.yaml").write_text(
        "song: Base\nsections:\n  Beats: [One (10m), Two (5m)]\n  Mix: [Beats (6m), Vocals (7m)]\n"
        "  Vocals: [Sing (9m)]\n",
        encoding="utf-8",
    )
    Path("rain.yaml").write_text("song: Rain\nextends: ./base.yaml\n", encoding="utf-8")
    assert run("scaffold", "rain.yaml").code == 0
    project = studio.board.project("Rain").gid
    asana.rename_section({each.name: each.gid for each in asana.sections(project)}["Beats"], "Drums")
    asana.delete_task({task.name: task.gid for task in asana.tasks(project)}["Vocals (7m)"])
    text = into("--yes")
    assert "drop:\n  - Beats /\n  - Mix / Vocals\n" in text
    nothing_to_do(studio)


@pytest.fixture
def extending(studio: Embedded) -> Embedded:
    """A project whose map extends a template with a variable, and mentions that."""
    Path("base.yaml").write_text(
        "song: Base\nvars: {lead: piano}\nsections:\n"
        "  A:\n    - Play ${lead} (10m)\n    - Two (20m)\n  B: [Three (5m)]\norder: [Two, Three]\n",
        encoding="utf-8",
    )
    Path("rain.yaml").write_text(
        "song: Rain\nextends: ./base.yaml\nsections:\n  A:\n    - Play ${lead} (15m)   # mine\n"
        "    - Tune ${lead} (5m)\n    - {task: Sing, time: 5m, after: 'Tune ${lead}'}\n  B: [Three (9m)]\n",
        encoding="utf-8",
    )
    assert run("scaffold", "rain.yaml").code == 0
    return studio


def test_a_title_with_a_variable_of_the_template_keeps_its_line(extending: Embedded, asana: Gateway) -> None:
    gids = {task.name: task.gid for task in asana.tasks(extending.board.project("Rain").gid)}
    asana.change_task(gids["Play piano (15m)"], name="Play piano (45m)", notes="loud")
    asana.change_task(gids["Tune piano (5m)"], name="Tune the piano (5m)")
    text = into("--yes")
    assert "- task: Play ${lead} (45m)   # mine\n      notes: loud\n    - Tune the ${lead} (5m)\n" in text
    assert "after: 'Tune the ${lead}'" in text
    nothing_to_do(extending)
    asana.delete_task(gids["Tune piano (5m)"])
    assert "Tune" not in into("--yes")
    nothing_to_do(extending)


def test_what_the_map_changed_of_the_template_is_dropped_with_its_task(
    extending: Embedded, asana: Gateway
) -> None:
    gids = {task.name: task.gid for task in asana.tasks(extending.board.project("Rain").gid)}
    asana.delete_task(gids["Three (9m)"])
    assert "drop:\n  - Three\n" in into("--yes")
    assert "Three" not in run("plan", "rain.yaml").out
    nothing_to_do(extending)


def test_what_would_move_or_double_something_of_the_template_is_named_and_left(
    extending: Embedded, asana: Gateway
) -> None:
    project = extending.board.project("Rain").gid
    sections = {section.name: section.gid for section in asana.sections(project)}
    gids = {task.name: task.gid for task in asana.tasks(project)}
    before = Path("rain.yaml").read_bytes()
    asana.create_task(project, sections["B"], "Two (15m)", "")
    asana.change_task(gids["Play piano (15m)"], name="Three (15m)")
    asana.rename_section(sections["B"], "A")
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    assert result.code == 0
    result.says('B has "Two"', 'A has "Three"', 'two sections called "A"')
    assert Path("rain.yaml").read_bytes() == before


def test_a_file_that_could_not_be_read_is_not_written(
    rain: Embedded, asana: Gateway, own_machine: Path
) -> None:
    project = asana.project(rain.board.project("Rain").gid)
    with open_database(own_machine / "state" / "asana-tbp.db") as database:
        settings = load_settings(own_machine / "none.toml", {})
        updater = MapUpdater(asana, database, settings, Library(), FastClock(200))
        update = updater.propose(project, Path("rain.yaml"))
        update.text = MapText(f"{MAP}extends: nowhere\n", "song map")
        with pytest.raises(EditError, match=r"rain\.yaml:17:10: .*nowhere"):
            updater.accept(update)
    assert Path("rain.yaml").read_text(encoding="utf-8") == MAP


def test_a_map_that_was_changed_while_asana_was_read_stays(
    rain: Embedded, asana: Gateway, own_machine: Path
) -> None:
    project = asana.project(rain.board.project("Rain").gid)
    rain.board.task("Chords (20m)").name = "Chords and pads (35m)"
    with open_database(own_machine / "state" / "asana-tbp.db") as database:
        settings = load_settings(own_machine / "none.toml", {})
        updater = MapUpdater(asana, database, settings, Library(), FastClock(200))
        update = updater.propose(project, Path("rain.yaml"))
        edited = MAP.replace("My own words", "More of my own words")
        Path("rain.yaml").write_text(edited, encoding="utf-8")
        with pytest.raises(EditError, match="was changed meanwhile"):
            updater.accept(update)
    assert Path("rain.yaml").read_text(encoding="utf-8") == edited
    assert into("--yes") == edited.replace("Chords (20m)", "Chords and pads (35m)")


def test_what_could_not_be_written_is_not_remembered_as_agreed_on(
    rain: Embedded, asana: Gateway, own_machine: Path
) -> None:
    project = asana.project(rain.board.project("Rain").gid)
    gids = {task.name: task.gid for task in asana.tasks(project.gid)}
    asana.change_task(gids["Chords (20m)"], name="Chords and pads (35m)")
    with open_database(own_machine / "state" / "asana-tbp.db") as database:
        settings = load_settings(own_machine / "none.toml", {})
        updater = MapUpdater(asana, database, settings, Library(), FastClock(200))
        update = updater.propose(project, Path("rain.yaml"))
        (song,) = known_songs(database)
        before = Journal(database, song).entries()
        Path("folder.yaml").mkdir()
        update.path = Path("folder.yaml")
        with pytest.raises(TbpError, match="it is a folder"):
            updater.accept(update)
        assert Journal(database, song).entries() == before
    assert "Chords and pads (35m)" in into("--yes")
    nothing_to_do(rain)


def test_somebody_elses_task_is_named_and_left_out(rain: Embedded, asana: Gateway) -> None:
    project = rain.board.project("Rain")
    home = asana.sections(project.gid)[0].gid
    made = asana.create_task(project.gid, home, "Vocals (30m)", "")
    anna = rain.board.add_user("Anna", "anna@sandbox.example", rain.board.workspace)
    rain.board.task("Vocals (30m)").assignee = anna.gid
    assert made
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    result.says("somebody else's")
    assert "Vocals" not in Path("rain.yaml").read_text(encoding="utf-8")


def my_section(studio: Embedded, asana: Gateway) -> tuple[str, dict[str, str]]:
    mine = studio.board.my_tasks()
    assert mine is not None
    section = next(each.gid for each in asana.sections(mine.gid) if each.name == "Rain")
    return section, {task.name: task.gid for task in asana.section_tasks("", section)}


def test_an_order_changed_in_my_tasks_alone_becomes_the_maps(rain: Embedded, asana: Gateway) -> None:
    section, gids = my_section(rain, asana)
    asana.add_to_section(section, gids["Melody (30m)"], None)
    text = into("--yes")
    assert "order:" in text
    assert text.index("Chords (20m)") < text.index("Melody (30m)"), "the sections stay as they are"
    planned = run("plan", "rain.yaml")
    assert planned.out.index("1. Melody") < planned.out.index("2. Chords")
    nothing_to_do(rain)


def test_an_order_taken_from_the_project_is_no_conflict_when_the_map_changes_it_next(
    rain: Embedded, asana: Gateway
) -> None:
    section, gids = my_section(rain, asana)
    project = rain.board.project("Rain")
    asana.place_task(project.gid, asana.sections(project.gid)[0].gid, gids["Melody (30m)"], None)
    text = into("--yes")
    # A task made meanwhile goes where the map has it, among those that stand as before.
    Path("rain.yaml").write_text(text.replace("  Mixing: []", "  Mixing:\n    - Mix (5m)"), encoding="utf-8")
    assert run("scaffold", "rain.yaml").code == 0
    shown = [task.name for task in asana.section_tasks("", section)]
    assert shown.index("Chords (20m)") < shown.index("Melody (30m)"), "nobody has asked for another order"
    text = Path("rain.yaml").read_text(encoding="utf-8")
    Path("rain.yaml").write_text(text + "order: [Mix, Chords]\n", encoding="utf-8")
    made = run("scaffold", "rain.yaml")
    assert (made.code, "order in My Tasks" in made.out) == (0, True), made.out + made.err
    shown = [task.name for task in asana.section_tasks("", section)]
    assert shown == ["Mix (5m)", "Chords (20m)", "Melody (30m)", "Design bass (15m)", "Bass (25m)"]
    nothing_to_do(rain)
    # What was changed in My Tasks by hand still is one.
    asana.add_to_section(section, gids["Bass (25m)"], None)
    text = Path("rain.yaml").read_text(encoding="utf-8").replace("[Mix, Chords]", "[Chords, Mix]")
    Path("rain.yaml").write_text(text, encoding="utf-8")
    assert "order in My Tasks was" in run("plan", "rain.yaml").out


def test_an_order_that_a_map_cannot_have_is_named(rain: Embedded, asana: Gateway) -> None:
    section, gids = my_section(rain, asana)
    asana.add_to_section(section, gids["Bass (25m)"], None)
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    result.says('"Bass" waits for "Design bass"')
    assert Path("rain.yaml").read_text(encoding="utf-8") == MAP


def test_an_order_that_asana_never_showed_is_not_taken(
    rain: Embedded, asana: Gateway, own_machine: Path
) -> None:
    section, gids = my_section(rain, asana)
    with open_database(own_machine / "state" / "asana-tbp.db") as database:
        Journal(database, known_songs(database)[0]).my_order("given up", ())
    asana.add_to_section(section, gids["Melody (30m)"], None)
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    result.says("The order in My Tasks is ignored")
    assert Path("rain.yaml").read_text(encoding="utf-8") == MAP


def test_what_a_map_cannot_hold_is_listed_and_links_survive(rain: Embedded, asana: Gateway) -> None:
    board = rain.board
    chords, bass, melody = (board.task(name).gid for name in ("Chords (20m)", "Bass (25m)", "Melody (30m)"))
    asana.http.create(
        lambda record: record["gid"], "/tasks", "", {"name": "Left hand", "parent": chords}, opt_fields="name"
    )
    asana.http.write("PUT", "/tasks/{gid}", bass, {"resource_subtype": "approval"})
    link = '<body>like <a href="https://example.org/rain">this tin roof</a>, softer</body>'
    asana.http.write("PUT", "/tasks/{gid}", melody, {"html_notes": link})
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    for sentence in ("Subtasks stay in Asana", "Approvals are ordinary tasks"):
        result.says(sentence)
    assert "like this tin roof (https://example.org/rain), softer" in Path("rain.yaml").read_text(
        encoding="utf-8"
    )
    nothing_to_do(rain)
    assert "href" in board.task("Melody (30m)").html_notes, "the link in Asana is still one"
    again = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    again.says("Nothing to write", "Subtasks stay in Asana")
    asana.change_task(chords, due_on="2030-02-01")
    copy = run("pull", "Rain", "-o", "copy.yaml")
    copy.says("Subtasks stay in Asana", "Approvals are ordinary tasks", '"Chords (20m)" (2030-02-01)')
    copy.says("copy.yaml is its map from now on, instead of", "rain.yaml")
    assert "(https://example.org/rain)" in Path("copy.yaml").read_text(encoding="utf-8")


def test_a_task_without_a_time_in_asana_comes_in_and_is_no_conflict(rain: Embedded, asana: Gateway) -> None:
    project = rain.board.project("Rain")
    asana.create_task(project.gid, asana.sections(project.gid)[0].gid, "Vocal take", "")
    assert "- Vocal take (25m)" in into("--yes")
    nothing_to_do(rain)
    assert rain.board.task("Vocal take")


def test_a_budget_behind_a_very_long_name_comes_in(rain: Embedded, asana: Gateway) -> None:
    gid = next(task.gid for task in asana.tasks(rain.board.project("Rain").gid) if "Melody" in task.name)
    asana.change_task(gid, name="Melody " + "x" * 1000 + " (45m)")
    assert f"- Melody {'x' * 893} (45m)\n" in into("--yes")


def test_two_tasks_of_one_title_in_a_section_are_named_with_what_to_do(
    rain: Embedded, asana: Gateway
) -> None:
    project = rain.board.project("Rain")
    home = asana.sections(project.gid)[0].gid
    asana.create_task(project.gid, home, "Chords (5m)", "")
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    result.says('Composition has "Chords" twice in Asana; a song map can\'t. Rename one there.')
    assert Path("rain.yaml").read_text(encoding="utf-8") == MAP


def test_a_change_that_the_file_cannot_hold_keeps_nothing_else_out(studio: Embedded, asana: Gateway) -> None:
    Path("base.yaml").write_text(
        "song: Base\nsections:\n  A:\n    - One (5m)\n    - Two (5m)\n", encoding="utf-8"
    )
    listed = "extends: base.yaml\nsong: Rain\nsections:\n- B:\n    - Three (5m)\n"
    Path("rain.yaml").write_text(listed, encoding="utf-8")
    assert run("scaffold", "rain.yaml").code == 0
    gids = {task.name: task.gid for task in asana.tasks(studio.board.project("Rain").gid)}
    asana.change_task(gids["One (5m)"], name="Uno (5m)")
    asana.change_task(gids["Two (5m)"], name="Due (5m)")
    asana.change_task(gids["Three (5m)"], name="Tre (5m)")
    result = run("pull", "Rain", "--into", "rain.yaml", "--yes")
    assert result.code == 0, result.err
    result.says('"One" has another name in Asana: The section "A" cannot be added to the song map')
    assert Path("rain.yaml").read_text(encoding="utf-8") == listed.replace("Three", "Tre")


def test_a_moved_task_of_the_template_called_like_a_section_is_dropped_where_it_was(
    studio: Embedded, asana: Gateway
) -> None:
    base = "song: Base\nsections:\n  Drums:\n    - Kick (5m)\n  Mix:\n    - Drums (5m)\n    - EQ (5m)\n"
    Path("base.yaml").write_text(base, encoding="utf-8")
    Path("rain.yaml").write_text(
        "extends: base.yaml\nsong: Rain\nsections:\n  Verse:\n    - Drums (9m)\n", encoding="utf-8"
    )
    assert run("scaffold", "rain.yaml").code == 0
    gid = next(task.gid for task in asana.tasks(studio.board.project("Rain").gid) if "Drums" in task.name)
    asana.change_task(gid, name="Snare (9m)")
    text = into("--yes")
    assert "- Mix / Drums" in text
    assert "- Snare (9m)" in text
    nothing_to_do(studio)
