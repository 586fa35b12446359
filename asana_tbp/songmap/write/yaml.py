"""A song map as YAML that a producer goes on editing: what is read back is the same map.

Knows how texts are written in YAML and what the comments explain. Must not know files. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from asana_tbp.songmap.budget import format_budget
from asana_tbp.songmap.model import SongMap, Task
from asana_tbp.songmap.task_name import NAME_FORMAT, compose_name, kind_of, refused_budget, split_name
from asana_tbp.text import escape_controls

_PLAIN_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_NUMBER_OR_DATE = re.compile(r"[\d.][\d.,:_+\-eETtZxXoObBa-fA-F ]*|\.?(inf|nan)", re.IGNORECASE)
_DOLLAR = re.compile(r"\$(?=[${])")
_LONGEST_KEY = 900
"""YAML reads a key only when its colon comes within 1,024 characters; longer ones are written with `? `."""

Remarks = Mapping[tuple[str, str], str]
"""A comment behind a task, by its section and title."""
Conditional = Mapping[str, Mapping[str, Iterable[Task]]]
"""Tasks that depend on an answer, by their section and the condition in words: `mixing is basic`."""


def render_song_map(
    song_map: SongMap,
    *,
    schema: str = "",
    intro: Iterable[str] = (),
    comments: bool = True,
    remarks: Remarks | None = None,
    variables: Iterable[str] = (),
    whole_names: bool = False,
    conditional: Conditional | None = None,
) -> str:
    """The YAML of a song map.

    `schema` is where an editor finds the JSON Schema, `intro` are lines of a comment at the top, `comments`
    explain the parts, `remarks` stand behind single tasks, `variables` are finished lines of a `vars:` part.
    `whole_names` puts every time budget into a name: then a title can be anything, also what an answer makes it.
    `conditional` are tasks that stand in the file but belong to the song only under a condition.
    """
    writing = _Writing(song_map, comments, remarks or {}, whole_names, conditional or {})
    return "\n".join(writing.lines(schema, intro, variables)) + "\n"


class _Writing:
    def __init__(
        self, song_map: SongMap, comments: bool, remarks: Remarks, whole_names: bool, conditional: Conditional
    ) -> None:
        self._conditional = conditional
        self._map = song_map
        self._comments = comments
        self._remarks = remarks
        self._whole_names = whole_names

    def lines(self, schema: str, intro: Iterable[str], variables: Iterable[str]) -> Iterator[str]:
        if schema:
            yield f"# yaml-language-server: $schema={schema}"
        head = [f"# {escape_controls(line)}".rstrip() for line in intro]
        yield from head
        if schema or head:
            yield ""
        for key in ("song", "bpm", "key", "reference", "deadline", "sessions", "board", "name_format"):
            yield from key_lines(self._map, key)
        finished = list(variables)
        if finished:
            yield ""
            yield from self._comment("What the template asks. Write ${name} where an answer belongs.")
            yield "vars:"
            yield from finished
        yield from self._words()
        yield from self._sections()
        if order := key_lines(self._map, "order"):
            yield ""
            yield from self._comment("The ideal order: these first, exactly so; the rest as it stands above.")
            yield from order

    def _comment(self, *lines: str) -> Iterator[str]:
        if self._comments:
            yield from (f"# {line}" for line in lines)

    def _words(self) -> Iterator[str]:
        for key, comment in (
            ("inspiration", 'Thoughts, images, videos, words: where the track comes from. One "- " a line.'),
            ("themes", "Labels to hold on to while you work."),
            ("questions", "Answer them before you open the DAW. The answer goes behind the colon."),
        ):
            if lines := key_lines(self._map, key):
                yield ""
                yield from self._comment(comment)
                yield from lines

    def _sections(self) -> Iterator[str]:
        yield ""
        yield from self._comment(
            "The time in brackets is the time budget. Be strict: when it is up, the next task begins, and you",
            "can come back later. Write it as 25m, 1h or 1h30m.",
        )
        if not self._map.sections:
            return
        yield "sections:"
        for at, section in enumerate(self._map.sections):
            if at:
                yield ""
            key = _key(section.name, "  ")
            later = self._conditional.get(section.name, {})
            if not section.tasks and not later:
                yield f"{key} []"
                continue
            yield key
            for task in section.tasks:
                remark = self._remarks.get((section.name, task.title), "")
                yield from task_lines(task, f"    # {remark}" if remark else "", whole_name=self._whole_names)
            for condition, tasks in later.items():
                yield f"    - when: {condition}"
                yield "      tasks:"
                lines = (task_lines(task, "", whole_name=self._whole_names) for task in tasks)
                yield from (f"    {line}" for line in chain.from_iterable(lines))


def key_lines(song_map: SongMap, key: str) -> list[str]:
    """A key at the top of the file with what the song has for it; nothing where it has nothing."""
    match key:
        case "inspiration":
            return list_lines(key, song_map.inspiration, "")
        case "themes":
            themes = song_map.themes
            musical = list_lines("musical", themes.musical, "  ")
            return ["themes:", *musical, *list_lines("non-musical", themes.non_musical, "  ")]
        case "questions" if song_map.questions:
            answers = (prose_entry(asked.question, asked.answer, "  ") for asked in song_map.questions)
            return ["questions:", *chain.from_iterable(answers)]
        case "reference" if song_map.reference:
            return list_lines(key, song_map.reference, "")
        case "order" if song_map.order:
            return list_lines(key, song_map.order, "")
        case "sessions" if song_map.sessions:
            sessions = song_map.sessions
            start = f", from: {sessions.start.isoformat()}" if sessions.start else ""
            return [f"sessions: {{days: [{', '.join(sessions.days)}], minutes: {sessions.minutes}{start}}}"]
        case "board" if song_map.stage:
            return ["board:", f"  stage: {scalar(song_map.stage)}"]
    value = scalar_value(song_map, key)
    if not value:
        return []
    return [f"{key}: {value if key in ('bpm', 'deadline') else scalar(value)}"]


def scalar_value(song_map: SongMap, key: str) -> str:
    """What a song has for a key that holds one text; "" for none."""
    match key:
        case "song":
            return song_map.song
        case "key":
            return song_map.key
        case "bpm" if song_map.bpm is not None:
            return f"{song_map.bpm:.10g}"
        case "deadline" if song_map.deadline:
            return song_map.deadline.isoformat()
        case "name_format" if song_map.name_format != NAME_FORMAT:
            return song_map.name_format
    return ""


def task_lines(task: Task, remark: str = "", *, whole_name: bool = False, indent: str = "    ") -> list[str]:
    """The lines of one entry in a section's list, `indent` in front of its dash."""
    lines = _task(task, remark, whole_name=whole_name)
    return [indent + line if line else "" for line in lines]


def _task(task: Task, remark: str, *, whole_name: bool) -> Iterator[str]:
    name = compose_name(task.title, task.minutes)
    by_title = kind_of(task.title)
    simple = not task.notes and not task.after and task.kind == by_title
    if simple and task.in_asana is (task.kind != "break"):
        yield f"- {scalar(name)}{remark}"
        return
    if not whole_name and split_name(task.title).minutes is None and refused_budget(task.title) is None:
        yield f"- task: {scalar(task.title)}{remark}"
        yield f"  time: {format_budget(task.minutes)}"
    else:
        # The title looks as if it held a budget of its own; the one behind it makes clear that it does not.
        yield f"- task: {scalar(name)}{remark}"
    if task.kind != "task":
        yield f"  kind: {task.kind}"
    if task.kind == "break" and task.in_asana:
        yield "  asana: yes"
    if len(task.after) == 1:
        yield f"  after: {scalar(task.after[0])}"
    elif task.after:
        yield "  after:"
        yield from (f"    - {scalar(entry)}" for entry in task.after)
    if task.notes:
        yield from prose_entry("notes", task.notes, "  ")


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
    return [f"{_key(key, indent)} {first}".rstrip(), *rest]


def _key(text: str, indent: str) -> str:
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
