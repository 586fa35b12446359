"""Writing one choice into the settings file, whose comments and other settings stay as they are."""

from __future__ import annotations

from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from asana_tbp.errors import UsageError
from asana_tbp.system.atomic_file import write_over


def write_setting(path: Path, name: str, value: str) -> None:
    """Set `name` in the file, made where it is missing.

    Raises `UsageError` where the file can't be read, or is no TOML: then it is left as it is. Raises `TbpError`
    where it can't be written.
    """
    # Through a link, as dotfiles often are: the file it points to is the one to change.
    place = path.resolve()
    try:
        # Some editors begin a file with a byte order mark, which TOML does not know.
        document = tomlkit.parse(place.read_text(encoding="utf-8-sig") if place.exists() else "")
        document[name] = value
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}", "Mend the line, or move the file away.") from None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", f"Set {name} there yourself.") from None
    write_over(place, tomlkit.dumps(document), private=True)
