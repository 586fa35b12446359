"""Writes one setting into the settings file, whose comments and other settings stay as they are."""

from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from asana_tbp.errors import UsageError
from asana_tbp.system.atomic_file import write_over


def write_setting(path: Path, name: str, value: object) -> bool:
    """Set `name` in the file, creating it if needed; None removes it. Returns whether it was set before.

    Raises `UsageError` if the file can't be read, or isn't TOML: then it is left as it is. Raises `TbpError` if it
    can't be written.
    """
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
    was_set = name in document
    if value is not None:
        document[name] = value
    elif was_set:
        del document[name]
    if (after := tomlkit.dumps(document)) != before:
        # Through a link, as dotfiles often are: the file it points to is the one to change.
        write_over(path.resolve(), after, private=True)
    return was_set
