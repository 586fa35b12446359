"""Turns the errors of the YAML parser into sentences for producers.

The parser's error has a problem, a context and their marks, which count from 0.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from ruamel.yaml.error import MarkedYAMLError

from asana_tbp.songmap.keys import TASK_KEYS, TOP
from asana_tbp.songmap.task_name import read_name, suggested_name
from asana_tbp.songmap.write.scalars import as_written, double_quoted
from asana_tbp.text import quote


class SyntaxProblem(Exception):
    """The place, line and column counted from 1, from which a text cannot be read, and a sentence.

    `instead` is a line that can be read in place of that one, to find the mistakes below it too; None if there is none.
    """

    def __init__(self, line: int, column: int, sentence: str, instead: str | None = None) -> None:
        super().__init__(sentence)
        self.line, self.column, self.sentence, self.instead = line, column, sentence, instead


_VALUE = re.compile(r"(\s*(?:- +)?(?:[^\s#'\"\[{@`%*&!|>-][^:#]*: +)?)([^\s#].*?)(\s*)")
_TIGHT_DASH = re.compile(r"(\s*)-([^\s-].*?)\s*")
_HAS_KEY = re.compile(r":(?:\s|$)|^\s*#")
_ASSIGNED = re.compile(r"\s*([\w-]+)(?::| *= *|： *)([^\s#].*?)\s*")
_NAME = re.compile(r"\s*[^\W_][^:#=]*")
_ENTRY = re.compile(r"\s*- +(([^\s#'\"\[{][^:#]*): .*?)\s*")
_KEY_IN_STARS = re.compile(r"\*+([^\W_][^*:]*):?\*+:? *(.*)")
_HEADING = re.compile(r"#+ *([^\W_][^:#]*?) *:? *")
_BARE_TASK = re.compile(r"(\s*- +)([^\s'\"\[{#][^:#]*?)\s*(?:\s#.*)?")
_NAME_WITH_COLON = re.compile(r"([^\W_][^#]*: [^#]*?) *: *(?:#.*)?")
_LONGEST_SHOWN = 120
A_DIRECTIVE = 'a line cannot begin with "%"; put quotes around the text'
OTHER_VERSION = "this version of YAML is not supported; remove the line"
_SENTENCES = Path(__file__).with_name("syntax_sentences.toml")


def syntax_problem(complaint: MarkedYAMLError, lines: Sequence[str] = ()) -> SyntaxProblem:
    """Where the file stops being YAML, and what is probably wrong there; `lines` are those of the file."""
    problem, context = complaint.problem or "", complaint.context or ""
    marks = [complaint.problem_mark, complaint.context_mark]
    places = [mark.line for mark in marks if mark is not None and mark.line < len(lines)]
    above = _not_a_mapping(complaint, lines) or _cause_above(problem, lines, places)
    if (above := above or _not_in_a_section(complaint, lines)) is not None:
        return above
    line = lines[marks[0].line] if marks[0] is not None and marks[0].line < len(lines) else ""
    text = value_in(line)
    if "mapping values are not allowed" in problem and ": " in text and (entry := _ENTRY.fullmatch(line)):
        text = text if TASK_KEYS.named(entry[2]) else entry[1]
    rows: list[list[str]] = tomllib.loads(_SENTENCES.read_text("utf-8"))["sentences"]
    place, sentence, *form = next(
        rest
        for in_problem, in_context, *rest in rows
        if re.search(in_problem, problem)
        and re.search(in_context, context)
        and (len(rest) == 2 or (len(text) <= _LONGEST_SHOWN and re.fullmatch(rest[2], text)))
    )
    begin = (problem.split("'")[1:2] or ["this"])[0]
    if form:
        whole, begin = re.sub(f"^{form[0]}$", form[1], text), text[0]
        whole = whole.replace("''", "'") if begin == "'" else whole
        sentence = sentence.replace("{quoted}", in_quotes(whole)).replace("{written}", as_written(whole))
    sentence = sentence.replace("{begin}", quote(begin))
    if place == "context":
        marks.reverse()
    mark = next((mark for mark in marks if mark is not None), None)
    line_at, column_at = (mark.line, mark.column) if mark else (0, 0)
    below = next((line for line in lines[line_at + 1 :] if line.strip()), "")
    if "end of stream" in problem and (_HAS_KEY.search(below) or below.lstrip().startswith("- ")):
        # A quote that is never closed was meant to end with its line.
        form, line = [sentence], lines[line_at]
    return SyntaxProblem(line_at + 1, column_at + 1, sentence, without_value(line) if form else None)


def value_in(line: str) -> str:
    """The text of a line without its dash and its key: the part that may need quotes."""
    found = _VALUE.fullmatch(line)
    return found[2] if found else ""


def without_value(line: str) -> str | None:
    """The line with its text replaced by a harmless one, so that the mistakes below it are found too."""
    found = _VALUE.fullmatch(line)
    return f"{found[1]}x{found[3]}" if found else None


def key_in_stars(line: str) -> tuple[str, str] | None:
    """A sentence about a key in bold, `**Song:** Neon`, and a line to read instead; None for any other line."""
    if (key := _KEY_IN_STARS.fullmatch(line)) is None:
        return None
    written = f"{key[1]}: {key[2]}".rstrip()
    return f"a key cannot stand between stars; write it as {written}", f"{key[1]}: {key[2] and 'x'}".rstrip()


def in_quotes(text: str) -> str:
    """The text in double quotes; an unclear time in it is written clearly."""
    return double_quoted(suggested_name(text) or text)


def _not_a_mapping(complaint: MarkedYAMLError, lines: Sequence[str]) -> SyntaxProblem | None:
    """A task's title with the keys of a task below it, a name with a colon in it, or a task without its dash."""
    mark, opened, problem = complaint.problem_mark, complaint.context_mark, complaint.problem or ""
    if mark is None or not 0 < mark.line < len(lines):
        return None
    if max(map(len, lines[mark.line - 1 : mark.line + 1])) > _LONGEST_SHOWN:
        return None
    at, name = mark.line + 1, lines[mark.line].strip()
    key = name.partition(":")[0]
    begin = " " * _indent(lines[mark.line])
    has_colon, in_list = "mapping values are not allowed" in problem, "<block end>" in problem
    above = _BARE_TASK.fullmatch(lines[mark.line - 1]) if has_colon or in_list else None
    if above and len(above[1]) == len(begin) and TASK_KEYS.named(key):
        sentence = "a key stands below this title, so it needs one too; write it as task: "
        sentence += as_written(above[2])
        return SyntaxProblem(at - 1, len(above[1]) + 1, sentence, f"{above[1]}task: x")
    is_name = not (TOP.named(key) or TASK_KEYS.named(key))
    if has_colon and is_name and (named := _NAME_WITH_COLON.fullmatch(name)):
        sentence = f'a name with ": " in it needs quotes: {double_quoted(named[1])}:'
        return SyntaxProblem(at, len(begin) + 1, sentence, f"{begin}x{at}:")
    if in_list and name[0] != "-" and opened and opened.column == mark.column and read_name(name).minutes:
        sentence = f'a task begins with "- "; write it as - {name}'
        return SyntaxProblem(at, mark.column + 1, sentence, f"{begin}- x")
    return None


def _cause_above(problem: str, lines: Sequence[str], places: Sequence[int]) -> SyntaxProblem | None:
    """A dash without its space, or a key without its colon, in a line above the one where YAML notices it."""
    for at in places if "expected ':'" in problem else ():
        if dash := _TIGHT_DASH.fullmatch(lines[at]):
            sentence = f'a space is missing after the "-"; write it as - {as_written(dash[2])}'
            return SyntaxProblem(at + 1, len(dash[1]) + 1, sentence, f"{dash[1]}- x")
    if not places:
        return None
    first = last = places[0]
    if "expected ':'" in problem:
        first = places[-1]
    elif "mapping values are not allowed" in problem:
        while first and not _HAS_KEY.search(lines[first - 1]):
            first -= 1
        while first < last and not lines[first].strip():
            first += 1
        if first == last or _indent(lines[first]) > _indent(lines[last]):
            return None
    else:
        return None
    return _without_its_colon(lines, first)


def _without_its_colon(lines: Sequence[str], at: int) -> SyntaxProblem | None:
    """What a line lacks that YAML takes for a key: its colon, the dash of a task, or its place under a key."""
    line, name = lines[at], lines[at].strip()
    begin = " " * _indent(line)
    above = next((each for each in reversed(lines[:at]) if each.strip() and each.lstrip()[0] != "#"), "")
    if in_stars := key_in_stars(line):
        sentence, instead = in_stars
    elif assigned := _ASSIGNED.fullmatch(line):
        sentence = f'a key needs ": " after it; write it as {assigned[1]}: {as_written(assigned[2])}'
        instead = f"{begin}{assigned[1]}: x"
    elif not _NAME.fullmatch(line):
        return None
    elif read_name(name).minutes:
        sentence = f'a task begins with "- "; write it as - {as_written(name)}'
        instead = f"{begin}- x"
    elif above.endswith(":") and _indent(above) == len(begin):
        sentence = f"this is not part of {quote(above.strip(' :'))}; indent it with spaces"
        instead = f"{begin}  x"
    else:
        name = name.rstrip("：")
        sentence = f'a ":" is missing after {quote(name)}; write it as {name}:'
        instead = f"{begin}{name}:"
    return SyntaxProblem(at + 1, len(begin) + 1, sentence, instead)


def _not_in_a_section(complaint: MarkedYAMLError, lines: Sequence[str]) -> SyntaxProblem | None:
    """Tasks in the column of the keys, below a heading that is a comment for YAML, or below nothing."""
    mark, opened = complaint.problem_mark, complaint.context_mark
    if (
        mark is None
        or opened is None
        or mark.column != opened.column
        or "'-'" not in (complaint.problem or "")
    ):
        return None
    above = next((at for at in range(mark.line - 1, -1, -1) if lines[at].strip()), 0)
    if heading := _HEADING.fullmatch(lines[above]):
        sentence = f'a line that begins with "#" is a comment; write it as {heading[1]}:'
        below = zip(lines[mark.line :], lines[mark.line + 1 :], strict=False)
        if any(_HEADING.fullmatch(line) and after.startswith("- ") for line, after in below):
            sentence = (
                f'lines that begin with "#" are comments; write the name of each section as {heading[1]}:'
            )
        return SyntaxProblem(above + 1, 1, sentence, f"{heading[1]}:")
    sentence = "these tasks need a section; write its name above them, such as Composition:"
    return SyntaxProblem(mark.line + 1, mark.column + 1, sentence)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
