"""A song map as YAML that a producer goes on editing: what is read back is the same map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from asana_tbp.songmap.budget import format_budget
from asana_tbp.songmap.keys import KEYS
from asana_tbp.songmap.model import SongMap, Task
from asana_tbp.songmap.task_name import compose_name, kind_of, split_name
from asana_tbp.songmap.write.scalars import Data, Verbatim, entry_lines, indented, scalar
from asana_tbp.text import escape_controls

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
        finished = list(variables)
        for key in KEYS:
            if key.name == "sections":
                yield from self._sections()
            elif key.type and (data := key.data(self._map)) is not None:
                yield from [""] if key.spaced else []
                yield from self._comment(*([key.comment] if key.comment else []))
                yield from entry_lines(key.name, data)
            if key.name == "board" and finished:
                yield ""
                yield from self._comment("What the template asks. Write ${name} where an answer belongs.")
                yield from ("vars:", *finished)

    def _comment(self, *lines: str) -> Iterator[str]:
        if self._comments:
            yield from (f"# {line}" for line in lines)

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
            later = self._conditional.get(section.name, {})
            if not section.tasks and not later:
                yield from indented(entry_lines(section.name, ()))
                continue
            yield from indented(entry_lines(section.name, ""))
            for task in section.tasks:
                remark = self._remarks.get((section.name, task.title), "")
                yield from indented(
                    task_lines(task, f"    # {remark}" if remark else "", whole_name=self._whole_names),
                    "    ",
                )
            for condition, tasks in later.items():
                yield f"    - when: {condition}"
                yield "      tasks:"
                lines = (task_lines(task, whole_name=self._whole_names) for task in tasks)
                yield from indented(chain.from_iterable(lines), "        ")


def task_lines(task: Task, remark: str = "", *, whole_name: bool = False) -> list[str]:
    """The lines of one entry in a section's list, from its dash on; `remark` stands behind the first."""
    name = compose_name(task.title, task.minutes)
    by_title = kind_of(task.title)
    simple = not task.notes and not task.after and task.kind == by_title
    if simple and task.in_asana is (task.kind != "break"):
        return [f"- {scalar(name)}{remark}"]
    fields: dict[str, Data] = {}
    if not whole_name and split_name(task.title).minutes is None:
        name = task.title
        fields["time"] = Verbatim(format_budget(task.minutes))
    # Else the title looks as if it held a budget of its own; the one behind it makes clear that it does not.
    if task.kind != "task":
        fields["kind"] = task.kind
    if task.kind == "break" and task.in_asana:
        fields["asana"] = Verbatim("yes")
    if task.after:
        fields["after"] = task.after[0] if len(task.after) == 1 else task.after
    if task.notes:
        fields["notes"] = task.notes
    lines = (line for key, data in fields.items() for line in entry_lines(key, data))
    return [f"- task: {scalar(name)}{remark}", *indented(lines)]
