"""The grammar of times: the words and patterns of `times.toml`, each compiled when it is first used."""

import re
import tomllib
from pkgutil import get_data
from typing import Any

_TABLE: dict[str, Any] = tomllib.loads((get_data("asana_tbp.songmap", "times.toml") or b"").decode())


def _one_of(words: str) -> str:
    """A pattern for any of the words, with the dot of an abbreviation, not followed by another letter."""
    return rf"(?:{'|'.join(sorted(words.split(), key=len, reverse=True))})(?=[半반]|(?![^\W\d_]))\.?"


def _nearly(words: str) -> str:
    """A pattern for the words with one letter wrong, missing, added or swapped; seldom is that the first one."""
    alike = []
    for word in words.split():
        for at in range(1, len(word) + 1):
            before, letter, after = word[:at], word[at : at + 1], word[at + 1 :]
            swapped = word[: at - 1] + letter + word[at - 1] + after
            alike += [f"{before}[^\\W\\d_]?{after}", f"{before}[^\\W\\d_]{letter}{after}", swapped]
    return "|".join(alike)


def _whole(pattern: str | list[str]) -> str:
    """A pattern of the table with its parts filled in."""

    def part(found: re.Match[str]) -> str:
        name = found[1]
        return _nearly(name.removeprefix("nearly ")) if name not in _parts else _parts[name]

    return re.sub("«(.+?)»", part, "".join(pattern))


IN_WORDS = {int(minutes): "|".join(words) for minutes, words in _TABLE["in_words"].items()}
"""Times in words by their minutes, 0 if the minutes are not certain."""
_parts = {unit: _one_of(" ".join(_TABLE[unit].values())) for unit in ("hours", "minutes", "seconds")}
_parts["in_words"] = "|".join(IN_WORDS.values())
for _name, _pattern in _TABLE["parts"].items():
    _parts[_name] = _whole(_pattern)
_parts["any_amount"] = re.sub(r"\?P<\w+>", "?:", _parts["amount"])
MONTHS: list[str] = _TABLE["months"]
"""The words for each month."""


class _Patterns(dict[str, re.Pattern[str]]):
    """Each is compiled when it is first used: a large one takes longer than a quick command."""

    def __missing__(self, name: str) -> re.Pattern[str]:
        self[name] = re.compile(_whole(_TABLE["patterns"][name]), re.IGNORECASE)
        return self[name]


PATTERNS = _Patterns()
DOUBTS: dict[str, str] = _TABLE["doubts"]
"""The patterns of what may be a name's time, with the reason why each is not read as one."""
