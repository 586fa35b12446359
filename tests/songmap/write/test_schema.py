"""The JSON Schema, judged by a validator of somebody else's: it and the loader say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.key_types import KEYS
from asana_tbp.songmap.keys import GROUP_KEYS, SESSION_KEYS, STAGE_KEYS, TASK_KEYS, THEME_KEYS, VARIABLE_KEYS
from asana_tbp.songmap.keys import TOP as TOP_KEYS
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.loader import parse_song_map
from asana_tbp.songmap.templates.library import SCHEMA, shipped_folder, shipped_templates
from asana_tbp.songmap.write.yaml import render_song_map
from asana_tbp.text import listed
from tests.docs.schema import schema_text
from tests.needs import examples
from tests.songmap.maps import ordered_maps, song_maps
from tests.songmap.read.test_bad_files import IN_SHAPE, IN_TASKS, IN_YAML, TOP
from tests.songmap.read.test_bad_format import BAD

SHIPPED = shipped_folder() / SCHEMA
ONLY_THE_LOADER_KNOWS = (
    # what refers to what, and whether two things are the same
    r"no task is called|there is no task or section|wait for each other|waits for|title of \d tasks|twice",
    # which variables and files there are
    r"no variable is called|has no answer|is asked later|nothing asks|there is no file|is not a song map; the path",
    r"extends",
    # budgets and dates are forms to a schema, not amounts
    r"is longer than a day|is not whole minutes|there is no day|is no time at all",
    # what a name, a condition or a default must be depends on something else in the file
    r"could not be read|by its title|two time budgets|is a choice; write|is not a choice here",
    # characters and sizes
    r"control character|never closed; write \$|section's name is empty|New task. has no time budget",
    r"more than 2,000 tasks|put quotes around this text|aliases|values|nested|merging with",
    # YAML 1.2 has more words for YAML than the loader takes
    r"tags such as|tags with|one song map|this version of YAML|nothing may stand",
    r"there are more than",
    # whether a time in a name is clear, and which words may be a title
    r"has no unit|is a comment|not a time budget|unknown key .taks|.sections. is missing",
)


def accepted(texts: Sequence[str], folder: Path) -> list[bool]:
    """Whether the schema accepts each text. What the validator cannot even read, it does not accept."""
    paths = [folder / f"{number}.yaml" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(
        check_jsonschema, ["-o", "json", "--schemafile", str(SHIPPED), *map(str, paths)]
    )
    if done.exception is None or isinstance(done.exception, SystemExit):
        told = json.loads(done.stdout)
        refused = {error["filename"] for error in [*told.get("errors", []), *told.get("parse_errors", [])]}
        return [str(path) not in refused for path in paths]
    # One of them has brought the validator down.
    half = len(texts) // 2
    return accepted(texts[:half], folder) + accepted(texts[half:], folder) if half else [False]


def test_the_file_is_what_the_table_of_keys_gives() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == schema_text(), "run: python -m tests.docs.generate"


def test_the_schema_is_one() -> None:
    assert CliRunner().invoke(check_jsonschema, ["--check-metaschema", str(SHIPPED)]).exit_code == 0


@pytest.mark.parametrize("name", shipped_templates())
def test_every_shipped_template_is_accepted(name: str, tmp_path: Path) -> None:
    assert accepted([shipped_templates()[name].read_text(encoding="utf-8")], tmp_path) == [True]


def test_every_bad_file_a_schema_can_refuse_is_refused(tmp_path: Path) -> None:
    cases = [*IN_SHAPE, *BAD, *((TOP + tasks, problems) for tasks, problems in IN_TASKS)]
    verdicts = accepted([text for text, _ in cases], tmp_path)
    cases += [(text, [problem]) for text, problem in IN_YAML]
    verdicts += [accepted([text], tmp_path) == [True] for text, _ in IN_YAML]
    assert len(cases) >= 150
    beyond = re.compile("|".join(ONLY_THE_LOADER_KNOWS))
    passed = [case for case, ok in zip(cases, verdicts, strict=True) if ok]
    missed = [(text[:200], told) for text, told in passed if not all(map(beyond.search, told))]
    assert missed == []
    assert len(passed) < len(cases) / 3


def test_words_in_any_case_are_taken_by_both(tmp_path: Path) -> None:
    texts = [
        "song: a\nsessions: {days: [Tue, MONDAY], minutes: 60}\nsections: {C: []}\n",
        "song: a\nvars: {v: {type: Choice, choices: [a, b]}}\nsections: {C: []}\n",
        "song: a\nsections: {C: [{task: a, time: 5M, kind: Break, asana: Yes}, {task: b, time: 1H, kind: GATE}]}\n",
    ]
    assert accepted(texts, tmp_path) == [True] * len(texts)
    for text in texts:
        assert parse_song_map(text, "f").song == "a"


def test_a_day_in_digits_is_taken_by_both(tmp_path: Path) -> None:
    text = "song: a\ndeadline: 20991201\nsections: {C: []}\n"
    assert accepted([text], tmp_path) == [True]
    assert str(parse_song_map(text, "f").deadline) == "2099-12-01"


def test_a_misspelt_key_of_the_stage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rain.yaml"
    path.write_text("song: a\nboard: {stag: x}\nsections: {C: []}\n", encoding="utf-8")
    said = CliRunner().invoke(check_jsonschema, ["--schemafile", str(SHIPPED), str(path)]).output
    assert "'stage' is a required property" in said
    assert "null" not in said


def messages_for(node: Any, key: str) -> Iterator[str]:
    """What an editor says of an unknown key, at every place that allows only some keys."""
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from messages_for(child, key)
    if isinstance(node, dict) and node.get("additionalProperties") is False:
        assert key not in node["properties"]
        yield node["errorMessage"]


def test_an_editor_names_the_known_keys_where_one_is_misspelt() -> None:
    said = set(messages_for(json.loads(SHIPPED.read_text(encoding="utf-8")), "tiem"))
    every = (TOP_KEYS, TASK_KEYS, GROUP_KEYS, STAGE_KEYS, SESSION_KEYS, THEME_KEYS, VARIABLE_KEYS)
    assert said == {f"This is not a key here; write {listed(keys.known)}." for keys in every}


def keys_in(node: object) -> Iterator[tuple[str, dict[str, object]]]:
    """Every key of every mapping that has no others."""
    if isinstance(node, dict):
        if node.get("additionalProperties") is False or node.get("minProperties"):
            yield from node.get("properties", {}).items()
        for child in node.values():
            yield from keys_in(child)
    elif isinstance(node, list):
        for child in node:
            yield from keys_in(child)


def test_an_editor_can_explain_every_key() -> None:
    keys = list(keys_in(json.loads(SHIPPED.read_text(encoding="utf-8"))))
    assert {"stage", "from", "task", "ask", "tasks"} <= {key for key, _ in keys}
    top = json.loads(SHIPPED.read_text(encoding="utf-8"))["properties"]
    assert list(top) == [key.name for key in KEYS]
    keys += list(top.items())
    assert [key for key, shape in keys if not shape.get("description")] == []


def test_the_maps_of_the_help_are_whole_for_both(tmp_path: Path) -> None:
    page = Path(__file__).parents[3] / "asana_tbp" / "docs" / "song-map.md"
    text_of_page = page.read_text(encoding="utf-8")
    maps = re.findall(r"```yaml\n(.*?)```", text_of_page, re.DOTALL)
    assert len(maps) >= 3
    assert accepted(maps, tmp_path) == [True] * len(maps)
    for text in maps:
        assert parse_song_map(text, "song-map.md").task_count


@settings(max_examples=examples(10, 150))
@given(st.one_of(song_maps(), ordered_maps()))
def test_every_map_we_write_is_accepted(tmp_path: Path, song_map: SongMap) -> None:
    text = render_song_map(song_map)
    assert accepted([text], tmp_path) == [True], text


NATURAL_FORMS = {
    "song: A\nsessions: {days: tue and Thursday, minutes: 120}\nsections: {C: []}\n": True,
    "song: A\nsessions: {days: tue and tus, minutes: 120}\nsections: {C: []}\n": False,
    "song: A\ncomposition:\n  chords: 20m\nmixing:\n  eq: 1h\n": True,
    "song: A\ncomposition:\n  Drums:\n    - Kick (20m)\n": True,
    "song: A\nC: []\nartist:\n  name: Bob\n": False,
}


def test_the_schema_takes_the_natural_forms_that_the_loader_takes(tmp_path: Path) -> None:
    loaded = []
    for text in NATURAL_FORMS:
        with suppress(SongMapError):
            parse_song_map(text, "f")
            loaded.append(text)
    assert loaded == [text for text, good in NATURAL_FORMS.items() if good]
    assert accepted(list(NATURAL_FORMS), tmp_path) == list(NATURAL_FORMS.values())


def test_a_snippet_is_never_called_like_a_key() -> None:
    # yaml-language-server mixes both into one broken completion.
    labels = re.findall(r'"label": "([^"]+)"', schema_text())
    assert labels
    assert not {TASK_KEYS.named(label) or TOP_KEYS.named(label) for label in labels} - {None}


def test_an_editor_completes_sections_with_a_section() -> None:
    # yaml-language-server prefers a dash to the snippet for a value that has `items` itself.
    sections = json.loads(SHIPPED.read_text(encoding="utf-8"))["$defs"]["sections"]
    assert "items" not in sections
    assert sections["defaultSnippets"][0]["body"] == {"${1:Composition}": ["${2:Write chords} (${3:25}m)"]}
