"""The keys of a song map, by the spellings people use; `keys.toml` is the table of all of them."""

import tomllib
from importlib.resources import files
from typing import Any

from asana_tbp.songmap.read.nodes import Node, text_pairs
from asana_tbp.songmap.task_name import normalize
from asana_tbp.text import nearest

TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    files("asana_tbp.songmap").joinpath("keys.toml").read_text("utf-8")
)


def fold_key(key: str) -> str:
    """A key without the differences between its spellings: case, and what separates its words."""
    return normalize(key).replace("_", "-").replace(" ", "-")


class Keys:
    """The keys of one kind of mapping: one part of the table."""

    def __init__(self, kind: str) -> None:
        rows = TABLE[kind]
        self.known = tuple(rows)
        self.help = {name: row.get("help", "") for name, row in rows.items()}
        self.spellings = {name: (name, *row.get("also", ())) for name, row in rows.items()}
        self.names = {word: name for name, words in self.spellings.items() for word in words}

    def named(self, key: str) -> str | None:
        """The key that a spelling stands for, in any case; None for an unknown one."""
        return self.names.get(fold_key(key))

    def is_misspelt(self, key: str) -> bool:
        """Whether a key is so near to a known one that it can hardly be a title."""
        folded = fold_key(key)
        alike = (known for known in self.known if abs(len(known) - len(folded)) < 3)
        return nearest(folded, alike, 0.75) is not None


TOP, TASK_KEYS, GROUP_KEYS, SECTION_KEYS = map(Keys, ("top", "task", "group", "section"))
VARIABLE_KEYS, SESSION_KEYS, STAGE_KEYS, THEME_KEYS = map(Keys, ("variable", "sessions", "stage", "themes"))
OBSOLETE: dict[str, str] = TABLE["obsolete"]


def value_of(root: Node, key: str) -> Node | None:
    """The value of a key at the top of a file, in any spelling; None if the file does not have it."""
    return next((value for name, value in text_pairs(root) if TOP.named(name.text) == key), None)
