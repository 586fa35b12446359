"""Reads one file's song map: the keys at its top by their types, and its sections in every form people write them.

A section is a name with a list of tasks, and may contain sections: these become sections beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from asana_tbp.songmap.key_types import VALUES
from asana_tbp.songmap.keys import GROUP_KEYS, OBSOLETE, SECTION_KEYS, TASK_KEYS, TOP, fold_key, value_of
from asana_tbp.songmap.order import Step
from asana_tbp.songmap.read.nodes import Listing, Mapping, Node, Nothing, Text, text_pairs
from asana_tbp.songmap.read.reader import is_repeated, not_a, written_null
from asana_tbp.songmap.read.tasks import Known, TaskDraft, TaskReader, may_be_title
from asana_tbp.songmap.task_name import normalize, read_name
from asana_tbp.songmap.templates.variables import Values
from asana_tbp.songmap.write.scalars import as_written
from asana_tbp.text import SHOWN, quote

_NO_TASKS = {"none", "no", "nothing", "later", "todo", "tbd", "n/a", "empty", "-"}
MOST_TASKS = 2_000
"""Most tasks of a song map; Asana itself allows some thousands per project."""


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """A section; `name.text` is "" if its name could not be read. `outer` is the section it was written in."""

    name: Text
    tasks: tuple[TaskDraft, ...]
    relevant: bool
    outer: str
    key: Node
    value: Node

    @property
    def listing(self) -> Listing | None:
        """The list of its tasks."""
        value: Node | None = self.value
        if isinstance(value, Mapping):
            value = next((node for key, node in text_pairs(value) if key.text == "tasks"), None)
        return value if isinstance(value, Listing) else None


@dataclass(slots=True)
class PartialSongMap:
    """The content of one file, or of several merged into one.

    `values` are those of the keys in `key_types.VALUES`, by field; a missing one was not written. `certain` is False
    once a title could not be read: then a reference to an unknown task may still be right.
    """

    top: Node
    values: dict[str, Any] = field(default_factory=dict)
    sections: tuple[SectionDraft, ...] = ()
    order: tuple[Text, ...] | None = None
    drop: tuple[Text, ...] = ()
    dropped: tuple[Step, ...] = ()
    """Tasks left out; others may still name them in their `after`."""
    certain: bool = True
    named: set[str] = field(default_factory=set)
    """Keys that are in the file, whether their values can be read or not."""
    notices: tuple[str, ...] = ()
    """Sentences about values that may not mean what the author intended."""

    def tasks(self) -> Iterator[tuple[SectionDraft, TaskDraft]]:
        """Every task with its section, in the author's order."""
        return ((section, task) for section in self.sections for task in section.tasks)


class SectionReader(TaskReader):
    """Reads the sections of a file; notes every problem, except those that follow from another one."""

    _count = 0

    def sections(self, node: Node) -> tuple[SectionDraft, ...]:
        """The sections under `sections:`, those inside others beside them."""
        if isinstance(node, Mapping):
            drafts = [draft for key, value in node.pairs for draft in self._section(key, value)]
        elif isinstance(node, Listing) and node.entries and all(map(_is_section, node.entries)):
            drafts = [draft for entry in node.entries for draft in self._section_in_list(entry)]
        else:
            self.certain = False
            entries = node.entries if isinstance(node, Listing) else ()
            bare = [entry for entry in entries if isinstance(entry, Text)]
            # `- Mixing` among sections, or with its tasks below it.
            has_names = any(map(_is_section, entries)) or any(entry.is_folded for entry in bare)
            for entry in bare:
                line = entry.problems.line(entry.line)[entry.column - 1 :].strip()
                name = line if entry.is_folded else entry.text
                if has_names and not read_name(name).minutes:
                    entry.add(f'a ":" is missing after {quote(name)}; write it as {as_written(name)}:')
                else:
                    node.add("these tasks need a section; write its name above them, such as Composition:")
            if isinstance(node, Text):
                name = node.problems.line(node.line).strip().rstrip("：")
                colon = f'a ":" is missing after {quote(name)}; write it as {name}:'
                form = '"sections" needs a name such as Composition: under it, and its tasks below that'
                node.add(colon if node.is_folded and name[0] != "-" else form)
            elif not bare:
                not_a("a mapping of section names, each with a list of tasks", node, '"sections"')
            return ()
        if not drafts:
            node.add('"sections" is empty; write under it a name such as Composition:')
        return tuple(_with_unique_names(drafts))

    def _section_in_list(self, entry: Node) -> list[SectionDraft]:
        assert isinstance(entry, Mapping)
        if len(entry.pairs) == 1:
            return self._section(*entry.pairs[0])
        with self.where(self.fields(entry, SECTION_KEYS)) as fields:
            return self._section(fields["section"], fields["tasks"])

    def _section(self, key: Node, value: Node, outer: str = "") -> list[SectionDraft]:
        name = self.key(key, "a section's name") or Text(key.line, key.column, key.problems, "")
        shown = name.text or "this section"
        match value:
            case Listing(flow=True, entries=(Text(text=time),)) if read_name(f"x ({time})").minutes:
                value.add(f"a time in square brackets is a list; write it as {as_written(shown)}: {time}")
                value = replace(value, entries=())
        whole, relevant = value, self.relevant
        pairs: list[tuple[Node, Node]] = []
        if isinstance(value, Mapping) and (_has(value, "tasks") or _has(value, "when")):
            with self.where(self.fields(value, GROUP_KEYS)) as fields:
                relevant = self.relevant
                tasks = self._list(fields["tasks"], shown, grouped=True)
        else:
            if isinstance(value, Mapping):
                # Tasks written without dashes, `Chords: 20m`, and sections inside this one.
                pairs = [pair for pair in value.pairs if _holds_tasks(pair[1])]
                entries = [
                    Mapping(task.line, task.column, task.problems, ((task, time),))
                    for task, time in value.pairs
                    if not _holds_tasks(time)
                ]
                value = Listing(value.line, value.column, value.problems, tuple(entries))
            elif isinstance(value, Listing):
                pairs = [pair for entry in value.entries if (pair := _nested(entry))]
                value = replace(value, entries=tuple(entry for entry in value.entries if not _nested(entry)))
            tasks = self._list(value, shown)
        inner = [draft for pair in pairs for draft in self._section(*pair, outer=name.text)]
        first: dict[str, int] = {}
        how = f"is in {quote(shown)} twice"
        unlike = [each for each in tasks if not (each.relevant and is_repeated(first, each.title, "", how))]
        own = SectionDraft(name, tuple(unlike), relevant, outer, key, whole)
        return inner if inner and not tasks else [own, *inner]

    def _list(self, node: Node, section: str, *, grouped: bool = False) -> list[TaskDraft]:
        if not isinstance(node, Listing):
            if not isinstance(node, Nothing):
                self.certain = False
                none, only = "", ""
                if isinstance(node, Text) and not node.is_folded and len(node.text) <= SHOWN:
                    none = "write [] for none, or " if node.text.lower() in _NO_TASKS else ""
                    only = "" if {",", ";"} & set(node.text) else f": - {as_written(node.text.lstrip('-+ '))}"
                node.add(f'the tasks of {quote(section)} must be a list; {none}begin each with "- "{only}')
            return []
        tasks: list[TaskDraft] = []
        for entry in node.entries:
            if not grouped and isinstance(entry, Mapping) and _has(entry, "tasks"):
                with self.where(self.fields(entry, GROUP_KEYS)) as fields:
                    tasks += self._list(fields["tasks"], section, grouped=True)
                continue
            self._count += 1
            if self._count == MOST_TASKS + 1:
                entry.add(f"there are more than {MOST_TASKS:,} tasks; a song has a few dozen")
            if self._count > MOST_TASKS:
                self.certain = False
                break
            if task := self.task(entry):
                tasks.append(task)
        return tasks


def _with_unique_names(drafts: list[SectionDraft]) -> Iterator[SectionDraft]:
    """Give sections inside others unique names: the outer section's name is added where needed."""
    names = [normalize(draft.name.text) for draft in drafts if draft.relevant]
    first: dict[str, int] = {}
    for each in drafts:
        name, draft = each.name, each
        if each.outer and names.count(normalize(name.text)) > 1:
            draft = replace(each, name=replace(name, text=f"{name.text} ({each.outer})"))
        if draft.name.text and draft.relevant:
            is_repeated(first, draft.name, "the section ")
        yield draft


def _holds_tasks(node: Node) -> bool:
    """Whether a value is that of a section: a list, or a mapping that isn't the fields of one task."""
    keys = {TASK_KEYS.named(key.text) for key, _ in text_pairs(node)}
    is_task = None not in keys and bool({"time", "notes", "after", "kind"} & keys)
    return isinstance(node, Listing) or (isinstance(node, Mapping) and not is_task)


def _has_tasks(node: Node) -> bool:
    """Whether a value is a list, or a mapping that holds one or has a time somewhere: `Chords: 20m`."""
    times = (
        isinstance(value, Text) and read_name(f"task: {value.text}").minutes for _, value in text_pairs(node)
    )
    return isinstance(node, Listing) or any(_has_tasks(value) for _, value in text_pairs(node)) or any(times)


def _nested(entry: Node) -> tuple[Node, Node] | None:
    """Name and tasks of a list entry that is a section itself: `- Drums:` with a list under it; else None."""
    match entry:
        case Mapping(pairs=((Text(text=name) as key, Listing() as tasks),)):
            if read_name(name).minutes:
                key.add(f"{quote(name)} is a task, and has a list below it; write that list in its notes")
            return (key, tasks) if may_be_title(name) and name != "tasks" else None
    return None


def _is_section(entry: Node) -> bool:
    if isinstance(entry, Mapping) and len(entry.pairs) == 1:
        return not isinstance(entry.pairs[0][1], Text)
    return any(SECTION_KEYS.named(key.text) == "section" for key, _ in text_pairs(entry))


def _has(node: Mapping, name: str) -> bool:
    keys = [key.text for key, _ in text_pairs(node)]
    return name in map(GROUP_KEYS.named, keys) and "task" not in map(TASK_KEYS.named, keys)


def read_sheet(root: Node, values: Values, known: Known | None = None) -> PartialSongMap | None:
    """The content of a file, its variables filled in; problems are noted. None if it isn't a song map at all."""
    if isinstance(root, Nothing):
        root.problems.add(1, 1, "the song map is empty; it begins with song: and the name of the song")
        return None
    if not isinstance(root, Mapping):
        is_wide = isinstance(root, Text) and "：" in root.text
        wide = 'this colon is not the one that YAML reads; write ":" and a space instead of "："'
        root.add(
            wide if is_wide else "this is not a song map; one begins with song: and the name of the song"
        )
        return None
    read = SectionReader(values, {} if known is None else known)
    has_sections = not isinstance(value_of(root, "sections"), Nothing | None)
    # A map whose sections are at the top: lists under unknown keys, and beside them empty ones.
    has_lists = any(_has_tasks(node) and not TOP.named(key.text) for key, node in text_pairs(root))

    def may_be(key: str, node: Node) -> bool:
        may_be_section = _has_tasks(node) or (isinstance(node, Nothing) and has_lists)
        is_section = not has_sections and may_be_section and not TOP.is_misspelt(key)
        return is_section or fold_key(key) in OBSOLETE or is_task(key, node)

    def is_task(key: str, node: Node) -> bool:
        has_time = isinstance(node, Text) and read_name(f"task: {node.text}").minutes
        return bool(has_time) and not has_sections and key not in values.variables

    fields = read.fields(root, TOP, top=True, may_be=may_be)
    sheet = PartialSongMap(root)
    sheet.named = {key for key in TOP.known if not fields.missing(key)}
    if written_null(fields["song"]):
        read.line(fields["song"], '"song"')
        sheet.named.add("song")
    for key in VALUES:
        if key.type and fields.says(key.name):
            value = key.type.read(read, fields[key.name], key.name)
            if value is not None:
                sheet.values[key.field] = value
    tasks = [key for key, value in fields.unknown if is_task(key.text, value)]
    for task in tasks:
        task.add("this task needs a section; write its name above it, such as Composition:")
        sheet.named.add("sections")
    of_sections = (pair for pair in fields.unknown if fold_key(pair[0].text) not in OBSOLETE)
    if at_top := tuple(pair for pair in of_sections if pair[0] not in tasks):
        sheet.sections = read.sections(replace(root, pairs=at_top))
        sheet.named.add("sections")
        for written, _ in text_pairs(root):
            if TOP.named(written.text) == "sections":
                written.add("the sections below belong under this; indent them, or leave this line out")
    elif fields.says("sections"):
        sheet.sections = read.sections(fields["sections"])
    sheet.drop = tuple(read.lines(fields["drop"], "drop"))
    if fields.says("order"):
        sheet.order = tuple(read.lines(fields["order"], "order"))
    obsolete = (OBSOLETE.get(fold_key(key.text), "") for key, _ in fields.unknown)
    sheet.notices = tuple(dict.fromkeys(filter(None, (*obsolete, *read.notices))))
    sheet.certain = read.certain and "sections" not in fields.meant
    return sheet
