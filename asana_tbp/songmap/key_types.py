"""What a key of a song map may hold: how each type is read, merged, written, shown in notes and put into the schema.

Types whose value is a mapping stand in `key_groups`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.dates import parse_date
from asana_tbp.songmap.model import FASTEST, SLOWEST
from asana_tbp.songmap.read.nodes import Listing, Node
from asana_tbp.songmap.read.reader import Keys, NodeReader
from asana_tbp.songmap.write.scalars import Data, Verbatim
from asana_tbp.text import quote

_TEMPO = re.compile(r"(\d{1,3}(?:[.,]\d{1,3})?)\s*(?:bpm)?", re.ASCII | re.IGNORECASE)

Fragment = dict[str, Any]
"""A part of a JSON Schema."""
LINE: Fragment = {"$ref": "#/$defs/line"}
LINE_OR_NOTHING: Fragment = {"$ref": "#/$defs/line or nothing"}
LINES: Fragment = {"$ref": "#/$defs/lines"}
VARIABLE = r"\$\{"


def fragment(types: list[str], message: str, **keywords: Any) -> Fragment:
    """What the schema says of a value of some types; `message` is what an editor says where it is another one."""
    said = {"errorMessage": message} | ({"patternErrorMessage": message} if "pattern" in keywords else {})
    return {"type": types, **said, **keywords}


def explained(keys: Keys, parts: Mapping[str, Fragment]) -> Fragment:
    """The properties of a mapping with these keys."""
    return {name: {"description": keys.help[name], **part} for name, part in parts.items()}


class KeyType:
    """A text of one line; the other types say what is different."""

    schema: ClassVar[Fragment] = LINE_OR_NOTHING

    def parse(self, text: str) -> Any:
        """The value of a text of one line. Raises AnswerError."""
        return text

    def read(self, read: NodeReader, node: Node, key: str) -> Any:
        """The value of a node that is not empty; None where it cannot be used, which has been noted."""
        return read.parsed(node, f'"{key}"', self.parse)

    def merged(self, over: Any, under: Any) -> Any:  # noqa: ARG002
        """The value of a file that extends another one, both of which say something."""
        return over

    def whole(self, value: Any) -> Any:
        """What the model holds."""
        return value

    def data(self, value: Any) -> Data:
        """The model's value as it is written."""
        return value  # type: ignore[no-any-return]

    def note(self, value: Any) -> str:
        """A value as it stands behind its label in the project's notes."""
        return str(value)

    def from_note(self, text: str) -> Any:
        """The value of a note; None for one that somebody has changed beyond reading."""
        try:
            return self.parse(text) if text else None
        except AnswerError:
            return None


class Tempo(KeyType):
    """Beats a minute: `92`, `127.5 bpm`."""

    schema: ClassVar[Fragment] = fragment(
        ["number", "string", "null"],
        "Write beats a minute, such as 128.",
        minimum=SLOWEST,
        maximum=FASTEST,
        pattern=rf"^\s*[0-9]{{2,3}}([.,][0-9]{{1,3}})?\s*([bB][pP][mM])?\s*$|{VARIABLE}",
    )

    def parse(self, text: str) -> float:
        number = _TEMPO.fullmatch(text)
        if number is None:
            raise AnswerError(f"{quote(text)} is not a tempo; write beats a minute, such as 128")
        tempo = float(number[1].replace(",", "."))
        if not SLOWEST <= tempo <= FASTEST:
            raise AnswerError(f"a tempo is {SLOWEST} to {FASTEST} beats a minute")
        return tempo

    def data(self, value: float) -> Data:
        return Verbatim(f"{value:.10g}")

    def note(self, value: float) -> str:
        return f"{value:.10g} BPM"


class Date(KeyType):
    """A day, in any way of writing that has one meaning."""

    schema: ClassVar[Fragment] = fragment(
        ["integer", "string", "null"],
        "Write the day as year-month-day, such as 2027-03-31.",
        minimum=20_000_101,
        pattern=rf"[0-9]|{VARIABLE}",
    )

    def parse(self, text: str) -> date:
        return parse_date(text)

    def data(self, value: date) -> Data:
        return Verbatim(value)


class Lines(KeyType):
    """A list of texts of one line each; a single text is a list of one."""

    schema: ClassVar[Fragment] = LINES

    def read(self, read: NodeReader, node: Node, key: str) -> tuple[str, ...] | None:
        return tuple(placed.text for placed in read.lines(node, key))


class Paragraphs(Lines):
    """A list of texts of any length; a single text is one paragraph."""

    schema: ClassVar[Fragment] = {"$ref": "#/$defs/paragraphs"}

    def read(self, read: NodeReader, node: Node, key: str) -> tuple[str, ...] | None:
        if not isinstance(node, Listing):
            text = read.prose(node, f'"{key}"')
            return (text,) if text else ()
        entries = []
        for entry in node.entries:
            text = read.prose(entry, f'an entry of "{key}"')
            if text:
                entries.append(text)
            elif text == "":
                read.add(entry, f'an entry of "{key}" is empty')
        return tuple(entries)
