"""Writes texts, lists and mappings as YAML that reads back the same, with as few quotes as possible."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_PLAIN_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_NUMBER_OR_DATE = re.compile(r"[\d.][\d.,:_+\-eETtZxXoObBa-fA-F ]*|\.?(inf|nan)", re.IGNORECASE)
_TIMED = re.compile(r"(.*\S)(?:: | [(\[])([0-9][\w.]*)[)\]]?")
_DOLLAR = re.compile(r"\$(?=[${])")
_LONGEST_KEY = 900
"""YAML reads a key only when its colon comes within 1,024 characters; longer ones are written with `? `."""


class Verbatim(str):
    """A value that is YAML already: a number, a day, a list in brackets."""

    __slots__ = ()


Data = str | Sequence[str] | Mapping[str, Any]
"""A value as it is written: a text, a list of texts, or values by name."""


def entry_lines(key: str, data: Data) -> list[str]:
    """A key with its value, as lines of YAML without indentation."""
    written, (first, *rest) = scalar(key), value_lines(data)
    lines = [f"{written}: {first}"] if len(written) <= _LONGEST_KEY else [f"? {written}", f": {first}"]
    return [*(line.rstrip() for line in lines), *rest]


def value_lines(data: Data) -> list[str]:
    """What follows a key's colon: the rest of its line, which may be empty, and the lines under it."""
    if isinstance(data, Mapping):
        return ["", *(line for name in data for line in indented(entry_lines(name, data[name])))]
    if isinstance(data, str):
        first, *rest = _text_lines(data) if data and not isinstance(data, Verbatim) else [data]
        return [first, *indented(rest)]
    if not data:
        return ["[]"]
    return ["", *(line for entry in data for line in indented(list_entry(entry)))]


def list_entry(text: str) -> list[str]:
    """A text as an entry of a list."""
    first, *rest = _text_lines(text)
    return [f"- {first}", *indented(rest)]


def indented(lines: Iterable[str], by: str = "  ") -> list[str]:
    """The lines indented; empty ones stay empty."""
    return [by + line if line else "" for line in lines]


def _text_lines(text: str) -> list[str]:
    """The lines of a text of one line or many, as a value in a mapping or list."""
    lines = text.split("\n")
    literal = (
        len(lines) > 1
        and all(line.isprintable() for line in lines)
        and lines[0] == lines[0].lstrip()
        and lines[0] != ""
    )
    return ["|-", *escape_dollars(text).split("\n")] if literal else [scalar(text)]


def scalar(text: str) -> str:
    """A text in YAML, with quotes only if it could be read as something else."""
    return as_written(escape_dollars(text))


def as_written(text: str) -> str:
    """A text of a file, its variables left as they are, in quotes where YAML needs them."""
    return text if is_plain(text) else double_quoted(text)


def escape_dollars(text: str) -> str:
    """The text with every dollar doubled that would begin a variable."""
    return text if isinstance(text, Verbatim) else _DOLLAR.sub("$$", text)


def double_quoted(text: str) -> str:
    """The text in double quotes; its variables stay."""
    escapes = {char: char.encode("unicode_escape").decode() for char in set(text) if not char.isprintable()}
    escapes |= {'"': '\\"', "\\": "\\\\"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'


def requoted(new: str, old: str, *, in_brackets: bool) -> str:
    """A text in the same quotes as the one that it replaces in the file."""
    first = old[:1]
    if isinstance(new, Verbatim):
        return new
    if first == "'" and new.isprintable():
        return "'" + new.replace("'", "''") + "'"
    if first in "'\"" or (in_brackets and set(",[]{}") & set(new)):
        return double_quoted(new)
    if ": " in old:
        # YAML takes `Chords: 20m` for a mapping, and where it has no dash it must stay one.
        key, _, value = new.partition(": ")
        if is_plain(key) and is_plain(value):
            return new
        if timed := _TIMED.fullmatch(new):
            return f"{as_written(timed[1])}: {timed[2]}"
    return as_written(new)


def is_plain(text: str) -> bool:
    """Whether a text needs no quotes in a block of YAML."""
    return (
        text.isprintable()
        and text[:1].isalnum()
        and text == text.strip()
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and text.lower() not in _PLAIN_WORDS
        and not _NUMBER_OR_DATE.fullmatch(text)
    )
