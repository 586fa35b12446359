"""A map that went to Asana and came back is the same map."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.scaffold.compare.plan import Remote
from asana_tbp.scaffold.pull.project import PulledSong, pull_song, remember
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.read.loader import open_template, parse_song_map
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.library import shipped_templates
from asana_tbp.songmap.write.yaml import render_song_map
from asana_tbp.store.database import Database
from asana_tbp.system.clock import Clock
from tests.needs import examples
from tests.scaffold.songs import scaffold
from tests.songmap.maps import ordered_maps, song_maps


class Studio:
    """Scaffolds and pulls, each song into a project of its own."""

    def __init__(self, asana: Gateway, database: Database) -> None:
        self.asana = asana
        self.database = database
        self._count = 0

    def there_and_back(self, song_map: SongMap, *, numbered: bool = False) -> PulledSong:
        """The map as it comes back. Scaffolding that one changes nothing."""
        self._count += 1
        made = scaffold(self.asana, self.database, song_map, f"file:/{self._count}.yaml", numbered=numbered)
        back = self.pull(made.project_gid)
        source = f"file:/pulled/{self._count}.yaml"
        remember(self.database, source, back, Clock().now())
        again = scaffold(self.asana, self.database, back.song_map, source, numbered=numbered)
        assert (again.project_gid, again.plan.nothing_to_do) == (made.project_gid, True)
        assert again.plan.differences == []
        return back

    def pull(self, project_gid: str) -> PulledSong:
        reading = Remote(
            self.asana.project(project_gid), self.asana.sections(project_gid), self.asana.tasks(project_gid)
        )
        return pull_song(self.database, reading, default_minutes=25)


@pytest.fixture
def studio(asana: Gateway, database: Database) -> Studio:
    """An account without limits."""
    return Studio(asana, database)


def without_timed_breaks(song_map: SongMap) -> SongMap:
    """The map without what Asana never sees."""
    sections = tuple(
        replace(section, tasks=tuple(task for task in section.tasks if task.in_asana))
        for section in song_map.sections
    )
    return replace(song_map, sections=sections)


@settings(max_examples=examples(12, 200))
@given(song_maps(), st.booleans())
def test_a_map_comes_back_equal(studio: Studio, song_map: SongMap, numbered: bool) -> None:
    back = studio.there_and_back(song_map, numbered=numbered)
    assert back.song_map == without_timed_breaks(song_map)
    assert back.renamed == 0
    assert parse_song_map(render_song_map(back.song_map, remarks=back.remarks), "f") == back.song_map


@settings(max_examples=examples(8, 100))
@given(song_maps())
def test_no_break_spaces_come_back_as_spaces(studio: Studio, song_map: SongMap) -> None:
    unbroken = _unbroken(song_map)
    back = studio.there_and_back(unbroken)
    assert back.song_map == without_timed_breaks(song_map)
    assert back.renamed == 0


@settings(max_examples=examples(8, 100))
@given(ordered_maps())
def test_the_ideal_order_comes_back(studio: Studio, song_map: SongMap) -> None:
    back = studio.there_and_back(song_map).song_map
    titles = [(section, task.title) for section, task in ideal_order(song_map) if task.in_asana]
    assert [(section, task.title) for section, task in ideal_order(back)] == titles


@pytest.mark.parametrize("name", shipped_templates())
def test_every_template_scaffolds_and_comes_back(studio: Studio, name: str) -> None:
    song_map = open_template(shipped_templates()[name]).song_map()
    back = studio.there_and_back(song_map).song_map
    # What waits for what is not in Asana; the order that follows from it is.
    plain = tuple(
        replace(section, tasks=tuple(replace(task, after=()) for task in section.tasks))
        for section in without_timed_breaks(song_map).sections
    )
    assert back.sections == plain
    assert back.questions == song_map.questions
    assert back.stage == song_map.stage


def test_a_pulled_map_has_nothing_to_do_even_with_titles_made_unlike(studio: Studio, tmp_path: Path) -> None:
    asana = studio.asana
    workspace = asana.me().workspaces[0].gid
    project = asana.create_project(workspace, "Old workflow", "Call Ann.")
    (section,) = asana.sections(project.gid)
    for name in ("Write bassline", "write  BASSLINE (20m)", "", "Cut (25h)", "Gate: keep or scrap? (2m)"):
        asana.create_task(project.gid, section.gid, name, "")
    back = studio.pull(project.gid)
    (pulled_section,) = back.song_map.sections
    titles = {normalize(task.title): task.minutes for task in pulled_section.tasks}
    # Which of the two comes second is Asana's business.
    second = titles.pop("write bassline 2")
    assert {second, titles["write bassline"]} == {20, 25}
    assert titles.keys() == {"write bassline", "untitled task", "cut (25h)", "gate: keep or scrap?"}
    assert titles["gate: keep or scrap?"] == 2
    assert back.song_map.inspiration == ("Call Ann.",)
    assert back.renamed == 1
    remember(studio.database, "file:/old.yaml", back, Clock().now())
    written = parse_song_map(render_song_map(back.song_map), "f")
    assert written == back.song_map
    again = scaffold(asana, studio.database, written, "file:/old.yaml")
    assert again.plan.nothing_to_do
    assert len(asana.tasks(project.gid)) == 5


def _unbroken(value: Any) -> Any:
    """The value with a no-break space for every space in it."""
    if isinstance(value, str):
        return value.replace(" ", "\u00a0")
    if isinstance(value, tuple):
        return tuple(map(_unbroken, value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    parts = {field.name: _unbroken(getattr(value, field.name)) for field in fields(value)}
    return replace(value, **parts)
