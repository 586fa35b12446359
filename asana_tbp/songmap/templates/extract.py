"""A song map as a template: words of its sections and tasks become variables.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.templates.variables import NAME, Variable
from asana_tbp.songmap.write.scalars import scalar
from asana_tbp.songmap.write.yaml import render_song_map
from asana_tbp.text import guess, quote

_WHOLE = r"(?<!\w){}(?!\w)"
"""A pattern for a whole word."""


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
        ask, default = scalar(variable.ask), scalar(variable.default or "")
        lines += [f"  {variable.name}:", f"    ask: {ask}", f"    default: {default}"]
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
        tasks = [task for section in song_map.sections for task in section.tasks]
        texts = [section.name for section in song_map.sections]
        texts += [text for task in tasks for text in (task.title, task.notes)]
        in_another_case = re.search(_WHOLE.format(re.escape(word)), "\0".join(texts), re.IGNORECASE)
        meant = in_another_case[0] if in_another_case and word.strip() else ""
        raise AnswerError(f"{quote(word)} stands in no section and no task{guess(meant)}")
    variable = Variable(name, f"What instead of {word}?")
    return replace(variable, default=variable.clean(word))


def _replaced(song_map: SongMap, word: str, mark: str) -> SongMap:
    whole = re.compile(_WHOLE.format(re.escape(word)))

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
