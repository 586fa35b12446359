"""What a template asks, and what the answers do."""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile
from pathlib import Path

import pytest

from asana_tbp.errors import SongMapError, UsageError
from asana_tbp.songmap.read.loader import Template, open_template, parse_song_map
from asana_tbp.songmap.read.nodes import Node
from asana_tbp.songmap.read.tasks import TaskDraft, TaskReader

TEMPLATE = """\
song: ${lead} song
vars:
  lead: {ask: Which lead?, default: piano}
  vocals: {ask: Vocals?, type: yes/no, default: no}
  singer: {ask: Who sings?, when: vocals}
  mood: {default: ''}
  mixing: {choices: [later, basic], default: later}
inspiration: costs $5, or $$5, or $${lead}
questions:
  Does ${lead} lead?: ${lead}
sections:
  ${lead} part:
    - "${lead}: hook (20m)"
    - {task: "Record ${singer}", time: 30m, when: vocals, notes: "for ${singer}"}
    - {task: Instrumental, time: 5m, when: not vocals, after: "${lead}: hook"}
    - {task: "Set the mood ${mood}", time: 5m, when: mood}
  Mixing:
    when: mixing is not later
    tasks:
      - Highpass (10m)
"""


@pytest.fixture
def template(tmp_path: Path) -> Template:
    """The template, open."""
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE, encoding="utf-8")
    return open_template(path)


def names(template: Template, **answers: str) -> list[str]:
    return [task.name for section in template.song_map(answers).sections for task in section.tasks]


def test_defaults_answer_what_nobody_does(template: Template) -> None:
    song_map = template.song_map()
    assert song_map.song == "piano song"
    assert song_map.inspiration == ("costs $5, or $5, or ${lead}",)
    assert [(asked.question, asked.answer) for asked in song_map.questions] == [("Does piano lead?", "piano")]
    assert [section.name for section in song_map.sections] == ["piano part"]
    assert names(template) == ["piano: hook (20m)", "Instrumental (5m)"]


def test_answers_fill_texts_and_choose_what_is_relevant(template: Template) -> None:
    assert names(template, vocals="Yes", singer="Ann", mood="blue", mixing="BASIC", lead="cello") == [
        "cello: hook (20m)",
        "Record Ann (30m)",
        "Set the mood blue (5m)",
        "Highpass (10m)",
    ]


def test_a_value_is_never_looked_into_again(template: Template) -> None:
    assert template.song_map({"lead": "${vocals} $$"}).song == "${vocals} $$ song"


def test_a_variable_without_an_answer_is_told_where_it_is_used(template: Template) -> None:
    with pytest.raises(SongMapError) as wrong:
        template.song_map({"vocals": "yes"})
    assert [str(problem).rpartition("/")[2] for problem in wrong.value.problems] == [
        'template.yaml:14:22: "singer" has no answer; give one with --set singer=..., or write a default: under vars:',
        'template.yaml:14:71: "singer" has no answer; give one with --set singer=..., or write a default: under vars:',
    ]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"laed": "x"}, 'No variable of this song map is called "laed"; did you mean "lead"?'),
        ({"vocals": "maybe"}, 'vocals: "maybe" is neither yes nor no.'),
        ({"mixing": "soon"}, 'mixing: "soon" is not a choice here; write later or basic.'),
        ({"lead": ""}, "lead: an answer is needed."),
        ({"lead": "x" * 201}, "lead: an answer is at most 200 characters long."),
        ({"lead": "a\nb"}, 'lead: "a\\nb" holds a line break or a control character; write it without.'),
        (
            {"lead": "a\x1b[31m"},
            'lead: "a\\x1b[31m" holds a line break or a control character; write it without.',
        ),
    ],
)
def test_an_answer_that_cannot_be(template: Template, answers: dict[str, str], sentence: str) -> None:
    with pytest.raises(UsageError) as wrong:
        template.song_map(answers)
    assert str(wrong.value) == sentence


def test_what_to_ask_and_when(template: Template) -> None:
    asked = {variable.name: variable for variable in template.variables}
    assert list(asked) == ["lead", "vocals", "singer", "mood", "mixing"]
    assert (asked["mood"].ask, asked["mixing"].type) == ("mood?", "choice")
    assert not template.answered({}).is_asked("singer")
    assert template.answered({"vocals": "yes"}).is_asked("singer")


def test_every_way_to_answer_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(
        TEMPLATE
        + "    # never relevant by default\n  Vocals:\n    when: vocals\n    tasks:\n      - Take (20)\n",
        encoding="utf-8",
    )
    assert [str(problem).rpartition("/")[2] for problem in open_template(path).problems()] == [
        'template.yaml:25:9: "20" has no unit; write it as Take (20m)'
    ]


def test_an_answer_cannot_break_a_song_map(template: Template) -> None:
    with pytest.raises(SongMapError, match="longer than 1,000 characters"):
        parse_song_map(
            "song: a\nvars: {v: " + "x" * 200 + "}\nkey: " + "${v}" * 6 + "\nsections: {C: []}\n", "f"
        )


def test_checking_every_answer_reads_a_task_once_where_no_answer_changes_it(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    variables = "".join(f"  v{number}: {{type: yes/no, default: no}}\n" for number in range(20))
    tasks = "".join(f"    - Task {number} (5m)\n" for number in range(500))
    path.write_text(f"song: a\nvars:\n{variables}sections:\n  A:\n{tasks}", encoding="utf-8")
    template = open_template(path)
    # 41 sets of answers; reading everything for each would cost 41 times as much.
    assert calls_of(template.problems) < 15 * calls_of(template.sample)


def calls_of(work: Callable[[], object]) -> int:
    """Function calls that some work takes: a cost that no other process changes."""
    profile = Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def test_tasks_without_dashes_are_judged_apart(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    vars_ = "vars:\n  v: {ask: V?, type: yes/no, default: no}\n"
    path.write_text(f"song: X\n{vars_}sections:\n  A:\n    Chords (20m):\n    Bass (10m):\n    Lead (5m):\n")
    assert open_template(path).problems() == ()


def test_a_task_is_read_once_for_each_answer_it_depends_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "map.yaml"
    names = [f"v{number}" for number in range(10)]
    asked = "".join(f"  {name}: {{ask: V?, type: yes/no, default: no}}\n" for name in names)
    tasks = "".join(f"    - Task {at} ${{{name}}} (5m)\n" for at, name in enumerate(names * 3))
    last = "    - {task: Last, time: 5m, if: v1}\n"
    path.write_text(f"song: X\nvars:\n{asked}sections:\n  A:\n{tasks}{last}")
    read = []
    once = TaskReader._task

    def counted(self: TaskReader, entry: Node) -> TaskDraft | None:
        read.append(entry)
        return once(self, entry)

    monkeypatch.setattr(TaskReader, "_task", counted)
    assert open_template(path).problems() == ()
    # Not 31 tasks for each of the 21 tries: the default counts as an answer of its own.
    assert len(read) == 3 * 31


def test_a_variable_in_braces_without_its_dollar_sign_gets_a_notice() -> None:
    text = """\
song: Rain
vars:
  lead: piano
inspiration: the {lead} of a friend, ${lead}
sections:
  Composition:
    - Write {lead} melody (20m)
    - {task: "Write {bass} line, $${lead}", time: 20m}
"""
    song_map = parse_song_map(text, "rain.yaml")
    assert song_map.sections[0].tasks[0].title == "Write {lead} melody"
    assert song_map.notices == (
        '"the {lead} of a friend, ${lead}" keeps its braces. For the answer to "lead", write ${lead}.',
        '"Write {lead} melody (20m)" keeps its braces. For the answer to "lead", write ${lead}.',
    )
