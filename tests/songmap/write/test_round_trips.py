"""Random maps with a comment at every task: written, edited all over as `pull --into` does, and read again."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.loader import parse_song_map
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.write.edit import (
    move_task,
    rename_task,
    set_budget,
    set_key,
    set_notes,
)
from asana_tbp.songmap.write.yaml import render_song_map
from tests.needs import examples
from tests.songmap.maps import Edit, do, edit_map, ordered_maps, prose, song_maps

KEYS = ("song", "bpm", "key", "reference", "deadline", "sessions", "stage", "inspiration", "themes")


def _commented(song_map: SongMap) -> tuple[str, list[str]]:
    """The map's text with a comment behind every task and one in front of every section, and these comments."""
    places = [(section.name, task.title) for section in song_map.sections for task in section.tasks]
    remarks = {place: f"remark {number} of mine" for number, place in enumerate(places)}
    text = render_song_map(song_map, remarks=remarks)
    head, top, sections = text.partition("\nsections:\n")
    # A line that is moved in by two is a section's: what belongs to a task is moved in further.
    sections = re.sub(
        r"(?m)^(?=  [^ ?:])", "  # a section of mine\n", sections.partition("\n# The ideal order")[0]
    )
    rest = text[len(head) + len(top) :].partition("\n# The ideal order")
    return head + top + sections + rest[1] + rest[2], list(remarks.values())


@settings(max_examples=examples(20, 3000))
@given(song_maps() | ordered_maps(), song_maps(), st.data())
def test_a_map_edited_all_over_means_what_was_meant_and_keeps_its_comments(
    song_map: SongMap, other: SongMap, data: st.DataObject
) -> None:
    text, remarks = _commented(song_map)
    assert parse_song_map(text, "f") == song_map
    sections = list(song_map.sections)
    edits: list[Edit] = [do(set_key, key, other) for key in KEYS]
    expected = replace(other, questions=song_map.questions, order=song_map.order)
    for at, section in enumerate(sections):
        tasks = list(section.tasks)
        for number, task in enumerate(tasks):
            minutes, notes = data.draw(st.integers(1, 1440)), data.draw(prose)
            edits += [
                do(set_budget, section.name, task.title, minutes),
                do(set_notes, section.name, task.title, notes),
            ]
            tasks[number] = replace(task, minutes=minutes, notes=notes)
        sections[at] = replace(section, tasks=tuple(tasks))
    expected = replace(expected, sections=tuple(sections))
    edited = edit_map(text, edits)
    assert parse_song_map(edited, "f") == expected
    assert [remark for remark in remarks if f"# {remark}" not in edited] == []
    assert edited.count("# a section of mine") == text.count("# a section of mine")
    assert parse_song_map(render_song_map(expected), "f") == expected


@settings(max_examples=examples(20, 3000))
@given(song_maps(), st.data())
def test_a_task_moved_and_renamed_takes_its_comment_along(song_map: SongMap, data: st.DataObject) -> None:
    places = [(section.name, task) for section in song_map.sections for task in section.tasks]
    if not places:
        return
    text, remarks = _commented(song_map)
    name, task = data.draw(st.sampled_from(places))
    home = data.draw(st.sampled_from(song_map.sections))
    taken = {normalize(each.title) for _, each in places}
    title = task.title if task.kind != "task" or normalize("A new title") in taken else "A new title"
    if home.name == name or normalize(title) in {normalize(each.title) for each in home.tasks}:
        return
    edits: list[Edit] = [do(rename_task, name, task.title, title)] if title != task.title else []
    edited = edit_map(text, [*edits, do(move_task, name, title, home.name)])
    moved = parse_song_map(edited, "f")
    tasks = {section.name: section.tasks for section in moved.sections}
    assert tasks[home.name] == (*home.tasks, replace(task, title=title))
    assert title not in [each.title for each in tasks[name]]
    assert [remark for remark in remarks if f"# {remark}" not in edited] == []
