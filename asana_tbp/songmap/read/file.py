"""The text of a song map's file, or why there is none to be had."""

from __future__ import annotations

import codecs
from pathlib import Path

from asana_tbp.songmap.read.problems import Problems
from asana_tbp.songmap.read.yaml import LARGEST, TOO_LARGE, place_in

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def file_text(path: Path) -> str:
    """The text of a file. Raises SongMapError when there is none to be had."""
    problems = Problems(str(path))
    content = b""
    try:
        if path.is_dir():
            problems.add(1, 1, "this is a folder, not a song map")
        elif not path.exists():
            problems.add(1, 1, "there is no such file")
        elif not path.is_file():
            # Reading a pipe or a device could wait for ever.
            problems.add(1, 1, "this is not a regular file")
        else:
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
    except (OSError, ValueError) as unreadable:
        # ValueError: a path with a NUL character, which no file system has.
        reason = (getattr(unreadable, "strerror", None) or str(unreadable)).lower()
        problems.add(1, 1, f"the file cannot be read: {reason}")
    if len(content) > LARGEST:
        problems.add(1, 1, TOO_LARGE)
    elif content.startswith(_WIDE_MARKS) or b"\0" in content[:2]:
        # Windows writes it: in an editor as "Unicode", in a shell by redirecting.
        problems.add(1, 1, "the file is UTF-16 or UTF-32 text; save it as UTF-8")
    problems.raise_if_any()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        readable = content[: wrong.start].decode("utf-8-sig")
        problems = Problems(str(path), readable)
        line, column = place_in(readable, len(readable))
        problems.add(line, column, "the file is not UTF-8 text; save it as UTF-8")
        raise problems.error() from None
