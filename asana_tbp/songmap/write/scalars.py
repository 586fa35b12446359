"""Texts, lists and mappings as YAML that reads back as the same, with as few quotes as possible."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PLAIN_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_NUMBER_OR_DATE = re.compile(r"[\d.][\d.,:_+\-eETtZxXoObBa-fA-F ]*|\.?(inf|nan)", re.IGNORECASE)
_DOLLAR = re.compile(r"\$(?=[${])")
_LONGEST_KEY = 900
"""YAML reads a key only when its colon comes within 1,024 characters; longer ones are written with `? `."""


def list_lines(key: str, entries: Iterable[str], indent: str) -> list[str]:
    """A key with a list under it, an empty one in brackets."""
    every = list(entries)
    if not every:
        return [f"{indent}{key}: []"]
    lines = [f"{indent}{key}:"]
    for entry in every:
        first, *rest = _value(entry, indent + "    ")
        lines += [f"{indent}  - {first}", *rest]
    return lines


def prose_entry(key: str, text: str, indent: str) -> list[str]:
    """A key with a text of any number of lines."""
    first, *rest = _value(text, indent + "  ") if text else ("",)
    return [f"{key_line(key, indent)} {first}".rstrip(), *rest]


def key_line(text: str, indent: str) -> str:
    """A key with its colon."""
    written = scalar(text)
    if len(written) > _LONGEST_KEY:
        return f"{indent}? {written}\n{indent}:"
    return f"{indent}{written}:"


def _value(text: str, indent: str) -> list[str]:
    """A text of one line or many, where it stands in a mapping or list."""
    lines = text.split("\n")
    literal = (
        len(lines) > 1
        and all(line.isprintable() for line in lines)
        and lines[0] == lines[0].lstrip()
        and lines[0] != ""
    )
    if not literal:
        return [scalar(text)]
    escaped = escape_dollars(text)
    return ["|-", *(f"{indent}{line}" if line else "" for line in escaped.split("\n"))]


def scalar(text: str) -> str:
    """A text in YAML, without quotes where nothing in it could be taken for something else."""
    escaped = escape_dollars(text)
    return escaped if is_plain(escaped) else double_quoted(escaped)


def as_written(text: str) -> str:
    """A text of a file, its variables left as they are, in quotes where YAML needs them."""
    return text if is_plain(text) else double_quoted(text)


def escape_dollars(text: str) -> str:
    """The text with every dollar doubled that would begin a variable."""
    return _DOLLAR.sub("$$", text)


def double_quoted(text: str) -> str:
    """The text in double quotes; its variables stay."""
    return '"' + "".join(_escaped(char) for char in text) + '"'


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


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char == "\n":
        return "\\n"
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
