"""`new` by flags and files: the written map is whole, never over another file, and scaffolds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.read.loader import open_template
from asana_tbp.songmap.templates.library import shipped_templates
from tests.cli.command import process, run
from tests.faulty.server import Embedded

FLAGS = [
    "--inspiration", "Flying over the aurora: Tromsø",
    "--inspiration", "- a photo",
    "--musical", "driving",
    "--musical", "atmospheric, and spacey",
    "--non-musical", "galaxy",
    "--depict", "People going wild at a festival",
    "--for", "The open-air crowd",
    "--set", "What do I want it to sound like?=Energetic = wide",
    "--bpm", "128",
    "--key", "F minor",
    "--reference", "Strobe",
    "--deadline", "2999-12-20",
    "--add", "Record rain (10m)",
    "--add", "Mixing / Print stems 15 min",
    "--time", "Write bassline=40m",
    "--first", "Choose kick, clap and hats",
    "--set", "lead=violin",
    "--set", "mixing=later",
    "--without", "design pad",
]  # fmt: skip


def test_everything_by_flags() -> None:
    result = run("new", "Midnight Galaxy", *FLAGS)
    assert (result.code, result.out) == (0, "midnight-galaxy.yaml\n")
    result.says("15 tasks, 5h40m", "asana-tbp scaffold midnight-galaxy.yaml")
    song_map = open_template(Path("midnight-galaxy.yaml")).song_map()
    assert song_map.song == "Midnight Galaxy"
    assert song_map.inspiration == ("Flying over the aurora: Tromsø", "- a photo")
    assert song_map.themes.musical == ("driving", "atmospheric, and spacey")
    assert song_map.themes.non_musical == ("galaxy",)
    assert [asked.answer for asked in song_map.questions] == [
        "People going wild at a festival",
        "The open-air crowd",
        "Energetic = wide",
    ]
    assert [len(section.tasks) for section in song_map.sections] == [9, 5, 1]
    assert (song_map.bpm, song_map.key, song_map.reference) == (128, "F minor", ("Strobe",))
    assert str(song_map.deadline) == "2999-12-20"
    order = [(task.title, task.minutes) for _, task in ideal_order(song_map)]
    assert order[:2] == [("Choose kick, clap and hats", 15), ("Write chord progression", 20)]
    assert order[-2:] == [("Record rain", 10), ("Print stems", 15)]
    assert ("Write bassline", 40) in order
    assert song_map.sections[0].tasks[1].title == "Create violin melody"
    assert run("templates", "check", "midnight-galaxy.yaml").code == 0


def test_the_file_explains_itself_and_points_editors_to_the_schema() -> None:
    run("new", "Midnight Galaxy", "--no-input")
    first, *lines = Path("midnight-galaxy.yaml").read_text(encoding="utf-8").splitlines()
    # A name without a path: it is found by whoever is given the folder.
    schema = first.removeprefix("# yaml-language-server: $schema=")
    assert "/" not in schema
    assert Path(schema).read_text(encoding="utf-8") == run("templates", "schema").out
    assert sum(line.startswith("#") for line in lines) >= 7


def test_what_a_stranger_left_in_the_schema_s_place_is_replaced_unread() -> None:
    target = Path("precious.txt")
    target.write_bytes(b"\xff" * 9)
    Path(".song-map-schema.json").symlink_to(target)
    assert run("new", "Midnight Galaxy", "--no-input").code == 0
    assert target.read_bytes() == b"\xff" * 9
    assert not Path(".song-map-schema.json").is_symlink()


def test_every_answer_from_a_file_keyed_like_a_song_map() -> None:
    Path("answers.yaml").write_text(
        "song: Kitchen Rain\n"
        "inspiration: [rain]\n"
        "themes: {musical: [warm]}\n"
        "questions:\n  What is the one line people leave with?: A mother, to herself\n"
        "vars: {instrument: cello, layered: no, mixing: basic}\n"
        "drop: [Vocal rides]\n"
        "sections: {Mixing: [Static balance (30m)]}\n",
        encoding="utf-8",
    )
    result = run("new", "--template", "singer-songwriter", "--answers", "answers.yaml", "--no-input")
    assert (result.code, result.out) == (0, "kitchen-rain.yaml\n")
    song_map = open_template(Path("kitchen-rain.yaml")).song_map()
    assert song_map.task_count == 14
    titles = {task.title: task.minutes for section in song_map.sections for task in section.tasks}
    assert titles["Scratch cello to click"] == 20
    assert titles["Static balance"] == 30
    assert {"Vocal rides", "Doubles and harmonies"}.isdisjoint(titles)
    assert song_map.questions[3].answer == "A mother, to herself"


def test_a_mistake_in_the_answers_file_is_told_at_its_place() -> None:
    Path("answers.yaml").write_text("song: X\nvars: {laed: violin}\nbpm: fast\n", encoding="utf-8")
    result = run("new", "--answers", "answers.yaml", "--no-input")
    assert result.code == 2
    result.says(
        'answers.yaml:2:8: nothing asks "laed"; did you mean "lead"?',
        'answers.yaml:3:6: "fast" is not a tempo',
    )
    assert not Path("x.yaml").exists()


def test_a_pipe_is_asked_nothing() -> None:
    result = process("new", "Midnight Galaxy", stdin="junk\n")
    assert (result.code, result.out) == (0, "midnight-galaxy.yaml\n")
    assert open_template(Path("midnight-galaxy.yaml")).song_map().task_count == 14


TEMPLATE = """\
song: New song
vars:
  singer: {ask: Who sings?}
  style: {choices: [loud, soft]}
sections:
  Recording:
    - Record ${singer} (30m)
"""


def test_without_a_terminal_the_missing_flag_is_named() -> None:
    Path("mine.yaml").write_text(TEMPLATE, encoding="utf-8")
    result = run("new", "X", "--template", "mine.yaml", "--no-input")
    assert result.code == 2
    result.says(
        '"singer" has no answer.\n"style" has no answer.\n', "Give it with --set singer=... --set style=...\n"
    )
    result = run("new", "X", "--template", "mine.yaml", "--no-input", "--set", "singer=Ann")
    result.says("--set style=...")
    assert not Path("x.yaml").exists()
    done = run("new", "X", "-t", "mine.yaml", "--set", "singer=Ann", "--set", "style=Loud", "--no-input")
    assert done.code == 0
    assert "Record Ann (30m)" in Path("x.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["X", "--set", "laed=x"], ['"laed"', 'did you mean "lead"?']),
        (["X", "--set", "lead"], ["--set NAME=VALUE"]),
        (["X", "--set", "lead=a", "--set", "lead=b"], ["twice"]),
        (["X", "--set", "mixing=soon"], ['"soon" is not a choice', "later or basic"]),
        (["X", "--set", "lead="], ["an answer is needed"]),
        (["X", "--without", "Desing pad"], ['Did you mean "Design pad"?']),
        (
            ["X", "--set", "Why?=x"],
            ['does not ask "Why?"', "It asks:\n  What do I want this track to depict?\n"],
        ),
        (["X", "--set", "Who is it being made for?=x"], ['Did you mean "Who is it being produced for?"?']),
        (["X", "-t", "mix", "--set", "Why?=x"], ["does not ask", "  What does the client's note say?\n"]),
        (
            ["X", "--depict", "a", "--set", "what do I want this track to DEPICT?=b"],
            ['"What do I want this track to depict?" is answered twice.'],
        ),
        (["X", "--bpm", "fast"], ['"fast" is not a tempo']),
        (["X", "--deadline", "soon"], ['"soon" is not a day']),
        (["X", "--deadline", "1999-01-01"], ["1999-01-01 is over"]),
        (["X", "--add", "Warm up (20-30m)"], ['"20-30m" is more than one time; write Warm up (30m)']),
        (
            ["X", "--add", "20m"],
            ["there is a time but no title; write a task with its time, such as Record strings (30m)"],
        ),
        (["X", "--add", "Sound Design / Design pad"], ['"Design pad" is in Sound Design already']),
        (["X", "--time", "Design pad=soon"], ['"soon" is not a time budget']),
        (["X", "--time", "Design pad"], ['--time: "Design pad" has no time; write "Design pad=25m".']),
        (
            ["X", "--time", "Desing pad=5m"],
            ['--time: there is no task "Desing pad". Did you mean "Design pad"?'],
        ),
        (["X", "--without", "Yodelling"], ['--without: there is no task "Yodelling".\n']),
        (["X", "--first", "Write bassline", "--first", "Design sound for bassline"], ["waits for"]),
        (["X", "-t", "baet"], ['did you mean "beat"?']),
        (["", "--no-input"], ["no name yet"]),
        (["--no-input"], ["no name yet"]),
        (["a\x1bb"], ["control character"]),
        (["X", "--answers", "nowhere.yaml"], ["there is no such file"]),
    ],
)
def test_a_wrong_word_is_told_and_nothing_is_written(arguments: list[str], words: list[str]) -> None:
    result = run("new", *arguments)
    assert result.code == 2
    result.says(*words)
    assert list(Path().iterdir()) == []


def test_a_file_is_never_overwritten() -> None:
    path = Path("midnight-galaxy.yaml")
    path.write_text("mine", encoding="utf-8")
    result = run("new", "Midnight Galaxy", "--no-input")
    assert result.code == 2
    result.says("is not overwritten", "-o")
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("new", "Midnight Galaxy", "--no-input", "-o", "songs/other.yaml").out == "songs/other.yaml\n"


def test_a_path_is_told_whole_and_can_be_typed_again() -> None:
    path = f"my songs/{'x' * 100}.yaml"
    run("new", "X", "--no-input", "-o", path).says(f"Next: asana-tbp scaffold '{path}'\n")
    run("new", "X", "--no-input", "-o", path).says(f'"{path}" is there already')


def test_a_name_of_several_words_needs_no_quotes() -> None:
    assert run("new", "Midnight", "Galaxy", "--no-input").out == "midnight-galaxy.yaml\n"
    assert open_template(Path("midnight-galaxy.yaml")).song_map().song == "Midnight Galaxy"


def test_an_idea_of_several_lines_begins_a_song() -> None:
    assert run("new", "--from", "pad like northern lights,\nwide", "--no-input").code == 0
    (path,) = Path().glob("*.yaml")
    song_map = open_template(path).song_map()
    assert song_map.song == "pad like northern lights, wide"
    assert song_map.inspiration == ("pad like northern lights,\nwide",)


def test_without_a_token_the_file_is_kept_and_the_way_on_is_told() -> None:
    result = run("new", "X", "--no-input", "--scaffold")
    assert (result.code, result.out) == (4, "x.yaml\n")
    result.says("You are not logged in to Asana", "After fixing that, run: asana-tbp scaffold x.yaml\n")
    assert open_template(Path("x.yaml")).song_map().song == "X"


def test_words_of_the_template_have_the_song_s_answers() -> None:
    Path("mine.yaml").write_text(
        "song: S\nvars: {lead: piano}\ninspiration: a ${lead}\nthemes: {musical: ['${lead} led']}\n"
        "questions: {'Why ${lead}?': '', 'How?': 'by ${lead}'}\nsections: {C: ['${lead} (5m)']}\n",
        encoding="utf-8",
    )
    flags = ["--set", "lead=cello", "--set", "Why cello?=It sings"]
    assert run("new", "X", "-t", "mine.yaml", "--no-input", *flags).code == 0
    song_map = open_template(Path("x.yaml")).song_map()
    assert song_map.inspiration == ("a cello",)
    assert song_map.themes.musical == ("cello led",)
    assert [(asked.question, asked.answer) for asked in song_map.questions] == [
        ("Why cello?", "It sings"),
        ("How?", "by cello"),
    ]


def test_a_folder_that_takes_no_file_is_told() -> None:
    Path("file").touch()
    result = run("new", "X", "--no-input", "-o", "file/x.yaml")
    assert result.code == 1
    result.says("cannot be written")


@pytest.mark.parametrize(
    ("song", "file"),
    [
        ("Midnight Galaxy", "midnight-galaxy.yaml"),
        ("../../etc/passwd", "etc-passwd.yaml"),
        ("夜空 🎹", "夜空.yaml"),
        ("???", "song.yaml"),
        ("CON / aux.", "con-aux.yaml"),
        ("CON", "con-song.yaml"),
        ("Lpt1", "lpt1-song.yaml"),
        ("...", "song.yaml"),
        ('say "no": it\'s #1', "say-no-it-s-1.yaml"),
        ("x" * 300, f"{'x' * 100}.yaml"),
    ],
)
def test_a_files_name_is_made_of_the_songs(song: str, file: str) -> None:
    assert run("new", song, "--no-input").out == f"{file}\n"
    assert open_template(Path(file)).song_map().song == song


def test_scaffold_goes_on_to_asana(studio: Embedded) -> None:
    result = run("new", "Midnight Galaxy", "-t", "idea-sketch", "--no-input", "--scaffold")
    assert result.code == 0
    listing = studio.board.listing(studio.board.project("Midnight Galaxy"))
    assert [len(names) for _, names in listing] == [6, 1]
    run("scaffold", "midnight-galaxy.yaml").says("Nothing to do")


@pytest.mark.parametrize("template", shipped_templates())
def test_every_question_has_its_flag_for_every_template(template: str) -> None:
    flags = ["--depict", "d", "--for", "f", "--sound", "s", "--bpm", "120", "--key", "A", "--reference", "r"]
    result = run("new", "X", "-t", template, *flags, "--inspiration", "i", "--musical", "m", "--no-input")
    assert result.code == 0
    song_map = open_template(Path("x.yaml")).song_map()
    answers = {each.question: each.answer for each in song_map.questions}
    assert answers["What do I want this track to depict?"] == "d"
    assert answers["Who is it being produced for?"] == "f"
    assert answers["What do I want it to sound like?"] == "s"
    assert (song_map.bpm, song_map.key, song_map.reference) == (120, "A", ("r",))
    assert (song_map.inspiration, song_map.themes.musical) == (("i",), ("m",))


def test_the_mix_left_for_later_is_added_by_a_word_in_the_file(studio: Embedded) -> None:
    result = run("new", "Midnight Galaxy", "--no-input", "--scaffold")
    assert result.code == 0
    path = Path("midnight-galaxy.yaml")
    text = path.read_text(encoding="utf-8")
    assert 'To have the tasks under "when: mixing is basic", write basic here and scaffold again.' in text
    project = studio.board.project("Midnight Galaxy")
    assert [len(names) for _, names in studio.board.listing(project)] == [8, 6, 0]
    path.write_text(text.replace("  mixing: later\n", "  mixing: basic\n"), encoding="utf-8")
    assert run("scaffold", "midnight-galaxy.yaml").code == 0
    listing = studio.board.listing(project)
    assert [len(names) for _, names in listing] == [8, 6, 8]
    assert "Highpass channels (10m)" in listing[2][1]


def test_a_new_song_as_json() -> None:
    result = run("new", "Midnight Galaxy", "--deadline", "1 March 2999", "--json")
    assert result.code == 0
    assert json.loads(result.out) == {
        "version": 1, "command": "new", "file": "midnight-galaxy.yaml", "song": "Midnight Galaxy",
        "tasks": 14, "minutes": 320,
    }  # fmt: skip
    assert str(open_template(Path("midnight-galaxy.yaml")).song_map().deadline) == "2999-03-01"


def test_a_new_song_that_goes_on_to_asana_is_one_json_document(studio: Embedded) -> None:
    content = json.loads(run("new", "Midnight Galaxy", "--scaffold", "--json").out)
    assert (content["command"], content["song"]) == ("scaffold", "Midnight Galaxy")
