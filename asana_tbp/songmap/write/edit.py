"""Small changes to the text of a song map: comments, quotes, variables and everything else stay as they are.

    edited(MapText(text, "rain.yaml"), rename_task, "Composition", "Chords", "Chords in D").text

A task is named by its section and title, each as it reads with the variables filled in. Pure.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Concatenate, ParamSpec

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.budget import format_budget
from asana_tbp.songmap.grammar import PATTERNS
from asana_tbp.songmap.key_types import BY_NAME
from asana_tbp.songmap.keys import TOP
from asana_tbp.songmap.model import DEFAULT_MINUTES, SongMap, Task
from asana_tbp.songmap.read.nodes import Text, text_pairs, texts_in
from asana_tbp.songmap.read.tasks import TaskDraft
from asana_tbp.songmap.task_name import bare_key, bare_title, compose_name, kind_of, normalize, read_name
from asana_tbp.songmap.templates.variables import mentioned
from asana_tbp.songmap.write.map_text import Change, EditError, MapText
from asana_tbp.songmap.write.scalars import Verbatim, escape_dollars, indented, list_entry
from asana_tbp.songmap.write.yaml import task_lines
from asana_tbp.text import quote

_Arguments = ParamSpec("_Arguments")
FIRST = ""
"""Instead of the title of the task before: at the beginning of the section."""


def rename_task(source: MapText, section: str, title: str, new_title: str) -> MapText:
    """Change a task's title, and the references to it."""
    draft = source.existing_task(section, title)
    raw = draft.written.text
    written, minutes = read_name(raw)[:2]
    is_bare = kind_of(written) == "task" and draft.said.get("kind") in ("gate", "break")
    new = _with_variables(source, written, bare_title(new_title) if is_bare else new_title)
    name = raw.replace(written, new, 1)
    if read_name(name)[:2] != (new, minutes):
        name = compose_name(new, minutes or draft.said.get("minutes", DEFAULT_MINUTES))
    references = _renamed_references(source, draft, title=new_title)
    return source.with_texts([(draft.written, name), *references])


def set_budget(source: MapText, section: str, title: str, minutes: int) -> MapText:
    """Change a task's time budget. For a task of the template that the file extends, an entry is added."""
    if source.is_inherited(section, title):
        return _with_task(source, section, task_lines(Task(title=title, minutes=minutes)))
    draft = source.existing_task(section, title)
    time = draft.fields.get("time")
    if isinstance(time, Text):
        return source.with_texts([(time, format_budget(minutes))])
    raw = draft.written.text
    name = renamed(raw, minutes) or compose_name(read_name(raw).title, minutes)
    return source.with_texts([(draft.written, name)])


def set_notes(source: MapText, section: str, title: str, notes: str) -> MapText:
    """Change a task's notes; "" removes them."""
    if source.is_inherited(section, title):
        source = _with_task(source, section, list_entry(title))
    # Left out, they would be those of the template that the file extends.
    data = notes or (Verbatim('""') if source.extends else None)
    return source.with_field(source.existing_task(section, title), "notes", data)


def remove_task(source: MapText, section: str, title: str, dropped: str = "") -> MapText:
    """Remove a task and the references to it; one that the template has too is left out by `drop:`, as `dropped`."""
    if source.is_inherited(section, title):
        return _with_drop(source, dropped or title)
    source.existing_task(section, title)
    source, _ = _cut_out(_without_references(source, section, title), section, title)
    return _with_drop(source, dropped) if dropped else source


def move_task(source: MapText, section: str, title: str, to: str, after: str | None = None) -> MapText:
    """Move a task to another section or another place; `after` as in `add_task`."""
    if source.is_inherited(section, title):
        return _with_task(source, to, list_entry(title), after)
    references = _renamed_references(source, source.existing_task(section, title), section=to)
    source, block = _cut_out(source.with_texts(references), section, title)
    before = len(block[0]) - len(block[0].lstrip())
    return _with_task(source, to, [line[before:] for line in block], after)


def add_task(source: MapText, section: str, task: Task, after: str | None = None) -> MapText:
    """Add a task after the one called `after`: `None` for the section's end, `FIRST` for its beginning.

    A missing section is added.
    """
    return _with_task(source, section, task_lines(task), after)


def rename_section(source: MapText, name: str, new_name: str) -> MapText:
    """Change a section's name, and the references to its tasks."""
    section = source.section(name)
    if section is None or not isinstance(section.key, Text):
        raise EditError(f"There is no section {quote(name)} in the song map.")
    changes = [(section.key, escape_dollars(new_name))]
    for task in section.tasks:
        changes += _renamed_references(source, task, section=new_name)
    return source.with_texts(changes)


def order_sections(source: MapText, names: Sequence[str]) -> MapText:
    """Put the sections of these names into this order, each in the place of one of them."""
    keys = [draft.key for name in names if (draft := source.section(name))]
    blocks = [source.block_of_key(key) for key in keys if isinstance(key, Text)]
    places = sorted(blocks)
    is_apart = all(here[1] <= there[0] for here, there in pairwise(places))
    if not is_apart or len(blocks) < len(names) or len({key.column for key in keys}) > 1:
        raise EditError(
            "Not every section has lines of its own in the file. Put them in order there by hand."
        )
    lines, at = list[str](), places[0][0]
    for (start, end), block in zip(places, blocks, strict=True):
        lines += source.texts_of(at, start) + source.texts_of(*block)
        at = end
    return source.with_lines(places[0][0], at, lines)


def replace_inherited(
    source: MapText, section: str, title: str | None, to: str, tasks: Iterable[Task], dropped: str = ""
) -> MapText:
    """Rename a task of the template that the file extends, or with `title` None a whole section.

    It is dropped, as `dropped`, and `tasks` of the file's own replace it in the section `to`.
    """
    own = source.section(section)
    for each in [title] if title else [task.title.text for task in own.tasks] if own else []:
        if source.task(section, each) is not None:
            source, _ = _cut_out(source, section, each)
    own = source.section(section)
    if title is None and own is not None and isinstance(own.key, Text):
        source = source.with_texts([(own.key, escape_dollars(to))])
    source = _with_drop(source, dropped or title or section)
    if source.section(to) is None:
        source = source.with_entry(("sections", to), "")
    for task in tasks:
        source = _with_task(source, to, task_lines(task))
    return source


def set_key(source: MapText, key: str, song_map: SongMap) -> MapText:
    """Set a key at the top of the file (`bpm`, `stage`, `inspiration`, `order` ...) to the value in `song_map`."""
    if key == "questions" and not song_map.questions:
        return source
    name = TOP.named(key) or key
    return source.with_entry((name,), BY_NAME[name].data(song_map))


def edited(
    source: MapText,
    change: Callable[Concatenate[MapText, _Arguments], MapText],
    *args: _Arguments.args,
    **kwargs: _Arguments.kwargs,
) -> MapText:
    """The map with a change. Raises EditError when it cannot be made."""
    try:
        after = change(source, *args, **kwargs)
        new = after.sentences() - source.sentences()
    except SongMapError as broken:
        new = {str(broken.problems[0])}
    if new:
        raise EditError(f"This change would break the song map: {min(new)}.", "Make it by hand in the file.")
    return after


def renamed(name: str, minutes: int) -> str | None:
    """A name with another budget in the same form, `Bass [25m]` for `Bass [20 min]`; None if it has no budget."""
    title, before = read_name(name)[:2]
    if before is None:
        return None
    for found in reversed(list(PATTERNS["amount"].finditer(name))):
        changed = name[: found.start()] + format_budget(minutes) + name[found.end() :]
        if read_name(changed)[:2] == (title, minutes):
            return changed
    return None


def _cut_out(source: MapText, section: str, title: str) -> tuple[MapText, list[str]]:
    """The map without a task's lines, and these."""
    source = source.with_tasks_in_lines(section)
    start, end = source.block_of(source.existing_task(section, title).entry)
    return source.with_lines(start, end, []), source.texts_of(start, end)


def _with_task(source: MapText, section: str, lines: list[str], after: str | None = None) -> MapText:
    """The text with a task, given as lines from its dash on; adds the section where there is none."""
    if source.section(section) is None:
        source = source.with_entry(("sections", section), "")
    source = source.with_tasks_in_lines(section)
    found = source.section(section)
    if found is None:
        raise EditError(f"The section {quote(section)} cannot be added to the song map; add it by hand.")
    tasks = found.listing
    if tasks is None:
        assert isinstance(found.key, Text)
        at = source.block_of_key(found.key)[1]
        return source.with_lines(at, at, indented(lines, " " * (found.key.column + 1)))
    behind = source.task(section, after) if after else None
    entry = tasks.entries[0] if after == FIRST else tasks.entries[-1]
    start, end = source.block_of(behind.entry if behind else entry)
    at = start if after == FIRST else end
    return source.with_lines(at, at, indented(lines, source.indent_of(start + 1)))


def _with_drop(source: MapText, name: str) -> MapText:
    """The text without a task or section of the template."""
    pair = source.pair("drop")
    dropped = [source.filled(text.text) for text in texts_in(pair[1])] if pair else []
    return source.with_entry(("drop",), [*dropped, name])


def _with_variables(source: MapText, written: str, new: str) -> str:
    """A new text for `written`, which has variables: their values in the new text become variables again."""
    names = [name for name in mentioned(written) if name in source.values.variables]
    for at, name in enumerate(names):
        if value := source.values.of(name):
            new = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", chr(0xE000 + at), new, count=1)
    new = escape_dollars(new)
    for at, name in enumerate(names):
        new = new.replace(chr(0xE000 + at), f"${{{name}}}")
    return new


def _references(source: MapText, draft: TaskDraft) -> Iterator[tuple[TaskDraft | None, Text]]:
    """Every text that names a task, with the task that waits for it; None for the map's `order`."""
    at = [task for _, task in source.tasks].index(draft)
    texts = {(node.line, node.column): node for node in texts_in(source.root)}
    owners = [
        *((task, task.said.get("after", ())) for _, task in source.tasks),
        (None, source.sheet.order or ()),
    ]
    for owner, references in owners:
        for reference in references:
            if source.names.find(reference.text) == [at]:
                yield owner, texts[reference.line, reference.column]


def _renamed_references(
    source: MapText, draft: TaskDraft, *, section: str = "", title: str = ""
) -> list[Change]:
    """Changes of every reference to a task, for another name of its section, or another title."""
    home = next(home for home, task in source.tasks if task is draft).name.text
    others = [bare_key(task.title.text) for _, task in source.tasks if task is not draft]
    changes = []
    for _, node in _references(source, draft):
        name, slash, own = source.filled(node.text).partition("/")
        has_place = bool(slash) and normalize(name) == normalize(home)
        has_place = has_place and bare_key(draft.title.text) != bare_key(node.text)
        if title or has_place:
            place = f"{section or home} / " if has_place or bare_key(title) in others else ""
            changes.append((node, _with_variables(source, node.text, place + (title or own.strip()))))
    return changes


def _without_references(source: MapText, section: str, title: str) -> MapText:
    """The map where nothing names a task any longer."""
    while (draft := source.task(section, title)) and (found := next(_references(source, draft), None)):
        owner, node = found
        pairs = text_pairs(owner.entry) if owner else [source.pair("order")]
        pair = next(pair for pair in pairs if pair and any(each is node for each in texts_in(pair[1])))
        left = [source.filled(each.text) for each in texts_in(pair[1]) if each is not node]
        if owner and not left:
            source = source.with_field(owner, "after", None)
        else:
            source = source.with_value(pair, left or None)
    return source
