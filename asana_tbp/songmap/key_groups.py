"""The keys of a song map whose value is a mapping: sessions, board, themes and questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, get_args

from asana_tbp.songmap.budget import parse_budget
from asana_tbp.songmap.dates import WEEKDAYS, parse_date
from asana_tbp.songmap.key_types import (
    LINE,
    LINE_OR_NOTHING,
    LINES,
    Date,
    Fragment,
    KeyType,
    explained,
    fragment,
)
from asana_tbp.songmap.model import Day, Question, Sessions, Themes
from asana_tbp.songmap.read.nodes import Listing, Node, Nothing
from asana_tbp.songmap.read.nodes import Mapping as MappingNode
from asana_tbp.songmap.read.reader import Keys, Located, NodeReader, is_repeated
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.write.scalars import Data, Verbatim
from asana_tbp.text import quote

DAYS: tuple[Day, ...] = get_args(Day)
NO_ANSWER = "(no answer yet)"
"""What the notes say for a question that is not answered."""
_DAY: Fragment = {"$ref": "#/$defs/day"}
_SESSIONS = re.compile(r"([a-z, ]+), (\d+) minutes(?:, from (\d{4}-\d\d-\d\d))?", re.ASCII)
_SESSION_KEYS = Keys(
    {
        "days": ("On which days: [tue, thu]", "day", "on"),
        "minutes": ("How long each time, in minutes or as 2h.", "time", "length"),
        "from": ("The first day: 2027-01-25", "start"),
    }
)


def _mapping(keys: Keys, parts: Mapping[str, Fragment], message: str, **keywords: Any) -> Fragment:
    closed = {"additionalProperties": False, "properties": explained(keys, parts)}
    return fragment(["object", "null"], message, **closed, **keywords)


class SessionsType(KeyType):
    """On which days somebody sits down to work, how long, and from when on."""

    schema: ClassVar[Fragment] = _mapping(
        _SESSION_KEYS,
        {
            "days": {"anyOf": [_DAY, {"type": "array", "minItems": 1, "items": _DAY}]},
            "minutes": {"$ref": "#/$defs/time"},
            "from": Date.schema,
        },
        "Write the days and the minutes of each: {days: [tue, thu], minutes: 120}",
        required=["days", "minutes"],
    )

    def read(self, read: NodeReader, node: Node, key: str) -> Sessions | None:
        if not isinstance(node, MappingNode):
            read.not_a("a mapping with days: and minutes:", node, f'"{key}"')
            return None
        fields = read.fields(node, _SESSION_KEYS)
        for name, example in (("days", "[tue, thu]"), ("minutes", "120")):
            if fields.missing(name):
                read.add(node, f'"{name}" is missing; write {name}: {example}')
        days = [day for placed in read.lines(fields["days"], "days") if (day := _day(placed))]
        if isinstance(fields["days"], Listing) and not fields["days"].entries:
            read.add(fields["days"], '"days" is empty; write days: [tue, thu]')
        minutes = read.parsed(fields["minutes"], '"minutes"', parse_budget, "minutes: ")
        start = read.parsed(fields["from"], '"from"', parse_date)
        if not days or minutes is None:
            return None
        return Sessions(days=tuple(day for day in DAYS if day in days), minutes=minutes, start=start)

    def data(self, value: Sessions) -> Data:
        start = f", from: {value.start}" if value.start else ""
        return Verbatim(f"{{days: [{', '.join(value.days)}], minutes: {value.minutes}{start}}}")

    def note(self, value: Sessions) -> str:
        start = f", from {value.start}" if value.start else ""
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
    for day, name in zip(DAYS, WEEKDAYS, strict=True):
        if len(written) >= 3 and f"{name.lower()}s".startswith(written):
            return day
    placed.add(f"{quote(placed.text)} is not a day of the week; write mon, tue, wed, thu, fri, sat or sun")
    return None


_STAGE_KEYS = Keys({"stage": ("The stage it begins in, such as Composition.", "section", "column")})


class Stage(KeyType):
    """The stage of the board that a song begins in: `Mixing`, or `stage: Mixing` under the key."""

    schema: ClassVar[Fragment] = {
        "if": {"type": "object"},
        "then": {
            "additionalProperties": False,
            "required": ["stage"],
            "properties": explained(_STAGE_KEYS, {"stage": LINE}),
        },
        "else": LINE_OR_NOTHING,
    }

    def read(self, read: NodeReader, node: Node, key: str) -> str | None:
        if not isinstance(node, MappingNode):
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
    {
        "musical": ("Such as driving; atmospheric and spacey.", "music"),
        "non-musical": ("Such as galaxy; northern lights.", "nonmusical", "other"),
    }
)


class ThemesType(KeyType):
    """Musical and non-musical labels; each is merged for itself."""

    schema: ClassVar[Fragment] = _mapping(
        _THEME_KEYS,
        {"musical": LINES, "non-musical": LINES},
        "Write musical: and non-musical: below this, each with its labels: [driving, spacey]",
    )

    def read(self, read: NodeReader, node: Node, key: str) -> dict[str, tuple[str, ...]] | None:
        if not isinstance(node, MappingNode):
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

    schema: ClassVar[Fragment] = fragment(
        ["object", "null"],
        "Write one question a line, a colon, and the answer.",
        propertyNames=LINE,
        additionalProperties={"$ref": "#/$defs/prose"},
    )

    def read(self, read: NodeReader, node: Node, key: str) -> tuple[QuestionDraft, ...] | None:
        if not isinstance(node, MappingNode):
            read.not_a("a mapping of question: answer", node, f'"{key}"')
            return None
        questions = []
        first: dict[str, int] = {}
        for name, value in node.pairs:
            question = read.key(name, "a question")
            if question is None:
                continue
            answer = read.prose(value, f"the answer to {quote(question.text)}")
            if not is_repeated(first, question, "the question "):
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
