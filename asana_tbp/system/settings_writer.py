"""Writing one choice into the settings file, whose comments and other settings stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from asana_tbp.errors import UsageError
from asana_tbp.system.atomic_file import write_over


def write_setting(path: Path, name: str, value: object) -> None:
    """Set `name` in the file, made where it is missing.

    Raises `UsageError` where the file can't be read, or is no TOML: then it is left as it is. Raises `TbpError`
    where it can't be written.
    """
    with _changed(path) as document:
        document[name] = value


def remove_setting(path: Path, name: str) -> bool:
    """Take `name` out of the file; whether it was there. Raises as `write_setting` does."""
    with _changed(path) as document:
        return document.pop(name, None) is not None


@contextmanager
def _changed(path: Path) -> Iterator[tomlkit.TOMLDocument]:
    try:
        # Some editors begin a file with a byte order mark, which TOML does not know.
        before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        document = tomlkit.parse(before)
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}", "Fix the line, or rename the file.") from None
    except OSError as error:
        raise UsageError(
            f"{path} can't be read: {error.strerror}", "Change the setting there yourself."
        ) from None
    yield document
    if (after := tomlkit.dumps(document)) != before:
        # Through a link, as dotfiles often are: the file it points to is the one to change.
        write_over(path.resolve(), after, private=True)
