"""One file's song map: which keys there are at the top, and what each may hold.

Knows the keys and rules of the file. Must not know YAML, other files, or Asana. Every problem of the file is
noted, and none that merely follows from another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from asana_tbp.songmap.read import nodes as tree
from asana_tbp.songmap.read.attributes import Attributes
from asana_tbp.songmap.read.nodes import Listing, Node, Nothing
from asana_tbp.songmap.read.partial import PartialSongMap, QuestionDraft
from asana_tbp.songmap.read.problems import Problems
from asana_tbp.songmap.read.reader import Fields, Keys, Located, NodeReader
from asana_tbp.songmap.read.tasks import Tasks, seen
from asana_tbp.songmap.templates.variables import Values
from asana_tbp.text import quote

TOP = Keys(
    (
        "song",
        "extends",
        "vars",
        "bpm",
        "key",
        "reference",
        "deadline",
        "sessions",
        "board",
        "name_format",
        "inspiration",
        "themes",
        "questions",
        "sections",
        "drop",
        "order",
    ),
    {
        "title": "song",
        "name": "song",
        "project": "song",
        "tasks": "sections",
        "inspirations": "inspiration",
        "tempo": "bpm",
        "references": "reference",
        "stage": "board",
        "due": "deadline",
        "variables": "vars",
        "template": "extends",
        "name-format": "name_format",
    },
)
_THEMES = Keys(("musical", "non-musical"), {"nonmusical": "non-musical", "other": "non-musical"})

_Value = TypeVar("_Value")


def read_sheet(root: Node, problems: Problems, values: Values) -> PartialSongMap:
    """What a file says, its variables filled in; what is wrong is noted.

    Raises SongMapError where the file is no song map at all.
    """
    if isinstance(root, Nothing):
        problems.add(1, 1, "the song map is empty; it begins with song: and the name of the song")
        raise problems.error()
    read = NodeReader(problems, values)
    if not isinstance(root, tree.Mapping):
        read.add(root, "this is not a song map; one begins with song: and the name of the song")
        raise problems.error()
    return _Reading(read).sheet(root)


class _Reading:
    def __init__(self, read: NodeReader) -> None:
        self._read = read

    def sheet(self, root: tree.Mapping) -> PartialSongMap:
        fields = self._read.fields(root, TOP, top=True)
        facts = Attributes(self._read)
        tasks = Tasks(self._read)
        top = Located("", root.line, root.column, self._read.problems)
        sheet = PartialSongMap(top, named={key for key in TOP.known if not fields.missing(key)})
        sheet.song = self._given(fields, "song", lambda node: self._read.line(node, '"song"'))
        sheet.bpm = self._given(fields, "bpm", facts.bpm)
        key = self._given(fields, "key", lambda node: self._read.line(node, '"key"'))
        sheet.key = key.text if key else None
        sheet.reference = self._given(fields, "reference", lambda node: self._texts(node, "reference"))
        sheet.deadline = self._given(fields, "deadline", lambda node: facts.date(node, "deadline"))
        sheet.sessions = self._given(fields, "sessions", facts.sessions)
        sheet.stage = self._given(fields, "board", facts.stage)
        sheet.name_format = self._given(fields, "name_format", facts.name_format)
        sheet.inspiration = self._given(fields, "inspiration", self._inspiration)
        self._themes(fields["themes"], sheet)
        sheet.questions = self._questions(fields["questions"])
        sections = self._given(fields, "sections", tasks.sections)
        sheet.sections = None if sections is None else tuple(sections)
        sheet.drop = tuple(self._read.lines(fields["drop"], "drop"))
        order = self._given(fields, "order", lambda node: self._read.lines(node, "order"))
        sheet.order = None if order is None else tuple(order)
        sheet.certain = tasks.certain and "sections" not in fields.meant
        return sheet

    def _given(self, fields: Fields, key: str, read: Callable[[Node], _Value | None]) -> _Value | None:
        node = fields[key]
        return None if isinstance(node, Nothing) else read(node)

    def _texts(self, node: Node, key: str) -> tuple[str, ...]:
        return tuple(placed.text for placed in self._read.lines(node, key))

    def _inspiration(self, node: Node) -> tuple[str, ...]:
        if not isinstance(node, Listing):
            # A single text may run over lines: it is a paragraph, not an entry of a list.
            text = self._read.prose(node, '"inspiration"')
            return (text,) if text else ()
        entries = []
        for entry in node.entries:
            text = self._read.prose(entry, 'an entry of "inspiration"')
            if text:
                entries.append(text)
            elif text == "":
                self._read.add(entry, 'an entry of "inspiration" is empty')
        return tuple(entries)

    def _themes(self, node: Node, sheet: PartialSongMap) -> None:
        if isinstance(node, Nothing):
            return
        if not isinstance(node, tree.Mapping):
            self._read.not_a("a mapping with musical: and non-musical:", node, '"themes"')
            return
        fields = self._read.fields(node, _THEMES)
        sheet.musical = self._given(fields, "musical", lambda node: self._texts(node, "musical"))
        sheet.non_musical = self._given(fields, "non-musical", lambda node: self._texts(node, "non-musical"))

    def _questions(self, node: Node) -> tuple[QuestionDraft, ...]:
        if isinstance(node, Nothing):
            return ()
        if not isinstance(node, tree.Mapping):
            self._read.not_a("a mapping of question: answer", node, '"questions"')
            return ()
        questions = []
        first: dict[str, int] = {}
        for key, value in node.pairs:
            question = self._read.key(key, "a question")
            if question is None:
                continue
            answer = self._read.prose(value, f"the answer to {quote(question.text)}")
            if (line := seen(first, question)) is not None:
                question.add(f"the question {quote(question.text)} is there twice; first in line {line}")
            else:
                questions.append(QuestionDraft(question, answer))
        return tuple(questions)
