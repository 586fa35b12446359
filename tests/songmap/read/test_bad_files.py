"""Every kind of mistake in a song map, with its exact place and sentence. All of a file are told at once."""

from __future__ import annotations

import pytest

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.read.loader import parse_song_map

TOP = "song: a\nsections:\n  C:\n"
END = "sections:\n  C: []\n"
MISSING_SECTIONS = '"sections" is missing; write sections: and under it a name such as Composition:'


def told(text: str) -> list[str]:
    with pytest.raises(SongMapError) as wrong:
        parse_song_map(text, "f")
    return [str(problem).removeprefix("f:") for problem in wrong.value.problems]


IN_SHAPE: list[tuple[str, list[str]]] = [
    ("", ["1:1: the song map is empty; it begins with song: and the name of the song"]),
    ("# only a comment\n", ["1:1: the song map is empty; it begins with song: and the name of the song"]),
    ("~\n", ["1:1: the song map is empty; it begins with song: and the name of the song"]),
    ("just text\n", ["1:1: this is not a song map; one begins with song: and the name of the song"]),
    ("- a\n- b\n", ["1:1: this is not a song map; one begins with song: and the name of the song"]),
    (
        "song: a\n",
        ['1:1: "sections" is missing; write sections: and under it a name such as Composition:'],
    ),
    (END, ['1:1: "song" is missing; write song: and the name of the song']),
    ("song: ~\n" + END, ['1:1: "song" is missing; write song: and the name of the song']),
    ("song: ''\n" + END, ['1:7: "song" is empty']),
    ("song: [a]\n" + END, ['1:7: "song" must be a text, not a list']),
    (
        "song: {Verse}\n" + END,
        ['1:7: a text that begins with "{" needs quotes: "{Verse}"'],
    ),
    ("song: |\n  a\n  b\n" + END, ['1:7: "song" must be a single line']),
    ('song: "a\\eb"\n' + END, ['1:7: "song" holds the control character \\x1b; remove it']),
    ('song: "\\ud800"\n' + END, ['1:7: "song" holds the control character \\ud800; remove it']),
    ("song: " + "a" * 1001 + "\n" + END, ['1:7: "song" is longer than 1,000 characters']),
    ("sonng: a\n" + END, ['1:1: unknown key "sonng"; did you mean "song"?']),
    (
        "song: a\ngenre: techno\n" + END,
        [
            '2:1: unknown key "genre"; known keys are song, extends, vars, bpm, key, reference, deadline,'
            " sessions, board, inspiration, themes, questions, sections, drop and order"
        ],
    ),
    ("song: a\nsong: b\n" + END, ['2:1: "song" is there twice; first in line 1']),
    ("song: a\n~: b\n" + END, ["2:1: a key is empty"]),
    ("song: a\n? [b]\n: c\n" + END, ["2:3: a key must be a text, not a list"]),
    (
        "song: a\nsections:\n",
        ['1:1: "sections" is missing; write sections: and under it a name such as Composition:'],
    ),
    (
        "song: a\nsections: {}\n",
        ['2:11: "sections" is empty; write under it a name such as Composition:'],
    ),
    (
        "song: a\nsections: []\n",
        ['2:11: "sections" must be a mapping of section names, each with a list of tasks, not a list'],
    ),
    (
        "song: a\nsections:\n  C: a (20m)\n",
        ['3:6: the tasks of "C" must be a list; begin each with "- ": - a (20m)'],
    ),
    ("song: a\nsections:\n  ~: []\n", ["3:3: a section's name is empty"]),
    ("song: a\nsections:\n  C: []\n  c: []\n", ['4:3: the section "c" is there twice; first in line 3']),
    ("song: a\nsections: {C: [], C: []}\n", ['2:19: the section "C" is there twice; first in line 2']),
    (
        "song: a\nthemes: [wide]\n" + END,
        [
            '2:9: "themes" says which are musical and which are not; '
            "write themes: {musical: [driving], non-musical: [galaxy]}"
        ],
    ),
    (
        "song: a\nthemes: {musical: {a: b, c: d}, non_musical: [x]}\n" + END,
        ['2:19: "musical" must be a list, not a mapping; begin each entry with "- "'],
    ),
    (
        "song: a\nthemes: {musical: [[x], ~]}\n" + END,
        [
            '2:20: an entry of "musical" must be a text, not a list',
            '2:25: an entry of "musical" is empty',
        ],
    ),
    (
        "song: a\nquestions: [Why?]\n" + END,
        ['2:13: write each question on its own line without "- ", as Why?: a friend'],
    ),
    (
        "song: a\nquestions: {Why?: [x], why?: b}\n" + END,
        [
            '2:19: the answer to "Why?" must be a text, not a list',
            '2:24: the question "why?" is there twice; first in line 2',
        ],
    ),
    (
        "song: a\ninspiration: [x, ~, [y], a: b]\n" + END,
        [
            '2:18: an entry of "inspiration" is empty',
            '2:21: an entry of "inspiration" must be a text, not a list',
            '2:26: put quotes around this text, because of the ":" in it: "a: b"',
        ],
    ),
    ("song: a\ninspiration: {a: b, c: d}\n" + END, ['2:14: "inspiration" must be a text, not a mapping']),
]


@pytest.mark.parametrize(("text", "problems"), IN_SHAPE)
def test_a_mistake_in_the_shape(text: str, problems: list[str]) -> None:
    assert told(text) == problems


IN_TASKS: list[tuple[str, list[str]]] = [
    (
        "    - Verse (20)\n    - {task: b, time: 5m, after: Verse}\n",
        ['4:7: "20" has no unit; write it as Verse (20m)'],
    ),
    (
        "    - Cut (25h)\n    - {task: b, time: 5m, after: Cut}\n",
        ['4:7: "25h" is longer than a day; a time budget is at most 24h'],
    ),
    (
        "    - Bass #2 (20m)\n",
        ['4:7: what follows " #" is a comment, and "Bass" has no time; write it as "Bass #2 (20m)"'],
    ),
    ("    - a (20m)\n    - A (5m)\n", ['5:7: "A" is in "C" twice; first in line 4']),
    ("    [a (1m), a (1m)]\n", ['4:14: "a" is in "C" twice; first in line 4']),
    ("    - {task: a, time: soon}\n", ['4:23: time: "soon" is not a time budget; write 25m or 1h30m']),
    ("    - {task: a, time: 1:30}\n", ['4:23: time: "1:30" is not a time budget; write 1h30m']),
    ("    - {task: a, time: [2]}\n", ['4:23: "time" must be a text, not a list']),
    (
        "    - {task: a (20m), time: 30m}\n",
        ['4:29: "a" has two time budgets, 20m in its name and 30m in "time"; keep one'],
    ),
    ("    - {time: 20m}\n", ["4:7: this task has no title; write task: and its title"]),
    ("    - {task: ~, time: 20m}\n", ["4:7: this task has no title; write task: and its title"]),
    ("    - {taks: a, time: 5m}\n", ['4:8: unknown key "taks"; did you mean "task"?']),
    (
        "    - {task: a, time: 5m, tim: 2, task: b}\n",
        [
            '4:27: unknown key "tim"; "time" is there already, so leave this out',
            '4:35: "task" is there twice; first in line 4',
        ],
    ),
    ("    - {task: a, time: 5m, notes: [x]}\n", ['4:34: "notes" must be a text, not a list']),
    ("    -\n", ["4:6: a task is empty"]),
    ("    - ''\n", ["4:7: a task is empty"]),
    ("    - [a (2m)]\n", ["4:7: a task must be a text, not a list"]),
    ('    - "a\\tb (2m)"\n', ["4:7: a task holds the control character \\t; remove it"]),
    (
        "    - &t {task: a, time: 5m}\n    - <<: *t\n",
        ["5:7: merging with << is not supported; write the keys out"],
    ),
    (
        "    - &t {task: a}\n    - *t\n",
        ['5:7: "a" is in "C" twice; first in line 4'],
    ),
    (
        "    - {task: Write bass, time: 5m, after: Desing bass sound}\n    - Design bass sound (5m)\n",
        ['4:43: no task is called "Desing bass sound"; did you mean "Design bass sound"?'],
    ),
    (
        "    - {task: a, time: 5m, after: [zzz, '']}\n",
        ['4:35: no task is called "zzz"', '4:40: an entry of "after" is empty'],
    ),
    (
        "    - {task: a, time: 5m, after: b}\n    - {task: b, time: 5m, after: a}\n",
        ["4:34: these tasks wait for each other: a -> b -> a"],
    ),
    ("    - {task: a, time: 5m, after: a}\n", ['4:34: "a" waits for itself']),
    (
        "    - a (1m)\n  D:\n    - a (1m)\n"
        "    - {task: b, time: 1m, after: a}\n    - {task: c, time: 1m, after: C / a}\n",
        ['7:34: "a" is the title of 2 tasks; write C / a or D / a'],
    ),
    ("    - {task: a, time: 5m, after: D / b}\n    - b (5m)\n", ['4:34: no task is called "D / b"']),
]


@pytest.mark.parametrize(("tasks", "problems"), IN_TASKS)
def test_a_mistake_in_the_tasks(tasks: str, problems: list[str]) -> None:
    assert told(TOP + tasks) == problems


IN_YAML: list[tuple[str, str]] = [
    ("song: a\n\tsections:\n", "2:1: a tab stands where YAML wants spaces; indent with spaces"),
    (
        "song: a\nsections:\n  C:\n\t- a (2m)\n",
        "4:1: a tab stands where YAML wants spaces; indent with spaces",
    ),
    (
        "song: a: b\n",
        '1:8: a text with ": " in it needs quotes: "a: b"',
    ),
    (
        "song: a\n sections: b\n",
        '2:10: this ":" is out of place; check the indentation, or put quotes around a text with ": " in it',
    ),
    ('song: "a\n' + END, "1:7: this quote is never closed"),
    ("song: 'a\n---\nb'\n", "1:7: this quote is never closed"),
    ("song: a\nsections:\n  C: [a, b\n", '3:6: this "[" is never closed, or a comma is missing in it'),
    ("song: a\nsections: {C: [a (2m)]\n", '2:11: this "{" is never closed, or a comma is missing in it'),
    ("song: a\nsections\n  C: []\n", '2:1: a ":" is missing after "sections"; write it as sections:'),
    ("song: @a\n", '1:7: a text cannot begin with "@"; put quotes around it: "@a"'),
    ("song: %a\n", '1:7: a text cannot begin with "%"; put quotes around it: "%a"'),
    (
        "song: *important*\n",
        '1:7: "*important*" stands for nothing; put quotes around a text that begins with *: "*important*"',
    ),
    ("song: ! a\n", '1:7: tags such as "!" are not supported; remove it'),
    ("song: &\n", '1:7: a text cannot begin with "&" or "*"; put quotes around it'),
    ("- &a [*a]\n", '1:7: "*a" stands for a value that holds itself'),
    (
        "song: !!python/object/apply:os.system [ls]\n",
        '1:7: tags such as "!!python/object/apply:os.system" are not supported; remove it',
    ),
    ("song: !x a\n", '1:7: tags such as "!x" are not supported; remove it'),
    ("song: !<x y\n", "1:7: tags with ! are not supported; put quotes around a text that begins with !"),
    (
        "%foo\nsong: a\n",
        "2:1: this does not belong to what stands above it; check its indentation, and lines that begin with %",
    ),
    ("%x\n" * 11, '11:1: a line cannot begin with "%"; put quotes around the text'),
    ("%YAML 2.0\n---\nsong: a\n", "1:1: this version of YAML is not supported; remove the line"),
    ("# hi\n%YAML 1.3\n---\nsong: a\n", "2:1: this version of YAML is not supported; remove the line"),
    (
        "song: 'a' b\n",
        "1:11: the text continues after its closing quote; write all of it in quotes, or none: a b",
    ),
    (
        'song: "\\q"\n',
        "1:9: this escape is unknown in double quotes; write \\\\ for a backslash, or use single quotes",
    ),
    (
        'song: "\\xzz"\n',
        "1:10: this escape is unknown in double quotes; write \\\\ for a backslash, or use single quotes",
    ),
    (
        'song: "\\U00110000"\n',
        "1:1: YAML cannot read the text after this place; check its escapes and quotes",
    ),
    ("song: |x\n  a\n", "1:8: after | or > the text begins on the next line, indented with spaces"),
    ("song: - a\n", '1:7: a list entry cannot begin here; begin "- " on a line of its own'),
    ("song: ? a\n", '1:7: a key cannot begin with "? " here; put quotes around the text'),
    ("song: }\n", "1:7: a value is missing before this, or a text needs quotes around it"),
    (
        "key: [a]]\n",
        '1:9: a text that begins with "[" needs quotes: "[a]]"',
    ),
    (
        "- a\nsong: b\n",
        "2:1: this line begins in another column than those it belongs to; indent it as they are",
    ),
    ("song: a\n... x\n", "2:5: nothing may follow ... on its line"),
    ("song: a\x1b[31m\n", "1:8: the file holds the control character \\x1b; remove it"),
    ("song: a\x00\n", "1:8: the file holds the control character \\x00; remove it"),
    (
        "song: a\nsections:\n  C: []\n---\nsong: b\n",
        '4:1: a second song map begins here; remove this "---", or put the second into a file of its own',
    ),
    ("[" * 21, "1:21: lists and mappings are nested more than 20 deep"),
    (
        "a: &a [x]\nb: [" + "*a, " * 101 + "]\n",
        "2:405: there are more than 100 aliases; write the values out",
    ),
    (
        "a: &a [" + "x, " * 999 + "]\nb: &b [" + "*a, " * 60 + "]\n",
        "2:204: the file holds more than 50,000 values, aliases written out",
    ),
]


@pytest.mark.parametrize(("text", "problem"), IN_YAML)
def test_a_mistake_in_the_yaml(text: str, problem: str) -> None:
    assert told(text) == [problem]


def test_every_problem_is_told_at_once_in_file_order() -> None:
    text = """\
song: [a]
inspration: x
themes: {musical: [wide, wide: y]}
sections:
  Composition:
    - Write chords
    - {task: Write bassline, time: soon, after: Design bass}
    - {task: Write lead, time: 20m, after: Write bassline}
  composition: []
"""
    assert told(text) == [
        '1:7: "song" must be a text, not a list',
        '2:1: unknown key "inspration"; did you mean "inspiration"?',
        '3:26: put quotes around this text, because of the ":" in it: "wide: y"',
        '7:36: time: "soon" is not a time budget; write 25m or 1h30m',
        '7:49: no task is called "Design bass"',
        '9:3: the section "composition" is there twice; first in line 5',
    ]
