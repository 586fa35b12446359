"""Reads `words.toml`, the words of a session: here those of its commands and their keys."""

import tomllib
from collections.abc import Mapping, Sequence
from pkgutil import get_data
from typing import Any, NamedTuple

A_KEY_OF_TIME = 120.0
"""Seconds that `+` adds and `-` takes off."""


class Key(NamedTuple):
    """A key of the terminal: what stands below the countdown, its line of help, and the command's values."""

    key: str
    label: str = ""
    help: str = ""
    values: Mapping[str, Any] = {}


class CommandWords(NamedTuple):
    """A command's line of `help` on the command line, "" where it has none there, and `examples` beside its word.

    `overview` is its line in the list of all commands, "" where it shares the one before.
    """

    help: str = ""
    overview: str = ""
    examples: Sequence[str] = ()
    keys: tuple[Key, ...] = ()


TABLES: dict[str, Any] = tomllib.loads((get_data("asana_tbp.timer", "words.toml") or b"").decode())
COMMAND_WORDS = {
    word: CommandWords(**{**row, "keys": tuple(Key(**key) for key in row.get("keys", ()))})
    for word, row in TABLES["commands"].items()
}
"""The words of every command that somebody gives, in the order of the help."""
