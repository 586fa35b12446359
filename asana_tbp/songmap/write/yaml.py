"""Writes a song map as YAML for a producer to edit, or as a template; it reads back as the same map."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from itertools import count, filterfalse
from typing import Any, cast

from asana_tbp.songmap.budget import AnswerError, format_budget
from asana_tbp.songmap.key_types import KEYS
from asana_tbp.songmap.model import Section, SongMap, Task
from asana_tbp.songmap.task_name import kind_of, read_name
from asana_tbp.songmap.templates.variables import NAME, Variable
from asana_tbp.songmap.write.scalars import Data, Verbatim, entry_lines, indented, scalar
from asana_tbp.text import escape_controls, guess, quote

Remarks = Mapping[tuple[str, str], str]
"""A comment after a task, by its section and title."""
Conditional = Mapping[str, Mapping[str, Iterable[Task]]]
"""Tasks that depend on an answer, by their section and the condition in words: `mixing is basic`."""

_WHOLE = r"(?<!\w){}(?!\w)"
"""A pattern for a whole word."""
_WITH_WORDS = ("sections", "order", "name", "tasks", "title", "notes", "after")
"""The fields of a song map, its sections and tasks in which a word may become a variable."""
_BUDGETS = (
    "# The time in brackets is the time budget. Be strict: when it is up, the next task begins, and you",
    "# can come back later. Write it as 25m, 1h or 1h30m.",
)


def render_song_map(
    song_map: SongMap,
    *,
    schema: str = "",
    intro: Iterable[str] = (),
    remarks: Remarks | None = None,
    variables: Iterable[str] = (),
    whole_names: bool = False,
    conditional: Conditional | None = None,
) -> str:
    """The YAML of a song map.

    `schema` is where an editor finds the JSON Schema, `intro` are lines of a comment at the top, `remarks` are
    comments after single tasks, `variables` are finished lines of a `vars:` part. `whole_names` puts every time
    budget into the name: then any title is possible, whatever the answers are. `conditional` are tasks that are in
    the file but belong to the song only under a condition.
    """
    lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
    lines += [f"# {escape_controls(line)}".rstrip() for line in intro]
    lines += [""] * bool(lines)
    finished = list(variables)
    for key in KEYS:
        if key.name == "sections":
            lines += ["", *_BUDGETS, *["sections:"] * bool(song_map.sections)]
            for section in song_map.sections:
                later = (conditional or {}).get(section.name, {})
                empty = "" if section.tasks or later else ()
                tasks = _tasks(section, remarks or {}, later, whole_name=whole_names)
                lines += [*indented([*entry_lines(section.name, empty), *indented(tasks)]), ""]
            # Blank lines are only between sections, not after the last.
            del lines[len(lines) - bool(song_map.sections) :]
        elif key.type and (data := key.data(song_map)) is not None:
            lines += ["", f"# {key.comment}"] if key.comment else []
            lines += entry_lines(key.name, data)
        if key.name == "board" and finished:
            comment = "# What the template asks. Write ${name} where an answer belongs."
            lines += ["", comment, "vars:", *finished]
    return "\n".join(lines) + "\n"


def _tasks(
    section: Section, remarks: Remarks, later: Mapping[str, Iterable[Task]], *, whole_name: bool
) -> Iterator[str]:
    for task in section.tasks:
        remark = remarks.get((section.name, task.title), "")
        yield from task_lines(task, f"    # {remark}" if remark else "", whole_name=whole_name)
    for condition, tasks in later.items():
        yield from (f"- when: {condition}", "  tasks:")
        for task in tasks:
            yield from indented(task_lines(task, whole_name=whole_name), "    ")


def task_lines(task: Task, remark: str = "", *, whole_name: bool = False) -> list[str]:
    """The lines of one entry in a section's list, from its dash on; `remark` follows the first."""
    simple = not task.notes and not task.after and task.kind == kind_of(task.title)
    if simple and task.in_asana is (task.kind != "break"):
        return [f"- {scalar(task.name)}{remark}"]
    # A title that looks as if it had a time budget gets its real one after it, which makes it clear.
    apart = not whole_name and read_name(task.title).minutes is None
    fields: dict[str, Data] = {
        "task": task.title if apart else task.name,
        "time": Verbatim(format_budget(task.minutes) if apart else ""),
        "kind": "" if task.kind == "task" else task.kind,
        "asana": Verbatim("yes" if task.kind == "break" and task.in_asana else ""),
        "after": task.after[0] if len(task.after) == 1 else task.after,
        "notes": task.notes,
    }
    first, *rest = (line for key, data in fields.items() if data for line in entry_lines(key, data))
    return [f"- {first}{remark}", *indented(rest)]


def render_template(
    song_map: SongMap, variables: Mapping[str, Variable], *, schema: str = "", intro: Iterable[str] = ()
) -> str:
    """The YAML of a template: every word in `variables` is replaced by the `${name}` of its variable."""
    # Letters only, so that a text is quoted as it would be without a variable in it.
    free = filterfalse(repr(song_map).__contains__, map("variable{}x".format, count()))
    marks: dict[str, str] = {}
    lines: list[str] = []
    for (word, variable), mark in zip(variables.items(), free, strict=False):
        marks[variable.name] = mark
        song_map = _replaced(song_map, word, mark)
        asked = {"ask": variable.ask, "default": variable.default or ""}
        lines += indented(entry_lines(variable.name, asked))
    text = render_song_map(song_map, schema=schema, intro=intro, variables=lines, whole_names=True)
    for name, mark in marks.items():
        # A dollar sign before the mark did not need doubling until now.
        text = text.replace(f"${mark}", f"$${mark}").replace(mark, f"${{{name}}}")
    return text


def word_variable(song_map: SongMap, word: str, name: str) -> Variable:
    """The variable that a word of a song map becomes. Raises AnswerError where it cannot."""
    if not NAME.fullmatch(name) or name == "not":
        raise AnswerError(
            f"{quote(name)} cannot be a variable's name; write small letters, digits and dashes"
        )
    if not word.strip() or _replaced(song_map, word, "\0") == song_map:
        tasks = [task for section in song_map.sections for task in section.tasks]
        texts = [section.name for section in song_map.sections]
        texts += [text for task in tasks for text in (task.title, task.notes)]
        in_another_case = re.search(_WHOLE.format(re.escape(word)), "\0".join(texts), re.IGNORECASE)
        meant = in_another_case[0] if in_another_case and word.strip() else ""
        raise AnswerError(f"{quote(word)} is in no section and no task{guess(meant)}")
    variable = Variable(name, f"What instead of {word}?")
    return replace(variable, default=variable.clean(word))


def _replaced(song_map: SongMap, word: str, mark: str) -> SongMap:
    whole = re.compile(_WHOLE.format(re.escape(word)))

    def put(value: Any) -> Any:
        if isinstance(value, str):
            return whole.sub(lambda _: mark, value)
        if isinstance(value, tuple):
            return tuple(map(put, value))
        names = [each.name for each in fields(value) if each.name in _WITH_WORDS]
        return replace(value, **{name: put(getattr(value, name)) for name in names})

    return cast("SongMap", put(song_map))
