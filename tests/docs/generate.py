"""What the pages take from the program: every command's help, every key of a song map, every shape of JSON, the schema.

`python -m tests.docs.generate` writes all of them.
"""

from __future__ import annotations

import json

from asana_tbp.songmap.key_types import KEYS
from asana_tbp.songmap.keys import GROUP_KEYS, VARIABLE_KEYS
from asana_tbp.songmap.templates.library import SCHEMA, shipped_folder
from tests.cli.command import commands, run
from tests.cli.shapes import GOLDENS
from tests.docs.pages import DOCS
from tests.docs.schema import schema_text

INTRO = """\
# Commands

Every command as its own help shows it. Exit codes: 0 done, 1 failed, 2 wrong usage or a mistake in a file, 3 cancelled,
4 not authorised, 5 partly done or waiting for your decision (run it again), 6 done here and queued for Asana, 130
interrupted. Data goes to standard output, everything else to standard error; every command that reads has `--json`.
"""


def commands_page() -> str:
    """The whole page, in the order of the program's overview."""
    parts = [INTRO, "```text\n" + run("--help").out.strip() + "\n```\n"]
    for words in commands():
        if words:
            parts.append(
                f"## asana-tbp {' '.join(words)}\n\n```text\n{run(*words, '--help').out.strip()}\n```\n"
            )
    return "\n".join(parts)


KEYS_FROM = "## Every key\n"
"""What follows this heading on the page of song maps is written here."""


def song_map_page() -> str:
    """The page of song maps with the keys as the program has them."""
    written = (DOCS / "song-map.md").read_text(encoding="utf-8").partition(KEYS_FROM)[0]
    keys = [f"| `{key.name}` | {key.help} | `{key.name}: {key.example}` |" for key in KEYS]
    head = "| Key | What it is | Example |\n|---|---|---|"
    tables = ["\n".join([f"{written}{KEYS_FROM}", head, *keys, ""])]
    for title, table in (("Keys of a variable", VARIABLE_KEYS), ("Keys of a group of tasks", GROUP_KEYS)):
        rows = "\n".join(f"| `{name}` | {sentence} |" for name, sentence in table.help.items())
        tables.append(f"## {title}\n\n| Key | What it is |\n|---|---|\n{rows}\n")
    return "\n".join(tables)


SHAPES_FROM = "## Every shape\n"
"""What follows this heading on the page of JSON is written here."""


def json_page() -> str:
    """The page of JSON with every shape as its golden file holds it."""
    written = (DOCS / "json.md").read_text(encoding="utf-8").partition(SHAPES_FROM)[0]
    shapes = []
    for path in sorted(GOLDENS.glob("*.json")):
        text = path.read_text(encoding="utf-8")
        shapes.append(f"### {json.loads(text)['command']}\n\n```json\n{text}```\n")
    return written + SHAPES_FROM + "\n" + "\n".join(shapes)


if __name__ == "__main__":
    (DOCS / "json.md").write_text(json_page(), encoding="utf-8")
    (DOCS / "commands.md").write_text(commands_page(), encoding="utf-8")
    (DOCS / "song-map.md").write_text(song_map_page(), encoding="utf-8")
    (shipped_folder() / SCHEMA).write_text(schema_text(), encoding="utf-8")
