"""A song map as people type it, as YAML can read it: bullets become dashes, blanks from web pages spaces.

Every character stays at its place, so that a problem's line and column are those of the file.
"""

from __future__ import annotations

import re

_BLANKS = r"[ \u00a0\u2002\u2003\u2009\u202f\u3000]"
_BULLET = re.compile(rf"({_BLANKS}*)([*•·●▪‣◦☐–—]|[0-9]{{1,2}}[.)])(?={_BLANKS}+\S)")
_SECOND_BULLET = re.compile(r"^(\s*- +)[•·●▪‣◦☐](?= +\S)")
_CHECKBOX = re.compile(r"(\s*- +)\[ ?\](?= +\S)")
_ODD_INDENT = re.compile(rf"^(?: *(?! ){_BLANKS})+", re.MULTILINE)
_WORTH_A_LOOK = re.compile(
    rf"^{_BLANKS}*(?:[*•·●▪‣◦☐–—]|[0-9]{{1,2}}[.)]|- +(?:\[ ?\]|[•·●▪‣◦☐])) |^ *(?! ){_BLANKS}", re.MULTILINE
)
_BLOCK = re.compile(r"[:-] +[|>][-+0-9]*\s*(?:#.*)?$")
_OPENS_LIST = re.compile(r":\s*(?:#.*)?$")


def as_yaml(text: str) -> str:
    """The text with dashes and spaces where people have bullets and other blanks; most texts stay as they are."""
    if not _WORTH_A_LOOK.search(text):
        return text
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    block: int | None = None  # the indentation of the key whose text runs over the lines below it
    lists: set[int] = set()  # columns in which a list may go on
    opens = False
    for at, line in enumerate(lines):
        content = line.strip()
        if not content or (content.startswith("#") and block is None):
            continue
        line = _ODD_INDENT.sub(lambda found: " " * len(found[0]), line) if block is None else line  # noqa: PLW2901
        indent = len(line) - len(line.lstrip())
        if block is not None and indent > block:
            continue
        block = indent if _BLOCK.search(line.rstrip()) else None
        lists = {column for column in lists if column <= indent}
        bullet = _BULLET.match(line)
        if bullet and (opens or indent in lists):
            line = " " * indent + "-" + " " * (len(bullet[2]) - 1) + line[bullet.end() :]  # noqa: PLW2901
            line = line.replace("\u00a0", " ", 1) if line[indent + len(bullet[2])] != " " else line  # noqa: PLW2901
        if line.lstrip().startswith("- "):
            lists.add(indent)
            line = _SECOND_BULLET.sub(r"\1 ", line)  # noqa: PLW2901
            line = _CHECKBOX.sub(lambda found: found[1] + " " * (len(found[0]) - len(found[1])), line)  # noqa: PLW2901
        lines[at] = line
        opens = bool(_OPENS_LIST.search(line.rstrip()))
    return "".join(lines)
