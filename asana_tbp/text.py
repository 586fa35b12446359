"""Text for people: quoting and escaping words from a file or from Asana, plurals, days and clocks."""

import re
import shlex
import sys
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date

_BARE_WORD = re.compile(r"[\w./:-]+")
_EXPANDED = re.compile("[$`\u201c\u201d\u201e]")

SHOWN = 60
"""Longest text quoted in a sentence, in characters; a longer one is cut."""

# Cc and Cf hold escape sequences and the marks that reverse the reading direction; Zl and Zp break a line.
_OBEYED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Joiners are Cf as well, but emoji and several scripts are not readable without them.
_HARMLESS = frozenset("\u200c\u200d")


def escape_controls(text: str) -> str:
    """The text with every control character, which a terminal would act on, as an escape (`\\x1b`, `\\u202e`)."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def escape_lines(text: str) -> str:
    """As `escape_controls`, for a text of several lines; tabs and line ends stay."""
    return "\n".join("\t".join(map(escape_controls, line.split("\t"))) for line in text.split("\n"))


def escape_for_json(text: str) -> str:
    """JSON with every control character, which a terminal would act on, as JSON's own escape (`\\u202e`)."""

    def shown(char: str) -> str:
        units = char.encode("utf-16-be", "surrogatepass").hex()
        return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))

    return "".join(shown(char) if char != "\n" and _is_obeyed(char) else char for char in text)


def _is_obeyed(char: str) -> bool:
    return char not in _HARMLESS and unicodedata.category(char) in _OBEYED


def _shown(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii") if _is_obeyed(char) else char


def truncate(text: str, limit: int = SHOWN) -> str:
    """One printable line of at most `limit` characters of the text, an ellipsis where it was cut."""
    short = text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
    return escape_controls(short)


def quote(text: str, limit: int = SHOWN) -> str:
    """A text in double quotes, as our sentences show it: printable, cut to `limit` characters."""
    return f'"{truncate(text, limit)}"'


def shell_quote(word: object, platform: str = sys.platform) -> str:
    """A word to paste after a command, in quotes if it needs them, so that nothing in it is executed.

    On Windows the user may have either shell: PowerShell expands variables inside double quotes unless a backtick
    precedes them, and takes curly quotes for straight ones; cmd.exe knows double quotes only.
    """
    text = escape_controls(str(word))
    if _BARE_WORD.fullmatch(text.replace("\\", "/") if platform == "win32" else text):
        return text
    if platform != "win32":
        return shlex.quote(text)
    return '"' + _EXPANDED.sub(r"`\g<0>", text).replace('"', '""') + '"'


def as_sentence(clause: str) -> str:
    """A clause that follows a place in a file, as a sentence of its own: `no such file` is `No such file.`"""
    return f"{clause[:1].upper()}{clause[1:]}{'' if clause.endswith(('.', '?')) else '.'}"


def nearest(word: str, words: Iterable[str], alike: float = 0.6) -> str | None:
    """The one of `words` that is most like `word`, or None if none is near.

    `alike` is how near it must be, from 0 to 1 for the same word. Case does not count. Costs about 20 microseconds a
    word; words above 200 characters have no nearest.
    """
    import difflib

    if not word or len(word) > 200:
        return None
    by_case = {candidate.casefold(): candidate for candidate in words if len(candidate) <= 200}
    close = difflib.get_close_matches(word.casefold(), by_case, n=1, cutoff=alike)
    return by_case[close[0]] if close else None


class Guesses:
    """`nearest`, for the first words only: a file full of unknown words has one mistake, not thousands."""

    def __init__(self, left: int = 20) -> None:
        self.left = left

    def nearest(self, word: str, words: Iterable[str], alike: float = 0.6) -> str | None:
        """The one of `words` that was meant, or None; always None once too many were asked for."""
        if self.left == 0:
            return None
        self.left -= 1
        return nearest(word, words, alike)


def listed(words: Iterable[str], last: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    every = list(words)
    if len(every) < 2:
        return "".join(every)
    return f"{', '.join(every[:-1])} {last} {every[-1]}"


def plural(count: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 song`, `3 songs`; `many` where the plural does not end in a plain s."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def days_ago(days: int) -> str:
    """`today`, `yesterday`, `3 days ago`."""
    return "today" if days == 0 else "yesterday" if days == 1 else f"{plural(days, 'day')} ago"


def day_text(day: date, today: date) -> str:
    """`27 Nov`, with its year if that is not this year."""
    return f"{day.day} {day:%b}{'' if day.year == today.year else f' {day.year}'}"


def weekday_text(day: date, today: date) -> str:
    """`Fri 27 Nov`, with its year if that is not this year."""
    return f"{day:%a} {day_text(day, today)}"


def guess(close: str | None) -> str:
    """`; did you mean "x"?`, to append to a clause; "" if nothing is near."""
    return f"; did you mean {quote(close)}?" if close else ""


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """` Did you mean "x"?`, to append to a sentence; "" if none of `words` is near."""
    close = nearest(word, words)
    return f" Did you mean {quote(close)}?" if close else ""


LONGEST_LINE = 900
"""Longest single line, in characters: the loader still accepts it with a time budget after it."""
_LONGEST_PROSE = 19_000
_LINE_BREAK = re.compile(r"\r\n?|[\u2028\u2029\x85]")


def one_line(text: str) -> str:
    """A text as one line, cut where it is too long; may be empty."""
    return unbroken(text)[:LONGEST_LINE].strip()


def unbroken(text: str) -> str:
    """A text as one line of any length; may be empty."""
    return " ".join(_kept(text).split())


def paragraph(text: str) -> str:
    """A text of any number of lines, cut where it is too long; may be empty."""
    lines = [_kept(line).rstrip() for line in _LINE_BREAK.sub("\n", text).split("\n")]
    return "\n".join(lines)[:_LONGEST_PROSE].strip()


def _kept(text: str) -> str:
    lost = {"Cc", "Cs", "Zl", "Zp"}
    return "".join(
        " " if unicodedata.category(char) in lost or char in "\ufffe\uffff" else char for char in text
    )


def clock_text(seconds: float) -> str:
    """`24:59`, or `1:30:00` from an hour on; `+0:30` once the time is used up. Zero only when time is up."""
    # Sums of floats are not exact: a millionth of a second is not over.
    sign, whole = ("+", int(-seconds // 1)) if seconds < -1e-6 else ("", int(-(-seconds // 1)))
    hours, rest = divmod(whole, 3600)
    minutes = f"{hours}:{rest // 60:02}" if hours else f"{rest // 60}"
    return f"{sign}{minutes}:{rest % 60:02}"


def spent_text(seconds: float) -> str:
    """Time that was spent, `4:59`: whole seconds, so that with what a countdown shows it makes up the budget."""
    return clock_text((seconds + 1e-6) // 1)


_in_sandbox: Callable[[], Iterable[str]] | None = None


def suggest_commands_for_sandbox(commands: Callable[[], Iterable[str]] | None) -> None:
    """From now on suggest these commands with `--sandbox`, as in this run; with None, suggest all as they are."""
    global _in_sandbox  # noqa: PLW0603 - one world for one process
    _in_sandbox = commands


def suggesting(text: str) -> str:
    """The text with its commands as they must be typed for this run's Asana."""
    if _in_sandbox is None or "tbp " not in text:
        return text
    names = "|".join(map(re.escape, _in_sandbox()))
    return re.sub(rf"\b((?:asana-)?tbp) (?=(?:{names})\b)", r"\1 --sandbox ", text)
