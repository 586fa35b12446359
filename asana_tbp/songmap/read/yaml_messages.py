"""Turns the errors of the YAML parser into sentences for producers.

The parser's error has a problem, a context and their marks, which count from 0.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from ruamel.yaml.error import MarkedYAMLError

from asana_tbp.songmap.task_name import suggested_name
from asana_tbp.songmap.write.scalars import as_written, double_quoted
from asana_tbp.text import quote


class SyntaxProblem(Exception):
    """The place, line and column counted from 1, from which a text cannot be read, and a sentence.

    `alone` says that only one text is wrong, which lacks its quotes.
    """

    def __init__(self, line: int, column: int, sentence: str, *, alone: bool = False) -> None:
        super().__init__(sentence)
        self.line, self.column, self.sentence, self.alone = line, column, sentence, alone


_VALUE = re.compile(r"(\s*(?:- +)?(?:[^\s#'\"\[{@`%*&!|>-][^:#]*: +)?)([^\s#].*?)(\s*)")
_AFTER_QUOTE = re.compile(r"""(["'])((?:(?!\1).)*)\1\s*([^\s:#].*)""")
_TIGHT_DASH = re.compile(r"(\s*)-([^\s-].*?)\s*")
_HAS_KEY = re.compile(r":(?:\s|$)|^\s*#")
_ASSIGNED = re.compile(r"\s*([\w-]+)(?::| *= *)([^\s#].*?)\s*")
_NAME = re.compile(r"\s*[^\W_][^:#=]*")
_LONGEST_SHOWN = 120
A_DIRECTIVE = 'a line cannot begin with "%"; put quotes around the text'
OTHER_VERSION = "this version of YAML is not supported; remove the line"
_SENTENCES = Path(__file__).with_name("syntax_sentences.toml")


def syntax_problem(complaint: MarkedYAMLError, lines: Sequence[str] = ()) -> SyntaxProblem:
    """Where the file stops being YAML, and what is probably wrong there; `lines` are those of the file."""
    problem, context = complaint.problem or "", complaint.context or ""
    marks = [complaint.problem_mark, complaint.context_mark]
    if (above := _cause_above(problem, lines, [mark.line for mark in marks if mark is not None])) is not None:
        return above
    line = lines[marks[0].line] if marks[0] is not None and marks[0].line < len(lines) else ""
    cause = sentence = _cause_in(problem, line)
    if not cause:
        rows: list[list[str]] = tomllib.loads(_SENTENCES.read_text("utf-8"))["sentences"]
        place, sentence = next(
            (place, sentence)
            for in_problem, in_context, place, sentence in rows
            if re.search(in_problem, problem) and re.search(in_context, context)
        )
        sentence = sentence.replace("{begin}", quote((problem.split("'")[1:2] or ["this"])[0]))
        if place == "context":
            marks.reverse()
    mark = next((mark for mark in marks if mark is not None), None)
    line_at, column_at = (mark.line, mark.column) if mark else (0, 0)
    return SyntaxProblem(line_at + 1, column_at + 1, sentence, alone=bool(cause))


def value_in(line: str) -> str:
    """The text of a line without its dash and its key: the part that may need quotes."""
    found = _VALUE.fullmatch(line)
    return found[2] if found else ""


def without_value(line: str) -> str | None:
    """The line with a harmless text in place of its own, so that the mistakes below it are found too."""
    found = _VALUE.fullmatch(line)
    return f"{found[1]}x{found[3]}" if found else None


def in_quotes(text: str) -> str:
    """The text in double quotes; an unclear time in it is written clearly."""
    return double_quoted(suggested_name(text) or text)


def _cause_above(problem: str, lines: Sequence[str], places: Sequence[int]) -> SyntaxProblem | None:
    """A dash without its space, or a key without its colon, in a line above the one where YAML notices it."""
    places = [at for at in places if at < len(lines)]
    for at in places if "expected ':'" in problem else ():
        if dash := _TIGHT_DASH.fullmatch(lines[at]):
            sentence = f'a space is missing after the "-"; write it as - {as_written(dash[2])}'
            return SyntaxProblem(at + 1, len(dash[1]) + 1, sentence)
    if "mapping values are not allowed" not in problem or not places:
        return None
    first = last = places[0]
    while first and not _HAS_KEY.search(lines[first - 1]):
        first -= 1
    while first < last and not lines[first].strip():
        first += 1
    begin = len(lines[first]) - len(lines[first].lstrip())
    if first == last or begin > len(lines[last]) - len(lines[last].lstrip()):
        return None
    name = lines[first].strip()
    if assigned := _ASSIGNED.fullmatch(lines[first]):
        sentence = f'a key needs ": " after it; write it as {assigned[1]}: {as_written(assigned[2])}'
    elif _NAME.fullmatch(lines[first]):
        sentence = f'a ":" is missing after {quote(name)}; write it as {name}:'
    else:
        return None
    return SyntaxProblem(first + 1, begin + 1, sentence)


def _cause_in(problem: str, line: str) -> str:
    """A sentence about a text that needs quotes, with the text in them; "" if the cause is another one."""
    text = value_in(line)
    if not text or len(text) > _LONGEST_SHOWN:
        return ""
    if "cannot start any token" in problem and text[0] in "@`%":
        return f"a text cannot begin with {quote(text[0])}; put quotes around it: {in_quotes(text)}"
    if "mapping values are not allowed" in problem and ": " in text and text[0] not in "'\"[{":
        return f'a text with ": " in it needs quotes: {in_quotes(text)}'
    if "<block end>" not in problem:
        return ""
    if text[0] in "[{":
        return f"a text that begins with {quote(text[0])} needs quotes: {in_quotes(text)}"
    if text[0] == "'" and text[-1] == "'" and "'" in text[1:-1]:
        better = in_quotes(text[1:-1].replace("''", "'"))
        return f"a ' ends a text in single quotes; write it in double quotes: {better}"
    if goes_on := _AFTER_QUOTE.fullmatch(text):
        whole = f"{goes_on[2]} {goes_on[3]}"
        if goes_on[2].endswith(" ") and goes_on[1] in goes_on[3]:
            # Quotes inside the quotes: the first and the last were meant to enclose the text.
            whole = text[1:][::-1].replace(goes_on[1], "", 1)[::-1]
        better = as_written(whole)
        return f"the text continues after its closing quote; write all of it in quotes, or none: {better}"
    return ""
