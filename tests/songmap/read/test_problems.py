"""Problems know their place, come in file order, and are safe to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.read.nodes import Problem, Problems, render_problem


def test_a_problem_reads_file_line_column_sentence() -> None:
    assert str(Problem("galaxy.yaml", 12, 9, "it is wrong")) == "galaxy.yaml:12:9: it is wrong"
    assert str(Problem("\x1b]0;x.yaml", 1, 1, "it is wrong")) == "\\x1b]0;x.yaml:1:1: it is wrong"


def test_problems_come_in_file_order_and_once() -> None:
    problems = Problems("galaxy.yaml", "one\r\ntwo\rthree")
    problems.raise_if_any()
    assert not problems.found
    problems.add(3, 1, "third")
    problems.add(1, 5, "second")
    problems.add(1, 2, "first")
    problems.add(1, 2, "first")
    assert problems
    with pytest.raises(SongMapError) as wrong:
        problems.raise_if_any()
    assert str(wrong.value) == "galaxy.yaml:1:2: first\ngalaxy.yaml:1:5: second\ngalaxy.yaml:3:1: third"
    assert [problem.source for problem in problems.sorted()] == ["one", "one", "three"]


@pytest.mark.parametrize(
    ("source", "column", "shown"),
    [
        ("    - Write bassline", 7, ["   12 |     - Write bassline", "      |       ^"]),
        ("\tx", 2, ["   12 |  x", "      |  ^"]),
        ("\x1b[31mx", 6, ["   12 | \\x1b[31mx", "      |         ^"]),
        ("夜空: x", 5, ["   12 | 夜空: x", "      |       ^"]),
        ("cafe\u0301: x", 8, ["   12 | cafe\u0301: x", "      |       ^"]),
        ("ab", 99, ["   12 | ab", "      |   ^"]),
        ("   ", 1, []),
        ("", 1, []),
    ],
)
def test_the_caret_stands_under_the_place(source: str, column: int, shown: list[str]) -> None:
    problem = Problem("galaxy.yaml", 12, column, "it is wrong", source)
    assert render_problem(problem) == [f"galaxy.yaml:12:{column}: it is wrong", *shown]


def test_a_long_line_is_cut_around_the_caret() -> None:
    source = "a" * 500 + "X" + "b" * 500
    _, line, caret = render_problem(Problem("galaxy.yaml", 1, 501, "it is wrong", source))
    assert len(line) < 120
    assert line[caret.index("^")] == "X"


@given(st.text(st.characters(exclude_characters="\n")), st.integers(1, 50))
def test_nothing_a_terminal_obeys_is_ever_rendered(source: str, column: int) -> None:
    for line in render_problem(Problem("galaxy.yaml", 1, column, "it is wrong", source)):
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 or char in "\u202e\u2028" for char in line)
