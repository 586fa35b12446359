"""Writing one choice into the settings file, which otherwise is the producer's own.

Knows TOML's lines. Must not know what a setting means. Comments and other settings stay as they are.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from pathlib import Path

from asana_tbp.errors import UsageError


def write_setting(path: Path, name: str, value: str) -> None:
    """Set `name` in the file, made where it is missing.

    Raises `UsageError` where the file can't be read or written, or is no TOML: then it is left as it is.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        tomllib.loads(text)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        changed = _changed(text, f"{name} = {_quoted(value)}", name)
        _replace(path, changed)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}", "Mend the line, or move the file away.") from None
    except OSError as error:
        raise UsageError(
            f"{path} can't be written: {error.strerror}", f"Set {name} there yourself."
        ) from None


def _changed(text: str, line: str, name: str) -> str:
    lines = text.splitlines()
    first_table = next((at for at, old in enumerate(lines) if old.lstrip().startswith("[")), len(lines))
    for at in range(first_table):
        if re.match(rf"\s*{re.escape(name)}\s*=", lines[at]):
            lines[at] = line
            break
    else:
        lines.insert(first_table, line)
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    # JSON's escapes are TOML's; only DEL may stand bare in JSON and not in TOML.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _replace(path: Path, text: str) -> None:
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".settings-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        # Through a link, as dotfiles often are: the file it points to is the one to change.
        Path(fresh).replace(path.resolve())
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
