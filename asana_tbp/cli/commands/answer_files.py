"""Answers given on the command line or in a file instead of at a prompt.

Knows `NAME=VALUE` and the file of `--answers`. Must not know which variables a template has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from asana_tbp.errors import UsageError
from asana_tbp.songmap.task_name import normalize
from asana_tbp.text import nearest, quote

if TYPE_CHECKING:
    from asana_tbp.songmap.model import SongMap


def answers_in(
    written: Iterable[str] | None, flag: str = "--set", form: str = "NAME=VALUE"
) -> dict[str, str]:
    """`NAME=VALUE` as names and values. Raises UsageError for what has another form."""
    answers: dict[str, str] = {}
    for name, value in _pairs(written, flag, form):
        if name in answers:
            raise UsageError(f"{flag} answers {quote(name)} twice.")
        answers[name] = value
    return answers


def question_answers_in(written: Iterable[str], song_map: SongMap) -> dict[str, str]:
    """`QUESTION=ANSWER` by the song map's own questions. Raises UsageError for one it does not ask."""
    asked = {normalize(each.question): each.question for each in song_map.questions}
    found: dict[str, str] = {}
    for question, answer in _pairs(written, "--answer", "QUESTION=ANSWER"):
        own = asked.get(normalize(question))
        if own is None:
            close = nearest(question, asked.values())
            guess = f"; did you mean {quote(close)}?" if close else "."
            raise UsageError(f"This template does not ask {quote(question)}{guess}", _all_of(asked.values()))
        if own in found:
            raise UsageError(f"{quote(own)} is answered twice.")
        found[own] = answer
    return found


def _pairs(written: Iterable[str] | None, flag: str, form: str) -> Iterator[tuple[str, str]]:
    for entry in written or ():
        name, equals, value = entry.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"{flag} {quote(entry)} is no answer; write {flag} {form}.")
        yield name.strip(), value.strip()


def _all_of(questions: Iterable[str]) -> str:
    lines = "".join(f"\n  {question}" for question in questions)
    return f"It asks:{lines}" if lines else "It asks nothing."
