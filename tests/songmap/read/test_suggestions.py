"""What a sentence suggests, done to the letter: the problem is gone, no other one takes its place."""

from __future__ import annotations

import re

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.read.loader import parse_song_map
from tests.songmap.read.test_as_people_write import REFUSED, WHOLE_REFUSED
from tests.songmap.read.test_bad_files import IN_SHAPE, IN_TASKS, IN_YAML, TOP
from tests.songmap.read.test_bad_format import BAD

_WHOLE_VALUE = re.compile(
    r"(?:write it as |takes, such as |needs quotes: |around it: |with \*: |or none: |double quotes: "
    r'|in it: |entry with "- ": )(?P<better>.+)$'
)
_EXAMPLE = re.compile(
    r"^(?:\w+: )?\"(?P<wrong>.+?)\" (?:is|may|has|cannot).*?(?:; write (?:it as year-month-day, for [\w ]+ it is )?"
    r"(?:beats a minute, such as |year-month-day, such as )?)(?P<better>.+)$"
)
_MEANT = re.compile(r'"(?P<wrong>[^"]*)".*did you mean "(?P<better>.+?)"\?')
_MISSING = re.compile(r'^"(?P<key>[\w-]+)" is (?:missing|empty); write (?P<better>.+)$')
_GENERAL = (
    "Title (25m)",
    "small letters, digits and dashes",
    "a variable's name, not NAME, or NAME is VALUE",
)


def told(text: str) -> list[tuple[int, int, str]]:
    try:
        parse_song_map(text, "f")
    except SongMapError as wrong:
        return [(problem.line, problem.column, problem.sentence) for problem in wrong.problems]  # type: ignore[attr-defined]
    return []


def applied(text: str, line: int, column: int, sentence: str) -> str | None:
    """The text with what the sentence suggests; None where it suggests nothing that can be pasted."""
    lines = text.split("\n")
    here = lines[line - 1]
    if found := _WHOLE_VALUE.search(sentence):
        if found["better"] in _GENERAL:
            return None
        before = re.match(r"\s*(?:- |\d+[.)] |• )?", here)
        assert before is not None
        start = before[0] or "".join(re.findall(r"^[\w-]+: ", here)[:1])
        if found[0].startswith("in it: ") and "[" in here[: column - 1]:
            # Inside brackets what is meant ends where the next entry begins.
            rest = re.split(r"(?=[,\]}])", here[column - 1 :], maxsplit=1)
            lines[line - 1] = here[: column - 1] + found["better"] + (rest[1] if len(rest) > 1 else "")
        else:
            lines[line - 1] = start.replace("• ", "- ") + found["better"]
        return "\n".join(lines)
    if found := _MISSING.match(sentence):
        better = found["better"].split(" and ")[0]
        if better in ("song:", "sections:"):
            text = re.sub(rf"^{better}.*\n", "", text, flags=re.MULTILINE)
            return f"song: x\n{text}" if better == "song:" else f"{text}\nsections:\n  Composition:\n"
        if found["key"] == "days" and "[]" in here:
            lines[line - 1] = here.replace("days: []", better)
        else:
            at = here.index("{", column - 1) + 1
            lines[line - 1] = f"{here[:at]}{better}{', ' if here[at] != '}' else ''}{here[at:]}"
        return "\n".join(lines)
    if found := _MEANT.search(sentence) or _EXAMPLE.search(sentence):
        better = found["better"]
        if any(form in better for form in (*_GENERAL, " under vars", "--set", "under it")):
            return None
        better = (
            re.split(r" or |, (?=\w)", better.replace("the one you mean", ""))[0]
            if "did you" not in sentence
            else better
        )
        at = here.find(found["wrong"], max(0, column - 2))
        if at < 0:
            return None
        lines[line - 1] = here[:at] + better + here[at + len(found["wrong"]) :]
        return "\n".join(lines)
    return None


CASES = [
    *(text for text, _ in (*IN_SHAPE, *IN_YAML, *BAD, *WHOLE_REFUSED)),
    *(TOP + tasks for tasks, _ in IN_TASKS),
    *(f"song: Rain\nsections:\n  C:\n    {line}\n" for _, line, *_ in REFUSED),
]


def test_a_suggestion_solves_its_problem_and_makes_no_other() -> None:
    pasted = 0
    for text in dict.fromkeys(CASES):
        problems = told(text)
        before = {sentence for _, _, sentence in problems}
        for problem in problems:
            better = applied(text, *problem)
            if better is None:
                continue
            pasted += 1
            after = {sentence for _, _, sentence in told(better)}
            assert problem[2] not in after, better
            # What could not be read hides what else is missing.
            assert {sentence for sentence in after - before if "is missing" not in sentence} == set(), better
    assert pasted >= 80, "most mistakes come with something to paste"
