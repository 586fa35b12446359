"""What each key at the top of a song map may hold: how it is read, merged, written and shown in notes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from asana_tbp.songmap.budget import AnswerError, parse_budget
from asana_tbp.songmap.dates import WEEKDAYS, parse_date
from asana_tbp.songmap.keys import SESSION_KEYS, STAGE_KEYS, TABLE, THEME_KEYS
from asana_tbp.songmap.model import DAYS, FASTEST, SLOWEST, Day, Question, Sessions, SongMap, Themes
from asana_tbp.songmap.read.nodes import Listing, Mapping, Node, Nothing, Text
from asana_tbp.songmap.read.reader import NodeReader, is_repeated, not_a
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.write.scalars import Data, Verbatim
from asana_tbp.text import quote

_TEMPO = re.compile(r"(\d{1,3}(?:[.,]\d{1,3})?)\s*(?:bpm)?", re.ASCII | re.IGNORECASE)
NO_ANSWER = "(no answer yet)"
"""What the notes say for a question that is not answered."""
_SESSIONS = re.compile(r"([a-z, ]+), (\d+) minutes(?:, from (\d{4}-\d\d-\d\d))?", re.ASCII)


class KeyType:
    """A text of one line; the other types say what is different."""

    schema: ClassVar[str] = "line or nothing"
    """The part of the JSON Schema that says what an editor accepts."""

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
        except ValueError:
            return None


class Tempo(KeyType):
    """Beats a minute: `92`, `127.5 bpm`."""

    schema: ClassVar[str] = "tempo"

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

    schema: ClassVar[str] = "date"

    def parse(self, text: str) -> date:
        return parse_date(text)

    def data(self, value: date) -> Data:
        return Verbatim(value)


class Lines(KeyType):
    """A list of texts of one line each; a single text is a list of one."""

    schema: ClassVar[str] = "lines"

    def read(self, read: NodeReader, node: Node, key: str) -> tuple[str, ...] | None:
        return tuple(placed.text for placed in read.lines(node, key))


class Paragraphs(Lines):
    """A list of texts of any length; a single text is one paragraph."""

    schema: ClassVar[str] = "paragraphs"

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
                entry.add(f'an entry of "{key}" is empty')
        return tuple(entries)


class SessionsType(KeyType):
    """On which days somebody sits down to work, how long, and from when on."""

    schema: ClassVar[str] = "sessions"

    def read(self, read: NodeReader, node: Node, key: str) -> Sessions | None:
        if not isinstance(node, Mapping):
            not_a("a mapping with days: and minutes:", node, f'"{key}"')
            return None
        fields = read.fields(node, SESSION_KEYS)
        for name, example in (("days", "[tue, thu]"), ("minutes", "120")):
            if fields.missing(name):
                node.add(f'"{name}" is missing; write {name}: {example}')
        days = [day for placed in read.lines(fields["days"], "days") if (day := _day(placed))]
        if isinstance(fields["days"], Listing) and not fields["days"].entries:
            fields["days"].add('"days" is empty; write days: [tue, thu]')
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

    def parse(self, text: str) -> Sessions:
        """The sessions of a note. Raises ValueError."""
        if (parts := _SESSIONS.fullmatch(text)) is None:
            raise AnswerError(f"{quote(text)} is no note of sessions")
        days = tuple(day for day in DAYS if day in parts[1].split(", "))
        start = date.fromisoformat(parts[3]) if parts[3] else None
        return Sessions(days=days, minutes=int(parts[2]), start=start)


def _day(placed: Text) -> Day | None:
    written = placed.text.lower().rstrip(".")
    for day, name in zip(DAYS, WEEKDAYS, strict=True):
        if len(written) >= 3 and f"{name.lower()}s".startswith(written):
            return day
    placed.add(f"{quote(placed.text)} is not a day of the week; write mon, tue, wed, thu, fri, sat or sun")
    return None


class Stage(KeyType):
    """The stage of the board that a song begins in: `Mixing`, or `stage: Mixing` under the key."""

    schema: ClassVar[str] = "stage"

    def read(self, read: NodeReader, node: Node, key: str) -> str | None:
        if not isinstance(node, Mapping):
            return super().read(read, node, key)  # type: ignore[no-any-return]
        fields = read.fields(node, STAGE_KEYS)
        if fields.missing("stage"):
            node.add('"stage" is missing; write stage: Arrangement')
        return super().read(read, fields["stage"], "stage")  # type: ignore[no-any-return]

    def data(self, value: str) -> Data:
        return {"stage": value}


class ThemesType(KeyType):
    """Musical and non-musical labels; each is merged for itself."""

    schema: ClassVar[str] = "themes"

    def read(self, read: NodeReader, node: Node, key: str) -> dict[str, tuple[str, ...]] | None:
        if not isinstance(node, Mapping):
            not_a("a mapping with musical: and non-musical:", node, f'"{key}"')
            return None
        fields = read.fields(node, THEME_KEYS)
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


class Questions(KeyType):
    """Questions with their answers; merged by question, and an empty answer takes none away."""

    schema: ClassVar[str] = "questions"

    def read(self, read: NodeReader, node: Node, key: str) -> dict[str, Question] | None:
        if not isinstance(node, Mapping):
            not_a("a mapping of question: answer", node, f'"{key}"')
            return None
        asked: dict[str, Question] = {}
        first: dict[str, int] = {}
        for name, value in node.pairs:
            if (question := read.key(name, "a question")) is None:
                continue
            answer = read.prose(value, f"the answer to {quote(question.text)}")
            if not is_repeated(first, question, "the question "):
                asked[normalize(question.text)] = Question(question=question.text, answer=answer or "")
        return asked

    def merged(self, over: dict[str, Question], under: dict[str, Question]) -> dict[str, Question]:
        return under | {key: asked for key, asked in over.items() if asked.answer or key not in under}

    def whole(self, value: dict[str, Question]) -> tuple[Question, ...]:
        return tuple(value.values())

    def data(self, value: tuple[Question, ...]) -> Data:
        return {asked.question: asked.answer for asked in value}


TYPES = {
    each.schema: each()
    for each in (KeyType, Tempo, Date, Lines, Paragraphs, SessionsType, Stage, ThemesType, Questions)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key at the top of a song map; `keys.toml` says what each part of it means."""

    name: str
    help: str
    example: str
    also: tuple[str, ...] = ()
    type: KeyType | None = None
    stored: str = ""
    schema: str = ""
    label: str = ""
    comment: str = ""
    shown: bool = False

    @property
    def field(self) -> str:
        """The model's field."""
        return self.stored or self.name

    def data(self, song_map: SongMap) -> Data | None:
        """What a song has for the key, as it is written; None where it is not."""
        value = getattr(song_map, self.field)
        return self.type.data(value) if self.type and (self.shown or value not in (None, "", ())) else None


BY_NAME = {
    name: Key(**{**row, "name": name, "type": TYPES[row["type"]] if "type" in row else None})
    for name, row in TABLE["top"].items()
}
KEYS = tuple(BY_NAME.values())
VALUES = tuple(key for key in KEYS if key.type is not None and key.name != "order")
"""Keys whose values are read by their type alone."""
