"""What names a task in a song map's text: the `after` of other tasks and the map's `order`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from asana_tbp.songmap.order import Names, Step
from asana_tbp.songmap.read.nodes import Text, text_pairs, texts_in
from asana_tbp.songmap.read.tasks import TaskDraft
from asana_tbp.songmap.task_name import bare_key, normalize
from asana_tbp.songmap.templates.variables import mentioned
from asana_tbp.songmap.write.map_text import Change, MapText
from asana_tbp.songmap.write.scalars import escape_dollars


def with_variables(source: MapText, written: str, new: str) -> str:
    """A new text for one with variables: what one of them stands for stays a variable."""
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
    pairs = list(source.sheet.tasks())
    names = Names([Step(section.name.text, task.title.text) for section, task in pairs])
    at = [task for _, task in pairs].index(draft)
    texts = {(node.line, node.column): node for node in texts_in(source.root)}
    owners = [*((task, task.said.get("after", ())) for _, task in pairs), (None, source.sheet.order or ())]
    for owner, references in owners:
        for reference in references:
            if names.find(reference.text) == [at]:
                yield owner, texts[reference.line, reference.column]


def renamed_references(
    source: MapText, draft: TaskDraft, *, section: str = "", title: str = ""
) -> list[Change]:
    """What names a task, with another name of its section, or another title."""
    home = next(home for home, task in source.sheet.tasks() if task is draft).name.text
    others = [bare_key(task.title.text) for _, task in source.sheet.tasks() if task is not draft]
    changes = []
    for _, node in _references(source, draft):
        name, slash, own = source.filled(node.text).partition("/")
        has_place = bool(slash) and normalize(name) == normalize(home)
        has_place = has_place and bare_key(draft.title.text) != bare_key(node.text)
        if title or has_place:
            place = f"{section or home} / " if has_place or bare_key(title) in others else ""
            changes.append((node, with_variables(source, node.text, place + (title or own.strip()))))
    return changes


def without_references(source: MapText, section: str, title: str) -> MapText:
    """The map where nothing names a task any longer."""
    while (draft := source.task(section, title)) and (found := next(_references(source, draft), None)):
        owner, node = found
        pair = source.pair("order")
        if owner is not None:
            pair = next((pair for pair in text_pairs(owner.entry) if pair[0].text == "after"), None)
        assert pair is not None
        left = [source.filled(each.text) for each in texts_in(pair[1]) if each is not node]
        if owner is not None and not left:
            source = source.with_field(owner, "after", None)
        else:
            source = source.with_entry(pair, "order", left or None, (0, ""))
    return source
