"""Answers given on the command line or in a file instead of at a prompt.

Knows `NAME=VALUE` and the file of `--answers`. Must not know which variables a template has.
"""

from __future__ import annotations

from collections.abc import Iterable

from asana_tbp.errors import UsageError
from asana_tbp.songmap.wording import quoted


def answers_in(written: Iterable[str] | None, flag: str = "--set") -> dict[str, str]:
    """`NAME=VALUE` as names and values. Raises UsageError for what has another form."""
    answers: dict[str, str] = {}
    for entry in written or ():
        name, equals, value = entry.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"{flag} {quoted(entry)} is no answer; write {flag} NAME=VALUE.")
        if name.strip() in answers:
            raise UsageError(f"{flag} answers {quoted(name.strip())} twice.")
        answers[name.strip()] = value.strip()
    return answers
