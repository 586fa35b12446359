"""Whatever is in a file, it is a song map or it is refused with places: no fault, no delay, no flood."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.read.loader import parse_song_map
from asana_tbp.songmap.read.nodes import MOST_REPORTED
from asana_tbp.songmap.templates.library import shipped_templates
from asana_tbp.songmap.write.yaml import render_song_map
from tests.conftest import ROOT
from tests.needs import examples
from tests.songmap.read.test_loader import GALAXY


@pytest.mark.parametrize(
    "text",
    [
        "song: a\n" + "".join(f"kay{number}: x\n" for number in range(20_000)),
        pytest.param(
            "extends: beat\ndrop: [" + ", ".join(f"a{number}" for number in range(40_000)) + "]\n",
            marks=pytest.mark.deep,
        ),
        "song: a\nvars: {v: x}\ninspiration: ["
        + ", ".join(f"'{''.join(f'${{w{number}{at}}}' for at in range(1500))}'" for number in range(60))
        + "]\n",
        "song: a\nvars: {v: " + "x" * 200 + "}\ninspiration: |\n  " + "${v}" * 240_000 + "\n",
        pytest.param(
            "song: a\nsections: {C: []}\norder: ["
            + ", ".join(f"a{number}" for number in range(40_000))
            + "]\n",
            marks=pytest.mark.deep,
        ),
    ],
    ids=["keys", "drops", "mentions", "growth", "order"],
)
def test_thousands_of_mistakes_are_told_without_delay(text: str) -> None:
    began = time.process_time()
    with pytest.raises(SongMapError) as wrong:
        parse_song_map(text, "x.yaml")
    assert len(wrong.value.problems) <= MOST_REPORTED
    # Hundreds of seconds without limits; the room is for slow machines.
    assert time.process_time() - began < 20


HEAVY = {
    "deep": "[" * 900_000,
    "indented": "".join(" " * depth + "a:\n" for depth in range(1300)),
    "one scalar": "song: " + "x" * 990_000 + "\n",
    "escapes": 'song: "' + "\\x41" * 240_000 + '"\n',
    "folded": "song: >\n" + "  x\n" * 240_000,
    "literal": "inspiration: |\n" + "  x\n" * 240_000,
    "keys": "".join(f"k{number}: x\n" for number in range(60_000)),
    "flow": "{" + "a," * 400_000 + "}",
    "anchors": "".join(f"- &a{number} x\n" for number in range(45_000)),
    "comments": "#\n" * 490_000,
    "blank": " " * 999_999,
    "directives": "%x\n" * 300_000,
    "bomb": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{name}: &{name} [{','.join([f'*{below}'] * 9)}]\n"
        for below, name in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "quadratic": "a: &a [" + "x, " * 499 + "]\nb: [" + "*a, " * 100 + "]\n",
    "too large": "x" * 1_000_001,
    "dashes": "song: X\nsections:\n  A:\n    " + "- " * 400_000 + "x (5m)\n",
    "colons": "song: X\nsections:\n  A:\n    - a" + ": " * 200_000 + " " * 200_000 + "x (5m)\n",
}


def test_no_text_takes_much_memory_or_time() -> None:
    script = (
        "import pathlib, resource, sys, time\n"
        "from asana_tbp.errors import SongMapError\n"
        "from asana_tbp.songmap.read.loader import parse_song_map\n"
        "from tests.songmap.read.test_hostile import HEAVY\n"
        "worst = 0.0\n"
        "from tests.needs import DEEP\n"
        "for name in HEAVY if DEEP else ('deep', 'flow', 'anchors', 'keys', 'dashes', 'colons'):\n"
        "    text = HEAVY[name]\n"
        "    began = time.process_time()\n"
        "    try:\n"
        "        parse_song_map(text, name)\n"
        "        sys.exit(f'{name} is no song map')\n"
        "    except SongMapError as refused:\n"
        "        assert len(refused.problems) <= 1000, name\n"
        "    worst = max(worst, time.process_time() - began)\n"
        # What Linux gives as a child's ru_maxrss is at least what its parent had: the worker of all these tests.
        "status = pathlib.Path('/proc/self/status')\n"
        "own = [line for line in status.read_text().splitlines() if 'VmHWM' in line] if status.exists() else []\n"
        "most = int(own[0].split()[1]) if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(worst, most / 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    seconds, megabytes = map(float, done.stdout.split())
    assert megabytes < 300, "Hypothesis and pytest included"
    # 1.5 where it was measured; the room is for slow machines.
    assert seconds < 10


WHOLE = """\
extends: beat
song: Whole ${lead} song
vars:
  lead: {ask: Which lead?, default: piano}
  vocals: {type: yes/no, default: no}
  mixing: {choices: [basic, later], default: basic, when: vocals}
bpm: 128
key: A minor
reference: [one, two]
deadline: 2026-12-20
sessions: {days: [tue, thu], minutes: 2h, from: 2026-11-24}
board: {stage: Arrangement}
name_format: "{title} - {time}"
drop: [Chop and flip]
sections:
  Composition:
    - when: not vocals
      tasks:
        - Play ${lead} (20m)
    - {task: keep or scrap?, kind: gate, time: 2m, after: "Play ${lead}"}
    - {task: coffee, kind: break, time: 10m, asana: yes, when: mixing is basic}
    - Drum pattern and swing
order: [Drum pattern and swing, keep or scrap?]
"""
_templates = [WHOLE, *(path.read_text("utf-8") for path in shipped_templates().values())]
_pieces = st.text(max_size=4) | st.sampled_from(
    [
        "\n",
        "\t",
        ": ",
        " #",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "&a ",
        "*a",
        "!!",
        "|",
        ">",
        "'",
        '"',
        '"\\U00110000"',
        "\\x",
        "%YAML 9.9",
        "%YAML 1.3\n---\n",
        "---\n",
        "...",
        "<<: ",
        "? ",
        "@",
        "~",
        "\x00",
        "\x85",
        "\u2028",
        "\ufeff",
        "\ud800",
        "time: 0",
        "  ",
        "(20m)",
        "after: ",
        "${lead}",
        "${",
        "$$",
        "when: vocals",
        "when: mixing is later",
        "extends: mix\n",
        "extends: x.yaml\n",
        "drop: [",
        "order: [",
        "kind: break",
        "vars:\n  a: ",
        "- Build (2m)\n",
        "{title}",
    ]
)


@settings(max_examples=examples(40, 1000))
@given(
    st.sampled_from([GALAXY, *_templates]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), _pieces), min_size=1, max_size=6),
)
def test_a_mutated_file_is_a_song_map_or_a_song_map_error(
    text: str, changes: list[tuple[float, int, str]]
) -> None:
    for where, removed, piece in changes:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + removed :]
    _read_or_refused(text)


@settings(max_examples=examples(40, 1000))
@given(st.text() | st.lists(_pieces | st.sampled_from(GALAXY.splitlines(keepends=True))).map("".join))
def test_any_text_is_a_song_map_or_a_song_map_error(text: str) -> None:
    _read_or_refused(text)


def _read_or_refused(text: str) -> None:
    began = time.process_time()
    try:
        song_map = parse_song_map(text, "x.yaml")
    except SongMapError as refused:
        problems = refused.problems
    else:
        assert parse_song_map(render_song_map(song_map), "written.yaml") == song_map
        return
    assert problems
    assert time.process_time() - began < 2
    lines = re.split("\r\n|\r|\n", text.removeprefix("\ufeff"))
    for problem in problems:
        place, _, sentence = str(problem).partition(": ")
        path, line, column = place.split(":")
        if path != "x.yaml":
            continue
        assert 1 <= int(line) <= len(lines)
        assert 1 <= int(column) <= len(lines[int(line) - 1]) + 1
        assert sentence
        assert "while " not in sentence.partition('"')[0]
