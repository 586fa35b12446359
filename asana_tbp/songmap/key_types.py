"""What a key of a song map may hold: how each type is read, merged, written, shown in notes and put into the schema."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, get_args

from asana_tbp.songmap.budget import BudgetError, parse_budget
from asana_tbp.songmap.dates import DateError, parse_date
from asana_tbp.songmap.model import FASTEST, SLOWEST, Day, Question, Sessions, Themes
from asana_tbp.songmap.read import nodes as tree
from asana_tbp.songmap.read.nodes import Listing, Node, Nothing
from asana_tbp.songmap.read.reader import Keys, Located, NodeReader, seen
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.write.scalars import Data, Verbatim
from asana_tbp.text import quote

DAYS: tuple[Day, ...] = get_args(Day)
NO_ANSWER = "(no answer yet)"
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TEMPO = re.compile(r"(\d{1,3}(?:[.,]\d{1,3})?)\s*(?:bpm)?", re.ASCII | re.IGNORECASE)
_SESSIONS = re.compile(r"([a-z, ]+), (\d+) minutes(?:, from (\d{4}-\d\d-\d\d))?", re.ASCII)

Fragment = dict[str, Any]
"""A part of a JSON Schema."""
LINE: Fragment = {"$ref": "#/$defs/line"}
LINE_OR_NOTHING: Fragment = {"$ref": "#/$defs/line or nothing"}
LINES: Fragment = {"$ref": "#/$defs/lines"}
VARIABLE = r"\$\{"


class KeyType:
    """A text of one line; the other types say what is different."""

    schema: ClassVar[Fragment] = LINE_OR_NOTHING

    def read(self, read: NodeReader, node: Node, key: str) -> Any:
        """The value of a node that is not empty; None where it cannot be used, which has been noted."""
        written = read.line(node, f'"{key}"')
        return written and written.text

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
        return text or None


class Tempo(KeyType):
    """Beats a minute: `92`, `127.5 bpm`."""

    schema: ClassVar[Fragment] = {
        "type": ["number", "string", "null"],
        "minimum": SLOWEST,
        "maximum": FASTEST,
        "pattern": rf"^\s*[0-9]{{2,3}}([.,][0-9]{{1,3}})?\s*([bB][pP][mM])?\s*$|{VARIABLE}",
        "errorMessage": "Write beats a minute, such as 128.",
        "patternErrorMessage": "Write beats a minute, such as 128.",
    }

    def read(self, read: NodeReader, node: Node, key: str) -> float | None:
        written = read.line(node, f'"{key}"')
        if written is None:
            return None
        number = _TEMPO.fullmatch(written.text)
        if number is None:
            written.add(f"{quote(written.text)} is not a tempo; write beats a minute, such as 128")
            return None
        tempo = float(number[1].replace(",", "."))
        if not SLOWEST <= tempo <= FASTEST:
            written.add(f"a tempo is {SLOWEST} to {FASTEST} beats a minute")
            return None
        return tempo

    def data(self, value: float) -> Data:
        return Verbatim(f"{value:.10g}")

    def note(self, value: float) -> str:
        return f"{value:.10g} BPM"

    def from_note(self, text: str) -> float | None:
        number = _TEMPO.fullmatch(text)
        tempo = float(number[1].replace(",", ".")) if number else 0.0
        return tempo if SLOWEST <= tempo <= FASTEST else None


class Date(KeyType):
    """A day, in any way of writing that has one meaning."""

    schema: ClassVar[Fragment] = {
        "type": ["string", "null"],
        "pattern": rf"[0-9]|{VARIABLE}",
        "errorMessage": "Write the day as year-month-day, such as 2027-03-31.",
        "patternErrorMessage": "Write the day as year-month-day, such as 2027-03-31.",
    }

    def read(self, read: NodeReader, node: Node, key: str) -> date | None:
        written = read.line(node, f'"{key}"')
        if written is None:
            return None
        try:
            return parse_date(written.text)
        except DateError as wrong:
            written.add(wrong.sentence)
            return None

    def data(self, value: date) -> Data:
        return Verbatim(value.isoformat())

    def note(self, value: date) -> str:
        return value.isoformat()

    def from_note(self, text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None


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


_SESSION_KEYS = Keys(
    ("days", "minutes", "from"),
    {"day": "days", "time": "minutes", "length": "minutes", "start": "from", "on": "days"},
)


class SessionsType(KeyType):
    """On which days somebody sits down to work, how long, and from when on."""

    schema: ClassVar[Fragment] = {
        "type": ["object", "null"],
        "additionalProperties": False,
        "required": ["days", "minutes"],
        "properties": {
            "days": {
                "description": "On which days: [tue, thu]",
                "anyOf": [
                    {"$ref": "#/$defs/day"},
                    {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/day"}},
                ],
            },
            "minutes": {"description": "How long each time, in minutes or as 2h.", "$ref": "#/$defs/time"},
            "from": {"description": "The first day: 2027-01-25", **Date.schema},
        },
        "errorMessage": "Write the days and the minutes of each: {days: [tue, thu], minutes: 120}",
    }

    def read(self, read: NodeReader, node: Node, key: str) -> Sessions | None:
        if not isinstance(node, tree.Mapping):
            read.not_a("a mapping with days: and minutes:", node, f'"{key}"')
            return None
        fields = read.fields(node, _SESSION_KEYS)
        for name, example in (("days", "[tue, thu]"), ("minutes", "120")):
            if fields.missing(name):
                read.add(node, f'"{name}" is missing; write {name}: {example}')
        days = [day for placed in read.lines(fields["days"], "days") if (day := _day(placed))]
        if isinstance(fields["days"], Listing) and not fields["days"].entries:
            read.add(fields["days"], '"days" is empty; write days: [tue, thu]')
        minutes = None if isinstance(fields["minutes"], Nothing) else self._minutes(read, fields["minutes"])
        start = None if isinstance(fields["from"], Nothing) else Date().read(read, fields["from"], "from")
        if not days or minutes is None:
            return None
        return Sessions(days=tuple(day for day in DAYS if day in days), minutes=minutes, start=start)

    def _minutes(self, read: NodeReader, node: Node) -> int | None:
        written = read.line(node, '"minutes"')
        if written is None:
            return None
        try:
            return parse_budget(written.text)
        except BudgetError as wrong:
            written.add(f"minutes: {wrong.sentence}")
            return None

    def data(self, value: Sessions) -> Data:
        start = f", from: {value.start.isoformat()}" if value.start else ""
        return Verbatim(f"{{days: [{', '.join(value.days)}], minutes: {value.minutes}{start}}}")

    def note(self, value: Sessions) -> str:
        start = f", from {value.start.isoformat()}" if value.start else ""
        return f"{', '.join(value.days)}, {value.minutes} minutes{start}"

    def from_note(self, text: str) -> Sessions | None:
        parts = _SESSIONS.fullmatch(text)
        if parts is None:
            return None
        days = tuple(day for day in DAYS if day in parts[1].split(", "))
        try:
            start = date.fromisoformat(parts[3]) if parts[3] else None
            return Sessions(days=days, minutes=int(parts[2]), start=start)
        except ValueError:
            return None


def _day(placed: Located) -> Day | None:
    written = placed.text.lower().rstrip(".")
    for day, name in zip(DAYS, _DAY_NAMES, strict=True):
        if len(written) >= 3 and f"{name}s".startswith(written):
            return day
    placed.add(f"{quote(placed.text)} is not a day of the week; write mon, tue, wed, thu, fri, sat or sun")
    return None


_STAGE_KEYS = Keys(("stage",), {"section": "stage", "column": "stage"})


class Stage(KeyType):
    """The stage of the board that a song begins in: `Mixing`, or `stage: Mixing` under the key."""

    schema: ClassVar[Fragment] = {
        "anyOf": [
            {"type": "null"},
            LINE,
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["stage"],
                "properties": {
                    "stage": {"description": "The stage it begins in, such as Composition.", **LINE}
                },
            },
        ],
        "errorMessage": "Write the stage of your board that the song begins in, such as stage: Composition",
    }

    def read(self, read: NodeReader, node: Node, key: str) -> str | None:
        if not isinstance(node, tree.Mapping):
            return super().read(read, node, key)  # type: ignore[no-any-return]
        fields = read.fields(node, _STAGE_KEYS)
        if fields.missing("stage"):
            read.add(node, '"stage" is missing; write stage: Arrangement')
        elif "stage" in fields.values:
            return super().read(read, fields["stage"], "stage")  # type: ignore[no-any-return]
        return None

    def data(self, value: str) -> Data:
        return {"stage": value}


_THEME_KEYS = Keys(
    ("musical", "non-musical"), {"nonmusical": "non-musical", "other": "non-musical", "music": "musical"}
)


class ThemesType(KeyType):
    """Musical and non-musical labels; each is merged for itself."""

    schema: ClassVar[Fragment] = {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {
            "musical": {"description": "Such as driving; atmospheric and spacey.", **LINES},
            "non-musical": {"description": "Such as galaxy; northern lights.", **LINES},
        },
        "errorMessage": "Write musical: and non-musical: below this, each with its labels: [driving, spacey]",
    }

    def read(self, read: NodeReader, node: Node, key: str) -> dict[str, tuple[str, ...]] | None:
        if not isinstance(node, tree.Mapping):
            read.not_a("a mapping with musical: and non-musical:", node, f'"{key}"')
            return None
        fields = read.fields(node, _THEME_KEYS)
        return {
            name.replace("-", "_"): tuple(placed.text for placed in read.lines(part, name))
            for name, part in fields.values.items()
            if not isinstance(part, Nothing)
        }

    def merged(self, over: dict[str, Any], under: dict[str, Any]) -> dict[str, Any]:
        return {**under, **over}

    def whole(self, value: dict[str, Any]) -> Themes:
        return Themes(**value)

    def data(self, value: Themes) -> Data:
        return {"musical": value.musical, "non-musical": value.non_musical}


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question and its answer; None where the answer could not be read."""

    question: Located
    answer: str | None


class Questions(KeyType):
    """Questions with their answers; merged by question, and an empty answer takes none away."""

    schema: ClassVar[Fragment] = {
        "type": ["object", "null"],
        "propertyNames": LINE,
        "additionalProperties": {"$ref": "#/$defs/prose"},
        "errorMessage": "Write one question a line, a colon, and the answer.",
    }

    def read(self, read: NodeReader, node: Node, key: str) -> tuple[QuestionDraft, ...] | None:
        if not isinstance(node, tree.Mapping):
            read.not_a("a mapping of question: answer", node, f'"{key}"')
            return None
        questions = []
        first: dict[str, int] = {}
        for name, value in node.pairs:
            question = read.key(name, "a question")
            if question is None:
                continue
            answer = read.prose(value, f"the answer to {quote(question.text)}")
            if (line := seen(first, question)) is not None:
                question.add(f"the question {quote(question.text)} is there twice; first in line {line}")
            else:
                questions.append(QuestionDraft(question, answer))
        return tuple(questions)

    def merged(
        self, over: tuple[QuestionDraft, ...], under: tuple[QuestionDraft, ...]
    ) -> tuple[QuestionDraft, ...]:
        said = {normalize(asked.question.text): asked for asked in over}
        kept = []
        for asked in under:
            mine = said.pop(normalize(asked.question.text), None)
            kept.append(mine if mine is not None and mine.answer != "" else asked)
        return (*kept, *said.values())

    def whole(self, value: Iterable[QuestionDraft]) -> tuple[Question, ...]:
        return tuple(Question(question=asked.question.text, answer=asked.answer or "") for asked in value)

    def data(self, value: tuple[Question, ...]) -> Data:
        return {asked.question: asked.answer for asked in value}
