"""One file's song map: every key at its top read by its type, and its sections in every form people write them.

A section is a name with a list of tasks, and may hold sections of its own: these become sections beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from asana_tbp.songmap.keys import GROUP_KEYS, OBSOLETE, TASK_KEYS, TOP, VALUES
from asana_tbp.songmap.read.nodes import Listing, Mapping, Node, Nothing, Text, text_pairs
from asana_tbp.songmap.read.partial import PartialSongMap, SectionDraft, TaskDraft
from asana_tbp.songmap.read.problems import Problems
from asana_tbp.songmap.read.reader import Keys, Located, fold_key, is_repeated
from asana_tbp.songmap.read.tasks import Known, TaskReader, may_be_title
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.variables import Values
from asana_tbp.songmap.write.scalars import as_written
from asana_tbp.text import SHOWN, quote

MOST_TASKS = 2_000
"""Most tasks of a song map; Asana itself stops at some thousands a project."""
_SECTION_KEYS = Keys({"section": ("", "name", "title"), "tasks": ("",), "when": ("", "if")})


class SectionReader(TaskReader):
    """Reads the sections of a file; every problem is noted, none that merely follows from another."""

    _count = 0

    def sections(self, node: Node) -> tuple[SectionDraft, ...]:
        """The sections under `sections:`, those inside others beside them."""
        drafts: list[SectionDraft] = []
        if isinstance(node, Mapping):
            drafts = [draft for key, value in node.pairs for draft in self._section(key, value)]
        elif isinstance(node, Listing) and node.entries and all(map(_is_section, node.entries)):
            drafts = [draft for entry in node.entries for draft in self._section_in_list(entry)]
        else:
            self.certain = False
            if isinstance(node, Listing) and any(isinstance(entry, Text) for entry in node.entries):
                sentence = "these tasks need a section; write its name above them, such as Composition:"
                self.add(node, sentence)
            elif isinstance(node, Text):
                name = self.problems.line(node.line).strip()
                colon = f'a ":" is missing after {quote(name)}; write it as {name}:'
                form = '"sections" needs a name such as Composition: under it, and its tasks below that'
                self.add(node, colon if node.is_folded and name[0] != "-" else form)
            else:
                self.not_a("a mapping of section names, each with a list of tasks", node, '"sections"')
            return ()
        if not drafts:
            self.add(node, '"sections" is empty; write under it a name such as Composition:')
        return tuple(_told_apart(drafts))

    def _section_in_list(self, entry: Node) -> list[SectionDraft]:
        assert isinstance(entry, Mapping)
        if len(entry.pairs) == 1:
            return self._section(*entry.pairs[0])
        fields = self.fields(entry, _SECTION_KEYS)
        relevant = self.is_met(fields)
        with self.where(relevant):
            drafts = self._section(fields["section"], fields["tasks"])
        return [replace(draft, relevant=draft.relevant and relevant) for draft in drafts]

    def _section(self, key: Node, value: Node, outer: str = "") -> list[SectionDraft]:
        name = self.key(key, "a section's name")
        name = name or Located("", key.line, key.column, self.problems)
        shown = name.text or "this section"
        relevant = True
        inner: list[SectionDraft] = []
        if isinstance(value, Mapping) and (_has(value, "tasks") or _has(value, "when")):
            tasks, relevant = self._conditional(value, shown)
        elif isinstance(value, Mapping):
            # Tasks written without dashes, `Chords: 20m`, and sections inside this one.
            tasks = []
            for inner_key, node in value.pairs:
                if isinstance(node, Listing) or (isinstance(node, Mapping) and not _is_task(node)):
                    inner += self._section(inner_key, node, name.text)
                elif task := self.task(Mapping(inner_key.line, inner_key.column, ((inner_key, node),))):
                    tasks.append(task)
        else:
            if isinstance(value, Listing):
                nested = [pair for entry in value.entries if (pair := _nested(entry))]
                inner = [draft for pair in nested for draft in self._section(pair[0], pair[1], name.text)]
                value = replace(value, entries=tuple(entry for entry in value.entries if not _nested(entry)))
            tasks = self._list(value, shown)
        first: dict[str, int] = {}
        how = f"is in {quote(shown)} twice"
        unlike = [each for each in tasks if not (each.relevant and is_repeated(first, each.title, "", how))]
        own = SectionDraft(name, tuple(unlike), relevant, outer, key, value)
        return inner if inner and not tasks else [own, *inner]

    def _conditional(self, node: Mapping, section: str) -> tuple[list[TaskDraft], bool]:
        """Tasks that stand under one condition, and whether it is met."""
        fields = self.fields(node, GROUP_KEYS)
        relevant = self.is_met(fields)
        with self.where(relevant):
            tasks = self._list(fields["tasks"], section, grouped=True)
        return [replace(task, relevant=task.relevant and relevant) for task in tasks], relevant

    def _list(self, node: Node, section: str, *, grouped: bool = False) -> list[TaskDraft]:
        if isinstance(node, Nothing):
            return []
        if not isinstance(node, Listing):
            self.certain = False
            better = ""
            if (
                isinstance(node, Text)
                and not node.is_folded
                and len(node.text) <= SHOWN
                and "," not in node.text
            ):
                better = f": - {as_written(node.text)}"
            self.add(node, f'the tasks of {quote(section)} must be a list; begin each with "- "{better}')
            return []
        tasks: list[TaskDraft] = []
        for entry in node.entries:
            if not grouped and isinstance(entry, Mapping) and _has(entry, "tasks"):
                tasks += self._conditional(entry, section)[0]
                continue
            self._count += 1
            if self._count == MOST_TASKS + 1:
                self.add(entry, f"there are more than {MOST_TASKS:,} tasks; a song has a few dozen")
            if self._count > MOST_TASKS:
                self.certain = False
                break
            if task := self.task(entry):
                tasks.append(task)
        return tasks


def _told_apart(drafts: list[SectionDraft]) -> Iterator[SectionDraft]:
    """Sections inside others: their name where it is the only one, with the outer one's added where not."""
    names = [normalize(draft.name.text) for draft in drafts if draft.relevant]
    first: dict[str, int] = {}
    for each in drafts:
        name, draft = each.name, each
        if each.outer and names.count(normalize(name.text)) > 1:
            draft = replace(each, name=replace(name, text=f"{name.text} ({each.outer})"))
        if draft.name.text and draft.relevant:
            is_repeated(first, draft.name, "the section ")
        yield draft


def _is_task(node: Mapping) -> bool:
    """Whether a mapping holds the fields of one task."""
    keys = {TASK_KEYS.named(key.text) for key, _ in text_pairs(node)}
    return None not in keys and bool({"time", "notes", "after", "kind"} & keys)


def _nested(entry: Node) -> tuple[Node, Node] | None:
    """Name and tasks of an entry of a section's list that is a section of its own: `- Drums:` with a list under it."""
    match entry:
        case Mapping(pairs=((Text(text=name) as key, Listing() as tasks),)):
            return (key, tasks) if may_be_title(name) and name != "tasks" else None
    return None


def _is_section(entry: Node) -> bool:
    if not isinstance(entry, Mapping):
        return False
    if len(entry.pairs) == 1:
        return not isinstance(entry.pairs[0][1], Text)
    return any(_SECTION_KEYS.named(key.text) == "section" for key, _ in text_pairs(entry))


def _has(node: Mapping, name: str) -> bool:
    keys = [key.text for key, _ in text_pairs(node)]
    return name in map(GROUP_KEYS.named, keys) and "task" not in map(TASK_KEYS.named, keys)


def read_sheet(
    root: Node, problems: Problems, values: Values, known: Known | None = None
) -> PartialSongMap | None:
    """What a file says, its variables filled in; what is wrong is noted. None where it is no song map at all."""
    if isinstance(root, Nothing):
        problems.add(1, 1, "the song map is empty; it begins with song: and the name of the song")
        return None
    read = SectionReader(problems, values, known)
    if not isinstance(root, Mapping):
        read.add(root, "this is not a song map; one begins with song: and the name of the song")
        return None
    has_sections = any(TOP.named(key.text) == "sections" for key, _ in text_pairs(root))

    # A map whose sections stand at the top: lists that no key is known for, and beside them empty ones.
    lists = {
        key.text for key, node in text_pairs(root) if isinstance(node, Listing) and not TOP.named(key.text)
    }

    def may_be(key: str, node: Node) -> bool:
        may_be_section = isinstance(node, Listing) or (isinstance(node, Nothing) and lists)
        is_section = not has_sections and may_be_section and not TOP.is_misspelt(key)
        return bool(is_section) or fold_key(key) in OBSOLETE

    fields = read.fields(root, TOP, top=True, may_be=may_be)
    sheet = PartialSongMap(Located("", root.line, root.column, problems))
    sheet.named = {key for key in TOP.known if not fields.missing(key)}
    obsolete = (OBSOLETE.get(fold_key(key.text), "") for key, _ in fields.unknown)
    sheet.notices = tuple(dict.fromkeys(filter(None, obsolete)))
    for key in VALUES:
        if key.type and not isinstance(fields[key.name], Nothing):
            value = key.type.read(read, fields[key.name], key.name)
            if value is not None:
                sheet.values[key.field] = value
    if at_top := tuple(pair for pair in fields.unknown if fold_key(pair[0].text) not in OBSOLETE):
        sheet.sections = read.sections(Mapping(root.line, root.column, at_top))
        sheet.named.add("sections")
    elif not isinstance(fields["sections"], Nothing):
        sheet.sections = read.sections(fields["sections"])
    sheet.drop = tuple(read.lines(fields["drop"], "drop"))
    if not isinstance(fields["order"], Nothing):
        sheet.order = tuple(read.lines(fields["order"], "order"))
    sheet.certain = read.certain and "sections" not in fields.meant
    return sheet
