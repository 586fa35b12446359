"""Where song maps are found: a path, or the name of a template that ships with the product.

Knows folders and file names. Must not know what is inside a file.
"""

from __future__ import annotations

import os.path
from pathlib import Path

from asana_tbp.errors import UsageError
from asana_tbp.songmap.wording import nearest, quoted

_SUFFIXES = (".yaml", ".yml")


def find_template(name_or_path: str | Path) -> Path:
    """The file meant: one that exists at this path, else the template of this name.

    A folder is no song map, so one that happens to be called like a template does not hide it. Raises
    UsageError when there is neither, with the names there are.
    """
    path = Path(name_or_path)
    text = str(name_or_path)
    # Unlike Path.is_file, this is False for what no file system could hold: a NUL, or a name too long.
    if os.path.isfile(text):
        return path
    templates = shipped_templates()
    if text in templates:
        return templates[text]
    meant = nearest(path.stem if path.suffix in _SUFFIXES else text, templates)
    guess = f"; did you mean {quoted(meant)}?" if meant else ""
    raise UsageError(
        f"there is no file and no template called {quoted(text)}{guess}",
        hint=f"templates: {', '.join(templates)}" if templates else "",
    )


def shipped_templates() -> dict[str, Path]:
    """The templates that ship with the product: name -> file, sorted by name."""
    found = {path.stem: path for path in _shipped_folder().glob("*.yaml")}
    return dict(sorted(found.items()))


def _shipped_folder() -> Path:
    package = Path(__file__).resolve().parents[1]
    in_wheel = package / "templates"
    # An editable checkout keeps them beside the package, where people look for them.
    return in_wheel if in_wheel.is_dir() else package.parent / "templates"
