"""Writes `templates/schema.json` again: `python -m asana_tbp.songmap.write`."""

from __future__ import annotations

from asana_tbp.songmap.templates.library import SCHEMA, shipped_folder
from asana_tbp.songmap.write.schema import schema_text

if __name__ == "__main__":
    (shipped_folder() / SCHEMA).write_text(schema_text(), encoding="utf-8")
