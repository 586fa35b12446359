"""Answers given on the command line as `NAME=VALUE`."""

from __future__ import annotations

from collections.abc import Iterable

from asana_tbp.errors import UsageError
from asana_tbp.text import quote


def answers_in(
    written: Iterable[str] | None, flag: str = "--set", form: str = "NAME=VALUE"
) -> dict[str, str]:
    """`NAME=VALUE` as names and values. Raises UsageError for what has another form."""
    answers: dict[str, str] = {}
    for entry in written or ():
        name, equals, value = (part.strip() for part in entry.partition("="))
        if not equals or not name:
            raise UsageError(f"{flag} {quote(entry)} is not an answer; write {flag} {form}.")
        if name in answers:
            raise UsageError(f"{flag} answers {quote(name)} twice.")
        answers[name] = value
    return answers
