"""The types of the keys at the top of a song map: how values are read, merged, written and shown in notes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from asana_tbp.songmap.budget import AnswerError, parse_budget
from asana_tbp.songmap.dates import WEEKDAYS, parse_date
from asana_tbp.songmap.keys import SESSION_KEYS, STAGE_KEYS, TABLE, THEME_KEYS
from asana_tbp.songmap.model import DAYS, FASTEST, SLOWEST, Day, Question, Sessions, SongMap, Themes
from asana_tbp.songmap.read.nodes import Listing, Mapping, Node, Nothing, Text
from asana_tbp.songmap.read.reader import NodeReader, is_repeated
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.write.scalars import Data, Verbatim, as_written
from asana_tbp.text import quote

_TEMPO = re.compile(r"(\d{1,3}(?:[.,]\d{1,3})?)\s*(?:bpm)?", re.ASCII | re.IGNORECASE)
NO_ANSWER = "(no answer yet)"
"""What the notes say for a question that is not answered."""
_JOINTS = re.compile(r"(?:\s*[,;/&+]\s*|\s+)(?:and\s+)?", re.IGNORECASE)
_SESSIONS = re.compile(r"([a-z, ]+), (\d+) minutes(?:, from (\d{4}-\d\d-\d\d))?", re.ASCII)


def parse_tempo(text: str) -> float:
    """Beats a minute of `92` or `127.5 bpm`. Raises AnswerError."""
    number = _TEMPO.fullmatch(text)
    if number is None:
        raise AnswerError(f"{quote(text)} is not a tempo; write beats a minute, such as 128")
    tempo = float(number[1].replace(",", "."))
    if not SLOWEST <= tempo <= FASTEST:
        raise AnswerError(f"a tempo is {SLOWEST} to {FASTEST} beats a minute")
    return tempo


def _read_lines(read: NodeReader, node: Node, key: str) -> tuple[str, ...]:
    return tuple(placed.text for placed in read.lines(node, key))


def _read_paragraphs(read: NodeReader, node: Node, key: str) -> tuple[str, ...]:
    many = isinstance(node, Listing)
    texts = []
    for entry in node.entries if isinstance(node, Listing) else (node,):
        text = read.prose(entry, f'an entry of "{key}"' if many else f'"{key}"')
        if text == "" and many:
            entry.add(f'an entry of "{key}" is empty')
        texts.append(text)
    return tuple(filter(None, texts))


def _read_sessions(read: NodeReader, node: Node, key: str) -> Sessions | None:
    if not isinstance(node, Mapping):
        node.add(f'"{key}" needs days and minutes; write {key}: {{days: [tue, thu], minutes: 120}}')
        return None
    fields = read.fields(node, SESSION_KEYS)
    for name, example in (("days", "[tue, thu]"), ("minutes", "120")):
        if fields.missing(name):
            node.add(f'"{name}" is missing; write {name}: {example}')
    placed = read.lines(fields["days"], "days")
    if isinstance(fields["days"], Text):
        # `days: tue and thu`
        placed = [
            replace(text, text=day) for text in placed for day in _JOINTS.split(text.text.rstrip(" ,;"))
        ]
    days = [day for text in placed if (day := _day(text))]
    if isinstance(fields["days"], Listing) and not fields["days"].entries:
        fields["days"].add('"days" is empty; write days: [tue, thu]')
    minutes = read.parsed(fields["minutes"], '"minutes"', parse_budget, "minutes: ")
    start = read.parsed(fields["from"], '"from"', parse_date)
    if not days or minutes is None:
        return None
    return Sessions(days=tuple(day for day in DAYS if day in days), minutes=minutes, start=start)


def _day(placed: Text) -> Day | None:
    written = placed.text.lower().rstrip(".")
    for day, name in zip(DAYS, WEEKDAYS, strict=True):
        if len(written) >= 3 and f"{name.lower()}s".startswith(written):
            return day
    placed.add(f"{quote(placed.text)} is not a day of the week; write mon, tue, wed, thu, fri, sat or sun")
    return None


def _sessions_note(value: Sessions) -> str:
    start = f", from {value.start}" if value.start else ""
    return f"{', '.join(value.days)}, {value.minutes} minutes{start}"


def _parse_sessions_note(text: str) -> Sessions:
    if (parts := _SESSIONS.fullmatch(text)) is None:
        raise AnswerError(f"{quote(text)} is no note of sessions")
    days = tuple(day for day in DAYS if day in parts[1].split(", "))
    start = date.fromisoformat(parts[3]) if parts[3] else None
    return Sessions(days=days, minutes=int(parts[2]), start=start)


def _sessions_data(value: Sessions) -> Data:
    start = f", from: {value.start}" if value.start else ""
    return Verbatim(f"{{days: [{', '.join(value.days)}], minutes: {value.minutes}{start}}}")


def _read_stage(read: NodeReader, node: Node, key: str) -> str | None:
    if isinstance(node, Mapping):
        fields, key = read.fields(node, STAGE_KEYS), "stage"
        if fields.missing("stage"):
            node.add('"stage" is missing; write stage: Arrangement')
        node = fields["stage"]
    return read.parsed(node, f'"{key}"', str)


def _read_themes(read: NodeReader, node: Node, key: str) -> dict[str, tuple[str, ...]] | None:
    if not isinstance(node, Mapping):
        form = "{musical: [driving], non-musical: [galaxy]}"
        node.add(f'"{key}" says which are musical and which are not; write {key}: {form}')
        return None
    fields = read.fields(node, THEME_KEYS).values.items()
    written = {name: part for name, part in fields if not isinstance(part, Nothing)}
    return {name.replace("-", "_"): _read_lines(read, part, name) for name, part in written.items()}


def _read_questions(read: NodeReader, node: Node, _key: str) -> dict[str, Question] | None:
    if not isinstance(node, Mapping):
        for entry in node.entries if isinstance(node, Listing) else (node,):
            asks, mark, reply = entry.text.partition("?") if isinstance(entry, Text) else ("", "", "")
            example = (f"{asks}?", reply.strip() or "a friend") if mark else ("Who is it for?", "a friend")
            entry.add(
                f'write each question on its own line without "- ", as {": ".join(map(as_written, example))}'
            )
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


def _merged_questions(over: dict[str, Question], under: dict[str, Question]) -> dict[str, Question]:
    return under | {key: asked for key, asked in over.items() if asked.answer or key not in under}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyType:
    """The type of a key's values.

    `parse` reads the value from one line of text, and raises AnswerError; `reader` reads it from any node instead.
    `merged` puts a file's value over that of the file it extends, `whole` turns it into the model's value, `data` into
    what is written, and `note` into what follows the key's label in the project's notes, which `parse` reads again.
    """

    parse: Callable[[str], Any] = str
    reader: Callable[[NodeReader, Node, str], Any] | None = None
    merged: Callable[[Any, Any], Any] = lambda over, _under: over
    whole: Callable[[Any], Any] = lambda value: value
    data: Callable[[Any], Data] = lambda value: value
    note: Callable[[Any], str] = str

    def read(self, read: NodeReader, node: Node, key: str) -> Any:
        """The value of a node that is not empty; None if it cannot be used, and then the problem is noted."""
        return self.reader(read, node, key) if self.reader else read.parsed(node, f'"{key}"', self.parse)


TYPES = {
    "line or nothing": KeyType(),
    "tempo": KeyType(
        parse=parse_tempo,
        data=lambda value: Verbatim(f"{value:.10g}"),
        note=lambda value: f"{value:.10g} BPM",
    ),
    "date": KeyType(parse=parse_date, data=Verbatim),
    "lines": KeyType(reader=_read_lines),
    "paragraphs": KeyType(reader=_read_paragraphs),
    "sessions": KeyType(
        reader=_read_sessions, parse=_parse_sessions_note, data=_sessions_data, note=_sessions_note
    ),
    "stage": KeyType(reader=_read_stage, data=lambda value: {"stage": value}),
    "themes": KeyType(
        reader=_read_themes,
        merged=lambda over, under: {**under, **over},
        whole=lambda value: Themes(**value),
        data=lambda value: {"musical": value.musical, "non-musical": value.non_musical},
    ),
    "questions": KeyType(
        reader=_read_questions,
        merged=_merged_questions,
        whole=lambda value: tuple(value.values()),
        data=lambda value: {asked.question: asked.answer for asked in value},
    ),
}
"""The types by their names in `keys.toml`, which the JSON Schema uses as well."""


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
        """The song's value for the key, as it is written; None to leave it out."""
        value = getattr(song_map, self.field)
        return self.type.data(value) if self.type and (self.shown or value not in (None, "", ())) else None


BY_NAME = {
    name: Key(**{"schema": row.get("type"), **row, "name": name, "type": TYPES.get(row.get("type"))})
    for name, row in TABLE["top"].items()
}
KEYS = tuple(BY_NAME.values())
VALUES = tuple(key for key in KEYS if key.type is not None and key.name != "order")
"""Keys whose values are read by their type alone."""
