"""Finds song maps: by path, or by the name of a template, the producer's own before a shipped one."""

import os.path
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from asana_tbp.errors import UsageError
from asana_tbp.text import as_sentence, guess, nearest, quote

_SUFFIXES = (".yaml", ".yml")
SCHEMA = "schema.json"
"""The file's name beside the templates; every template's first line points an editor to it."""
SCHEMA_BESIDE_MAP = ".song-map-schema.json"
"""Its name beside a song map: a hidden file, as the folder of a song has other files too."""


@dataclass(frozen=True, slots=True)
class Library:
    """The producer's templates and the shipped ones. `own_folder` need not exist."""

    own_folder: Path | None = None

    def templates(self) -> dict[str, Path]:
        """Every template by name, sorted; the producer's own one hides the shipped one of its name."""
        folder = self.own_folder if self.own_folder and self.own_folder.is_dir() else None
        files = (path for path in sorted(folder.iterdir()) if path.is_file()) if folder else ()
        own = {path.stem: path for path in files if is_song_map(path) and not path.name.startswith(".")}
        return dict(sorted((shipped_templates() | own).items()))

    def find(self, name_or_path: str | Path) -> Path:
        """The existing file at this path, else the template of this name.

        Raises UsageError when there is neither.
        """
        if (found := self.found(name_or_path)) is None:
            hint = "Write a song map, or choose a template:\n  asana-tbp new\n  asana-tbp templates"
            raise UsageError(as_sentence(self.unknown(str(name_or_path))), hint)
        return found

    def found(self, name_or_path: str | Path) -> Path | None:
        """As `find`, or None. A folder with the name of a template does not hide it."""
        # Unlike Path.is_file, this is False for impossible names: with a NUL, or too long.
        if os.path.isfile(name_or_path):
            return Path(name_or_path)
        # A Mac's file system writes an umlaut as two characters.
        shelved = {normalize("NFC", name): path for name, path in self.templates().items()}
        return shelved.get(normalize("NFC", str(name_or_path)))

    def unknown(self, text: str, of: Path | None = None) -> str:
        """The sentence for a text that is neither a file nor a template; `of` is the map that extends it."""
        path, files = _path(text, of), dict[str, str]()
        is_path = is_song_map(path)
        with suppress(OSError, ValueError):
            others = (each for each in sorted(path.parent.iterdir()) if is_song_map(each) and each != of)
            files = {each.stem: str(Path(text).with_name(each.name)) for each in others}
        if is_path:
            where = " beside this map" if of and path.parent == of.parent else ""
            what = f"there is no file {quote(text)}{where}"
            meant = nearest(path.stem, files) or nearest(path.stem, self.templates(), 0.75)
        else:
            what = f"there is no file and no template called {quote(text)}"
            meant = nearest(path.name, [*self.templates(), *files])
        return what + guess(files.get(meant or "", meant))

    def parent(self, name_or_path: str, of: Path) -> Path:
        """The file that `of` extends: a path, relative to its folder, or a template's name.

        A name never means the file itself, so a producer's `edm-track` can extend the shipped one. Raises
        UsageError when there is neither.
        """
        is_path = is_song_map(Path(name_or_path))
        if not is_path and ("/" in name_or_path or "\\" in name_or_path):
            raise UsageError(f"{quote(name_or_path)} is not a song map; the path of one ends in .yaml")
        found = _path(name_or_path, of) if is_path else self.templates().get(name_or_path)
        if found is None or not os.path.isfile(found):
            raise UsageError(self.unknown(name_or_path, of))
        is_itself = not is_path and found.resolve() == of.resolve()
        return shipped_templates().get(name_or_path, found) if is_itself else found


def _path(written: str, of: Path | None) -> Path:
    return (of.parent if of else Path()) / os.path.expanduser(written)


def shipped_templates() -> dict[str, Path]:
    """The templates that ship with the product: name -> file, sorted by name."""
    return {path.stem: path for path in sorted(shipped_folder().glob("*.yaml"))}


def template_groups() -> dict[str, list[str]]:
    """The names of the shipped templates by their purpose."""
    return tomllib.loads((shipped_folder() / "groups.toml").read_text("utf-8"))


def shipped_folder() -> Path:
    """The folder of the shipped templates and their schema."""
    package = Path(__file__).resolve().parents[2]
    in_wheel = package / "templates"
    # A checkout has them beside the package, where people look for them.
    return in_wheel if in_wheel.is_dir() else package.parent / "templates"


def is_song_map(path: Path) -> bool:
    """Whether a path has the suffix of a song map."""
    return path.suffix.lower() in _SUFFIXES
