"""A file over the one it extends: what it says counts, and what is wrong is told in the file it stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.read.loader import MOST_FILES, open_template
from asana_tbp.songmap.templates.library import Library

BASE = """\
song: Base
bpm: 120
inspiration: [rain]
themes: {musical: [warm], non-musical: [kitchen]}
questions:
  Who is it for?: Us
  How?:
sections:
  Composition:
    - Write chords (20m)
    - {task: Write bassline, time: 25m, notes: low, after: Design bass}
    - {task: keep or scrap?, kind: gate, time: 2m}
  Sound Design:
    - Design bass (30m)
    - Design pad (20m)
  Mixing: []
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with `base.yaml`."""
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


def over(folder: Path, text: str) -> SongMap:
    """A file that extends `base.yaml`."""
    path = folder / "song.yaml"
    path.write_text(f"extends: base.yaml\n{text}", encoding="utf-8")
    return open_template(path).song_map()


def told(folder: Path, text: str) -> list[str]:
    with pytest.raises(SongMapError) as wrong:
        over(folder, text)
    return [str(problem).replace(f"{folder}/", "") for problem in wrong.value.problems]


def shape(song_map: SongMap) -> dict[str, list[str]]:
    return {section.name: [task.name for task in section.tasks] for section in song_map.sections}


def test_a_file_that_says_nothing_is_the_one_it_extends(folder: Path) -> None:
    assert over(folder, "") == open_template(folder / "base.yaml").song_map()


def test_what_is_said_counts_and_the_rest_is_taken_over(folder: Path) -> None:
    song_map = over(
        folder, "song: Mine\nbpm: 90\nthemes: {musical: [cold]}\nquestions: {how?: Slowly, Why?: x}\n"
    )
    assert (song_map.song, song_map.bpm, song_map.inspiration) == ("Mine", 90, ("rain",))
    assert song_map.themes.musical == ("cold",)
    assert song_map.themes.non_musical == ("kitchen",)
    assert [(asked.question, asked.answer) for asked in song_map.questions] == [
        ("Who is it for?", "Us"),
        ("how?", "Slowly"),
        ("Why?", "x"),
    ]


def test_a_task_is_rebudgeted_and_keeps_the_rest(folder: Path) -> None:
    song_map = over(folder, "sections:\n  composition:\n    - WRITE BASSLINE (40m)\n    - New one (5m)\n")
    composition = song_map.sections[0]
    assert composition.name == "Composition"
    assert [task.name for task in composition.tasks] == [
        "Write chords (20m)",
        "WRITE BASSLINE (40m)",
        "Gate: keep or scrap? (2m)",
        "New one (5m)",
    ]
    assert (composition.tasks[1].notes, composition.tasks[1].after) == ("low", ("Design bass",))


def test_a_gate_is_known_by_its_title_alone(folder: Path) -> None:
    song_map = over(folder, "sections:\n  Composition:\n    - Keep or scrap? (5m)\n")
    assert [task.name for task in song_map.sections[0].tasks][2] == "Gate: keep or scrap? (5m)"
    assert song_map.sections[0].tasks[2].kind == "gate"


def test_a_task_written_in_another_section_moves_there(folder: Path) -> None:
    song_map = over(
        folder, "sections:\n  Mixing:\n    - Design pad\n  Arrangement:\n    - Write chords (10m)\n"
    )
    assert shape(song_map) == {
        "Composition": ["Write bassline (25m)", "Gate: keep or scrap? (2m)"],
        "Sound Design": ["Design bass (30m)"],
        "Mixing": ["Design pad (20m)"],
        "Arrangement": ["Write chords (10m)"],
    }


@pytest.mark.parametrize("drop", ["Design bass", "design bass (30m)", "Sound Design / Design bass"])
def test_a_task_is_dropped_and_nothing_waits_for_it(folder: Path, drop: str) -> None:
    song_map = over(folder, f"drop: [{drop}]\n")
    assert shape(song_map)["Sound Design"] == ["Design pad (20m)"]
    assert song_map.sections[0].tasks[1].after == ()
    assert [task.title for _, task in ideal_order(song_map)][1] == "Write bassline"


def test_a_task_called_like_a_gate_beside_it_is_not_lost(folder: Path) -> None:
    mixing = "sections:\n  Mixing:\n    - 'Gate: Keep? (5m)'\n    - Keep? (9m)\n"
    assert shape(over(folder, mixing))["Mixing"] == ["Gate: Keep? (5m)", "Keep? (9m)"]


def test_a_section_is_dropped_by_its_name(folder: Path) -> None:
    assert list(shape(over(folder, "drop: [Sound Design, keep or scrap?]\n"))) == ["Composition", "Mixing"]


def test_a_section_called_like_a_task_is_dropped_only_where_it_is_clear_which(folder: Path) -> None:
    both = BASE.replace("Mixing: []", "Mixing:\n    - Balance (9m)").replace("Design pad", "Mixing")
    (folder / "base.yaml").write_text(both, encoding="utf-8")
    for written in ("Mixing", "mixing (20m)"):
        assert told(folder, f"drop: [{written}]\n") == [
            f'song.yaml:2:8: "{written}" is a section and a task; write "Mixing /" to drop the section or '
            '"Sound Design / Mixing" to drop the task'
        ]
    assert list(shape(over(folder, "drop: [Mixing /]\n"))) == ["Composition", "Sound Design"]
    song_map = over(folder, "drop:\n  - Sound Design / Mixing\n")
    assert shape(song_map)["Sound Design"] == ["Design bass (30m)"]
    assert shape(song_map)["Mixing"] == ["Balance (9m)"]


def test_a_dropped_task_may_be_written_anew(folder: Path) -> None:
    song_map = over(folder, "drop: [Design pad]\nsections:\n  Mixing:\n    - Design pad (5m)\n")
    assert shape(song_map)["Mixing"] == ["Design pad (5m)"]


def test_an_order_is_stated_outright(folder: Path) -> None:
    song_map = over(folder, "order: [Design pad, Write bassline]\n")
    assert [task.title for _, task in ideal_order(song_map)] == [
        "Design pad",
        "Design bass",
        "Write bassline",
        "Write chords",
        "Gate: keep or scrap?",
    ]


def test_a_song_may_have_variables_of_its_own(folder: Path) -> None:
    song_map = over(
        folder,
        "song: ${town} by ${hour}\nvars: {town: Tromsø, hour: night, choir: no}\n"
        "sections:\n  Vocals:\n    - {task: Record choir, time: 20m, when: choir is yes}\n",
    )
    assert song_map.song == "Tromsø by night"
    assert "Record choir (20m)" not in shape(song_map)["Vocals"]


def test_a_chain_of_files(folder: Path) -> None:
    (folder / "middle.yaml").write_text("extends: base.yaml\nsong: Middle\nbpm: 90\n", encoding="utf-8")
    path = folder / "song.yaml"
    path.write_text("extends: ./middle.yaml\nsong: Mine\n", encoding="utf-8")
    song_map = open_template(path).song_map()
    assert (song_map.song, song_map.bpm, song_map.task_count) == ("Mine", 90, 5)


def test_each_mistake_is_told_in_its_own_file(folder: Path) -> None:
    (folder / "base.yaml").write_text(BASE.replace("(20m)", "(25h)", 1) + "bpn: 3\n", encoding="utf-8")
    assert told(folder, "bpm: fast\ndrop: [Design pat]\n") == [
        'song.yaml:2:6: "fast" is not a tempo; write beats a minute, such as 128',
        'base.yaml:10:7: "25h" is longer than a day; a time budget is at most 24h',
        'base.yaml:17:1: unknown key "bpn"; "bpm" is there already, so leave this out',
    ]


def test_a_missing_file_is_named_with_a_near_one_that_is_there(folder: Path) -> None:
    (folder / "drums").mkdir()
    (folder / "drums" / "heavy.yml").write_text(BASE, encoding="utf-8")
    for written, said in (
        ("bsae.yaml", '"bsae.yaml" beside this map; did you mean "base.yaml"?'),
        ("rain.yaml", '"rain.yaml" beside this map'),
        ("edm-trakc.yaml", '"edm-trakc.yaml" beside this map; did you mean "edm-track"?'),
        ("drums/heavi.yml", '"drums/heavi.yml"; did you mean "drums/heavy.yml"?'),
        ("~nobody-of-this-name/a.yaml", '"~nobody-of-this-name/a.yaml"'),
        ("bas", 'and no template called "bas"; did you mean "base.yaml"?'),
    ):
        (folder / "song.yaml").write_text(f"extends: {written}\n", encoding="utf-8")
        with pytest.raises(SongMapError) as wrong:
            open_template(folder / "song.yaml").song_map()
        assert [str(each) for each in wrong.value.problems] == [
            f"{folder / 'song.yaml'}:1:10: there is no file {said}"
        ]


def test_a_broken_file_below_brings_no_follow_up_problems(folder: Path) -> None:
    (folder / "base.yaml").write_text("song: [", encoding="utf-8")
    problems = told(
        folder, "drop: [x]\norder: [y]\nsections:\n  C:\n    - {task: a, after: z, when: v}\nbpm: fast\n"
    )
    assert problems == [
        "base.yaml:1:8: a value is missing before this, or a text needs quotes around it",
        'song.yaml:7:6: "fast" is not a tempo; write beats a minute, such as 128',
    ]


def test_files_that_extend_each_other_are_told(folder: Path) -> None:
    (folder / "base.yaml").write_text("extends: song.yaml\n", encoding="utf-8")
    (problem,) = told(folder, "")
    assert problem.startswith("base.yaml:1:10: these files extend each other: ")
    assert told_of_itself(folder) == ["song.yaml:1:10: this file extends itself"]


def told_of_itself(folder: Path) -> list[str]:
    path = folder / "song.yaml"
    path.write_text("extends: song.yaml\n", encoding="utf-8")
    with pytest.raises(SongMapError) as wrong:
        open_template(path).song_map()
    return [str(problem).replace(f"{folder}/", "") for problem in wrong.value.problems]


def test_a_chain_has_an_end(folder: Path) -> None:
    for number in range(MOST_FILES + 2):
        (folder / f"{number}.yaml").write_text(f"extends: {number + 1}.yaml\n", encoding="utf-8")
    with pytest.raises(SongMapError, match=f"7.yaml:1:10: more than {MOST_FILES} files extend one another"):
        open_template(folder / "0.yaml").song_map()


def test_a_name_means_the_producers_own_template_first(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "beat.yaml").write_text("extends: beat\nsong: My beat\n", encoding="utf-8")
    path = tmp_path / "song.yaml"
    path.write_text("extends: beat\n", encoding="utf-8")
    assert open_template(path, Library(own)).song_map().song == "My beat"
    assert open_template(path).song_map().song == "New beat"


def test_after_and_order_may_name_what_is_not_relevant(tmp_path: Path) -> None:
    path = tmp_path / "song.yaml"
    path.write_text(
        "song: a\nvars: {vocals: {type: yes/no, default: no}}\norder: [Sing, Mix]\nsections:\n"
        "  C:\n    - {task: Sing, time: 9m, when: vocals}\n    - {task: Mix, time: 5m, after: [Sing]}\n",
        encoding="utf-8",
    )
    song_map = open_template(path).song_map()
    assert (song_map.order, song_map.sections[0].tasks[0].after) == (("Mix",), ())
    sung = open_template(path).song_map({"vocals": "y"})
    assert (sung.order, sung.sections[0].tasks[1].after) == (("Sing", "Mix"), ("Sing",))


def test_what_a_task_says_itself_goes_over_what_it_extends(folder: Path) -> None:
    """Notes, what it comes after and its kind: the file's own win, what it leaves open is the base's."""
    song = over(
        folder,
        "song: Over\nsections:\n  Composition:\n"
        "    - {task: Write bassline, notes: high, after: Write chords}\n    - Write chords (30m)\n",
    )
    bassline = next(t for s in song.sections for t in s.tasks if t.title == "Write bassline")
    assert (bassline.notes, bassline.after, bassline.minutes) == ("high", ("Write chords",), 25)
    kept = over(folder, "song: Over\nsections:\n  Composition:\n    - Write bassline (35m)\n")
    bassline = next(t for s in kept.sections for t in s.tasks if t.title == "Write bassline")
    assert (bassline.notes, bassline.after, bassline.minutes) == ("low", ("Design bass",), 35)


@pytest.mark.parametrize(("vocals", "minutes"), [("yes", [30, 45]), ("no", [10, 45])])
def test_of_two_tasks_of_one_title_the_one_whose_condition_is_met_counts(
    tmp_path: Path, vocals: str, minutes: list[int]
) -> None:
    asked = "vars:\n  vocals: {ask: Vocals?, type: yes/no}\n"
    twice = "    - {task: %s, time: 30m, when: vocals}\n    - {task: %s, time: 10m, when: not vocals}\n"
    below = f"song: Base\n{asked}sections:\n  A:\n{twice % ('Double', 'Double')}"
    (tmp_path / "base.yaml").write_text(below, encoding="utf-8")
    path = tmp_path / "song.yaml"
    above = f"extends: base.yaml\nsections:\n  A:\n{twice % ('Record', 'Record')}    - Double (45m)\n"
    path.write_text(above, encoding="utf-8")
    tasks = open_template(path).song_map({"vocals": vocals}).sections[0].tasks
    assert sorted(task.minutes for task in tasks) == minutes
    assert {task.title for task in tasks} == {"Record", "Double"}


@pytest.mark.parametrize(("live", "drums"), [("yes", "Kick"), ("no", "Loop")])
def test_of_two_sections_of_one_name_the_one_whose_condition_is_met_counts(
    tmp_path: Path, live: str, drums: str
) -> None:
    twice = (
        "sections:\n  - {section: Drums, when: live, tasks: [Kick (5m)]}\n"
        "  - {section: Drums, when: not live, tasks: [Loop (6m)]}\n"
        "  - {section: Mix, tasks: [{task: Bounce, time: 5m, after: Loop}]}\n"
    )
    asked = "vars:\n  live: {ask: Live?, type: yes/no}\n"
    (tmp_path / "base.yaml").write_text(f"song: Base\n{asked}sections: {{A: [B (5m)]}}\n", encoding="utf-8")
    (tmp_path / "over.yaml").write_text(f"song: Over\nextends: base.yaml\n{twice}", encoding="utf-8")
    (tmp_path / "under.yaml").write_text(f"song: Under\n{asked}{twice}", encoding="utf-8")
    (tmp_path / "last.yaml").write_text("extends: under.yaml\nsections: {A: [B (5m)]}\n", encoding="utf-8")
    for name in ("over.yaml", "last.yaml"):
        song_map = open_template(tmp_path / name).song_map({"live": live})
        sections = {section.name: [task.title for task in section.tasks] for section in song_map.sections}
        assert sections == {"A": ["B"], "Drums": [drums], "Mix": ["Bounce"]}
