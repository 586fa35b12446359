"""A song map as a template: words of its sections and tasks become variables.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.model import Section, SongMap
from asana_tbp.songmap.templates.variables import NAME, Variable
from asana_tbp.songmap.write.scalars import scalar
from asana_tbp.songmap.write.yaml import render_song_map
from asana_tbp.text import guess, quote


def render_template(
    song_map: SongMap, variables: Mapping[str, Variable], *, schema: str = "", intro: Iterable[str] = ()
) -> str:
    """The YAML of a template: every word of `variables` stands as the `${name}` of its variable."""
    taken = repr(song_map)
    marks: dict[str, str] = {}
    for word, variable in variables.items():
        # Letters alone, so that a text is written as it would be without a variable in it.
        number = next(at for at in range(len(variables) + 1000) if f"variable{at}x" not in taken)
        marks[variable.name] = f"variable{number}x"
        taken += marks[variable.name]
        song_map = _replaced(song_map, word, marks[variable.name])
    lines: list[str] = []
    for variable in variables.values():
        lines += [f"  {variable.name}:", f"    ask: {scalar(variable.ask)}"]
        lines.append(f"    default: {scalar(variable.default or '')}")
    text = render_song_map(song_map, schema=schema, intro=intro, variables=lines, whole_names=True)
    for name, mark in marks.items():
        # A dollar sign before it was alone until now.
        text = text.replace(f"${mark}", f"$${mark}").replace(mark, f"${{{name}}}")
    return text


def word_variable(song_map: SongMap, word: str, name: str) -> Variable:
    """The variable that a word of a song map becomes. Raises AnswerError where it cannot."""
    if not NAME.fullmatch(name) or name == "not":
        raise AnswerError(
            f"{quote(name)} cannot be a variable's name; write small letters, digits and dashes"
        )
    if not word.strip() or _replaced(song_map, word, "\0") == song_map:
        meant = _in_another_case(song_map, word)
        raise AnswerError(f"{quote(word)} stands in no section and no task{guess(meant)}")
    variable = Variable(name, f"What instead of {word}?")
    return replace(variable, default=variable.clean(word))


def _in_another_case(song_map: SongMap, word: str) -> str:
    texts = (text for section in song_map.sections for text in (section.name, *_texts(section)))
    found = (re.search(_whole(word), text, re.IGNORECASE) for text in texts if word.strip())
    return next((match[0] for match in found if match), "")


def _texts(section: Section) -> Iterator[str]:
    return (text for task in section.tasks for text in (task.title, task.notes))


def _whole(word: str) -> str:
    return rf"(?<!\w){re.escape(word)}(?!\w)"


def _replaced(song_map: SongMap, word: str, mark: str) -> SongMap:
    whole = re.compile(_whole(word))

    def put(text: str) -> str:
        return whole.sub(lambda _: mark, text)

    sections = tuple(
        replace(
            section,
            name=put(section.name),
            tasks=tuple(
                replace(task, title=put(task.title), notes=put(task.notes), after=tuple(map(put, task.after)))
                for task in section.tasks
            ),
        )
        for section in song_map.sections
    )
    return replace(song_map, sections=sections, order=tuple(map(put, song_map.order)))
