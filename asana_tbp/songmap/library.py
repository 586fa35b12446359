"""Where song maps are found: a path, or the name of a template, the producer's own before a shipped one.

Knows folders and file names. Must not know what is inside a file.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from asana_tbp.errors import UsageError
from asana_tbp.songmap.wording import nearest, quoted

SUFFIXES = (".yaml", ".yml")
SCHEMA = "schema.json"
"""The file's name beside the templates; every template's first line points an editor to it."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A template on the shelf. `shadows` where the producer's own hides the shipped one of its name."""

    name: str
    path: Path
    own: bool = False
    shadows: bool = False


class Library:
    """The producer's templates and the shipped ones. `own_folder` need not exist."""

    def __init__(self, own_folder: Path | None = None) -> None:
        self.own_folder = own_folder

    def templates(self) -> dict[str, Shelved]:
        """Every template by name, sorted."""
        shipped = shipped_templates()
        found = {name: Shelved(name, path) for name, path in shipped.items()}
        for path in self._own_files():
            found[path.stem] = Shelved(path.stem, path, own=True, shadows=path.stem in shipped)
        return dict(sorted(found.items()))

    def find(self, name_or_path: str | Path) -> Path:
        """The file meant: one that exists at this path, else the template of this name.

        A folder is no song map, so one that happens to be called like a template does not hide it. Raises
        UsageError when there is neither, with the names there are.
        """
        text = str(name_or_path)
        # Unlike Path.is_file, this is False for what no file system could hold: a NUL, or a name too long.
        if os.path.isfile(text):
            return Path(name_or_path)
        templates = self.templates()
        if text in templates:
            return templates[text].path
        raise _unknown(text, templates)

    def parent(self, wanted: str, of: Path | None) -> Path:
        """The file that `of` extends: a path, seen from its folder, or a template's name.

        A name never means the file itself, so a producer's `edm-track` can extend the shipped one. Raises
        UsageError when there is neither.
        """
        if "/" in wanted or "\\" in wanted or wanted.endswith(SUFFIXES):
            if not wanted.endswith(SUFFIXES):
                raise UsageError(f"{quoted(wanted)} is no song map; the path of one ends in .yaml")
            path = (of.parent if of else Path()) / Path(wanted).expanduser()
            if os.path.isfile(path):
                return path
            raise UsageError(f"there is no file {quoted(wanted)}")
        templates = self.templates()
        if wanted not in templates:
            raise _unknown(wanted, templates)
        found = templates[wanted]
        if of is not None and _same_file(found.path, of) and found.shadows:
            return shipped_templates()[wanted]
        return found.path

    def _own_files(self) -> Iterable[Path]:
        if self.own_folder is None or not self.own_folder.is_dir():
            return ()
        return (
            path
            for path in sorted(self.own_folder.iterdir())
            if path.suffix in SUFFIXES and path.is_file() and not path.name.startswith(".")
        )


def find_template(name_or_path: str | Path, own_folder: Path | None = None) -> Path:
    """`Library.find`, for the shipped templates or those and the producer's."""
    return Library(own_folder).find(name_or_path)


def shipped_templates() -> dict[str, Path]:
    """The templates that ship with the product: name -> file, sorted by name."""
    found = {path.stem: path for path in shipped_folder().glob("*.yaml")}
    return dict(sorted(found.items()))


def shipped_folder() -> Path:
    """The folder of the shipped templates and their schema."""
    package = Path(__file__).resolve().parents[1]
    in_wheel = package / "templates"
    # An editable checkout keeps them beside the package, where people look for them.
    return in_wheel if in_wheel.is_dir() else package.parent / "templates"


def _unknown(text: str, templates: Iterable[str]) -> UsageError:
    names = list(templates)
    path = Path(text)
    meant = nearest(path.stem if path.suffix in SUFFIXES else text, names)
    guess = f"; did you mean {quoted(meant)}?" if meant else ""
    return UsageError(
        f"there is no file and no template called {quoted(text)}{guess}",
        hint=f"templates: {', '.join(names)}" if names else "",
    )


def _same_file(a: Path, b: Path) -> bool:
    return a.resolve() == b.resolve()
